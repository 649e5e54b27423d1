//! The answer of a function behind a proxy integration.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::headers;
use crate::gateway::{
    exchange::{Headers, Response},
    gateway_response::Fault,
    integrate::{Answered, Matched},
    media,
};

/// Turns a function's result into the answer.
///
/// The result is an object of `statusCode`, `headers`, `multiValueHeaders`, `body` and `isBase64Encoded`, all of which may be left
/// out: `{}` is an empty 200. Numbers and booleans pass for texts and texts for numbers, as they do on AWS.
///
/// # Errors
/// 502 for a function that failed and for any other result, also for one with a key too many.
pub(super) fn answer(answered: &Answered, wants_binary: bool) -> Result<Response, Fault> {
    if let Matched::Error(message) = &answered.matched {
        return Err(Fault::bad_gateway(format!("the function failed: {message}")));
    }
    let result: Value = serde_json::from_slice(&answered.body)
        .map_err(|error| malformed(&format!("the function's result is no JSON: {error}")))?;
    let Value::Object(result) = result else { return Err(malformed("the function's result is no object")) };
    const KEYS: [&str; 5] = ["statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"];
    if let Some(key) = result.keys().find(|key| !KEYS.contains(&key.as_str())) {
        return Err(malformed(&format!(
            "the function's result has the key {key:?}, which is none of {KEYS:?}"
        )));
    }
    let mut response = Response { status: status(&result)?, ..Response::default() };
    response.headers = headers::remapped(merged(&result)?);
    if response.headers.get("Content-Type").is_none() {
        response.headers.set("Content-Type", media::JSON);
    }
    let body = match result.get("body") {
        None | Some(Value::Null) => String::new(),
        Some(body) => scalar(body).ok_or_else(|| malformed("the result's body is no text"))?,
    };
    response.body = match is_encoded(&result)? && wants_binary {
        true => STANDARD.decode(body.trim()).map_err(|error| {
            Fault::configuration(format!(
                "the result's body is no base64, though isBase64Encoded says so: {error}"
            ))
        })?,
        false => body.into_bytes(),
    };
    Ok(response)
}

fn malformed(what: &str) -> Fault {
    Fault::bad_gateway(format!("malformed Lambda proxy response: {what}"))
}

fn status(result: &Map<String, Value>) -> Result<u16, Fault> {
    let status = match result.get("statusCode") {
        None | Some(Value::Null) => Some(200),
        Some(Value::Number(number)) => number.as_u64().or_else(|| number.as_f64().map(|of| of as u64)),
        Some(Value::String(text)) => text.trim().parse().ok(),
        Some(_) => None,
    };
    let status =
        status.and_then(|status| u16::try_from(status).ok()).filter(|status| (100..1000).contains(status));
    status.ok_or_else(|| malformed("its statusCode is no status"))
}

fn is_encoded(result: &Map<String, Value>) -> Result<bool, Fault> {
    match result.get("isBase64Encoded") {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(encoded)) => Ok(*encoded),
        Some(Value::String(text)) if matches!(text.as_str(), "true" | "false") => Ok(text == "true"),
        Some(_) => Err(malformed("its isBase64Encoded is neither true nor false")),
    }
}

/// The headers of both members: those with many values first, and those with one unless they say the same again.
fn merged(result: &Map<String, Value>) -> Result<Headers, Fault> {
    let mut merged = Headers::default();
    for (name, values) in object(result, "multiValueHeaders")? {
        let Value::Array(values) = values else { return Err(malformed("a multi-value header is no array")) };
        for value in values {
            merged.add(name, scalar(value).ok_or_else(|| malformed("a header's value is no text"))?);
        }
    }
    for (name, value) in object(result, "headers")? {
        if value.is_null() {
            continue;
        }
        let value = scalar(value).ok_or_else(|| malformed("a header's value is no text"))?;
        if !merged.all(name).any(|of| of == value) {
            let first =
                merged.0.iter().find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(of, _)| of.clone());
            merged.add(first.as_deref().unwrap_or(name), value);
        }
    }
    Ok(merged)
}

fn object<'r>(
    result: &'r Map<String, Value>,
    name: &str,
) -> Result<impl Iterator<Item = (&'r String, &'r Value)>, Fault> {
    match result.get(name) {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(members)) => Ok(Some(members).into_iter().flatten()),
        Some(_) => Err(malformed(&format!("its {name} are no object"))),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}
