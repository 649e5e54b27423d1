//! Reads log groups: one listing by prefix for the whole scope.

use std::collections::BTreeMap;

use super::{ACCESS_LOG_KEY, LAMBDA_PREFIX, Live, LogGroup, access_log_name};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind},
    model::{CloudError, Found, Owner},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, LogGroup>) -> Result<Vec<Found<Live>>, CloudError> {
    let prefix = format!("{LAMBDA_PREFIX}{}", ask.scope.name_prefix());
    let mut groups = list(aws, &prefix).await?;
    let strangers: Vec<_> = ask.wanted.values().filter(|desired| !desired.name.starts_with(&prefix)).collect();
    for desired in strangers {
        groups.extend(list(aws, &desired.name).await?.into_iter().filter(|(name, _)| *name == desired.name));
    }
    let mut wanted: BTreeMap<_, _> = ask.wanted.iter().map(|(at, desired)| (desired.name.as_str(), *at)).collect();
    let (remembered, access_log) = (ask.address(ACCESS_LOG_KEY), access_log_name(ask.scope));
    if ask.hint(&remembered).is_some() && !wanted.contains_key(access_log.as_str()) {
        groups.extend(list(aws, &access_log).await?.into_iter().filter(|(name, _)| *name == access_log));
        wanted.insert(&access_log, &remembered);
    }
    let mut found = Vec::new();
    for (name, mut live) in groups {
        let address = match (wanted.get(name.as_str()), name.strip_prefix(&prefix)) {
            (Some(at), _) => (*at).clone(),
            // The prefix of stack `a` in stage `b` is also that of stack `a-b`: only its tags say whose a group is.
            (None, Some(key)) if owner(aws, &name).await?.is_some_and(|owner| owner.owns(&ask.address(key))) => {
                ask.address(key)
            }
            (None, _) => continue,
        };
        let listed = address.key != ACCESS_LOG_KEY;
        if !listed {
            live.of_another = owner(aws, &name).await?.is_some_and(|owner| !owner.owns(&address));
        }
        // One that is only remembered was given to another stack since.
        if live.of_another && !ask.wanted.contains_key(&address) {
            continue;
        }
        let ownership = LogGroup::ownership(&address, &live);
        found.push(Found { address, live, ownership, listed });
    }
    Ok(found)
}

/// The owner that a group's tags name.
async fn owner(aws: &Aws, name: &str) -> Result<Option<Owner>, CloudError> {
    let arn = aws.identity.log_group_arn(name);
    let answer = aws
        .read_optional("logs", "ListTagsForResource", || {
            aws.logs.list_tags_for_resource().resource_arn(&arn).send()
        })
        .await?;
    let tags = answer.and_then(|answer| answer.tags).unwrap_or_default();
    Ok(Owner::of(&tags.into_iter().collect()))
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
                groups.insert(name.clone(), Live { name, retention_days: group.retention_in_days, of_another: false });
            }
        }
        token = answer.next_token;
        if token.is_none() {
            return Ok(groups);
        }
    }
}
