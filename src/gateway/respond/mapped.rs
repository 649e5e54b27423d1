//! The answer of a non-proxy integration: the integration response that fits, its template and its headers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::headers;
use crate::{
    gateway::{
        context,
        exchange::{Headers, Response},
        gateway_response::Fault,
        integrate::{
            Answered, Matched, Prepared, PreparedResponse,
            outgoing::{inputs, members, texts},
            prepared::readable,
        },
        media,
        stages::Call,
        vtl::Phase,
    },
    kinds::rest_api::ContentHandling,
};

/// Turns an integration's answer into the method's. `headers` are the client's as templates see them.
///
/// # Errors
/// 500 where no integration response fits, or a template or conversion fails.
pub(super) fn answer(
    answered: &Answered,
    prepared: &Prepared,
    call: &mut Call<'_>,
    request_headers: &Headers,
) -> Result<Response, Fault> {
    let chosen = select(&prepared.responses, answered)?;
    let payload = Payload::of(answered, chosen, call);
    let readable_body = payload.text_before_template(&answered.body);
    let mut response = Response { status: chosen.status, ..Response::default() };
    let accepted = media::accepted(&call.request.headers);
    let template =
        accepted.iter().find_map(|of| chosen.templates.get(of)).or_else(|| chosen.templates.first());
    let (content_type, body) = match template {
        None => (media::JSON, readable_body),
        Some((content_type, template)) => {
            let inputs = inputs(Phase::Response, readable_body, call, request_headers);
            let rendered = readable(template, "response")?.render(&inputs);
            let rendered = rendered
                .map_err(|error| Fault::configuration(format!("the response template failed: {error}")))?;
            context::member(call.context, "responseOverride").extend(rendered.response_override);
            (content_type, rendered.text.into_bytes())
        }
    };
    response.headers.set("Content-Type", content_type);
    for (name, source) in &chosen.headers {
        let values = source.from_response(&answered.headers, &answered.body, call.context, call.served);
        put(&mut response.headers, name, values);
    }
    overridden(&mut response, call.context)?;
    response.headers = headers::remapped(response.headers);
    response.body = payload.bytes_after_template(body)?;
    Ok(response)
}

/// The integration response for an answer: the first by status whose pattern matches the whole text, else the default one.
fn select<'p>(responses: &'p [PreparedResponse], answered: &Answered) -> Result<&'p PreparedResponse, Fault> {
    let text = match &answered.matched {
        Matched::Status => Some(answered.status.to_string()),
        Matched::Error(message) => Some(message.clone()),
        Matched::Success => None,
    };
    for response in responses {
        match (&response.pattern, &text) {
            (Some(Err(why)), Some(_)) => {
                return Err(Fault::configuration(format!("a selection pattern cannot be read: {why}")));
            }
            (Some(Ok(pattern)), Some(text)) if pattern.is_match(text).unwrap_or(false) => {
                return Ok(response);
            }
            _ => {}
        }
    }
    let default = responses.iter().find(|response| response.pattern.is_none());
    default.ok_or_else(|| {
        let what = match (&answered.matched, text) {
            (Matched::Error(_), Some(message)) => format!("the function's error {message:?}"),
            (_, Some(status)) => format!("the status {status}"),
            (_, None) => "a function's success".to_owned(),
        };
        Fault::configuration(format!("no integration response is for {what}, and there is no default"))
    })
}

/// Whether the integration's payload and the client's wish are bytes, and what the response does about it.
struct Payload {
    binary: bool,
    wanted_binary: bool,
    any_binary: bool,
    handling: Option<ContentHandling>,
}

impl Payload {
    fn of(answered: &Answered, chosen: &PreparedResponse, call: &Call<'_>) -> Self {
        let types = &call.served.settings.binary_media_types;
        Self {
            binary: media::is_binary(&media::content_type(&answered.headers), types),
            wanted_binary: media::wants_binary(&call.request.headers, types),
            any_binary: !types.is_empty(),
            handling: chosen.content_handling,
        }
    }

    /// Bytes that are to become text become base64 before the template sees them.
    fn text_before_template(&self, body: &[u8]) -> Vec<u8> {
        let encode = match self.handling {
            Some(ContentHandling::ConvertToText) => self.binary,
            Some(ContentHandling::ConvertToBinary) => false,
            None => self.binary && !self.wanted_binary,
        };
        match encode {
            true => STANDARD.encode(body).into_bytes(),
            false if self.binary => body.to_vec(),
            // Text passes as it is; bytes of an API without binary media types, or of a text type, become UTF-8.
            false => String::from_utf8_lossy(body).into_owned().into_bytes(),
        }
    }

    /// Text that is to become bytes is decoded once the template made it.
    fn bytes_after_template(&self, body: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let decode = !self.binary
            && match self.handling {
                Some(ContentHandling::ConvertToBinary) => true,
                Some(ContentHandling::ConvertToText) => false,
                None => self.any_binary && self.wanted_binary,
            };
        if !decode {
            return Ok(body);
        }
        let decoded = STANDARD.decode(body.trim_ascii());
        decoded.map_err(|error| {
            Fault::configuration(format!("the answer is to be bytes, but its body is no base64: {error}"))
        })
    }
}

/// Puts the overrides of both templates in the place of the status and the headers.
fn overridden(response: &mut Response, context: &Value) -> Result<(), Fault> {
    let Some(Value::Object(overrides)) = context.get("responseOverride") else { return Ok(()) };
    if let Some(status) = overrides.get("status").filter(|status| !status.is_null()) {
        let text = texts(status).join("");
        let status = text.parse().ok().filter(|status| (100..1000).contains(status));
        response.status = status.ok_or_else(|| {
            Fault::configuration(format!("the template overrides the status with {text:?}, which is none"))
        })?;
    }
    for (name, value) in members(overrides, "header") {
        put(&mut response.headers, name, texts(value));
    }
    Ok(())
}

fn put(headers: &mut Headers, name: &str, values: Vec<String>) {
    if values.is_empty() {
        return;
    }
    headers.remove(name);
    values.into_iter().for_each(|value| headers.add(name, value));
}
