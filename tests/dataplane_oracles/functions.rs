//! Functions that do what the files say theirs do.

use async_trait::async_trait;
use gatewright::gateway::functions::{Answer, Functions, NoAnswer};
use gatewright::gateway::jsonpath::parse_lenient;
use serde_json::{Map, Value, json};

/// The functions of a case, by ARN.
pub struct Described(Map<String, Value>);

impl Described {
    pub fn new(lambdas: &Value) -> Self {
        Self(lambdas.as_object().cloned().unwrap_or_default())
    }

    /// Whether the function of an invocation URI is described in a way that can be imitated.
    pub fn knows(&self, uri: &str) -> bool {
        let arn = uri.split_once("/functions/").and_then(|(_, rest)| rest.strip_suffix("/invocations"));
        arn.is_some_and(|arn| self.result(arn, &json!({ "path": "/", "body": "{}" })).is_some())
    }

    /// The account's id is masked in some URIs, so that the name alone decides.
    fn behaviour(&self, arn: &str) -> Option<&str> {
        let name = arn.rsplit(':').next()?;
        self.0.values().find(|of| of["name"] == name)?["behaviour"].as_str()
    }

    /// What the function does with an event: a result, or the message of an error.
    fn result(&self, arn: &str, event: &Value) -> Option<Result<Value, String>> {
        let behaviour = self.behaviour(arn)?;
        let ok = |value: Value| Some(Ok(value));
        if behaviour.starts_with("returns the event object unchanged") {
            return ok(event.clone());
        }
        if behaviour.contains("json.dumps(event)") || behaviour.contains("JSON.stringify(event)") {
            return ok(json!({ "statusCode": 200, "body": event.to_string(), "isBase64Encoded": false }));
        }
        if behaviour.starts_with("by event.path:") {
            return ok(by_path(behaviour, event));
        }
        if behaviour.starts_with("returns json.loads(event.body)") {
            let body = event["body"].as_str();
            return Some(
                body.and_then(|body| serde_json::from_str(body).ok()).ok_or_else(|| "no body".to_owned()),
            );
        }
        if behaviour.starts_with("event.statusCode ") {
            return Some(by_status(behaviour, event));
        }
        if behaviour.starts_with("Rust function: 200 text \"Hello, <first_name query value>!\"") {
            let name = event["queryStringParameters"]["first_name"].as_str().unwrap_or_default();
            return ok(json!({ "statusCode": 200, "body": format!("Hello, {name}!") }));
        }
        parse_lenient(behaviour.strip_prefix("returns ")?).ok().filter(Value::is_object).map(Ok)
    }
}

/// `/path -> {…}; /path -> {…}; else echo event as JSON body`.
fn by_path(behaviour: &str, event: &Value) -> Value {
    let path = event["path"].as_str().unwrap_or_default();
    let ways =
        behaviour.trim_start_matches("by event.path:").split(';').filter_map(|way| way.split_once("->"));
    let result = ways.into_iter().find(|(of, _)| of.trim() == path).map(|(_, result)| result.trim());
    match result.and_then(|result| parse_lenient(result).ok()) {
        Some(result) => result,
        None => json!({ "statusCode": 200, "body": event.to_string() }),
    }
}

/// `event.statusCode "x" -> returns "text"; "y" -> raises Exception("message"); …`.
fn by_status(behaviour: &str, event: &Value) -> Result<Value, String> {
    let status = event["statusCode"].as_str().unwrap_or_default();
    let ways =
        behaviour.trim_start_matches("event.statusCode ").split(';').filter_map(|way| way.split_once("->"));
    let way =
        ways.into_iter().find(|(of, _)| of.trim() == format!("\"{status}\"")).map(|(_, way)| way.trim());
    match way {
        Some(way) if way.starts_with("raises") => Err(way.split('"').nth(1).unwrap_or_default().to_owned()),
        Some(way) => Ok(way.split('"').nth(1).unwrap_or_default().into()),
        None => Ok("else".into()),
    }
}

#[async_trait]
impl Functions for Described {
    async fn invoke(&self, arn: &str, payload: Vec<u8>) -> Result<Answer, NoAnswer> {
        let event: Value =
            serde_json::from_slice(&payload).map_err(|error| NoAnswer::Failed(error.to_string()))?;
        match self.result(arn, &event) {
            None => Err(NoAnswer::NotFound(arn.to_owned())),
            Some(Ok(result)) => Ok(Answer { payload: result.to_string().into_bytes(), function_error: None }),
            Some(Err(message)) => {
                let error = json!({ "errorMessage": message, "errorType": "Exception", "requestId": "r", "stackTrace": [] });
                let payload = error.to_string().into_bytes();
                Ok(Answer { payload, function_error: Some("Unhandled".to_owned()) })
            }
        }
    }

    async fn send(&self, _: &str, _: Vec<u8>) -> Result<(), NoAnswer> {
        Ok(())
    }
}
