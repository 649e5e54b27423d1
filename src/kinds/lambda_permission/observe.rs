//! Reads permissions: the policy of every function that has, may have or should have a statement of ours.

use std::collections::{BTreeMap, BTreeSet};

use futures::{StreamExt, TryStreamExt};

use super::{Desired, LambdaPermission, Live, called, diff::is_foreign, policy, prefix, statement_id, taken_apart};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind, LambdaFunction, apis::seen_apis, lambda_function::ALIAS_TAG},
    model::{Address, Class, CloudError, Found, Ownership},
};

/// How many policies are read side by side.
const READS_AT_ONCE: usize = 8;

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, LambdaPermission>) -> Result<Vec<Found<Live>>, CloudError> {
    let ours = own_functions(ask);
    let aliases = aliases(ask);
    let wanted: BTreeSet<&str> = ask.wanted.values().map(|desired| desired.function_name.as_str()).collect();
    let needed: BTreeSet<String> = ours.keys().cloned().chain(aliases).chain(wanted.iter().map(|name| (*name).to_owned())).collect();
    let elsewhere = called_functions(aws, ask).into_iter().chain(remembered_functions(ask));
    let asked: BTreeSet<String> = needed.iter().cloned().chain(elsewhere).collect();
    let prefix = prefix(ask.scope);
    let found: Vec<Vec<Live>> = futures::stream::iter(asked)
        .map(|name| read(aws, name, &needed, &prefix))
        .buffered(READS_AT_ONCE)
        .try_collect()
        .await?;
    let found = found.into_iter().flatten().map(|live| {
        let address = address_of(ask, &ours, &live);
        // A statement on another stack's function stays in the ledger as long as it is there: see `Op::Add`.
        let listed = !is_foreign(&address, &live.function_name);
        Found { address, live, ownership: Ownership::Ours, listed }
    });
    Ok(found.collect())
}

/// The scope's own functions that were seen: keys by name.
fn own_functions(ask: &Ask<'_, LambdaPermission>) -> BTreeMap<String, String> {
    let functions = ask.seen.all::<LambdaFunction>().filter(|(at, _)| at.scope == *ask.scope);
    functions.map(|(at, live)| (live.name.clone(), at.key.clone())).collect()
}

/// The aliases of the scope's own functions, as [`taken_apart`] reads them: each has a policy of its own.
fn aliases(ask: &Ask<'_, LambdaPermission>) -> BTreeSet<String> {
    let functions = ask.seen.all::<LambdaFunction>().filter(|(at, _)| at.scope == *ask.scope);
    let aliased = functions.filter_map(|(_, live)| Some((&live.name, live.tags.get(ALIAS_TAG)?)));
    aliased.map(|(name, alias)| format!("{name}:{alias}")).collect()
}

/// The functions that the scope's live APIs name: a statement is also looked for where only a forgotten authorizer of another
/// stack's function tells of it.
fn called_functions(aws: &Aws, ask: &Ask<'_, LambdaPermission>) -> BTreeSet<String> {
    seen_apis(ask).flat_map(|api| called::functions(api.live, &aws.identity)).collect()
}

/// The functions of other stacks whose statements the ledger remembers: their keys are their names.
fn remembered_functions(ask: &Ask<'_, LambdaPermission>) -> BTreeSet<String> {
    let addresses = ask.hints.keys().filter(|at| at.kind == LambdaPermission::NAME && at.scope == *ask.scope);
    addresses.map(|at| at.key.split('/').next().unwrap_or_default().to_owned()).collect()
}

async fn read(
    aws: &Aws,
    function_name: String,
    needed: &BTreeSet<String>,
    prefix: &str,
) -> Result<Vec<Live>, CloudError> {
    let answer = aws
        .read_optional("lambda", "GetPolicy", || {
            let (name, alias) = taken_apart(&function_name);
            aws.lambda.get_policy().function_name(name).set_qualifier(alias.map(str::to_owned)).send()
        })
        .await;
    let policy = match answer {
        Ok(answer) => answer.and_then(|answer| answer.policy).unwrap_or_default(),
        // Another stack's function that a forgotten authorizer still names: it may be out of our reach by now.
        Err(error) if error.class == Class::Denied && !needed.contains(&function_name) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    Ok(policy::statements(&function_name, &policy, prefix))
}

/// The address of a statement: the wanted one of that id, or the key that makes that id, or a key that says what it is.
fn address_of(ask: &Ask<'_, LambdaPermission>, ours: &BTreeMap<String, String>, live: &Live) -> Address {
    let same = |desired: &Desired| {
        desired.function_name == live.function_name && desired.statement_id == live.statement_id
    };
    if let Some((at, _)) = ask.wanted.iter().find(|(_, desired)| same(desired)) {
        return (*at).clone();
    }
    let own = match taken_apart(&live.function_name) {
        (name, Some(alias)) => ours.get(name).map(|key| format!("{key}:{alias}")),
        (name, None) => ours.get(name).cloned(),
    };
    let candidates = [own, Some(live.function_name.clone())];
    let key = candidates.into_iter().flatten().find(|key| statement_id(ask.scope, key) == live.statement_id);
    match key.map(|key| ask.address(&key)) {
        Some(at) if !ask.wanted.contains_key(&at) => at,
        _ => ask.address(&format!("{}/{}", live.function_name, live.statement_id)),
    }
}
