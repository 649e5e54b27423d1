//! A stage that answers requests. No sockets here.

#[cfg(test)]
mod tests;

use std::{collections::HashMap, sync::Arc};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{
    coding::{self, DecodeError},
    context,
    exchange::{Headers, Request, Response, Step},
    functions::Functions,
    gateway_response::{self, Asked, Fault, GatewayResponseType},
    incoming,
    integrate::{self, Client, PAYLOAD_MAX_BYTES, Prepared},
    percent, respond,
    route::{Match, Router},
    served::Served,
    stages::{AnswerCache, Call, Check, Looked},
};
use crate::{
    kinds::rest_api::{Method, Verb},
    model::Env,
};

/// How long all header names and values of a request may be together, in bytes.
const HEADERS_MAX_BYTES: usize = 10_240;
/// How long a method's ARN may be, in bytes.
const METHOD_ARN_MAX_BYTES: usize = 1_600;

/// A stage that answers requests as API Gateway does. Templates, patterns and URIs are read once, when it is made.
pub struct Gateway {
    served: Served,
    checks: Vec<Box<dyn Check>>,
    cache: Option<Box<dyn AnswerCache>>,
    functions: Arc<dyn Functions>,
    env: Env,
    router: Router,
    integrations: HashMap<(String, Verb), Prepared>,
    client: Client,
}

/// An answer and its line of the access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logged {
    /// The answer.
    pub response: Response,
    /// The line, where the stage has an access log.
    pub line: Option<String>,
}

impl Gateway {
    /// A gateway for one stage. The checks are asked in their order.
    pub fn new(served: Served, checks: Vec<Box<dyn Check>>, functions: Arc<dyn Functions>, env: Env) -> Self {
        let variables = &served.stage.variables;
        let integrations = served.definition.methods().filter_map(|(path, verb, method)| {
            let integration = method.integration.as_ref()?;
            Some(((path.to_owned(), verb), Prepared::new(integration, variables)))
        });
        Self {
            router: Router::new(&served.definition),
            integrations: integrations.collect(),
            client: Client::new(),
            served,
            checks,
            cache: None,
            functions,
            env,
        }
    }

    /// The same gateway with a cache of answers.
    #[must_use]
    pub fn with_cache(self, cache: Box<dyn AnswerCache>) -> Self {
        Self { cache: Some(cache), ..self }
    }

    /// What is served.
    pub fn served(&self) -> &Served {
        &self.served
    }

    /// Answers a request.
    pub async fn answer(&self, request: Request) -> Response {
        self.answer_logged(request).await.response
    }

    /// Answers a request, with the line of the access log.
    pub async fn answer_logged(&self, mut request: Request) -> Logged {
        let matched = self.router.find(&request.method, &request.path);
        let mut context = context::of_request(&self.served, &request, matched.as_ref(), &self.env);
        let came = self.env.now();
        let answered = self.process(&mut request, matched.as_ref(), &mut context).await;
        let mut response = answered.unwrap_or_else(|fault| {
            gateway_response::describe(&fault, &mut context);
            let path = matched.as_ref().map(|matched| &matched.path);
            let asked = Asked { served: &self.served, request: &request, path, context: &context };
            gateway_response::respond(&fault, &asked)
        });
        if let Some(minimum_bytes) = self.served.settings.minimum_compression_bytes {
            coding::compress(&mut response, &request.headers, minimum_bytes);
        }
        response.headers = respond::headers::valid(response.headers);
        response.headers.set("x-amzn-RequestId", request.request_id);
        response.headers.set("x-amz-apigw-id", context["extendedRequestId"].as_str().unwrap_or_default());
        if let Value::Object(context) = &mut context {
            let took_ms = self.env.now().as_millisecond() - came.as_millisecond();
            context.insert("status".to_owned(), response.status.into());
            context.insert("responseLength".to_owned(), response.body.len().into());
            context.insert("responseLatency".to_owned(), took_ms.into());
        }
        let format = self.served.stage.access_log_format.as_deref();
        let line = format.map(|format| context::access_log_line(format, &context));
        Logged { response, line }
    }

    async fn process(
        &self,
        request: &mut Request,
        matched: Option<&Match>,
        context: &mut Value,
    ) -> Result<Response, Fault> {
        within_limits(request)?;
        let found = matched.and_then(|matched| {
            Some((matched, self.served.definition.method(&matched.resource, matched.verb)?))
        });
        let Some((matched, method)) = found else { return Err(no_method(request)) };
        self.check_arn(request)?;
        if self.served.settings.minimum_compression_bytes.is_some() {
            decode(request)?;
        }
        let query = percent::query(&request.query);
        let mut call = Call {
            served: &self.served,
            request,
            resource: &matched.resource,
            method,
            verb_key: matched.verb.as_str(),
            path: &matched.path,
            query: &query,
            context,
            functions: &*self.functions,
        };
        for check in &self.checks {
            check.check(&mut call).await?;
        }
        let looked = self.cache.as_ref().map_or(Ok(Looked::NotCached), |cache| cache.look(&call))?;
        match looked {
            Looked::Kept(response) => Ok(Response { answered_by: Step::Cache, ..response }),
            Looked::NotCached => self.integrate(method, matched, &mut call).await,
            Looked::Nothing(keep) => {
                let mut response = self.integrate(method, matched, &mut call).await?;
                keep(&mut response);
                Ok(response)
            }
        }
    }

    async fn integrate(
        &self,
        method: &Method<String>,
        matched: &Match,
        call: &mut Call<'_>,
    ) -> Result<Response, Fault> {
        let prepared = self.integrations.get(&(matched.resource.clone(), matched.verb));
        let Some((prepared, integration)) = prepared.zip(method.integration.as_ref()) else {
            return Err(Fault::configuration("the method has no integration"));
        };
        let headers = incoming::headers(call.request, call.context);
        let began = self.env.now();
        let answered = integrate::call(prepared, integration, &self.client, call, &headers).await;
        let took_ms = self.env.now().as_millisecond() - began.as_millisecond();
        note_integration(call.context, took_ms, answered.as_ref().map(|answered| answered.status));
        let answered = answered?;
        if answered.body.len() > PAYLOAD_MAX_BYTES {
            return Err(Fault::configuration(format!(
                "the integration's answer is over {PAYLOAD_MAX_BYTES} bytes"
            )));
        }
        respond::respond(integration.kind, answered, prepared, call, &headers, &self.env)
    }

    /// The ARN of the method a request calls, as API Gateway writes it for policies, must not be too long.
    fn check_arn(&self, request: &Request) -> Result<(), Fault> {
        let Served { region, account_id, api_id, stage, .. } = &self.served;
        let (verb, path) = (&request.method, request.path.trim_start_matches('/'));
        let arn = format!("arn:aws:execute-api:{region}:{account_id}:{api_id}/{}/{verb}/{path}", stage.name);
        if arn.len() <= METHOD_ARN_MAX_BYTES {
            return Ok(());
        }
        let reason = format!("the method's ARN would be over {METHOD_ARN_MAX_BYTES} bytes");
        let fault = Fault::new(Step::Route, GatewayResponseType::Default4xx, "Request URI too long", reason);
        Err(Fault { status: Some(414), ..fault })
    }
}

/// What the access log says about the integration.
fn note_integration(context: &mut Value, took_ms: i64, status: Result<u16, &Fault>) {
    let error = status.err().map(|fault| fault.refused.reason.clone());
    let status = status.ok();
    if let Value::Object(context) = context {
        context.insert("integrationLatency".to_owned(), took_ms.into());
        context.insert("integrationStatus".to_owned(), status.into());
        context.insert("integrationErrorMessage".to_owned(), error.clone().into());
        let integration =
            json!({ "latency": took_ms, "status": status, "integrationStatus": status, "error": error });
        context.insert("integration".to_owned(), integration);
    }
}

/// # Errors
/// 413 for a body over 10 MB and for headers over 10240 bytes.
fn within_limits(request: &Request) -> Result<(), Fault> {
    let headers: usize = request.headers.0.iter().map(|(name, value)| name.len() + value.len()).sum();
    if headers > HEADERS_MAX_BYTES {
        return Err(too_large(format!("the headers have {headers} bytes; {HEADERS_MAX_BYTES} are allowed")));
    }
    if request.body.len() > PAYLOAD_MAX_BYTES {
        let size = request.body.len();
        return Err(too_large(format!("the body has {size} bytes; {PAYLOAD_MAX_BYTES} are allowed")));
    }
    Ok(())
}

fn too_large(reason: String) -> Fault {
    Fault::new(Step::Route, GatewayResponseType::RequestTooLarge, "Request Too Long", reason)
}

/// Undoes the body's coding, as API Gateway does for APIs with compression.
fn decode(request: &mut Request) -> Result<(), Fault> {
    let Some(coding) = request.headers.get("Content-Encoding").filter(|_| !request.body.is_empty()) else {
        return Ok(());
    };
    match coding::decoded(&request.body, coding, PAYLOAD_MAX_BYTES) {
        Ok(body) => {
            request.body = body;
            request.headers.remove("Content-Encoding");
            Ok(())
        }
        Err(error @ DecodeError::Unknown(_)) => {
            let kind = GatewayResponseType::UnsupportedMediaType;
            Err(Fault::new(Step::Route, kind, "Unsupported Media Type", error.to_string()))
        }
        Err(error @ DecodeError::Broken(_)) => {
            let kind = GatewayResponseType::BadRequestBody;
            Err(Fault::new(Step::Route, kind, "Invalid request body", error.to_string()))
        }
        Err(error @ DecodeError::TooLarge(_)) => Err(too_large(error.to_string())),
    }
}

/// What a request gets for which there is no method. API Gateway then takes an `Authorization` header for a signature, and
/// complains where it is none, with the header's hash for a mark.
fn no_method(request: &Request) -> Fault {
    let reason = format!("the API has no method {} {}", request.method, request.path);
    let unsigned = authorization(&request.headers).filter(|value| !value.starts_with("AWS4-"));
    let Some(value) = unsigned else {
        let kind = GatewayResponseType::MissingAuthenticationToken;
        return Fault::new(Step::Route, kind, "Missing Authentication Token", reason);
    };
    let hash = STANDARD.encode(Sha256::digest(value));
    let message = format!(
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '{hash}'."
    );
    let fault = Fault::new(Step::Route, GatewayResponseType::Default4xx, &message, reason);
    Fault { status: Some(403), error_type: Some("IncompleteSignatureException"), ..fault }
}

fn authorization(headers: &Headers) -> Option<&str> {
    headers.get("Authorization").filter(|value| !value.is_empty())
}
