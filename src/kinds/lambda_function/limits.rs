//! Lambda's limits, with its own words. Sources: "Lambda quotas", the API reference's constraints, and recorded refusals.

use std::collections::BTreeMap;

use super::{Code, Fields};
use crate::model::{Class, Refusal, Text};

/// All variables together, as JSON.
const ENVIRONMENT_BYTES: usize = 4096;
/// The unzipped code with its layers; a zip beyond it cannot unzip to less.
const UNZIPPED_BYTES: u64 = 262_144_000;
const LAYERS: usize = 5;
const NAME_CHARS: usize = 64;
const HANDLER_CHARS: usize = 128;
const DESCRIPTION_CHARS: usize = 256;

/// Variables that Lambda sets itself.
const RESERVED_KEYS: [&str; 19] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
    "LAMBDA_RUNTIME_DIR",
    "AWS_SECURITY_TOKEN",
];

/// What Lambda refuses about a configuration.
pub(super) fn configuration(fields: &Fields) -> Result<(), Refusal> {
    between("memorySize", fields.memory_mb, 128, 10_240)?;
    between("timeout", fields.timeout_seconds, 1, 900)?;
    between("ephemeralStorage.size", fields.ephemeral_storage_mb, 512, 10_240)?;
    at_most("handler", fields.handler.as_deref(), HANDLER_CHARS)?;
    at_most("description", fields.description.as_deref(), DESCRIPTION_CHARS)?;
    if fields.layers.as_ref().is_some_and(|layers| layers.len() > LAYERS) {
        return Err(invalid("Cannot reference more than 5 layers."));
    }
    match &fields.environment {
        Some(variables) => environment(variables),
        None => Ok(()),
    }
}

/// What Lambda refuses about a name.
pub(super) fn name(name: &str) -> Result<(), Refusal> {
    at_most("functionName", Some(name), NAME_CHARS)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(fits) {
        return Err(validation(format!(
            "1 validation error detected: Value '{name}' at 'functionName' failed to satisfy constraint: Member must satisfy \
             regular expression pattern: (arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{{2}}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{{1}}:)?\
             (\\d{{12}}:)?(function:)?([a-zA-Z0-9-_]+)(:(\\$LATEST|[a-zA-Z0-9-_]+))?"
        )));
    }
    Ok(())
}

/// What Lambda refuses about a zip.
pub(super) fn code(code: &Code) -> Result<(), Refusal> {
    if code.size_bytes > UNZIPPED_BYTES {
        return Err(invalid("Unzipped size must be smaller than 262144000 bytes"));
    }
    Ok(())
}

fn environment(variables: &BTreeMap<String, Text>) -> Result<(), Refusal> {
    let unable = "Lambda was unable to configure your environment variables because the environment variables you have provided";
    let letters = |key: &str| {
        key.len() >= 2
            && key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let reserved: Vec<_> = variables.keys().map(String::as_str).filter(|key| RESERVED_KEYS.contains(key)).collect();
    if !reserved.is_empty() {
        return Err(invalid(format!(
            "{unable} contains reserved keys that are currently not supported for modification. Reserved keys used in this \
             request: {}",
            reserved.join(", ")
        )));
    }
    if !variables.keys().all(|key| letters(key)) {
        return Err(validation(
            "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: Map keys must satisfy \
             constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]",
        ));
    }
    let plain: BTreeMap<_, _> = variables.iter().map(|(key, value)| (key, value.settled())).collect();
    let bytes = serde_json::to_string(&plain).map_or(0, |json| json.len());
    if bytes > ENVIRONMENT_BYTES {
        // Lambda repeats all values here; they stay out of our messages.
        return Err(invalid(format!("{unable} exceeded the 4KB limit. String measured: (hidden)")));
    }
    Ok(())
}

fn between(field: &str, value: Option<i32>, least: i32, most: i32) -> Result<(), Refusal> {
    let Some(value) = value else { return Ok(()) };
    let constraint = match value {
        value if value < least => format!("greater than or equal to {least}"),
        value if value > most => format!("less than or equal to {most}"),
        _ => return Ok(()),
    };
    Err(validation(format!(
        "1 validation error detected: Value '{value}' at '{field}' failed to satisfy constraint: Member must have value {constraint}"
    )))
}

fn at_most(field: &str, text: Option<&str>, chars: usize) -> Result<(), Refusal> {
    match text.filter(|text| text.chars().count() > chars) {
        Some(text) => Err(validation(format!(
            "1 validation error detected: Value '{text}' at '{field}' failed to satisfy constraint: Member must have length less \
             than or equal to {chars}"
        ))),
        None => Ok(()),
    }
}

pub(super) fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Invalid, 400, "InvalidParameterValueException", message)
}

fn validation(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Invalid, 400, "ValidationException", message)
}
