//! Reads log groups: one listing by prefix for the whole scope.

use std::collections::BTreeMap;

use super::{Live, LogGroup};
use crate::{
    account::aws::Aws,
    kinds::Ask,
    model::{CloudError, Found, Ownership},
};

/// What the name of every function's log group starts with.
const LAMBDA_PREFIX: &str = "/aws/lambda/";

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, LogGroup>) -> Result<Vec<Found<Live>>, CloudError> {
    let prefix = format!("{LAMBDA_PREFIX}{}", ask.scope.name_prefix());
    let mut groups = list(aws, &prefix).await?;
    let strangers: Vec<_> = ask.wanted.values().filter(|desired| !desired.name.starts_with(&prefix)).collect();
    for desired in strangers {
        groups.extend(list(aws, &desired.name).await?.into_iter().filter(|(name, _)| *name == desired.name));
    }
    let wanted: BTreeMap<_, _> = ask.wanted.iter().map(|(at, desired)| (desired.name.as_str(), *at)).collect();
    Ok(groups
        .into_iter()
        .filter_map(|(name, live)| {
            let address = match wanted.get(name.as_str()) {
                Some(at) => (*at).clone(),
                None => ask.address(name.strip_prefix(&prefix)?),
            };
            Some(Found { address, live, ownership: Ownership::Ours, listed: true })
        })
        .collect())
}

async fn list(aws: &Aws, prefix: &str) -> Result<BTreeMap<String, Live>, CloudError> {
    let mut groups = BTreeMap::new();
    let mut token = None;
    loop {
        let answer = aws
            .read("logs", "DescribeLogGroups", || {
                aws.logs.describe_log_groups().log_group_name_prefix(prefix).set_next_token(token.clone()).send()
            })
            .await?;
        for group in answer.log_groups.unwrap_or_default() {
            if let Some(name) = group.log_group_name {
                groups.insert(name.clone(), Live { name, retention_days: group.retention_in_days });
            }
        }
        token = answer.next_token;
        if token.is_none() {
            return Ok(groups);
        }
    }
}
