//! Integrations that call nothing.

use serde_json::Value;

use super::{Answered, outgoing::Outgoing};
use crate::gateway::{gateway_response::Fault, jsonpath};

/// What a mock answers: the `statusCode` of its request, which is read as leniently as API Gateway does.
///
/// # Errors
/// 500 where the request has no such status.
pub(super) fn answer(outgoing: &Outgoing) -> Result<Answered, Fault> {
    let text = String::from_utf8_lossy(&outgoing.body);
    let document = jsonpath::parse_lenient(&text)
        .map_err(|error| Fault::configuration(format!("the mock's request cannot be read: {error}")))?;
    let status = match &document["statusCode"] {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    match status.and_then(|status| u16::try_from(status).ok()) {
        Some(status) => Ok(Answered { status, ..Answered::default() }),
        None => Err(Fault::configuration("the mock's request has no statusCode")),
    }
}
