//! What a patch makes of a stage, with API Gateway's refusals.

use super::{AccessLog, Live, Patch, PatchOp, settings::parse_patch_path, variables};
use crate::model::{Class, Refusal};

/// Every place that AWS names when it is given another.
const PLACES: &str = "/deploymentId, /description, /cacheClusterEnabled, /cacheClusterSize, /clientCertificateId, \
    /accessLogSettings, /accessLogSettings/destinationArn, /accessLogSettings/format, /{resourcePath}/{httpMethod}/<setting>, \
    /*/*/<setting>, /variables/{name}, /tracingEnabled";

fn refuse(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Invalid, 400, "BadRequestException", message)
}

/// The cache's size where none was chosen, in GB.
pub(super) const CACHE_SIZE_GB: &str = "0.5";

/// Applies `patch` to `live`.
pub(super) fn apply(live: &mut Live, patch: &Patch) -> Result<(), Refusal> {
    let value = patch.value.as_ref().map(|value| value.settled()).unwrap_or_default();
    match (patch.op, patch.path.as_str()) {
        (PatchOp::Replace, "/deploymentId") => live.deployment_id = value.to_owned(),
        (PatchOp::Replace, "/description") => live.description = some(value),
        (PatchOp::Replace, "/cacheClusterEnabled") => {
            let size = live.cache_size_gb.take().unwrap_or_else(|| CACHE_SIZE_GB.to_owned());
            live.cache_size_gb = (value == "true").then_some(size);
        }
        // A size is remembered by a cache only.
        (PatchOp::Replace, "/cacheClusterSize") => {
            live.cache_size_gb = live.cache_size_gb.take().map(|_| value.to_owned());
        }
        (PatchOp::Replace, "/tracingEnabled") => live.tracing = value == "true",
        (PatchOp::Replace, "/clientCertificateId") => live.client_certificate = some(value),
        (PatchOp::Remove, "/canarySettings") => live.canary = None,
        (PatchOp::Remove, "/accessLogSettings") => live.access_log = None,
        (op, path) if path.starts_with("/accessLogSettings") => access_log(live, op, path, value)?,
        (op, path) => match path.strip_prefix("/variables/") {
            Some(name) => variable(live, op, name, value)?,
            None => method_settings(live, op, path, value)?,
        },
    }
    Ok(())
}

fn some(value: &str) -> Option<String> {
    (!value.is_empty()).then(|| value.to_owned())
}

fn access_log(live: &mut Live, op: PatchOp, path: &str, value: &str) -> Result<(), Refusal> {
    if op == PatchOp::Remove {
        return Err(no_such_setting(path));
    }
    if value.is_empty() {
        return Err(refuse("Access Log value must not be empty"));
    }
    let empty = || AccessLog { destination_arn: String::new(), format: String::new() };
    let log = live.access_log.get_or_insert_with(empty);
    match path {
        "/accessLogSettings/destinationArn" => value.clone_into(&mut log.destination_arn),
        "/accessLogSettings/format" => value.clone_into(&mut log.format),
        _ => {
            return Err(refuse(
                "Invalid accessLogSettings path. Must be one of : [/accessLogSettings/destinationArn, /accessLogSettings/format]",
            ));
        }
    }
    Ok(())
}

fn variable(live: &mut Live, op: PatchOp, name: &str, value: &str) -> Result<(), Refusal> {
    match op {
        PatchOp::Replace => {
            variables::check([(name, value)])?;
            live.variables.insert(name.to_owned(), value.to_owned());
        }
        PatchOp::Remove => {
            live.variables.remove(name);
        }
    }
    Ok(())
}

fn method_settings(live: &mut Live, op: PatchOp, path: &str, value: &str) -> Result<(), Refusal> {
    let unknown = || refuse(format!("Invalid method setting path: {path}. Must be one of: [{PLACES}]"));
    match (op, parse_patch_path(path).ok_or_else(unknown)?) {
        (PatchOp::Replace, (key, Some(setting))) => {
            let mut settings = live.methods.get(&key).cloned().unwrap_or_default();
            check_setting(setting, value)?;
            settings.set(setting, value).ok_or_else(unknown)?;
            live.methods.insert(key, settings);
        }
        (PatchOp::Replace, (_, None)) => return Err(unknown()),
        (PatchOp::Remove, (key, None)) => {
            live.methods.remove(&key).ok_or_else(|| no_such_setting(path))?;
        }
        (PatchOp::Remove, (_, Some(_))) => return Err(no_such_setting(path)),
    }
    Ok(())
}

/// The blank at the end is AWS's.
fn no_such_setting(path: &str) -> Refusal {
    let path = path.trim_start_matches('/');
    refuse(format!("Cannot remove method setting {path} because there is no method setting for this method "))
}

fn check_setting(setting: &str, value: &str) -> Result<(), Refusal> {
    let seconds = (setting == "caching/ttlInSeconds").then(|| value.parse::<i32>().unwrap_or(-1));
    match seconds {
        Some(seconds) if !(0..=3600).contains(&seconds) => {
            Err(refuse("Invalid cache TTL: it must be between 0 and 3600 seconds"))
        }
        _ => Ok(()),
    }
}
