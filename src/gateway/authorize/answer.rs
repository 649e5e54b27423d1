//! What the function of an authorizer answers.

use serde_json::{Map, Value};

use super::policy::Policy;
use crate::gateway::functions::Answer;

/// A sensible answer.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// Who asks.
    pub(super) principal_id: String,
    /// What they may do.
    pub(super) policy: Policy,
    /// What is handed on: all values are text, as API Gateway makes them.
    pub(super) context: Map<String, Value>,
    /// The API key the request counts under, where the API takes keys from authorizers. A secret.
    pub(super) usage_identifier_key: Option<String>,
}

/// Why there is no verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoVerdict {
    /// The function failed with exactly `Unauthorized`.
    Unauthorized,
    /// Anything else; the text says what, without a value of the answer.
    Wrong(String),
}

/// Reads an answer.
pub(super) fn read(answer: &Answer) -> Result<Verdict, NoVerdict> {
    let payload: Value = serde_json::from_slice(&answer.payload)
        .map_err(|_| wrong("the authorizer's function answered what is not JSON"))?;
    if answer.function_error.is_some() {
        if payload["errorMessage"] == "Unauthorized" {
            return Err(NoVerdict::Unauthorized);
        }
        let kind = payload["errorType"].as_str().unwrap_or("an error");
        return Err(wrong(format!(
            "the authorizer's function failed with {kind}; only an error whose message is exactly `Unauthorized` makes a 401"
        )));
    }
    let Value::Object(members) = payload else {
        return Err(wrong("the authorizer's function did not answer an object"));
    };
    let principal_id = members
        .get("principalId")
        .and_then(scalar)
        .filter(|id| !id.is_empty())
        .ok_or_else(|| wrong("the authorizer's answer has no principalId"))?;
    let document = members
        .get("policyDocument")
        .filter(|document| !document.is_null())
        .ok_or_else(|| wrong("the authorizer's answer has no policyDocument"))?;
    let policy =
        Policy::parse(document).map_err(|error| wrong(format!("in the authorizer's answer, {error}")))?;
    let usage_identifier_key = match members.get("usageIdentifierKey") {
        None | Some(Value::Null) => None,
        Some(Value::String(key)) => Some(key.clone()),
        Some(_) => return Err(wrong("the authorizer's usageIdentifierKey is not text")),
    };
    Ok(Verdict { principal_id, policy, context: context(members.get("context"))?, usage_identifier_key })
}

fn context(of: Option<&Value>) -> Result<Map<String, Value>, NoVerdict> {
    let members = match of {
        None | Some(Value::Null) => return Ok(Map::new()),
        Some(Value::Object(members)) => members,
        Some(_) => return Err(wrong("the authorizer's context is not an object")),
    };
    let mut context = Map::new();
    for (name, value) in members {
        match scalar(value) {
            Some(text) => context.insert(name.clone(), Value::String(text)),
            None if value.is_null() => continue,
            None => {
                let what = if value.is_array() { "an array" } else { "an object" };
                return Err(wrong(format!(
                    "the authorizer's context has {what} under {name:?}; only text, numbers and booleans may be handed on"
                )));
            }
        };
    }
    Ok(context)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(of) => Some(of.to_string()),
        _ => None,
    }
}

fn wrong(why: impl Into<String>) -> NoVerdict {
    NoVerdict::Wrong(why.into())
}
