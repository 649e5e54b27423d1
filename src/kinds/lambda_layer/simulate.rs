//! What a call makes of a layer, with Lambda's refusals. Limits: API reference, `PublishLayerVersion`.

use super::{Live, Op, Settings, Version, description};
use crate::{
    kinds::World,
    model::{Address, Class, Refusal},
};

/// The unzipped content; a zip beyond it cannot unzip to less.
const UNZIPPED_BYTES: u64 = 262_144_000;
const RUNTIMES: usize = 15;
const NAME_CHARS: usize = 140;
const LICENSE_CHARS: usize = 512;
const DESCRIPTION_CHARS: usize = 256;

pub(super) fn simulate(
    at: &Address,
    op: &Op,
    live: Option<Live>,
    world: &World<'_>,
) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Upload { .. } => Ok(live),
        Op::Publish { name, code, settings } => {
            let words = description(&at.scope, &code.sha256_hex, settings.description.as_deref());
            refuse(name, code.size_bytes, &words, settings)?;
            let mut live = live.unwrap_or_else(|| Live { name: name.clone(), versions: Vec::new() });
            let number = number(&live, world);
            let settings = settings.clone();
            live.versions.push(Version { number, sha256_hex: code.sha256_hex.clone(), settings });
            Ok(Some(live))
        }
        // Deleting what is not there is no mistake.
        Op::Delete { number, .. } => {
            let Some(mut live) = live else { return Ok(None) };
            live.versions.retain(|version| version.number != *number);
            Ok((!live.versions.is_empty()).then_some(live))
        }
    }
}

/// AWS's number where it gave one; the next one otherwise.
fn number(live: &Live, world: &World<'_>) -> i64 {
    let next = live.versions.iter().map(|version| version.number).max().unwrap_or(0) + 1;
    match world.objects {
        None => world.id(1).parse().unwrap_or(next),
        Some(_) => next,
    }
}

fn refuse(name: &str, size_bytes: u64, description: &str, settings: &Settings) -> Result<(), Refusal> {
    at_most("layerName", name, NAME_CHARS)?;
    at_most("description", description, DESCRIPTION_CHARS)?;
    at_most("licenseInfo", settings.license.as_deref().unwrap_or_default(), LICENSE_CHARS)?;
    if settings.compatible_runtimes.len() > RUNTIMES {
        return Err(invalid(format!("CompatibleRuntimes list length exceeds maximum allowed length of {RUNTIMES}.")));
    }
    if size_bytes > UNZIPPED_BYTES {
        return Err(invalid(format!("Unzipped size must be smaller than {UNZIPPED_BYTES} bytes")));
    }
    Ok(())
}

fn at_most(field: &str, text: &str, chars: usize) -> Result<(), Refusal> {
    if text.chars().count() <= chars {
        return Ok(());
    }
    let message = format!(
        "1 validation error detected: Value '{text}' at '{field}' failed to satisfy constraint: Member must have length less \
         than or equal to {chars}"
    );
    Err(Refusal::new(Class::Invalid, 400, "ValidationException", message))
}

fn invalid(message: String) -> Refusal {
    Refusal::new(Class::Invalid, 400, "InvalidParameterValueException", message)
}
