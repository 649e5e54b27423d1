//! Lambda's Invoke API, for functions that call functions and for the AWS CLI: `POST /2015-03-31/functions/{name}/invocations`.

use std::sync::Arc;

use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    middleware::from_fn,
    response::{IntoResponse, Response},
    routing::post,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::{
    EVENT_LIMIT_BYTES, Outcome, REQUEST_LIMIT_BYTES, Request, Runtime, function::name_and_qualifier,
    why_not_json,
};
use crate::gateway::functions::NoAnswer;

/// What the endpoint stands for.
#[derive(Clone)]
pub struct Endpoint {
    /// Where the functions are.
    pub runtime: Arc<Runtime>,
    /// For the ARN of what was not found.
    pub region: String,
    /// For the ARN of what was not found.
    pub account_id: String,
}

/// The routes of the Invoke API. Signatures are not checked: it is meant for 127.0.0.1.
pub fn router(endpoint: Endpoint) -> Router {
    let invocations = post(invoke).layer(from_fn(super::pages::of_this_machine));
    Router::new().route("/2015-03-31/functions/{name}/invocations", invocations).with_state(endpoint)
}

/// An error as Lambda says it: status, type, and the JSON.
struct Refusal(StatusCode, &'static str, Value);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Self(status, kind, body) = self;
        let kind = [("x-amzn-errortype", kind)];
        (status, kind, [(header::CONTENT_TYPE, "application/json")], body.to_string()).into_response()
    }
}

async fn invoke(
    State(endpoint): State<Endpoint>,
    Path(name): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match answer(&endpoint, name, &uri, &headers, body).await {
        Ok(response) => response,
        Err(refusal) => refusal.into_response(),
    }
}

async fn answer(
    endpoint: &Endpoint,
    name: String,
    uri: &Uri,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let kind = text("x-amz-invocation-type").unwrap_or("RequestResponse");
    let limit = match kind {
        "RequestResponse" | "DryRun" => REQUEST_LIMIT_BYTES,
        "Event" => EVENT_LIMIT_BYTES,
        other => return Err(invalid_parameter(&format!("Invalid invocation type: {other}"))),
    };
    let reference = match qualifier_of(uri) {
        Some(qualifier) if name_and_qualifier(&name).1.is_none() => format!("{name}:{qualifier}"),
        _ => name,
    };
    if !endpoint.runtime.has(&reference) {
        return Err(not_found(endpoint, &reference));
    }
    let payload = to_bytes(body, limit).await.map_err(|_| too_large(kind, limit, headers))?;
    if let Some(problem) = why_not_json(&payload) {
        let body = json!({ "Type": "User", "message": problem });
        return Err(Refusal(StatusCode::BAD_REQUEST, "InvalidRequestContentException", body));
    }
    let client_context = match text("x-amz-client-context") {
        Some(encoded) => Some(client_context(encoded)?),
        None => None,
    };
    let request = Request { payload, client_context };
    let refused = |problem| refusal(endpoint, &reference, kind, limit, headers, problem);
    match kind {
        "DryRun" => Ok(StatusCode::NO_CONTENT.into_response()),
        "Event" => {
            let request_id = endpoint.runtime.send_with(&reference, request).map_err(refused)?;
            Ok((StatusCode::ACCEPTED, [("x-amzn-requestid", request_id)]).into_response())
        }
        _ => {
            let outcome = endpoint.runtime.invoke_with(&reference, request).await.map_err(refused)?;
            Ok(answered(outcome, text("x-amz-log-type") == Some("Tail")))
        }
    }
}

fn answered(outcome: Outcome, with_log: bool) -> Response {
    let mut response = Response::new(Body::from(outcome.answer.payload));
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set("content-type", "application/json");
    set("x-amzn-requestid", &outcome.request_id);
    set("x-amz-executed-version", &outcome.executed_version);
    if let Some(error) = &outcome.answer.function_error {
        set("x-amz-function-error", error);
    }
    if with_log {
        set("x-amz-log-result", &BASE64_STANDARD.encode(&outcome.log_tail));
    }
    response
}

/// `Qualifier` of the query. Qualifiers are letters, digits, `$`, `-` and `_`; of these only `$` is ever escaped.
fn qualifier_of(uri: &Uri) -> Option<String> {
    let mut pairs = uri.query()?.split('&').filter_map(|pair| pair.split_once('='));
    let (_, value) = pairs.find(|(name, value)| *name == "Qualifier" && !value.is_empty())?;
    Some(value.replace("%24", "$"))
}

fn client_context(encoded: &str) -> Result<String, Refusal> {
    let decoded = BASE64_STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let value = decoded.and_then(|text| serde_json::from_str::<Value>(&text).ok());
    value.map(|value| in_ascii(&value)).ok_or_else(|| {
        let message = "Client context must be a valid Base64-encoded JSON object.";
        let body = json!({ "Type": "User", "message": message });
        Refusal(StatusCode::BAD_REQUEST, "InvalidRequestContentException", body)
    })
}

/// The JSON in one line of ASCII: it travels in a header. Other characters are only in strings, where they can be escaped.
fn in_ascii(value: &Value) -> String {
    let mut text = String::new();
    for character in value.to_string().chars() {
        if character.is_ascii() {
            text.push(character);
        } else {
            let units = character
                .encode_utf16(&mut [0; 2])
                .iter()
                .map(|unit| format!("\\u{unit:04x}"))
                .collect::<String>();
            text.push_str(&units);
        }
    }
    text
}

fn refusal(
    endpoint: &Endpoint,
    reference: &str,
    kind: &str,
    limit: usize,
    headers: &HeaderMap,
    problem: NoAnswer,
) -> Refusal {
    match problem {
        NoAnswer::NotFound(_) => not_found(endpoint, reference),
        NoAnswer::Throttled => {
            let reason = "ReservedFunctionConcurrentInvocationLimitExceeded";
            let body = json!({ "Reason": reason, "Type": "User", "message": "Rate Exceeded." });
            Refusal(StatusCode::TOO_MANY_REQUESTS, "TooManyRequestsException", body)
        }
        NoAnswer::TooLarge(_) => too_large(kind, limit, headers),
        NoAnswer::Refused(_) => {
            let body = json!({ "Message": problem.to_string() });
            Refusal(StatusCode::FORBIDDEN, "AccessDeniedException", body)
        }
        NoAnswer::Failed(problem) => {
            let body = json!({ "Type": "Service", "Message": problem });
            Refusal(StatusCode::INTERNAL_SERVER_ERROR, "ServiceException", body)
        }
    }
}

fn not_found(endpoint: &Endpoint, reference: &str) -> Refusal {
    let Endpoint { region, account_id, .. } = endpoint;
    let arn = if reference.starts_with("arn:") {
        reference.to_owned()
    } else {
        let (name, qualifier) = name_and_qualifier(reference);
        let qualifier = qualifier.map(|qualifier| format!(":{qualifier}")).unwrap_or_default();
        format!("arn:aws:lambda:{region}:{account_id}:function:{name}{qualifier}")
    };
    let body = json!({ "Type": "User", "Message": format!("Function not found: {arn}") });
    Refusal(StatusCode::NOT_FOUND, "ResourceNotFoundException", body)
}

fn too_large(kind: &str, limit: usize, headers: &HeaderMap) -> Refusal {
    let told =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    let size = told.unwrap_or(limit + 1);
    let message =
        format!("{size} byte payload is too large for the {kind} invocation type (limit {limit} bytes)");
    let body = json!({ "Type": "User", "message": message });
    Refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestTooLargeException", body)
}

fn invalid_parameter(message: &str) -> Refusal {
    let body = json!({ "Type": "User", "message": message });
    Refusal(StatusCode::BAD_REQUEST, "InvalidParameterValueException", body)
}
