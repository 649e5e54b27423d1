//! From DynamoDB's answers to a live table.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{
    BillingMode, GlobalSecondaryIndexDescription, IndexStatus, KeySchemaElement, KeyType, ProjectionType,
    ProvisionedThroughputDescription, ScalarAttributeType, SseDescription, SseStatus, StreamViewType,
    TableDescription,
};

use super::{
    AttributeType, Billing, Capacity, Encryption, Index, Key, KeyAttribute, Live, LocalIndex,
    MANAGED_KEY_TAG, Projection, StreamView, TableClass,
};

type Types = BTreeMap<String, AttributeType>;

/// The table that `described` and `tags` tell of. TTL and backups are told elsewhere. `None` where it has no key.
pub(super) fn live(described: TableDescription, tags: BTreeMap<String, String>) -> Option<Live> {
    let types = types(&described);
    let billing = billing(&described);
    let stream = described.stream_specification.as_ref().filter(|stream| stream.stream_enabled);
    let stream = stream.and_then(|stream| stream.stream_view_type.as_ref()).map(view);
    let (encryption, kms_key) = encryption(described.sse_description.as_ref(), &tags);
    let class = described.table_class_summary.as_ref().and_then(|summary| summary.table_class.as_ref());
    let indexes = described.global_secondary_indexes.unwrap_or_default();
    let indexes = indexes.into_iter().filter(|index| index.index_status != Some(IndexStatus::Deleting));
    let local = described.local_secondary_indexes.unwrap_or_default().into_iter();
    Some(Live {
        name: described.table_name.unwrap_or_default(),
        key: key(&described.key_schema.unwrap_or_default(), &types)?,
        indexes: indexes.filter_map(|described| index(described, &types, billing)).collect(),
        local_indexes: local
            .filter_map(|described| {
                let range = key(&described.key_schema.unwrap_or_default(), &types)?.range?;
                let projection = projection(described.projection);
                Some((described.index_name.unwrap_or_default(), LocalIndex { range, projection }))
            })
            .collect(),
        billing,
        ttl: None,
        stream,
        // The label of a stream that was ended stays for a day.
        stream_label: described.latest_stream_label.filter(|_| stream.is_some()),
        point_in_time_recovery: false,
        deletion_protection: described.deletion_protection_enabled.unwrap_or(false),
        class: match class {
            Some(aws_sdk_dynamodb::types::TableClass::StandardInfrequentAccess) => {
                TableClass::StandardInfrequentAccess
            }
            _ => TableClass::Standard,
        },
        encryption,
        kms_key,
        tags,
    })
}

fn types(described: &TableDescription) -> Types {
    let definitions = described.attribute_definitions.iter().flatten();
    let kind = |kind: &ScalarAttributeType| match kind {
        ScalarAttributeType::N => AttributeType::N,
        ScalarAttributeType::B => AttributeType::B,
        _ => AttributeType::S,
    };
    definitions.map(|one| (one.attribute_name.clone(), kind(&one.attribute_type))).collect()
}

fn key(schema: &[KeySchemaElement], types: &Types) -> Option<Key> {
    let of = |kind: KeyType| {
        let name = &schema.iter().find(|element| element.key_type == kind)?.attribute_name;
        Some(KeyAttribute { name: name.clone(), kind: types.get(name).copied().unwrap_or(AttributeType::S) })
    };
    Some(Key { hash: of(KeyType::Hash)?, range: of(KeyType::Range) })
}

fn projection(projection: Option<aws_sdk_dynamodb::types::Projection>) -> Projection {
    let Some(projection) = projection else { return Projection::All };
    match projection.projection_type {
        Some(ProjectionType::KeysOnly) => Projection::KeysOnly,
        Some(ProjectionType::Include) => {
            Projection::Include(projection.non_key_attributes.unwrap_or_default().into_iter().collect())
        }
        _ => Projection::All,
    }
}

/// A table that was never anything but provisioned says nothing of a mode.
fn billing(described: &TableDescription) -> Billing {
    let mode = described.billing_mode_summary.as_ref().and_then(|summary| summary.billing_mode.as_ref());
    match mode {
        Some(BillingMode::PayPerRequest) => Billing::OnDemand,
        _ => Billing::Provisioned(capacity(described.provisioned_throughput.as_ref())),
    }
}

fn capacity(throughput: Option<&ProvisionedThroughputDescription>) -> Capacity {
    Capacity {
        read_units: throughput.and_then(|throughput| throughput.read_capacity_units).unwrap_or(0),
        write_units: throughput.and_then(|throughput| throughput.write_capacity_units).unwrap_or(0),
    }
}

fn index(
    described: GlobalSecondaryIndexDescription,
    types: &Types,
    billing: Billing,
) -> Option<(String, Index)> {
    let capacity = capacity(described.provisioned_throughput.as_ref());
    let index = Index {
        key: key(&described.key_schema.unwrap_or_default(), types)?,
        projection: projection(described.projection),
        capacity: matches!(billing, Billing::Provisioned(_)).then_some(capacity),
    };
    Some((described.index_name.unwrap_or_default(), index))
}

fn view(view: &StreamViewType) -> StreamView {
    match view {
        StreamViewType::NewImage => StreamView::NewImage,
        StreamViewType::OldImage => StreamView::OldImage,
        StreamViewType::NewAndOldImages => StreamView::NewAndOldImages,
        _ => StreamView::KeysOnly,
    }
}

fn encryption(
    described: Option<&SseDescription>,
    tags: &BTreeMap<String, String>,
) -> (Encryption, Option<String>) {
    match described {
        Some(sse) if !matches!(sse.status, Some(SseStatus::Disabled | SseStatus::Disabling)) => {
            match tags.contains_key(MANAGED_KEY_TAG) {
                true => (Encryption::AwsManaged, None),
                false => (Encryption::Customer, sse.kms_master_key_arn.clone()),
            }
        }
        _ => (Encryption::AwsOwned, None),
    }
}
