//! Reads functions: one listing, one question to the tagging API, and a read of its own only for what these two leave open.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_lambda::types::FunctionConfiguration;
use futures::{StreamExt, TryStreamExt, stream};

use super::{LambdaFunction, Live, RESERVED_TAG, read};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind},
    model::{Address, CloudError, Found, Owner, Ownership},
};

/// Reads of single functions that run side by side. `GetFunction` has a budget of 100 a second.
const SIDE_BY_SIDE: usize = 8;

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, LambdaFunction>) -> Result<Vec<Found<Live>>, CloudError> {
    let (listed, tagged) = futures::try_join!(list(aws), aws.tagged(ask.scope, Some("lambda:function")))?;
    let wanted: BTreeMap<&str, &Address> = ask.wanted.iter().map(|(at, desired)| (desired.name.as_str(), *at)).collect();
    let prefix = ask.scope.name_prefix();
    let mut found = Vec::new();
    let mut unread = BTreeSet::new();
    for (name, configuration) in listed {
        let at = wanted.get(name.as_str()).copied();
        if at.is_none() && !name.starts_with(&prefix) {
            continue;
        }
        match tagged.get(&aws.identity.function_arn(&name)) {
            Some(tags) if !reads_more(ask, at, tags) => {
                found.extend(belongs(ask, at, read::live(configuration, tags.clone())?));
            }
            _ => {
                unread.insert(name);
            }
        }
    }
    // A listing may lag behind: a wanted function is asked for by name before it is taken for missing.
    let seen: BTreeSet<String> = found.iter().map(|found: &Found<Live>| found.live.name.clone()).collect();
    unread.extend(wanted.keys().filter(|name| !seen.contains(**name)).map(|name| (*name).to_owned()));
    let wanted = &wanted;
    let more: Vec<Option<Found<Live>>> = stream::iter(unread)
        .map(|name| async move {
            let at = wanted.get(name.as_str()).copied();
            let declared = at.is_some_and(|at| declares_reservation(ask, at));
            let Some(function) = read::get(aws, &name).await? else { return Ok(None) };
            Ok::<_, CloudError>(read::whole(function, declared)?.and_then(|live| belongs(ask, at, live)))
        })
        .buffered(SIDE_BY_SIDE)
        .try_collect()
        .await?;
    found.extend(more.into_iter().flatten());
    Ok(found)
}

/// Listing and tags do not say everything: the reservation, and whether a creation that was never answered failed.
fn reads_more(ask: &Ask<'_, LambdaFunction>, at: Option<&Address>, tags: &BTreeMap<String, String>) -> bool {
    tags.contains_key(RESERVED_TAG)
        || at.is_some_and(|at| declares_reservation(ask, at) || ask.hint(at).is_some_and(|hint| hint.open))
}

fn declares_reservation(ask: &Ask<'_, LambdaFunction>, at: &Address) -> bool {
    ask.wanted.get(at).is_some_and(|desired| desired.reserved_concurrency.is_some())
}

/// What was found: the wanted object `at`, or one of this scope that is wanted no more. A function that only begins like our
/// names (stack `a`, stage `b-c` beside stack `a`, stage `b`) is nobody's business here.
fn belongs(ask: &Ask<'_, LambdaFunction>, at: Option<&Address>, live: Live) -> Option<Found<Live>> {
    let address = match at {
        Some(at) => at.clone(),
        None => {
            let owner = Owner::of(&live.tags)?;
            let ours = owner.stack == ask.scope.stack && owner.stage == ask.scope.stage;
            ours.then(|| ask.address(&owner.key))?
        }
    };
    let ownership: Ownership = LambdaFunction::ownership(&address, &live);
    Some(Found { address, live, ownership, listed: true })
}

async fn list(aws: &Aws) -> Result<BTreeMap<String, FunctionConfiguration>, CloudError> {
    let mut functions = BTreeMap::new();
    let mut marker: Option<String> = None;
    loop {
        let answer = aws
            .read("lambda", "ListFunctions", || aws.lambda.list_functions().set_marker(marker.clone()).send())
            .await?;
        for function in answer.functions.unwrap_or_default() {
            functions.insert(function.function_name.clone().unwrap_or_default(), function);
        }
        marker = answer.next_marker.filter(|marker| !marker.is_empty());
        if marker.is_none() {
            return Ok(functions);
        }
    }
}
