//! Functions behind integrations.

use serde::de::IgnoredAny;
use serde_json::Value;

use super::{
    Answered, Matched,
    outgoing::{Outgoing, bad_body},
};
use crate::gateway::{
    exchange::Step,
    functions::{Functions, NoAnswer},
    gateway_response::{Fault, GatewayResponseType},
};

/// Invokes a function and waits.
pub(super) async fn invoke(
    functions: &dyn Functions,
    arn: &str,
    payload: Vec<u8>,
) -> Result<Answered, Fault> {
    let answer = functions.invoke(arn, payload).await.map_err(no_answer)?;
    let matched = match answer.function_error {
        None => Matched::Success,
        Some(_) => Matched::Error(error_message(&answer.payload)),
    };
    Ok(Answered { status: 200, body: answer.payload, matched, ..Answered::default() })
}

/// Invokes the function of a non-proxy integration: without waiting where a header says so. An empty payload is an empty event.
pub(super) async fn mapped(
    functions: &dyn Functions,
    arn: &str,
    outgoing: Outgoing,
) -> Result<Answered, Fault> {
    let event = if outgoing.body.trim_ascii().is_empty() { b"{}".to_vec() } else { outgoing.body };
    if let Err(error) = serde_json::from_slice::<IgnoredAny>(&event) {
        return Err(bad_body(&format!("Could not parse request body into json: {error}")));
    }
    let kind = outgoing.headers.get("X-Amz-Invocation-Type").unwrap_or_default();
    match kind {
        "Event" => {
            functions.send(arn, event).await.map_err(no_answer)?;
            Ok(Answered { status: 202, matched: Matched::Success, ..Answered::default() })
        }
        _ => invoke(functions, arn, event).await,
    }
}

fn error_message(payload: &[u8]) -> String {
    let document: Value = serde_json::from_slice(payload).unwrap_or_default();
    document["errorMessage"].as_str().unwrap_or_default().to_owned()
}

/// What a client gets where the function did not answer: 413 for a payload too large, 500 for everything else.
fn no_answer(error: NoAnswer) -> Fault {
    match error {
        NoAnswer::TooLarge(_) => {
            let kind = GatewayResponseType::RequestTooLarge;
            Fault::new(Step::Integration, kind, "Request Too Long", error.to_string())
        }
        error => Fault::configuration(error.to_string()),
    }
}
