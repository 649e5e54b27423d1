//! `CreateRestApi` and `UpdateRestApi`.

use super::refusal::{bad, invalid_path, replace_only};
use crate::{
    kinds::rest_api::{
        definition::Settings,
        live::Live,
        patch::{Action, Patch},
    },
    model::Refusal,
};

/// The largest size from which bodies may be compressed, in bytes.
const COMPRESSION_MAX_BYTES: u32 = 10_485_760;
/// The longest resource policy, in characters (a quota that can be raised).
const POLICY_MAX: usize = 8_192;

pub(super) fn check(settings: &Settings) -> Result<(), Refusal> {
    if settings.description.as_deref() == Some("") {
        return Err(bad("Description cannot be an empty string"));
    }
    if settings.minimum_compression_bytes.is_some_and(|bytes| bytes > COMPRESSION_MAX_BYTES) {
        return Err(bad("Invalid minimum compression size, must be between 0 and 10485760"));
    }
    policy(settings.policy.as_deref().unwrap_or_default())
}

fn policy(text: &str) -> Result<(), Refusal> {
    let fits = text.is_empty() || serde_json::from_str::<serde_json::Value>(text).is_ok_and(|policy| policy.is_object());
    if !fits || text.chars().count() > POLICY_MAX {
        return Err(bad("Invalid policy document. Please check the policy syntax and ensure that Principals are valid."));
    }
    Ok(())
}

pub(super) fn update(live: &mut Live, patches: &[Patch]) -> Result<(), Refusal> {
    let mut after = live.clone();
    for patch in patches {
        apply(&mut after, patch)?;
    }
    check(&after.settings)?;
    *live = after;
    Ok(())
}

fn apply(live: &mut Live, patch: &Patch) -> Result<(), Refusal> {
    let pieces = patch.pieces();
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    let (settings, text) = (&mut live.settings, patch.text());
    match (patch.action, pieces.as_slice()) {
        (Action::Remove, ["description"]) => settings.description = None,
        (Action::Add, ["binaryMediaTypes", kind]) => {
            settings.binary_media_types.insert((*kind).to_owned());
        }
        (Action::Remove, ["binaryMediaTypes", kind]) => {
            settings.binary_media_types.remove(*kind);
        }
        (Action::Add, ["endpointConfiguration", "vpcEndpointIds"]) => {
            settings.vpc_endpoint_ids.insert(text.to_owned());
        }
        (Action::Remove, ["endpointConfiguration", "vpcEndpointIds"]) => {
            settings.vpc_endpoint_ids.remove(text);
        }
        (Action::Replace, pieces) => replace(live, pieces, patch)?,
        (
            _,
            ["name" | "description" | "apiKeySource" | "policy" | "disableExecuteApiEndpoint"]
            | ["minimumCompressionSize"]
            | ["endpointConfiguration", "ipAddressType"],
        ) => return Err(replace_only()),
        (_, ["endpointConfiguration", "types", _]) => {
            return Err(bad("Invalid patch operation specified. Must be 'add'|'remove'|'replace'"));
        }
        _ => return Err(invalid_path(patch)),
    }
    Ok(())
}

fn replace(live: &mut Live, pieces: &[&str], patch: &Patch) -> Result<(), Refusal> {
    let (settings, text) = (&mut live.settings, patch.text());
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match pieces {
        ["name"] => live.name = text.to_owned(),
        ["description"] => settings.description = some(text),
        ["apiKeySource"] => settings.api_key_source = text.parse().map_err(|_| bad("Invalid API key source"))?,
        ["policy"] => {
            policy(text)?;
            settings.policy = some(text);
        }
        ["disableExecuteApiEndpoint"] => settings.disable_execute_api_endpoint = text == "true",
        ["minimumCompressionSize"] => {
            let wrong = |_| bad("Invalid minimum compression size, must be between 0 and 10485760");
            settings.minimum_compression_bytes = some(text).map(|text| text.parse().map_err(wrong)).transpose()?;
        }
        ["endpointConfiguration", "types", "0"] => {
            let wrong = |_| bad("Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE");
            settings.endpoint = text.parse().map_err(wrong)?;
        }
        ["endpointConfiguration", "ipAddressType"] if matches!(text, "ipv4" | "dualstack") => {}
        ["endpointConfiguration", "ipAddressType"] => {
            return Err(bad("ipAddressType must be either ipv4 or dualstack."));
        }
        _ => return Err(invalid_path(patch)),
    }
    Ok(())
}
