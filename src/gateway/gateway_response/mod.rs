//! What API Gateway answers by itself.

mod kind;
mod substitute;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::Value;

pub use kind::GatewayResponseType;

use super::{
    context,
    exchange::{Request, Response, Step},
    mapping::{RequestView, Source},
    media,
    served::Served,
    stages::Refused,
};
use crate::kinds::rest_api::GatewayResponse;

/// Why the gateway answers by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// What refuses, and how.
    pub refused: Refused,
    /// A status other than the type's, such as the 502 of a malformed answer.
    pub status: Option<u16>,
    /// An `x-amzn-ErrorType` other than the type's.
    pub error_type: Option<&'static str>,
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        Self { refused, status: None, error_type: None }
    }
}

impl Fault {
    /// A fault of the integration, or of the way to it. `message` is the client's, `reason` the terminal's.
    pub fn new(step: Step, kind: GatewayResponseType, message: &str, reason: impl Into<String>) -> Self {
        let extra = BTreeMap::new();
        Refused { step, kind, message: Some(message.to_owned()), extra, reason: reason.into() }.into()
    }

    /// 500 `Internal server error`: the API cannot do what its definition says.
    pub fn configuration(reason: impl Into<String>) -> Self {
        Self::new(Step::Integration, GatewayResponseType::ApiConfigurationError, INTERNAL, reason)
    }

    /// 502 `Internal server error`: the integration answered, but not in a way that can be used.
    pub fn bad_gateway(reason: impl Into<String>) -> Self {
        let fault = Self::new(Step::Integration, GatewayResponseType::Default5xx, INTERNAL, reason);
        Self { status: Some(502), ..fault }
    }
}

/// What a client is told of most failures.
pub const INTERNAL: &str = "Internal server error";

/// The request a gateway response is for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// What is served.
    pub served: &'a Served,
    /// The request.
    pub request: &'a Request,
    /// Its path parameters, where a method was found.
    pub path: Option<&'a IndexMap<String, String>>,
    /// `$context` so far.
    pub context: &'a Value,
}

/// Puts what is known of the fault into `$context.error`.
pub fn describe(fault: &Fault, context: &mut Value) {
    let error = context::member(context, "error");
    error.insert("message".to_owned(), fault.refused.message.clone().into());
    let quoted =
        fault.refused.message.clone().map_or(Value::Null, |message| Value::from(message).to_string().into());
    error.insert("messageString".to_owned(), quoted);
    error.insert("responseType".to_owned(), fault.refused.kind.as_str().into());
    for (name, value) in &fault.refused.extra {
        error.insert(name.clone(), value.as_str().into());
    }
}

/// The answer to `fault`, whose [description](describe) is in the context already.
///
/// A type that the API customises has its own status, parameters and templates; one that it does not takes those of
/// `DEFAULT_4XX` or `DEFAULT_5XX`, whose status, where there is one, stands for that of every such type.
pub fn respond(fault: &Fault, asked: &Asked<'_>) -> Response {
    let kind = fault.refused.kind;
    let of = |kind: GatewayResponseType| asked.served.definition.gateway_responses.get(kind.as_str());
    let parent = kind.parent().and_then(of);
    let custom = of(kind).or(parent);
    let status = custom.and_then(|custom| custom.status).or(fault.status).or(kind.default_status());
    let mut response = Response {
        status: status.unwrap_or(500),
        answered_by: fault.refused.step,
        reason: fault.refused.reason.clone(),
        ..Response::default()
    };
    let (content_type, template) = template(custom, fault, asked.request);
    response.body = substitute::substitute(&template, asked).into_bytes();
    response.headers.set("Content-Type", content_type);
    response.headers.set("x-amzn-ErrorType", fault.error_type.unwrap_or(kind.error_type()));
    for (name, source) in custom.iter().flat_map(|custom| &custom.parameters) {
        let Some(header) = name.strip_prefix("gatewayresponse.header.") else { continue };
        let view = RequestView::of(asked);
        let values = Source::parse(source).map(|source| source.from_request(&view)).unwrap_or_default();
        if !values.is_empty() {
            response.headers.set(header, values.join(","));
        }
    }
    response
}

/// The body's template and its content type: that of the first type the client accepts, else JSON's, else the first there is.
fn template(custom: Option<&GatewayResponse>, fault: &Fault, request: &Request) -> (String, String) {
    if let Some(templates) = custom.map(|custom| &custom.templates).filter(|templates| !templates.is_empty())
    {
        let accepted = media::accepted(&request.headers).into_iter().chain([media::JSON.to_owned()]);
        let chosen = accepted.into_iter().find_map(|of| templates.get_key_value(&of));
        if let Some((content_type, template)) = chosen.or_else(|| templates.first_key_value()) {
            return (content_type.clone(), template.clone());
        }
    }
    // Denied requests get a capital letter unless the API says something about them.
    let capital = fault.refused.kind == GatewayResponseType::AccessDenied && custom.is_none();
    // Validators and integrations write a blank after the colon, as the lengths of AWS's answers show (36 bytes for "Internal
    // server error", 35 for "Invalid request body"); the steps before them do not (26 for "Unauthorized").
    let blank = matches!(fault.refused.step, Step::Validator | Step::Integration)
        && fault.refused.kind != GatewayResponseType::RequestTooLarge;
    let template = GatewayResponseType::DEFAULT_TEMPLATE;
    let template = if capital { template.replace("message\":", "Message\":") } else { template.to_owned() };
    let template = if blank { template.replace("\":", "\": ") } else { template };
    (media::JSON.to_owned(), template)
}
