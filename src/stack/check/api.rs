//! The API as a whole: models, gateway responses, policy.

use super::super::file::{Api, EndpointType, GATEWAY_RESPONSE_TYPES};
use super::super::reader::Reader;
use super::super::suggest::did_you_mean;
use super::roles::document_chars;
use super::{cors, each, is_header_name, responses};

/// API Gateway's default for the resource policy, in characters.
const POLICY_CHARS_MAX: usize = 8192;

pub(super) fn check(api: &Api, reader: &mut Reader<'_>) {
    openapi(api, reader);
    models(api, reader);
    gateway_responses(api, reader);
    if let Some(endpoint) = &api.endpoint
        && endpoint.kind != EndpointType::Private
        && !endpoint.vpc_endpoints.is_empty()
    {
        let detail = "Only private APIs are reached through VPC endpoints.";
        reader.error(endpoint.span, "setting without effect", detail);
    }
    if let Some(policy) = &api.policy {
        let chars = document_chars(policy);
        if chars > POLICY_CHARS_MAX {
            let detail = format!(
                "The resource policy has {chars} characters; API Gateway takes at most {POLICY_CHARS_MAX}."
            );
            reader.error(policy.span, "policy too large", detail);
        }
    } else if api.openapi.is_none()
        && api.endpoint_type() == EndpointType::Private
        && let Some(endpoint) = &api.endpoint
    {
        let detail = "A private API without a resource policy refuses every call.";
        reader.error(endpoint.span, "missing key", detail).with_hint("give it a `policy`");
    }
    if let Some(rules) = &api.cors {
        reader.within("api.cors", rules.span, |reader| cors::check(rules, reader));
    }
}

/// A document says all of what it says something of.
fn openapi(api: &Api, reader: &mut Reader<'_>) {
    if api.openapi.is_none() {
        return;
    }
    let first = [
        ("routes", api.routes.iter().next().map(|entry| entry.key.span)),
        ("models", api.models.iter().next().map(|entry| entry.key.span)),
        ("validators", api.validators.iter().next().map(|entry| entry.key.span)),
        ("authorizers", api.authorizers.iter().next().map(|entry| entry.key.span)),
    ];
    for (key, span) in first {
        if let Some(span) = span {
            let detail = format!("With `openapi` the document alone says what the API's {key} are.");
            reader
                .error(span, "two sources", detail)
                .with_hint("write it in the document, or take `openapi` away");
        }
    }
}

fn models(api: &Api, reader: &mut Reader<'_>) {
    each("api.models", &api.models, reader, |entry, reader| {
        let name = entry.key.as_str();
        if !name.chars().all(|c| c.is_ascii_alphanumeric()) {
            let detail = format!("`{name}` cannot be the name of a model.");
            reader.error(entry.key.span, "invalid name", detail).with_hint("letters and digits only");
        }
        let schema = &entry.value.schema;
        if let Some(version) = schema.schema.get("$schema").and_then(serde_json::Value::as_str)
            && !version.contains("draft-04")
        {
            let detail = format!("The model says `$schema: {version}`; API Gateway knows draft 4 only.");
            reader
                .warning(schema.span, "unsupported schema version", detail)
                .with_hint("write `http://json-schema.org/draft-04/schema#`");
        }
        const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];
        if let Some(kind) = schema.schema.get("type").and_then(serde_json::Value::as_str)
            && !TYPES.contains(&kind)
        {
            let detail = format!("`{kind}` is not a type of JSON Schema.");
            reader.error(schema.span, "invalid model schema", detail).with_hint_of(did_you_mean(kind, TYPES));
        }
    });
}

fn gateway_responses(api: &Api, reader: &mut Reader<'_>) {
    each("api.gateway_responses", &api.gateway_responses, reader, |entry, reader| {
        let kind = entry.key.as_str();
        if !GATEWAY_RESPONSE_TYPES.contains(&kind) {
            let detail = format!("API Gateway has no response type `{kind}`.");
            let hint = did_you_mean(kind, GATEWAY_RESPONSE_TYPES);
            reader.error(entry.key.span, "unknown value", detail).with_hint_of(hint);
        }
        if let (Some(status), true) = (&entry.value.status, kind.starts_with("DEFAULT_")) {
            let detail = format!("`{kind}` with a status gives every answer of that family this one status.");
            reader
                .warning(status.span, "one status for all", detail)
                .with_hint("leave `status` out to keep each answer's own");
        }
        for header in &entry.value.headers {
            if !is_header_name(&header.key) {
                reader.error(
                    header.key.span,
                    "invalid header",
                    format!("`{}` cannot be the name of a header.", *header.key),
                );
            }
            responses::static_or(&header.value, &["context.", "stageVariables.", "method.request."], reader);
        }
    });
}
