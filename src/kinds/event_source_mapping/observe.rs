//! Reads mappings: one listing, where a function has or is to have one.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_lambda::types::EventSourceMappingConfiguration as Answer;

use super::{EventSourceMapping, Live, STREAMS_TAG, Settings, base_name, canonical, key};
use crate::{
    account::aws::Aws,
    kinds::{Ask, LambdaFunction},
    model::{CloudError, Found, Identity, Ownership},
};

/// How often a mapping that should be there is looked for.
const LOOKS: u32 = 20;
/// A mapping that goes is no longer one.
const DELETING: &str = "Deleting";

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, EventSourceMapping>) -> Result<Vec<Found<Live>>, CloudError> {
    let functions = functions(ask);
    if functions.is_empty() {
        return Ok(Vec::new());
    }
    let expected: Vec<_> =
        ask.wanted.keys().filter(|at| ask.hint(at).is_some_and(|hint| hint.open)).collect();
    let mut found = look(aws, ask, &functions).await?;
    for _ in 0..LOOKS {
        if expected.iter().all(|at| found.iter().any(|found| found.address == ***at)) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(aws.patience.poll_ms)).await;
        found = look(aws, ask, &functions).await?;
    }
    Ok(found)
}

/// The functions to look at, keys by name.
fn functions(ask: &Ask<'_, EventSourceMapping>) -> BTreeMap<String, String> {
    let wanted = |name: &str| ask.wanted.values().any(|desired| base_name(&desired.function_name) == name);
    ask.seen
        .all::<LambdaFunction>()
        .filter(|(at, live)| at.scope == *ask.scope && (live.tags.contains_key(STREAMS_TAG) || wanted(&live.name)))
        .map(|(at, live)| (live.name.clone(), at.key.clone()))
        .collect()
}

async fn look(
    aws: &Aws,
    ask: &Ask<'_, EventSourceMapping>,
    functions: &BTreeMap<String, String>,
) -> Result<Vec<Found<Live>>, CloudError> {
    let mut found = Vec::new();
    for answer in list(aws).await? {
        let Some(live) = live(answer, &aws.identity) else { continue };
        let Some(function_key) = functions.get(base_name(&live.function_name)) else { continue };
        let Some(key) = key(ask.scope, function_key, &live.source_arn) else { continue };
        found.push(Found { address: ask.address(&key), live, ownership: Ownership::Ours, listed: true });
    }
    Ok(found)
}

async fn list(aws: &Aws) -> Result<Vec<Answer>, CloudError> {
    let (mut all, mut marker) = (Vec::new(), None::<String>);
    loop {
        let page = aws
            .read("lambda", "ListEventSourceMappings", || {
                aws.lambda.list_event_source_mappings().set_marker(marker.clone()).send()
            })
            .await?;
        all.extend(page.event_source_mappings.unwrap_or_default());
        marker = page.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(all);
        }
    }
}

/// A mapping to a function of this account and region, with AWS's defaults where an emulator leaves a field out.
fn live(answer: Answer, identity: &Identity) -> Option<Live> {
    let state = answer.state.unwrap_or_default();
    if state == DELETING {
        return None;
    }
    let defaults = Settings::default();
    let on_failure = answer.destination_config.and_then(|config| config.on_failure);
    let filters = answer.filter_criteria.and_then(|criteria| criteria.filters).unwrap_or_default();
    Some(Live {
        id: answer.uuid?,
        function_name: answer.function_arn?.strip_prefix(&identity.function_arn(""))?.to_owned(),
        source_arn: answer.event_source_arn?,
        starting_position: answer.starting_position.map(|word| word.as_str().to_owned()).unwrap_or_default(),
        on_failure_arn: on_failure.and_then(|to| to.destination).filter(|arn| !arn.is_empty()),
        settings: Settings {
            enabled: !matches!(state.as_str(), "Disabled" | "Disabling"),
            batch_size: answer.batch_size.unwrap_or(defaults.batch_size),
            batching_window_seconds: answer.maximum_batching_window_in_seconds.unwrap_or(0),
            parallelization_factor: answer.parallelization_factor.unwrap_or(defaults.parallelization_factor),
            retries: answer.maximum_retry_attempts.unwrap_or(defaults.retries),
            max_record_age_seconds: answer.maximum_record_age_in_seconds.unwrap_or(defaults.max_record_age_seconds),
            bisect_on_error: answer.bisect_batch_on_function_error.unwrap_or(false),
            report_batch_item_failures: !answer.function_response_types.unwrap_or_default().is_empty(),
            filters: filters.into_iter().filter_map(|filter| Some(canonical(&filter.pattern?))).collect(),
        },
    })
}
