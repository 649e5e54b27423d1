//! HTTP endpoints behind integrations.

use std::{error::Error as _, sync::OnceLock};

use axum::{
    body::{Body, to_bytes},
    http::{HeaderName, HeaderValue, Method, Request, Uri},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Builder, Client as Pool, connect::HttpConnector},
    rt::TokioExecutor,
};

use super::{Answered, Matched, PAYLOAD_MAX_BYTES, outgoing::Outgoing};
use crate::{
    gateway::{
        exchange::{Headers, Step},
        gateway_response::{Fault, GatewayResponseType, INTERNAL},
        media, percent,
        stages::Call,
    },
    kinds::rest_api::{Integration, IntegrationType, Verb},
};

/// Characters of a path parameter that stay as they are in a URL; `%` because parameters are encoded already.
const KEPT: &str = "/%:@!$&'()*+,;=";

/// Headers of one connection, which a mapping cannot send on: they vanish (recorded from AWS).
const HOP_BY_HOP: [&str; 6] =
    ["Connection", "Expect", "Keep-Alive", "Proxy-Authenticate", "Proxy-Connection", "TE"];

type Secure = Pool<HttpsConnector<HttpConnector>, Body>;

/// A client for HTTP endpoints. It keeps connections, follows no redirect and trusts the machine's certificate authorities.
pub struct Client {
    plain: Pool<HttpConnector, Body>,
    /// Made when first used, as reading the certificate authorities takes a while; `None` where the machine has none.
    secure: OnceLock<Option<Secure>>,
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

impl Client {
    /// A client. Where the machine has no certificate authorities, every call by HTTPS fails.
    pub fn new() -> Self {
        Self { plain: builder().build(HttpConnector::new()), secure: OnceLock::new() }
    }

    fn secure(&self) -> Option<&Secure> {
        let made = self.secure.get_or_init(|| {
            let connector = HttpsConnectorBuilder::new().with_native_roots().ok()?;
            Some(builder().build(connector.https_only().enable_http1().build()))
        });
        made.as_ref()
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// 500 for an address that does not exist, 504 for one that cannot be reached, 500 for an answer over 10 MB.
    pub(super) async fn send(&self, request: Request<Body>) -> Result<Answered, Fault> {
        let host = request.uri().host().unwrap_or_default().to_owned();
        let answering = if request.uri().scheme_str() == Some("https") {
            let none =
                || Fault::configuration("this machine has no certificate authorities that can be trusted");
            self.secure().ok_or_else(none)?.request(request)
        } else {
            self.plain.request(request)
        };
        let answer = answering.await.map_err(|error| unreachable(&host, &error))?;
        let (parts, body) = answer.into_parts();
        let body = to_bytes(Body::new(body), PAYLOAD_MAX_BYTES).await.map_err(|error| {
            let kind = GatewayResponseType::IntegrationFailure;
            let reason =
                format!("the answer of {host} broke off or is over {PAYLOAD_MAX_BYTES} bytes: {error}");
            Fault { status: Some(500), ..Fault::new(Step::Integration, kind, INTERNAL, reason) }
        })?;
        let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
        let headers = parts.headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect();
        Ok(Answered {
            status: parts.status.as_u16(),
            headers: Headers(headers),
            body: body.to_vec(),
            matched: Matched::Status,
        })
    }
}

fn builder() -> Builder {
    let mut builder = Pool::builder(TokioExecutor::new());
    builder.http1_title_case_headers(true);
    builder
}

/// What a client is told of an endpoint that cannot be reached.
fn unreachable(host: &str, error: &hyper_util::client::legacy::Error) -> Fault {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(of) = source {
        reason.push_str(&format!(": {of}"));
        source = of.source();
    }
    let reason = format!("{host} cannot be reached: {reason}");
    if reason.contains("dns error") {
        return Fault::configuration(format!("invalid endpoint address: {reason}"));
    }
    let kind = GatewayResponseType::IntegrationFailure;
    Fault::new(Step::Integration, kind, "Network error communicating with endpoint", reason)
}

/// The request to the endpoint at `url`. A proxy passes the client's headers, query and body; what mappings say replaces those.
///
/// # Errors
/// 500 where the URL is none.
pub(super) fn request(
    url: &str,
    integration: &Integration<String>,
    call: &Call<'_>,
    headers: &Headers,
    outgoing: Outgoing,
) -> Result<Request<Body>, Fault> {
    let proxy = integration.kind == IntegrationType::HttpProxy;
    let passed: Vec<(String, String)> = if proxy { passed_query(call.query, &outgoing) } else { Vec::new() };
    let uri = uri(url, &outgoing, &passed)?;
    let body = outgoing.body;
    let mut sent = if proxy { passed_headers(headers) } else { own_headers(call, !body.is_empty()) };
    sent.set("X-Amzn-Apigateway-Api-Id", call.served.api_id.clone());
    let trace = call.context["xrayTraceId"].as_str().unwrap_or_default();
    sent.set("X-Amzn-Trace-Id", trace);
    for (name, _) in &outgoing.headers.0 {
        sent.remove(name);
    }
    sent.0.extend(outgoing.headers.0.into_iter().filter(|(name, _)| !is_one_of(name, &HOP_BY_HOP)));
    let verb = integration.http_method.filter(|verb| *verb != Verb::Any);
    let method = match verb {
        Some(verb) => verb.as_str(),
        None => call.request.method.as_str(),
    };
    let method = Method::from_bytes(method.as_bytes())
        .map_err(|_| Fault::configuration(format!("{method:?} is no verb an endpoint can be called with")))?;
    // The client leaves the length of an empty body out; API Gateway sends it where a body could be.
    if !body.is_empty() || [Method::POST, Method::PUT, Method::PATCH].contains(&method) {
        sent.set("Content-Length", body.len().to_string());
    }
    let mut request = Request::new(Body::from(body));
    *request.method_mut() = method;
    *request.uri_mut() = uri;
    for (name, value) in &sent.0 {
        let name = HeaderName::from_bytes(name.as_bytes());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::from_bytes(value.as_bytes())) {
            request.headers_mut().append(name, value);
        }
    }
    Ok(request)
}

fn is_one_of(name: &str, list: &[&str]) -> bool {
    list.iter().any(|of| of.eq_ignore_ascii_case(name))
}

/// The client's query, but for what a mapping says.
fn passed_query(query: &[(String, String)], outgoing: &Outgoing) -> Vec<(String, String)> {
    let mapped = |name: &String| outgoing.query.iter().any(|(of, _)| of == name);
    query.iter().filter(|(name, _)| !mapped(name)).cloned().collect()
}

/// The client's headers as a proxy passes them: without the host, and without the coding, which is undone.
fn passed_headers(headers: &Headers) -> Headers {
    let mut passed = headers.clone();
    passed.remove("Host");
    passed.remove("Content-Encoding");
    passed
}

/// The headers of API Gateway's own requests.
fn own_headers(call: &Call<'_>, has_body: bool) -> Headers {
    let mut own = Headers::default();
    own.add("Accept", media::JSON);
    own.add("User-Agent", format!("AmazonAPIGateway_{}", call.served.api_id));
    if has_body {
        own.add("Content-Type", call.request.headers.get("Content-Type").unwrap_or(media::JSON));
    }
    own
}

/// The URL with its path parameters, and with further query parameters after its own.
fn uri(url: &str, outgoing: &Outgoing, passed: &[(String, String)]) -> Result<Uri, Fault> {
    let mut text = String::new();
    let mut rest = url;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        text.push_str(before);
        text.push_str(&percent::encode(outgoing.path.get(name).map_or("", String::as_str), KEPT));
        rest = after;
    }
    text.push_str(rest);
    let more = passed.iter().chain(&outgoing.query);
    let more = percent::to_query(more.map(|(name, value)| (name.as_str(), value.as_str())));
    if !more.is_empty() {
        text.push(if text.contains('?') { '&' } else { '?' });
        text.push_str(&more);
    }
    let uri: Result<Uri, _> = text.parse();
    match uri {
        Ok(uri) if uri.host().is_some_and(|host| !host.is_empty()) => Ok(uri),
        _ => Err(Fault::configuration(format!("the integration's URL is none: {url:?}"))),
    }
}
