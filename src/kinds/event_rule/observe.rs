//! Reads rules: one listing by prefix, and each rule's targets. Nothing is read where no function's policy tells of a rule and the
//! stack file asks for none.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};

use super::{EVENTS, EventRule, Live, Target};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind, LambdaPermission},
    model::{Address, CloudError, Found, Ownership},
};

/// How many rules are read side by side.
const READS_AT_ONCE: usize = 5;

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, EventRule>) -> Result<Vec<Found<Live>>, CloudError> {
    let asked = asked(aws, ask);
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let listed: Vec<Live> = list(aws, &ask.scope.name_prefix()).await?;
    let found: Vec<Found<Live>> = futures::stream::iter(listed)
        .filter_map(|rule| std::future::ready(asked.get(&rule.name).map(|at| (at.clone(), rule))))
        .map(|(address, rule)| async move {
            let live = Live { targets: targets(aws, &rule.name).await?, ..rule };
            let ownership: Ownership = EventRule::ownership(&address, &live);
            Ok::<_, CloudError>(Found { address, live, ownership, listed: true })
        })
        .buffered(READS_AT_ONCE)
        .try_collect()
        .await?;
    // The prefix of stack `a` in stage `b` is also that of stack `a-b`: what is not wanted must be ours to be spoken of.
    let ours = |found: &Found<Live>| found.ownership == Ownership::Ours || ask.wanted.contains_key(&found.address);
    Ok(found.into_iter().filter(ours).collect())
}

/// The rules to look at, by name: those that are wanted, and those that statements of ours let invoke a function.
fn asked(aws: &Aws, ask: &Ask<'_, EventRule>) -> BTreeMap<String, Address> {
    let wanted = ask.wanted.iter().map(|(at, desired)| (desired.name.clone(), (*at).clone()));
    let start = aws.identity.rule_arn(&ask.scope.name_prefix());
    let statements = ask.seen.all::<LambdaPermission>().filter(|(at, live)| {
        at.scope == *ask.scope && live.principal == EVENTS
    });
    let keys: BTreeSet<&str> =
        statements.filter_map(|(_, live)| live.source_arn.strip_prefix(&start)).collect();
    let told = keys.into_iter().map(|key| (ask.scope.name(key), ask.address(key)));
    told.chain(wanted).collect()
}

async fn list(aws: &Aws, prefix: &str) -> Result<Vec<Live>, CloudError> {
    let (mut rules, mut token) = (Vec::new(), None::<String>);
    loop {
        let page = aws
            .read("events", "ListRules", || {
                aws.events.list_rules().name_prefix(prefix).set_next_token(token.clone()).send()
            })
            .await?;
        rules.extend(page.rules.unwrap_or_default().into_iter().map(|rule| Live {
            name: rule.name.unwrap_or_default(),
            schedule: rule.schedule_expression.unwrap_or_default(),
            enabled: rule.state.is_none_or(|state| state.as_str().starts_with("ENABLED")),
            description: rule.description.filter(|text| !text.is_empty()),
            targets: BTreeMap::new(),
        }));
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(rules);
        }
    }
}

async fn targets(aws: &Aws, rule: &str) -> Result<BTreeMap<String, Target>, CloudError> {
    let answer = aws
        .read_optional("events", "ListTargetsByRule", || aws.events.list_targets_by_rule().rule(rule).send())
        .await?;
    let targets = answer.and_then(|answer| answer.targets).unwrap_or_default();
    let target = |target: aws_sdk_eventbridge::types::Target| {
        let input = target.input.filter(|input| !input.is_empty());
        (target.id, Target { arn: target.arn, input })
    };
    Ok(targets.into_iter().map(target).collect())
}
