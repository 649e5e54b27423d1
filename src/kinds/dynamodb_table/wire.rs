//! Parts of a definition as the SDK writes them.

use aws_sdk_dynamodb::{
    error::BuildError,
    types::{
        AttributeDefinition, BillingMode, CreateGlobalSecondaryIndexAction, DeleteGlobalSecondaryIndexAction,
        GlobalSecondaryIndex, GlobalSecondaryIndexUpdate, KeySchemaElement, KeyType, LocalSecondaryIndex,
        ProjectionType, ProvisionedThroughput, ScalarAttributeType, SseSpecification, SseType,
        StreamSpecification, StreamViewType, Tag, UpdateGlobalSecondaryIndexAction,
    },
};
use std::collections::BTreeMap;

use super::{
    AttributeType, Billing, Capacity, Encryption, Index, Key, KeyAttribute, LocalIndex, Projection,
    StreamView, TableClass,
};
use crate::model::Text;

pub(super) fn attributes(
    attributes: &BTreeMap<String, AttributeType>,
) -> Result<Vec<AttributeDefinition>, BuildError> {
    let one = |(name, kind): (&String, &AttributeType)| {
        let kind = match kind {
            AttributeType::S => ScalarAttributeType::S,
            AttributeType::N => ScalarAttributeType::N,
            AttributeType::B => ScalarAttributeType::B,
        };
        AttributeDefinition::builder().attribute_name(name).attribute_type(kind).build()
    };
    attributes.iter().map(one).collect()
}

fn element(attribute: &KeyAttribute, kind: KeyType) -> Result<KeySchemaElement, BuildError> {
    KeySchemaElement::builder().attribute_name(&attribute.name).key_type(kind).build()
}

pub(super) fn key(key: &Key) -> Result<Vec<KeySchemaElement>, BuildError> {
    let hash = std::iter::once(element(&key.hash, KeyType::Hash));
    hash.chain(key.range.as_ref().map(|range| element(range, KeyType::Range))).collect()
}

fn projection(projection: &Projection) -> aws_sdk_dynamodb::types::Projection {
    let builder = aws_sdk_dynamodb::types::Projection::builder();
    match projection {
        Projection::All => builder.projection_type(ProjectionType::All),
        Projection::KeysOnly => builder.projection_type(ProjectionType::KeysOnly),
        Projection::Include(names) => builder
            .projection_type(ProjectionType::Include)
            .set_non_key_attributes(Some(names.iter().cloned().collect())),
    }
    .build()
}

pub(super) fn throughput(capacity: Capacity) -> Result<ProvisionedThroughput, BuildError> {
    ProvisionedThroughput::builder()
        .read_capacity_units(capacity.read_units)
        .write_capacity_units(capacity.write_units)
        .build()
}

pub(super) fn billing(billing: Billing) -> Result<(BillingMode, Option<ProvisionedThroughput>), BuildError> {
    Ok(match billing {
        Billing::OnDemand => (BillingMode::PayPerRequest, None),
        Billing::Provisioned(capacity) => (BillingMode::Provisioned, Some(throughput(capacity)?)),
    })
}

pub(super) fn index(name: &str, index: &Index) -> Result<GlobalSecondaryIndex, BuildError> {
    GlobalSecondaryIndex::builder()
        .index_name(name)
        .set_key_schema(Some(key(&index.key)?))
        .projection(projection(&index.projection))
        .set_provisioned_throughput(index.capacity.map(throughput).transpose()?)
        .build()
}

pub(super) fn local_index(
    hash: &KeyAttribute,
    name: &str,
    index: &LocalIndex,
) -> Result<LocalSecondaryIndex, BuildError> {
    LocalSecondaryIndex::builder()
        .index_name(name)
        .key_schema(element(hash, KeyType::Hash)?)
        .key_schema(element(&index.range, KeyType::Range)?)
        .projection(projection(&index.projection))
        .build()
}

pub(super) fn new_index(name: &str, index: &Index) -> Result<GlobalSecondaryIndexUpdate, BuildError> {
    let create = CreateGlobalSecondaryIndexAction::builder()
        .index_name(name)
        .set_key_schema(Some(key(&index.key)?))
        .projection(projection(&index.projection))
        .set_provisioned_throughput(index.capacity.map(throughput).transpose()?)
        .build()?;
    Ok(GlobalSecondaryIndexUpdate::builder().create(create).build())
}

pub(super) fn gone_index(name: &str) -> Result<GlobalSecondaryIndexUpdate, BuildError> {
    let delete = DeleteGlobalSecondaryIndexAction::builder().index_name(name).build()?;
    Ok(GlobalSecondaryIndexUpdate::builder().delete(delete).build())
}

pub(super) fn index_capacity(
    name: &str,
    capacity: Capacity,
) -> Result<GlobalSecondaryIndexUpdate, BuildError> {
    let update = UpdateGlobalSecondaryIndexAction::builder()
        .index_name(name)
        .provisioned_throughput(throughput(capacity)?)
        .build()?;
    Ok(GlobalSecondaryIndexUpdate::builder().update(update).build())
}

pub(super) fn stream(view: Option<StreamView>) -> Result<StreamSpecification, BuildError> {
    let view = view.map(|view| match view {
        StreamView::KeysOnly => StreamViewType::KeysOnly,
        StreamView::NewImage => StreamViewType::NewImage,
        StreamView::OldImage => StreamViewType::OldImage,
        StreamView::NewAndOldImages => StreamViewType::NewAndOldImages,
    });
    StreamSpecification::builder().stream_enabled(view.is_some()).set_stream_view_type(view).build()
}

/// With DynamoDB's own keys encryption is, in its words, not enabled.
pub(super) fn encryption(encryption: Encryption, kms_key: Option<&Text>) -> SseSpecification {
    let builder = SseSpecification::builder().enabled(encryption != Encryption::AwsOwned);
    match encryption {
        Encryption::AwsOwned => builder,
        Encryption::AwsManaged => builder.sse_type(SseType::Kms),
        Encryption::Customer => {
            builder.sse_type(SseType::Kms).set_kms_master_key_id(kms_key.map(|key| key.settled().to_owned()))
        }
    }
    .build()
}

pub(super) fn class(class: TableClass) -> aws_sdk_dynamodb::types::TableClass {
    match class {
        TableClass::Standard => aws_sdk_dynamodb::types::TableClass::Standard,
        TableClass::StandardInfrequentAccess => aws_sdk_dynamodb::types::TableClass::StandardInfrequentAccess,
    }
}

pub(super) fn tags(tags: &BTreeMap<String, String>) -> Result<Vec<Tag>, BuildError> {
    tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect()
}
