//! `$context`: what API Gateway knows about a request.

mod access_log;
#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{Timestamp, tz::TimeZone};
use serde_json::{Map, Value, json};

pub use access_log::access_log_line;
pub(crate) use access_log::name_end;

use super::{exchange::Request, route::Match, served::Served};
use crate::model::Env;

/// `$context` of a request, before any check added to it.
///
/// Everything is there but what a local gateway cannot know: client certificates, the web application firewall, AWS's own
/// endpoint. `matched` is absent where no method was found; only gateway responses and the access log see such a context.
pub fn of_request(served: &Served, request: &Request, matched: Option<&Match>, env: &Env) -> Value {
    let host = request.headers.get("Host").unwrap_or_default();
    let path = format!("/{}{}", served.stage.name, request.path);
    let mut context = json!({
        "accountId": served.account_id,
        "apiId": served.api_id,
        "deploymentId": served.stage.deployment_id,
        "domainName": host,
        "domainPrefix": first_label(host),
        "extendedRequestId": extended_request_id(env),
        "httpMethod": request.method,
        "identity": identity(request),
        "path": path,
        "protocol": request.protocol,
        "requestId": request.request_id,
        "requestTime": common_log_time(request.received),
        "requestTimeEpoch": request.received.as_millisecond(),
        "stage": served.stage.name,
        "xrayTraceId": trace_id(request, env),
    });
    if let (Some(matched), Value::Object(context)) = (matched, &mut context) {
        let id = served.resource_ids.get(&matched.resource).cloned().unwrap_or_default();
        context.insert("resourceId".to_owned(), id.into());
        context.insert("resourcePath".to_owned(), matched.resource.clone().into());
    }
    context
}

/// `$context.identity`. What only signed requests have is null.
fn identity(request: &Request) -> Value {
    json!({
        "accessKey": null,
        "accountId": null,
        "caller": null,
        "cognitoAuthenticationProvider": null,
        "cognitoAuthenticationType": null,
        "cognitoIdentityId": null,
        "cognitoIdentityPoolId": null,
        "principalOrgId": null,
        "sourceIp": request.source_ip,
        "user": null,
        "userAgent": request.headers.get("User-Agent"),
        "userArn": null,
    })
}

fn first_label(host: &str) -> &str {
    host.split(['.', ':']).next().unwrap_or_default()
}

/// `21/Nov/2026:05:39:29 +0000`, as the Common Log Format has it.
fn common_log_time(time: Timestamp) -> String {
    time.to_zoned(TimeZone::UTC).strftime("%d/%b/%Y:%H:%M:%S +0000").to_string()
}

/// What `x-amz-apigw-id` says: eleven bytes in base64.
fn extended_request_id(env: &Env) -> String {
    let bytes: Vec<u8> =
        env.random().to_be_bytes().into_iter().chain(env.random().to_be_bytes()).take(11).collect();
    STANDARD.encode(bytes)
}

/// The trace the client began, or a new one: `Root=1-<time>-<24 hex digits>`.
fn trace_id(request: &Request, env: &Env) -> String {
    match request.headers.get("X-Amzn-Trace-Id") {
        Some(trace) if trace.contains("Root=") => trace.to_owned(),
        _ => {
            let seconds = request.received.as_second().max(0);
            format!("Root=1-{seconds:08x}-{:016x}{:08x}", env.random(), env.random() >> 32)
        }
    }
}

/// What `X-Amzn-Trace-Id` says in an answer: the trace with a parent and a sampling decision, of which a client's own stay.
pub fn answered_trace(context: &Value, env: &Env) -> String {
    let mut trace = context["xrayTraceId"].as_str().unwrap_or_default().to_owned();
    if !trace.contains("Parent=") {
        trace.push_str(&format!(";Parent={:016x}", env.random()));
    }
    if !trace.contains("Sampled=") {
        trace.push_str(";Sampled=0");
    }
    trace
}

/// The value at `path` (`identity.sourceIp`). A member whose own name has dots is found too.
pub fn find<'c>(context: &'c Value, path: &str) -> Option<&'c Value> {
    if let Some(value) = context.get(path) {
        return Some(value);
    }
    path.match_indices('.').find_map(|(dot, _)| find(context.get(&path[..dot])?, &path[dot + 1..]))
}

/// The value at `path` as text; `None` where there is none or it is null. Objects and arrays are JSON.
pub fn text(context: &Value, path: &str) -> Option<String> {
    match find(context, path)? {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// The members of `context[name]`, made an object where it is none.
pub fn member<'c>(context: &'c mut Value, name: &str) -> &'c mut Map<String, Value> {
    let context = object(context);
    object(context.entry(name).or_insert_with(|| Value::Object(Map::new())))
}

fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("made an object above")
}
