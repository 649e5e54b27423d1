//! The events functions get.

#[cfg(test)]
mod tests;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::{context, exchange::Headers, incoming, media, stages::Call};

/// The event of a `TOKEN` authorizer.
pub fn token_event(token: &str, method_arn: &str) -> Value {
    json!({ "type": "TOKEN", "methodArn": method_arn, "authorizationToken": token })
}

/// The event of a `REQUEST` authorizer: that of a proxy integration without the body, and with empty objects where that has
/// null.
pub fn request_event(call: &Call<'_>, method_arn: &str) -> Value {
    let mut event =
        Map::from_iter([("type".to_owned(), "REQUEST".into()), ("methodArn".to_owned(), method_arn.into())]);
    for (name, value) in common(call) {
        let value = if value.is_null() { Value::Object(Map::new()) } else { value };
        event.insert(name, value);
    }
    event.into()
}

/// The event of a function behind a proxy integration (payload format 1.0).
pub fn proxy_event(call: &Call<'_>) -> Value {
    let body = &call.request.body;
    let binary = media::is_binary(
        &media::content_type(&call.request.headers),
        &call.served.settings.binary_media_types,
    );
    let mut event = common(call);
    let (text, encoded) = match body.is_empty() {
        true => (Value::Null, false),
        false if binary => (STANDARD.encode(body).into(), true),
        false => (String::from_utf8_lossy(body).into(), false),
    };
    event.insert("body".to_owned(), text);
    event.insert("isBase64Encoded".to_owned(), encoded.into());
    event.into()
}

/// What both sorts of events have.
fn common(call: &Call<'_>) -> Map<String, Value> {
    let headers = merged(&incoming::headers(call.request, call.context));
    let path: IndexMap<&str, Value> =
        call.path.iter().map(|(name, value)| (name.as_str(), json!(value))).collect();
    let variables = call.served.stage.variables.iter();
    let variables: IndexMap<&str, Value> =
        variables.map(|(name, value)| (name.as_str(), json!(value))).collect();
    let (single_query, query) =
        doubled(call.query.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let (single_headers, headers) = doubled(pairs(&headers));
    let event = [
        ("resource", json!(call.resource)),
        ("path", json!(path_of_event(&call.request.path))),
        ("httpMethod", json!(call.request.method)),
        ("headers", or_null(single_headers)),
        ("multiValueHeaders", or_null(headers)),
        ("queryStringParameters", or_null(single_query)),
        ("multiValueQueryStringParameters", or_null(query)),
        ("pathParameters", or_null(path)),
        ("stageVariables", or_null(variables)),
        ("requestContext", request_context(call)),
    ];
    event.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Headers of one name in several cases go under the first.
fn merged(headers: &Headers) -> Headers {
    let mut merged = Headers::default();
    for (name, value) in &headers.0 {
        let first = merged.0.iter().find(|(of, _)| of.eq_ignore_ascii_case(name)).map(|(of, _)| of.clone());
        merged.add(first.as_deref().unwrap_or(name), value);
    }
    merged
}

fn pairs(headers: &Headers) -> impl Iterator<Item = (&str, &str)> {
    headers.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
}

/// Parameters by name: the last value of each, and all of them.
fn doubled<'p>(
    parameters: impl Iterator<Item = (&'p str, &'p str)>,
) -> (IndexMap<&'p str, Value>, IndexMap<&'p str, Value>) {
    let (mut last, mut all) = (IndexMap::new(), IndexMap::<&str, Value>::new());
    for (name, value) in parameters {
        last.insert(name, json!(value));
        if let Value::Array(values) = all.entry(name).or_insert_with(|| json!([])) {
            values.push(json!(value));
        }
    }
    (last, all)
}

fn or_null(members: IndexMap<&str, Value>) -> Value {
    if members.is_empty() {
        return Value::Null;
    }
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Map<_, _>>().into()
}

/// Several slashes at the beginning are one; those elsewhere stay (recorded from AWS).
fn path_of_event(path: &str) -> String {
    format!("/{}", path.trim_start_matches('/'))
}

/// The members of `$context` a function sees.
const SEEN: [&str; 16] = [
    "resourceId",
    "resourcePath",
    "httpMethod",
    "extendedRequestId",
    "requestTime",
    "path",
    "accountId",
    "protocol",
    "stage",
    "domainPrefix",
    "requestTimeEpoch",
    "requestId",
    "identity",
    "domainName",
    "deploymentId",
    "apiId",
];

fn request_context(call: &Call<'_>) -> Value {
    let mut seen: Map<String, Value> = SEEN
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), context::find(call.context, name)?.clone())))
        .collect();
    if let Some(Value::Object(authorizer)) = call.context.get("authorizer") {
        let texts = authorizer.iter().map(|(name, value)| (name.clone(), as_text(value)));
        seen.insert("authorizer".to_owned(), Value::Object(texts.collect()));
    }
    seen.into()
}

/// What an authorizer says is text, but for the claims of a user pool's token.
fn as_text(value: &Value) -> Value {
    match value {
        Value::Bool(_) | Value::Number(_) => Value::String(value.to_string()),
        other => other.clone(),
    }
}
