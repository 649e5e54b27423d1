//! Payloads that Lambda makes itself when a function has not answered.

use serde_json::{Value, json};

/// What a synchronous request may weigh.
pub const REQUEST_LIMIT_BYTES: usize = 6 * 1024 * 1024;
/// What an event may weigh (raised from 256 KB in 2025).
pub const EVENT_LIMIT_BYTES: usize = 1024 * 1024;
/// What an answer may weigh: 6 MB and a hundred bytes, as the text of the error says.
pub const RESPONSE_LIMIT_BYTES: usize = 6_291_556;

fn bytes(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

/// An error of the given type.
pub(super) fn error(error_type: &str, message: &str) -> Vec<u8> {
    bytes(&json!({ "errorType": error_type, "errorMessage": message }))
}

/// The invocation took longer than the function's timeout. Lambda's answers have had this form since 2023; before, they had
/// the text of the log line and no type.
pub(super) fn timed_out(request_id: &str, timeout_seconds: u32) -> Vec<u8> {
    error(
        "Sandbox.Timedout",
        &format!("RequestId: {request_id} Error: Task timed out after {timeout_seconds}.00 seconds"),
    )
}

/// The process ended before it had answered.
pub(super) fn exited(request_id: &str, how: &str) -> Vec<u8> {
    error("Runtime.ExitError", &format!("RequestId: {request_id} Error: {how}"))
}

/// The answer was over the limit.
pub(super) fn response_too_large() -> Vec<u8> {
    error(
        "Function.ResponseSizeTooLarge",
        &format!(
            "Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT_BYTES} bytes)."
        ),
    )
}

/// Lambda's words for how a process ended.
pub(super) fn exit_words(status: std::process::ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(0), _) => "Runtime exited without providing a reason".to_owned(),
        (Some(code), _) => format!("Runtime exited with error: exit status {code}"),
        (None, Some(9)) => "Runtime exited with error: signal: killed".to_owned(),
        (None, Some(11)) => "Runtime exited with error: signal: segmentation fault".to_owned(),
        (None, Some(6)) => "Runtime exited with error: signal: aborted".to_owned(),
        (None, Some(15)) => "Runtime exited with error: signal: terminated".to_owned(),
        (None, signal) => format!("Runtime exited with error: signal: {}", signal.unwrap_or_default()),
    }
}

/// What Lambda says of a request that is not JSON; `None` if it is.
pub fn why_not_json(payload: &[u8]) -> Option<String> {
    if payload.is_empty() {
        return None;
    }
    let problem = serde_json::from_slice::<serde::de::IgnoredAny>(payload).err()?;
    Some(format!("Could not parse request body into json: Could not parse payload into json: {problem}"))
}

/// The `errorType` of an error payload.
pub(super) fn error_type(payload: &[u8]) -> Option<String> {
    field(payload, "errorType")
}

/// The `errorMessage` of an error payload.
pub(super) fn error_message(payload: &[u8]) -> Option<String> {
    field(payload, "errorMessage")
}

fn field(payload: &[u8], name: &str) -> Option<String> {
    let value: Value = serde_json::from_slice(payload).ok()?;
    value.get(name)?.as_str().map(str::to_owned)
}
