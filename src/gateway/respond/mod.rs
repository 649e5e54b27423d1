//! The method's answer, from the integration's.

pub mod headers;
mod mapped;
mod proxy;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{
    context,
    exchange::{Headers, Response},
    gateway_response::Fault,
    integrate::{Answered, Prepared},
    media,
    stages::Call,
};
use crate::{kinds::rest_api::IntegrationType, model::Env};

/// Turns an integration's answer into the method's. `headers` are the client's as templates see them.
///
/// # Errors
/// When the answer cannot be turned into one.
pub fn respond(
    kind: IntegrationType,
    answered: Answered,
    prepared: &Prepared,
    call: &mut Call<'_>,
    headers: &Headers,
    env: &Env,
) -> Result<Response, Fault> {
    let mut response = match kind {
        IntegrationType::AwsProxy => {
            let types = &call.served.settings.binary_media_types;
            proxy::answer(&answered, media::wants_binary(&call.request.headers, types))?
        }
        IntegrationType::HttpProxy => passed(answered, call),
        _ => mapped::answer(&answered, prepared, call, headers)?,
    };
    // An HTTP proxy passes the endpoint's own; a mock has no trace.
    if !matches!(kind, IntegrationType::HttpProxy | IntegrationType::Mock) {
        response.headers.set("X-Amzn-Trace-Id", context::answered_trace(call.context, env));
    }
    Ok(response)
}

/// An HTTP endpoint's answer. Bytes of a binary media type are base64 for a client that wants text; what is of no such type is
/// taken for UTF-8, whatever it is.
fn passed(answered: Answered, call: &Call<'_>) -> Response {
    let types = &call.served.settings.binary_media_types;
    let wants_binary = media::wants_binary(&call.request.headers, types);
    let body = match media::is_binary(&media::content_type(&answered.headers), types) {
        true if wants_binary => answered.body,
        true => STANDARD.encode(&answered.body).into_bytes(),
        // What the endpoint compressed is no text, and not to be touched.
        false if answered.headers.get("Content-Encoding").is_some() => answered.body,
        false => String::from_utf8_lossy(&answered.body).into_owned().into_bytes(),
    };
    let mut headers = headers::remapped(answered.headers);
    if headers.get("Content-Type").is_none() {
        headers.set("Content-Type", media::JSON);
    }
    Response { status: answered.status, headers, body, ..Response::default() }
}
