//! `api-key`: the value of an API key, for who asks for it in so many words. No other command shows one.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde_json::json;

use super::Context;
use crate::{
    cli::{
        Exit,
        error::{CommandError, refused},
        load, target,
    },
    kinds::api_key,
    model::{Owner, Scope, suggest::did_you_mean},
};

pub(super) async fn run(context: &Context, file: &Path, key: Option<&str>) -> Result<Exit, CommandError> {
    let scope = Scope::new(load::stack_name(file)?, context.global.stage.clone());
    let account = target::open(&context.global, &context.env).await?;
    let found = account.keys(&BTreeSet::new()).await?;
    let ours: BTreeMap<String, &api_key::Live> = found
        .keys
        .iter()
        .filter_map(|live| {
            let owner = Owner::of(&live.tags)?;
            let ours = owner.stack == scope.stack && owner.stage == scope.stage;
            ours.then_some((owner.key, live))
        })
        .collect();
    let (key, live) = chosen(&scope, &ours, key)?;
    let Some(value) = live.value.as_ref() else {
        return Err(refused(
            &scope,
            &format!("has an API key `{key}` whose value cannot be read"),
            "the caller may not see values",
        ));
    };
    match context.view.is_json() {
        true => context
            .view
            .emit(&json!({"event": "api_key", "key": key, "id": live.id, "value": value.reveal()})),
        false => context.view.data(&format!("{}\n", value.reveal())),
    }
    Ok(Exit::Done)
}

/// The key that was asked for, or the only one.
fn chosen<'a>(
    scope: &Scope,
    ours: &'a BTreeMap<String, &'a api_key::Live>,
    key: Option<&'a str>,
) -> Result<(&'a str, &'a api_key::Live), CommandError> {
    let names = || ours.keys().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match key {
        _ if ours.is_empty() => {
            Err(refused(scope, "has no API key", "declare one under `api_keys` and deploy it"))
        }
        Some(key) => ours.get(key).map(|live| (key, *live)).ok_or_else(|| {
            let hint = did_you_mean(key, ours.keys().map(String::as_str));
            let hint = hint.unwrap_or_else(|| format!("it has {}", names()));
            refused(scope, &format!("has no API key `{key}`"), hint)
        }),
        None if ours.len() > 1 => {
            Err(refused(scope, "has several API keys", format!("say which: {}", names())))
        }
        None => ours
            .first_key_value()
            .map(|(key, live)| (key.as_str(), *live))
            .ok_or_else(|| refused(scope, "has no API key", "deploy one")),
    }
}
