//! Whether and under which key a request's answer is cached.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use sha2::{Digest, Sha256};

use crate::{
    gateway::{
        exchange::Step,
        gateway_response::GatewayResponseType,
        method_settings,
        stages::{Call, Refused},
    },
    kinds::api_stage::UnauthorizedCacheControl,
};

/// The value of the `Warning` header of an answer to someone whose wish for a fresh one was ignored.
pub const WARNING: &str = "199 Cache-control headers were ignored because the caller was unauthorized.";

/// What an answer is kept under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key([u8; 32]);

/// What is to be done about the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The answer's key.
    pub key: Key,
    /// How long the answer is kept.
    pub ttl: SignedDuration,
    /// Whether a kept answer may be given; the new one is kept in any case.
    pub look_up: bool,
    /// Whether the answer gets [`WARNING`].
    pub warn: bool,
}

/// What is to be done about the cache for a request; `None` where its method is not cached. `may_invalidate` tells whether the caller
/// may have a kept answer thrown away, and is asked only where that matters.
///
/// # Errors
/// When the client wants a fresh answer, may not, and the method's settings make that a 403.
pub fn plan(call: &Call<'_>, may_invalidate: impl FnOnce() -> bool) -> Result<Option<Plan>, Refused> {
    let served = call.served;
    let Some(effective) = method_settings::of(&served.stage, call.resource, call.verb_key) else {
        return Ok(None);
    };
    let settings = effective.settings;
    // Settings of `*/*` turn caching on for GET only; another verb takes settings of its own.
    let verb_is_cached = call.request.method == "GET" || effective.own;
    if !served.stage.cache || !settings.caching || settings.cache_ttl_seconds <= 0 || !verb_is_cached {
        return Ok(None);
    }
    let ttl = SignedDuration::from_secs(i64::from(settings.cache_ttl_seconds));
    let plan = Plan { key: key(call), ttl, look_up: true, warn: false };
    if !wants_fresh(call) {
        return Ok(Some(plan));
    }
    if !settings.cache_control_authorization || may_invalidate() {
        return Ok(Some(Plan { look_up: false, ..plan }));
    }
    match settings.unauthorized_cache_control {
        UnauthorizedCacheControl::FailWith403 => Err(Refused {
            step: Step::Cache,
            kind: GatewayResponseType::AccessDenied,
            message: Some("User is not authorized to access this resource".to_owned()),
            extra: BTreeMap::new(),
            reason: "Cache-Control: max-age=0 takes the permission execute-api:InvalidateCache".to_owned(),
        }),
        UnauthorizedCacheControl::SucceedWithResponseHeader => Ok(Some(Plan { warn: true, ..plan })),
        UnauthorizedCacheControl::SucceedWithoutResponseHeader => Ok(Some(plan)),
    }
}

fn wants_fresh(call: &Call<'_>) -> bool {
    let directives = call.request.headers.all("Cache-Control").flat_map(|value| value.split(','));
    directives
        .filter_map(|directive| directive.trim().split_once('='))
        .any(|(name, value)| name.trim().eq_ignore_ascii_case("max-age") && value.trim() == "0")
}

/// The verb is part of the key: `OPTIONS` and `POST` of one resource have the same namespace, yet never the same answer.
fn key(call: &Call<'_>) -> Key {
    let integration = call.method.integration.as_ref();
    let namespace = integration
        .and_then(|of| of.cache_namespace.as_deref())
        .or_else(|| call.served.resource_ids.get(call.resource).map(String::as_str))
        .unwrap_or(call.resource);
    let mut hash = Sha256::new();
    let mut add = |text: &str| {
        // With its length, so that no two lists of values run together.
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    };
    add(&call.request.method);
    add(namespace);
    for parameter in integration.iter().flat_map(|of| &of.cache_key_parameters) {
        add(parameter);
        // `integration.request.…` is where the integration gets a parameter of the method.
        let mapped = integration.and_then(|of| of.request_parameters.get(parameter));
        let values = values(call, mapped.unwrap_or(parameter));
        add(&values.len().to_string());
        for value in values {
            add(value);
        }
    }
    Key(hash.finalize().into())
}

/// All values of `method.request.header.X`, `…querystring.X` or `…path.X`.
fn values<'a>(call: &'a Call<'_>, parameter: &'a str) -> Vec<&'a str> {
    let Some((location, name)) =
        parameter.strip_prefix("method.request.").and_then(|rest| rest.split_once('.'))
    else {
        return Vec::new();
    };
    match location {
        "header" | "multivalueheader" => call.request.headers.all(name).collect(),
        "querystring" | "multivaluequerystring" => {
            call.query.iter().filter(|(of, _)| of == name).map(|(_, value)| value.as_str()).collect()
        }
        "path" => call.path.get(name).map(String::as_str).into_iter().collect(),
        _ => Vec::new(),
    }
}
