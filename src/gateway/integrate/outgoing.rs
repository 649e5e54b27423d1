//! The request an integration gets, but for proxy integrations of functions, which get an event.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::prepared::{Place, Prepared, readable};
use crate::{
    gateway::{
        context,
        exchange::{Headers, Step},
        gateway_response::{Fault, GatewayResponseType},
        mapping::RequestView,
        media,
        stages::Call,
        vtl::{Inputs, Phase, RenderError, Template},
    },
    kinds::rest_api::{ContentHandling, Integration, Passthrough},
};

/// Headers a mapping may not write: such a request fails with 500 (recorded from AWS).
const RESTRICTED: [&str; 2] = ["Content-Length", "Transfer-Encoding"];

/// A request to an integration.
#[derive(Debug, Default)]
pub struct Outgoing {
    /// The headers that mappings and overrides say.
    pub headers: Headers,
    /// The query parameters that mappings and overrides say.
    pub query: Vec<(String, String)>,
    /// The `{name}`s of the URI.
    pub path: IndexMap<String, String>,
    /// The body.
    pub body: Vec<u8>,
}

/// Makes the request of a non-proxy integration. Overrides of the template are left in `$context` for the response's.
///
/// # Errors
/// 415 for a content type without a template, 400 for a body the template cannot read, 500 for a broken definition.
pub fn mapped(
    prepared: &Prepared,
    integration: &Integration<String>,
    call: &mut Call<'_>,
    headers: &Headers,
) -> Result<Outgoing, Fault> {
    let mut outgoing = parameters(prepared, call, headers)?;
    let content_type = media::content_type(&call.request.headers);
    let binary = media::is_binary(&content_type, &call.served.settings.binary_media_types);
    let body = converted(&call.request.body, binary, integration.content_handling)?;
    let still_binary = binary && integration.content_handling != Some(ContentHandling::ConvertToText);
    let template = prepared.templates.get(&content_type).or_else(|| prepared.templates.get("$default"));
    outgoing.body = match template {
        Some(_) if still_binary => {
            let reason = format!(
                "the body is of the binary media type {content_type}, which no template can read; CONVERT_TO_TEXT makes it text"
            );
            return Err(Fault::configuration(reason));
        }
        Some((_, template)) => rendered(readable(template, "request")?, body, call, headers, &mut outgoing)?,
        None => match integration.passthrough_behavior {
            Passthrough::WhenNoMatch => body,
            Passthrough::WhenNoTemplates if prepared.templates.is_empty() => body,
            _ => {
                let kind = GatewayResponseType::UnsupportedMediaType;
                let reason = format!("there is no request template for {content_type}");
                return Err(Fault::new(Step::Integration, kind, "Unsupported Media Type", reason));
            }
        },
    };
    Ok(outgoing)
}

/// Makes the request of an HTTP proxy, which passes the body: bytes where the API says so, UTF-8 otherwise.
///
/// # Errors
/// 500 where a mapping writes a header it may not, or the body cannot be converted.
pub fn passed(
    prepared: &Prepared,
    integration: &Integration<String>,
    call: &Call<'_>,
    headers: &Headers,
) -> Result<Outgoing, Fault> {
    let types = &call.served.settings.binary_media_types;
    let binary = media::is_binary(&media::content_type(&call.request.headers), types);
    let body = converted(&call.request.body, binary, integration.content_handling)?;
    Ok(Outgoing { body, ..parameters(prepared, call, headers)? })
}

/// The request with what mappings say, and without a body.
fn parameters(prepared: &Prepared, call: &Call<'_>, headers: &Headers) -> Result<Outgoing, Fault> {
    let view = RequestView {
        served: call.served,
        headers,
        path: Some(call.path),
        query: Some(call.query),
        raw_query: &call.request.query,
        body: &call.request.body,
        context: call.context,
    };
    let mut outgoing = Outgoing::default();
    for parameter in &prepared.parameters {
        let values = parameter.source.from_request(&view);
        if values.is_empty() {
            continue;
        }
        match parameter.place {
            Place::Header if RESTRICTED.iter().any(|name| name.eq_ignore_ascii_case(&parameter.name)) => {
                let reason = format!(
                    "a mapping writes the header {}, which API Gateway does not allow",
                    parameter.name
                );
                return Err(Fault::configuration(reason));
            }
            Place::Header => {
                values.into_iter().for_each(|value| outgoing.headers.add(&parameter.name, value))
            }
            Place::Query => {
                outgoing.query.extend(values.into_iter().map(|value| (parameter.name.clone(), value)))
            }
            Place::Path => {
                outgoing.path.insert(parameter.name.clone(), values.join(","));
            }
        }
    }
    Ok(outgoing)
}

/// The body as the integration or its template gets it: bytes as they are or as base64, text as UTF-8 or decoded.
fn converted(body: &[u8], binary: bool, handling: Option<ContentHandling>) -> Result<Vec<u8>, Fault> {
    match (binary, handling) {
        (true, Some(ContentHandling::ConvertToText)) => Ok(STANDARD.encode(body).into_bytes()),
        (true, _) => Ok(body.to_vec()),
        (false, Some(ContentHandling::ConvertToBinary)) => {
            let decoded = STANDARD.decode(body.trim_ascii());
            decoded.map_err(|error| Fault::configuration(format!("the request's body is no base64: {error}")))
        }
        (false, _) => Ok(String::from_utf8_lossy(body).into_owned().into_bytes()),
    }
}

fn rendered(
    template: &Template,
    body: Vec<u8>,
    call: &mut Call<'_>,
    headers: &Headers,
    outgoing: &mut Outgoing,
) -> Result<Vec<u8>, Fault> {
    let rendered =
        template.render(&inputs(Phase::Request, body, call, headers)).map_err(|error| match error {
            RenderError::Payload(_) => bad_body(&error.to_string()),
            error => Fault::configuration(format!("the request template failed: {error}")),
        })?;
    overridden(&rendered.request_override, outgoing)?;
    context::member(call.context, "requestOverride").extend(rendered.request_override);
    context::member(call.context, "responseOverride").extend(rendered.response_override);
    Ok(rendered.text.into_bytes())
}

/// 400 with a message about the body.
pub fn bad_body(message: &str) -> Fault {
    Fault::new(Step::Integration, GatewayResponseType::BadRequestBody, message, message)
}

/// What a template sees of a request.
pub fn inputs(phase: Phase, body: Vec<u8>, call: &Call<'_>, headers: &Headers) -> Inputs {
    Inputs {
        phase,
        body,
        path: call.path.clone(),
        querystring: call.query.iter().cloned().collect(),
        header: headers.0.iter().cloned().collect(),
        stage_variables: call.served.stage.variables.clone().into_iter().collect(),
        context: call.context.clone(),
        ..Inputs::default()
    }
}

/// Puts the template's overrides in the place of what the mappings say.
fn overridden(overrides: &Map<String, Value>, outgoing: &mut Outgoing) -> Result<(), Fault> {
    for (name, value) in members(overrides, "header") {
        if RESTRICTED.iter().any(|of| of.eq_ignore_ascii_case(name)) {
            let reason =
                format!("the template overrides the header {name}, which API Gateway does not allow");
            return Err(Fault::configuration(reason));
        }
        outgoing.headers.remove(name);
        texts(value).into_iter().for_each(|text| outgoing.headers.add(name, text));
    }
    for (name, value) in members(overrides, "querystring") {
        outgoing.query.retain(|(of, _)| of != name);
        outgoing.query.extend(texts(value).into_iter().map(|text| (name.clone(), text)));
    }
    for (name, value) in members(overrides, "path") {
        outgoing.path.insert(name.clone(), texts(value).join(","));
    }
    Ok(())
}

/// The members of an object within an object; none where it is none.
pub fn members<'v>(
    object: &'v Map<String, Value>,
    name: &str,
) -> impl Iterator<Item = (&'v String, &'v Value)> {
    object.get(name).and_then(Value::as_object).into_iter().flatten()
}

/// A text, or the texts of an array.
pub fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Null => Vec::new(),
        other => vec![other.to_string()],
    }
}
