//! One op, one batch of changes.

use aws_sdk_route53::{
    error::BuildError,
    types::{AliasTarget, Change, ChangeAction, ChangeBatch, ResourceRecord, ResourceRecordSet, RrType},
};

use super::{Content, Live, Op, Record, marker_name, observe};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError, Text},
};

/// How long others may remember whose a record is, in seconds.
const MARKER_TTL_SECONDS: i64 = 300;

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let call = op.call();
    let unbuilt = |error: BuildError| CloudError::new(call.clone(), Class::Invalid, error.to_string());
    match op {
        Op::Create(record) | Op::Put { record, .. } => {
            let action = match op {
                Op::Create(_) => ChangeAction::Create,
                _ => ChangeAction::Upsert,
            };
            let zone_id = observe::zone_id(aws, &record.zone).await?.ok_or_else(|| {
                let message = format!("the account has no public hosted zone called `{}`", record.zone);
                CloudError::new(call.clone(), Class::Invalid, message)
            })?;
            let batch = batch(&action, written(record), Some(&record.owner)).map_err(unbuilt)?;
            change(aws, op, &zone_id, batch).await?;
            Ok(Sent::made(zone_id))
        }
        Op::Delete(live) => {
            let record = (live.name.as_str(), live.kind.as_str(), live.content.clone());
            let batch = batch(&ChangeAction::Delete, record, live.owner.as_deref()).map_err(unbuilt)?;
            match change(aws, op, &live.zone_id, batch).await {
                Err(error) if error.class != Class::Absent => Err(error),
                _ => Ok(Sent::done()),
            }
        }
    }
}

fn written(record: &Record) -> (&str, &str, Content<String>) {
    let settled = |text: &Text| text.settled().to_owned();
    let content = match &record.content {
        Content::Alias { target, zone_id, evaluate_health } => Content::Alias {
            target: settled(target),
            zone_id: settled(zone_id),
            evaluate_health: *evaluate_health,
        },
        Content::Values { ttl_seconds, values } => {
            Content::Values { ttl_seconds: *ttl_seconds, values: values.iter().map(settled).collect() }
        }
    };
    (&record.name, &record.kind, content)
}

/// The record and the text record that says whose it is.
fn batch(
    action: &ChangeAction,
    (name, kind, content): (&str, &str, Content<String>),
    owner: Option<&str>,
) -> Result<ChangeBatch, BuildError> {
    let marker = |owner: &str| {
        let values = vec![format!("\"{owner}\"")];
        record_set(&marker_name(name, kind), "TXT", Content::Values { ttl_seconds: MARKER_TTL_SECONDS, values })
    };
    let sets = [Some(record_set(name, kind, content)), owner.map(marker)];
    let changes: Result<Vec<Change>, BuildError> = sets
        .into_iter()
        .flatten()
        .map(|set| Change::builder().action(action.clone()).resource_record_set(set?).build())
        .collect();
    ChangeBatch::builder().set_changes(Some(changes?)).build()
}

fn record_set(name: &str, kind: &str, content: Content<String>) -> Result<ResourceRecordSet, BuildError> {
    let set = ResourceRecordSet::builder().name(name).r#type(RrType::from(kind));
    match content {
        Content::Alias { target, zone_id, evaluate_health } => {
            let alias = AliasTarget::builder().dns_name(target).hosted_zone_id(zone_id);
            set.alias_target(alias.evaluate_target_health(evaluate_health).build()?).build()
        }
        Content::Values { ttl_seconds, values } => {
            let records: Result<Vec<ResourceRecord>, BuildError> =
                values.into_iter().map(|value| ResourceRecord::builder().value(value).build()).collect();
            set.ttl(ttl_seconds).set_resource_records(Some(records?)).build()
        }
    }
}

async fn change(aws: &Aws, op: &Op, zone_id: &str, batch: ChangeBatch) -> Result<(), CloudError> {
    aws.call(&op.call(), op.repeat(), || {
        aws.route53.change_resource_record_sets().hosted_zone_id(zone_id).change_batch(batch.clone()).send()
    })
    .await?;
    Ok(())
}
