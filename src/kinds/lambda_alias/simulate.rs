//! What a call makes of versions and aliases, with Lambda's refusals.

use std::collections::BTreeMap;

use super::{Alias, Live, Op, Version, op::Pointer};
use crate::{
    kinds::{LambdaFunction, World, lambda_function::{self, Revision}},
    model::{Class, Refusal},
};

const NAME_CHARS: usize = 128;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Publish { function_name, code_sha256_base64 } => publish(function_name, code_sha256_base64, live, world),
        Op::Create(pointer) => {
            let live = live.unwrap_or_else(|| Live::none(&pointer.function_name));
            refuse_name(&pointer.name)?;
            if live.alias(&pointer.name).is_some() {
                let message = format!("Alias already exists: {}", qualified(pointer, &pointer.name, world));
                return Err(Refusal::new(Class::Exists, 409, "ResourceConflictException", message));
            }
            point(pointer, live, world)
        }
        Op::Update(pointer) => {
            let live = live.unwrap_or_else(|| Live::none(&pointer.function_name));
            if live.alias(&pointer.name).is_none() {
                return Err(absent(format!("Cannot find alias arn: {}", qualified(pointer, &pointer.name, world))));
            }
            point(pointer, live, world)
        }
        Op::DeleteAlias { name, .. } => {
            let Some(mut live) = live else { return Ok(None) };
            live.aliases.retain(|alias| alias.name != *name);
            Ok(live.or_nothing())
        }
        Op::DeleteVersion { number, .. } => {
            let Some(mut live) = live else { return Ok(None) };
            refuse_used(*number, &live)?;
            live.versions.retain(|version| version.number != *number);
            Ok(live.or_nothing())
        }
    }
}

/// A copy of the function as it is now, unless the last version is that already.
fn publish(name: &str, code: &str, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    let Some(mut functions) = world.all::<LambdaFunction>() else { return Ok(live) };
    let Some((_, function)) = functions.find(|(_, function)| function.name == name) else {
        return Err(absent(format!("Function not found: {}", world.identity.function_arn(name))));
    };
    if function.code_sha256_base64 != code {
        let message = format!(
            "CodeSHA256 ({code}) is different from current CodeSHA256 in $LATEST ({}). Please try again with the CodeSHA256 in \
             $LATEST.",
            function.code_sha256_base64
        );
        return Err(Refusal::new(Class::Invalid, 400, "InvalidParameterValueException", message));
    }
    let function = lambda_function::Live {
        tags: BTreeMap::new(),
        reserved_concurrency: None,
        revision: Revision::default(),
        ..function.clone()
    };
    let mut live = live.unwrap_or_else(|| Live::none(name));
    if live.versions.last().is_none_or(|last| last.function != function) {
        let number = live.versions.last().map_or(1, |last| last.number + 1);
        live.versions.push(Version { number, function });
    }
    Ok(Some(live))
}

fn point(pointer: &Pointer, mut live: Live, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    let newest = live.versions.last().map(|version| version.number);
    let version = pointer.version.or(newest).unwrap_or_default();
    let named = std::iter::once(version).chain(pointer.previous.map(|(number, _)| number));
    for number in named {
        if !live.versions.iter().any(|version| version.number == number) {
            let arn = qualified(pointer, &number.to_string(), world);
            return Err(absent(format!("Function not found: {arn}")));
        }
    }
    let alias = Alias {
        name: pointer.name.clone(),
        version,
        description: pointer.description.clone(),
        percents: pointer.previous.into_iter().collect(),
    };
    live.aliases.retain(|other| other.name != alias.name);
    live.aliases.push(alias);
    live.aliases.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(Some(live))
}

/// An alias is a word, and no number: that would be a version.
fn refuse_name(name: &str) -> Result<(), Refusal> {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let fits = (1..=NAME_CHARS).contains(&name.len())
        && name.chars().all(word)
        && !name.chars().all(|c| c.is_ascii_digit());
    if fits {
        return Ok(());
    }
    let message = format!(
        "1 validation error detected: Value '{name}' at 'name' failed to satisfy constraint: Member must satisfy regular \
         expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+)"
    );
    Err(Refusal::new(Class::Invalid, 400, "ValidationException", message))
}

fn refuse_used(number: i64, live: &Live) -> Result<(), Refusal> {
    let uses = |alias: &&Alias| alias.version == number || alias.percents.contains_key(&number);
    let names: Vec<&str> = live.aliases.iter().filter(uses).map(|alias| alias.name.as_str()).collect();
    if names.is_empty() {
        return Ok(());
    }
    let message = format!("Unable to delete version because the following aliases reference it: [{}]", names.join(", "));
    Err(Refusal::new(Class::Busy, 409, "ResourceConflictException", message))
}

fn qualified(pointer: &Pointer, qualifier: &str, world: &World<'_>) -> String {
    world.identity.function_arn(&format!("{}:{qualifier}", pointer.function_name))
}

fn absent(message: String) -> Refusal {
    Refusal::new(Class::Absent, 404, "ResourceNotFoundException", message)
}
