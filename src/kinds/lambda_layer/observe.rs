//! Reads layers: one listing for each that is wanted, remembered or used by a function of the stack.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_lambda::types::LayerVersionsListItem as Answer;
use futures::{StreamExt, TryStreamExt};

use super::{Architecture, Desired, LambdaLayer, Live, Settings, Version, taken_apart};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind, LambdaFunction},
    model::{Address, CloudError, Found, Hint, Ownership, Scope},
};

/// How often a version whose publishing was begun is looked for before it counts as never made.
const LOOKS: u32 = 20;
/// How many layers are read side by side.
const READS_AT_ONCE: usize = 8;

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, LambdaLayer>) -> Result<Vec<Found<Live>>, CloudError> {
    let found: Vec<Option<Found<Live>>> = futures::stream::iter(asked(aws, ask))
        .map(|address| async move {
            let desired = ask.wanted.get(&address).copied();
            let hint = ask.hint(&address).cloned().unwrap_or_default();
            let live = read(aws, &address, desired, &hint).await?;
            // A layer that is not wanted can be found by the ledger alone, so that the ledger never forgets one that is there.
            Ok::<_, CloudError>(live.map(|live| Found { address, live, ownership: Ownership::Ours, listed: false }))
        })
        .buffered(READS_AT_ONCE)
        .try_collect()
        .await?;
    Ok(found.into_iter().flatten().collect())
}

/// The layers to look for.
fn asked(aws: &Aws, ask: &Ask<'_, LambdaLayer>) -> Vec<Address> {
    let wanted = ask.wanted.keys().map(|at| (*at).clone());
    let remembered = ask.hints.keys().filter(|at| at.kind == LambdaLayer::NAME && at.scope == *ask.scope).cloned();
    let start = aws.identity.layer_arn(&ask.scope.name_prefix());
    let functions = ask.seen.all::<LambdaFunction>().filter(|(at, _)| at.scope == *ask.scope);
    let used = functions.flat_map(|(_, function)| &function.layers).filter_map(|arn| {
        let (key, _version) = arn.strip_prefix(&start)?.rsplit_once(':')?;
        Some(ask.address(key))
    });
    let mut all: Vec<Address> = wanted.chain(remembered).chain(used).collect();
    all.sort();
    all.dedup();
    all
}

async fn read(
    aws: &Aws,
    at: &Address,
    desired: Option<&Desired>,
    hint: &Hint,
) -> Result<Option<Live>, CloudError> {
    let name = at.name();
    let mut versions = list(aws, &at.scope, &name).await?;
    let is_wanted = |versions: &BTreeMap<i64, Version>| {
        let all = Live { name: name.clone(), versions: versions.values().cloned().collect() };
        desired.is_none_or(|desired| all.of(desired).is_some())
    };
    if hint.open && hint.id.is_none() {
        for _ in 0..LOOKS {
            if is_wanted(&versions) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(aws.patience.poll_ms)).await;
            versions = list(aws, &at.scope, &name).await?;
        }
    }
    let newest: Option<i64> = hint.id.as_deref().and_then(|id| id.parse().ok());
    if let Some(number) = newest.filter(|number| !versions.contains_key(number)) {
        versions.extend(get(aws, &at.scope, &name, number).await?);
    }
    let versions: Vec<Version> = versions.into_values().collect();
    Ok((!versions.is_empty()).then_some(Live { name, versions }))
}

/// Our versions by number.
async fn list(aws: &Aws, scope: &Scope, name: &str) -> Result<BTreeMap<i64, Version>, CloudError> {
    let mut versions = BTreeMap::new();
    let mut marker: Option<String> = None;
    loop {
        let page = aws
            .read_optional("lambda", "ListLayerVersions", || {
                aws.lambda.list_layer_versions().layer_name(name).set_marker(marker.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(versions) };
        versions.extend(page.layer_versions.unwrap_or_default().into_iter().filter_map(|one| ours(scope, one)));
        marker = page.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(versions);
        }
    }
}

/// One version, whatever the listing says.
async fn get(aws: &Aws, scope: &Scope, name: &str, number: i64) -> Result<Option<(i64, Version)>, CloudError> {
    let answer = aws
        .read_optional("lambda", "GetLayerVersion", || {
            aws.lambda.get_layer_version().layer_name(name).version_number(number).send()
        })
        .await?;
    Ok(answer.and_then(|answer| {
        let one = Answer::builder()
            .version(answer.version)
            .set_description(answer.description)
            .set_compatible_runtimes(answer.compatible_runtimes)
            .set_compatible_architectures(answer.compatible_architectures)
            .set_license_info(answer.license_info)
            .build();
        ours(scope, one)
    }))
}

fn ours(scope: &Scope, answer: Answer) -> Option<(i64, Version)> {
    let (description, sha256_hex) = taken_apart(scope, answer.description.as_deref()?)?;
    let architecture = |one: aws_sdk_lambda::types::Architecture| match one {
        aws_sdk_lambda::types::Architecture::Arm64 => Architecture::Arm64,
        _ => Architecture::X86_64,
    };
    let runtimes = answer.compatible_runtimes.unwrap_or_default();
    let architectures = answer.compatible_architectures.unwrap_or_default();
    let settings = Settings {
        compatible_runtimes: runtimes.iter().map(|runtime| runtime.as_str().to_owned()).collect(),
        compatible_architectures: architectures.into_iter().map(architecture).collect(),
        license: answer.license_info.filter(|text| !text.is_empty()),
        description,
    };
    Some((answer.version, Version { number: answer.version, sha256_hex, settings }))
}
