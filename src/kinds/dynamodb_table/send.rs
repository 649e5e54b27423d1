//! One op, one SDK call, and the wait until the table has come to rest.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use aws_sdk_dynamodb::{
    error::BuildError,
    operation::update_table::builders::UpdateTableFluentBuilder,
    types::{
        IndexStatus, PointInTimeRecoverySpecification, SseStatus, TableDescription, TableStatus,
        TimeToLiveSpecification,
    },
};

use super::{Desired, Live, Op, definition::attributes, observe, wire};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

/// How long a table may take to come to rest, in seconds. Filling an index of a large table takes hours.
const REST_SECONDS: u64 = 12 * 3600;
/// How long tags may take to be listed, in seconds: `TagResource` says that listings lag behind.
const TAGS_SECONDS: u64 = 60;
/// After so many looks at a table, looks become rarer: one in [`RARE_MS`].
const OFTEN_LOOKS: u64 = 100;
/// In milliseconds.
const RARE_MS: u64 = 5_000;

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat, name) = (op.call(), op.repeat(), op.table());
    let db = &aws.dynamodb;
    match op {
        Op::Create { table } => return create(aws, op, table).await,
        Op::SetTtl { attribute, on, .. } => {
            let specification =
                TimeToLiveSpecification::builder().attribute_name(attribute).enabled(*on).build();
            let specification = usable(op, specification)?;
            aws.call(&call, repeat, || {
                db.update_time_to_live()
                    .table_name(name)
                    .time_to_live_specification(specification.clone())
                    .send()
            })
            .await?;
        }
        Op::SetBackups { on, .. } => {
            let specification =
                PointInTimeRecoverySpecification::builder().point_in_time_recovery_enabled(*on).build();
            let specification = usable(op, specification)?;
            aws.call(&call, repeat, || {
                db.update_continuous_backups()
                    .table_name(name)
                    .point_in_time_recovery_specification(specification.clone())
                    .send()
            })
            .await?;
        }
        Op::Tag { tags, .. } => {
            let (arn, list) = (aws.identity.table_arn(name), usable(op, wire::tags(tags))?);
            aws.call(&call, repeat, || {
                db.tag_resource().resource_arn(&arn).set_tags(Some(list.clone())).send()
            })
            .await?;
            tagged(aws, op, tags).await?;
        }
        Op::Untag { keys, .. } => {
            let arn = aws.identity.table_arn(name);
            aws.call(&call, repeat, || {
                db.untag_resource().resource_arn(&arn).set_tag_keys(Some(keys.clone())).send()
            })
            .await?;
        }
        Op::Delete { .. } => {
            let gone = aws.call(&call, repeat, || db.delete_table().table_name(name).send()).await;
            match gone {
                Err(error) if !error.is_absent() => return Err(error),
                _ => {}
            }
            rest(aws, op, |table| table.is_none()).await?;
        }
        _ => {
            let update = usable(op, update(aws, op))?;
            aws.call(&call, repeat, || update.clone().send()).await?;
            let table = rest(aws, op, |table| table.is_some_and(is_at_rest)).await?;
            if let (Op::SetStream { view: Some(_), .. }, Some(label)) =
                (op, table.and_then(|table| table.latest_stream_label))
            {
                return Ok(Sent::made(label));
            }
        }
    }
    Ok(Sent::done())
}

async fn create(aws: &Aws, op: &Op, table: &Desired) -> Result<Sent<Live>, CloudError> {
    let attributes = attributes(&table.key, table.indexes.values(), table.local_indexes.values());
    let attributes = usable(op, wire::attributes(&attributes))?;
    let indexes = table.indexes.iter().map(|(name, index)| wire::index(name, index));
    let indexes: Vec<_> = usable(op, indexes.collect())?;
    let local =
        table.local_indexes.iter().map(|(name, index)| wire::local_index(&table.key.hash, name, index));
    let local: Vec<_> = usable(op, local.collect())?;
    let (mode, throughput) = usable(op, wire::billing(table.billing))?;
    let stream = table.stream.map(|view| wire::stream(Some(view))).transpose();
    let request = aws
        .dynamodb
        .create_table()
        .table_name(&table.name)
        .set_attribute_definitions(Some(attributes))
        .set_key_schema(Some(usable(op, wire::key(&table.key))?))
        .set_global_secondary_indexes((!indexes.is_empty()).then_some(indexes))
        .set_local_secondary_indexes((!local.is_empty()).then_some(local))
        .billing_mode(mode)
        .set_provisioned_throughput(throughput)
        .set_stream_specification(usable(op, stream)?)
        .sse_specification(wire::encryption(table.encryption, table.kms_key.as_ref()))
        .table_class(wire::class(table.class))
        .deletion_protection_enabled(table.deletion_protection)
        .set_tags(Some(usable(op, wire::tags(&table.tags))?));
    aws.call(&op.call(), op.repeat(), || request.clone().send()).await?;
    let made = rest(aws, op, |table| table.is_some_and(is_at_rest)).await?;
    tagged(aws, op, &table.tags).await?;
    let label = made.filter(|_| table.stream.is_some()).and_then(|table| table.latest_stream_label);
    Ok(Sent::Fold(label.into_iter().collect()))
}

/// The `UpdateTable` that `op` is.
fn update(aws: &Aws, op: &Op) -> Result<UpdateTableFluentBuilder, BuildError> {
    let request = aws.dynamodb.update_table().table_name(op.table());
    Ok(match op {
        Op::SetBilling { billing, indexes, .. } => {
            let (mode, throughput) = billing.map(wire::billing).transpose()?.unzip();
            let updates: Vec<_> = indexes
                .iter()
                .map(|(index, capacity)| wire::index_capacity(index, *capacity))
                .collect::<Result<_, _>>()?;
            request
                .set_billing_mode(mode)
                .set_provisioned_throughput(throughput.flatten())
                .set_global_secondary_index_updates((!updates.is_empty()).then_some(updates))
        }
        Op::CreateIndex { index, definition, attributes, .. } => request
            .set_attribute_definitions(Some(wire::attributes(attributes)?))
            .global_secondary_index_updates(wire::new_index(index, definition)?),
        Op::DeleteIndex { index, .. } => request.global_secondary_index_updates(wire::gone_index(index)?),
        Op::SetStream { view, .. } => request.stream_specification(wire::stream(*view)?),
        Op::SetEncryption { encryption, kms_key, .. } => {
            request.sse_specification(wire::encryption(*encryption, kms_key.as_ref()))
        }
        Op::SetClass { class, .. } => request.table_class(wire::class(*class)),
        Op::Protect { on, .. } => request.deletion_protection_enabled(*on),
        _ => request,
    })
}

/// Looks at the table until it is as `fits` says. Answers what it is then.
async fn rest(
    aws: &Aws,
    op: &Op,
    fits: impl Fn(Option<&TableDescription>) -> bool + Copy,
) -> Result<Option<TableDescription>, CloudError> {
    let name = op.table();
    let looks = AtomicU64::new(0);
    aws.until(&op.call(), REST_SECONDS, &format!("table {name} to come to rest"), || async {
        if looks.fetch_add(1, Ordering::Relaxed) > OFTEN_LOOKS {
            tokio::time::sleep(Duration::from_millis(RARE_MS)).await;
        }
        let table = observe::describe(aws, name).await?;
        Ok(fits(table.as_ref()).then_some(table))
    })
    .await
}

/// Nothing of the table is being made, changed or deleted.
fn is_at_rest(table: &TableDescription) -> bool {
    let indexes = table.global_secondary_indexes.iter().flatten();
    let sse = table.sse_description.as_ref().and_then(|sse| sse.status.as_ref());
    table.table_status == Some(TableStatus::Active)
        && indexes.map(|index| &index.index_status).all(|status| *status == Some(IndexStatus::Active))
        && !matches!(sse, Some(SseStatus::Enabling | SseStatus::Disabling | SseStatus::Updating))
}

/// Waits until the tags are listed: the next run tells by them whose the table is.
async fn tagged(aws: &Aws, op: &Op, tags: &BTreeMap<String, String>) -> Result<(), CloudError> {
    let name = op.table();
    aws.until(&op.call(), TAGS_SECONDS, &format!("the tags of table {name} to be listed"), || async {
        let listed = observe::tags(aws, name).await?;
        Ok(tags.iter().all(|(key, value)| listed.get(key) == Some(value)).then_some(()))
    })
    .await
}

fn usable<T>(op: &Op, built: Result<T, BuildError>) -> Result<T, CloudError> {
    built.map_err(|error| CloudError::new(op.call(), Class::Invalid, error.to_string()))
}
