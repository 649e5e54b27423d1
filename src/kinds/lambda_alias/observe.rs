//! Reads versions and aliases: two listings for each function that has, or is to have, an alias.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_lambda::types::{AliasConfiguration, FunctionConfiguration};
use futures::{StreamExt, TryStreamExt};

use super::{ALIAS_TAG, Alias, LambdaAlias, Live, Version, is_ours};
use crate::{
    account::aws::Aws,
    kinds::{Ask, LambdaFunction, lambda_function::read},
    model::{Address, CloudError, Found, Ownership},
};

/// How many functions are read side by side.
const READS_AT_ONCE: usize = 8;
/// The least part of a call that is told apart.
const PERCENT: f64 = 100.0;

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, LambdaAlias>) -> Result<Vec<Found<Live>>, CloudError> {
    let found: Vec<Option<Found<Live>>> = futures::stream::iter(asked(ask))
        .map(|(function_name, address)| async move {
            let wanted = ask.wanted.get(&address).map(|desired| desired.name.as_str());
            let live = read_all(aws, &function_name, wanted).await?.or_nothing();
            Ok::<_, CloudError>(live.map(|live| Found { address, live, ownership: Ownership::Ours, listed: true }))
        })
        .buffered(READS_AT_ONCE)
        .try_collect()
        .await?;
    Ok(found.into_iter().flatten().collect())
}

/// The functions to look at, each with the address of its alias. One that is not there yet has none.
fn asked(ask: &Ask<'_, LambdaAlias>) -> BTreeMap<String, Address> {
    let wanted: BTreeMap<&str, &Address> =
        ask.wanted.iter().map(|(at, desired)| (desired.function.name.as_str(), *at)).collect();
    let mut asked = BTreeMap::new();
    for (at, function) in ask.seen.all::<LambdaFunction>().filter(|(at, _)| at.scope == *ask.scope) {
        match wanted.get(function.name.as_str()) {
            Some(alias) => asked.insert(function.name.clone(), (*alias).clone()),
            None if function.tags.contains_key(ALIAS_TAG) => {
                asked.insert(function.name.clone(), ask.address(&at.key))
            }
            None => None,
        };
    }
    asked
}

async fn read_all(aws: &Aws, function_name: &str, wanted: Option<&str>) -> Result<Live, CloudError> {
    let (versions, aliases) = futures::try_join!(versions(aws, function_name), aliases(aws, function_name))?;
    let mut live = Live::none(function_name);
    for configuration in versions {
        live.versions.extend(version(configuration)?);
    }
    live.versions.sort_by_key(|version| version.number);
    let (ours, others): (Vec<Alias>, Vec<Alias>) = aliases
        .into_iter()
        .filter_map(alias)
        .partition(|alias| is_ours(&alias.description) || wanted == Some(alias.name.as_str()));
    live.held = others.iter().flat_map(|alias| std::iter::once(alias.version).chain(alias.percents.keys().copied())).collect::<BTreeSet<_>>();
    live.aliases = ours;
    live.aliases.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(live)
}

/// A numbered version; `$LATEST` is none.
pub(super) fn version(configuration: FunctionConfiguration) -> Result<Option<Version>, CloudError> {
    let number = configuration.version.as_deref().and_then(|version| version.parse().ok());
    let Some(number) = number else { return Ok(None) };
    Ok(Some(Version { number, function: read::live(configuration, BTreeMap::new())? }))
}

fn alias(answer: AliasConfiguration) -> Option<Alias> {
    let weights = answer.routing_config.and_then(|routing| routing.additional_version_weights).unwrap_or_default();
    let percents = weights.into_iter().filter_map(|(version, weight)| {
        let percent = (weight * PERCENT).round().clamp(0.0, PERCENT);
        Some((version.parse().ok()?, percent as u8))
    });
    Some(Alias {
        name: answer.name?,
        version: answer.function_version?.parse().ok()?,
        description: answer.description.unwrap_or_default(),
        percents: percents.filter(|(_, percent)| *percent > 0).collect(),
    })
}

async fn versions(aws: &Aws, name: &str) -> Result<Vec<FunctionConfiguration>, CloudError> {
    let (mut all, mut marker) = (Vec::new(), None::<String>);
    loop {
        let page = aws
            .read_optional("lambda", "ListVersionsByFunction", || {
                aws.lambda.list_versions_by_function().function_name(name).set_marker(marker.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(all) };
        all.extend(page.versions.unwrap_or_default());
        marker = page.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(all);
        }
    }
}

async fn aliases(aws: &Aws, name: &str) -> Result<Vec<AliasConfiguration>, CloudError> {
    let (mut all, mut marker) = (Vec::new(), None::<String>);
    loop {
        let page = aws
            .read_optional("lambda", "ListAliases", || {
                aws.lambda.list_aliases().function_name(name).set_marker(marker.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(all) };
        all.extend(page.aliases.unwrap_or_default());
        marker = page.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(all);
        }
    }
}
