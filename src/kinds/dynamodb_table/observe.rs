//! Reads tables by their names: one description and the tags of each; TTL and backups only where they are wanted or marked.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{PointInTimeRecoveryStatus, TableDescription, TableStatus, TimeToLiveStatus};
use futures::{StreamExt, TryStreamExt, stream};

use super::{BACKUPS_TAG, Desired, DynamodbTable, Live, TTL_TAG, read};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind},
    model::{Address, Call, CloudError, Found, Ownership},
};

/// Tables that are read side by side.
const SIDE_BY_SIDE: usize = 8;
/// How long a table that an earlier run began to make or to delete is waited for, in seconds.
const SETTLE_SECONDS: u64 = 300;

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, DynamodbTable>) -> Result<Vec<Found<Live>>, CloudError> {
    let wanted = ask
        .wanted
        .iter()
        .map(|(at, desired)| ((*at).clone(), desired.name.clone(), Some((*desired).clone())));
    let forsaken = ask.forsaken().map(|(at, _)| (at.clone(), at.name(), None));
    let all: Vec<(Address, String, Option<Desired>)> = wanted.chain(forsaken).collect();
    let found: Vec<Option<Found<Live>>> = stream::iter(all)
        .map(|(address, name, desired)| async move {
            let Some(live) = table(aws, &name, desired.as_ref()).await? else { return Ok(None) };
            let ownership = DynamodbTable::ownership(&address, &live);
            // A table of a forgotten name that others have made since is nobody's business here.
            let concerns = desired.is_some() || ownership == Ownership::Ours;
            Ok::<_, CloudError>(concerns.then_some(Found { address, live, ownership, listed: true }))
        })
        .buffered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    Ok(found.into_iter().flatten().collect())
}

async fn table(aws: &Aws, name: &str, desired: Option<&Desired>) -> Result<Option<Live>, CloudError> {
    let call = Call::new("dynamodb", "DescribeTable");
    let waiting_for = format!("table {name} to be made or gone");
    let settled = aws.until(&call, SETTLE_SECONDS, &waiting_for, || async {
        let described = describe(aws, name).await?;
        let status = described.as_ref().and_then(|table| table.table_status.clone());
        let on_its_way = matches!(status, Some(TableStatus::Creating | TableStatus::Deleting));
        Ok((!on_its_way).then_some(described))
    });
    let Some(described) = settled.await? else { return Ok(None) };
    let tags = tags(aws, name).await?;
    let reads = |wanted: Option<bool>, mark: &str| wanted.unwrap_or(false) || tags.contains_key(mark);
    let reads_ttl = reads(desired.map(|desired| desired.ttl.is_some()), TTL_TAG);
    let reads_backups = reads(desired.map(|desired| desired.point_in_time_recovery), BACKUPS_TAG);
    let ttl = if reads_ttl { ttl(aws, name).await? } else { None };
    let backups = reads_backups && backups(aws, name).await?;
    Ok(read::live(described, tags).map(|live| Live { ttl, point_in_time_recovery: backups, ..live }))
}

/// What DynamoDB says of the table; `None` where there is none.
pub(super) async fn describe(aws: &Aws, name: &str) -> Result<Option<TableDescription>, CloudError> {
    let answer = aws
        .read_optional("dynamodb", "DescribeTable", || aws.dynamodb.describe_table().table_name(name).send())
        .await?;
    Ok(answer.and_then(|answer| answer.table))
}

/// The tags of the table, but AWS's own.
pub(super) async fn tags(aws: &Aws, name: &str) -> Result<BTreeMap<String, String>, CloudError> {
    let arn = aws.identity.table_arn(name);
    let mut tags = BTreeMap::new();
    let mut token: Option<String> = None;
    loop {
        let answer = aws
            .read("dynamodb", "ListTagsOfResource", || {
                aws.dynamodb.list_tags_of_resource().resource_arn(&arn).set_next_token(token.clone()).send()
            })
            .await?;
        let page = answer.tags.unwrap_or_default().into_iter().map(|tag| (tag.key, tag.value));
        tags.extend(page.filter(|(key, _)| !key.starts_with("aws:")));
        token = answer.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(tags);
        }
    }
}

async fn ttl(aws: &Aws, name: &str) -> Result<Option<String>, CloudError> {
    let answer = aws
        .read("dynamodb", "DescribeTimeToLive", || {
            aws.dynamodb.describe_time_to_live().table_name(name).send()
        })
        .await?;
    let description = answer.time_to_live_description.filter(|description| {
        matches!(
            description.time_to_live_status,
            Some(TimeToLiveStatus::Enabled | TimeToLiveStatus::Enabling)
        )
    });
    Ok(description.and_then(|description| description.attribute_name))
}

async fn backups(aws: &Aws, name: &str) -> Result<bool, CloudError> {
    let answer = aws
        .read("dynamodb", "DescribeContinuousBackups", || {
            aws.dynamodb.describe_continuous_backups().table_name(name).send()
        })
        .await?;
    let recovery = answer
        .continuous_backups_description
        .and_then(|description| description.point_in_time_recovery_description);
    let status = recovery.and_then(|recovery| recovery.point_in_time_recovery_status);
    Ok(status == Some(PointInTimeRecoveryStatus::Enabled))
}
