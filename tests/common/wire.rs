//! The wire between the SDK and an emulator: counts calls, enforces AWS's documented rates, breaks what it is told to break.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use aws_smithy_runtime_api::{
    client::{
        http::{
            HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
            SharedHttpConnector,
        },
        orchestrator::{HttpRequest, HttpResponse},
        result::ConnectorError,
        runtime_components::RuntimeComponents,
    },
    http::StatusCode,
};
use aws_smithy_types::body::SdkBody;

/// One request as it went by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The service that the signature names.
    pub service: String,
    /// What it does: AWS's name where the protocol carries it or the path tells, method and path otherwise.
    pub operation: String,
    /// It changes something.
    pub writes: bool,
    /// The status it was answered with; 0 where there was no answer.
    pub status: u16,
    /// When it was sent.
    pub at: Instant,
}

/// What happens to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// It reaches the service and the answer gets lost.
    LostAnswer,
    /// It does not reach the service.
    Refused,
    /// 429 with `Retry-After`.
    Throttled,
    /// 503 before the service acted.
    Unavailable,
    /// The answer takes this long.
    Slow(Duration),
    /// A refusal of the service, with its code and message.
    Error(u16, &'static str, &'static str),
}

type Breaker = dyn FnMut(usize, &Seen) -> Option<Fault> + Send;

#[derive(Default)]
struct State {
    seen: Vec<Seen>,
    breaker: Option<Box<Breaker>>,
    buckets: Option<HashMap<&'static str, (f64, Instant)>>,
}

/// A wrapper of an HTTP client.
#[derive(Clone)]
pub struct Wire {
    inner: SharedHttpClient,
    state: Arc<Mutex<State>>,
}

impl std::fmt::Debug for Wire {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wire")
    }
}

impl Wire {
    pub fn new() -> Self {
        Self { inner: aws_smithy_http_client::Builder::new().build_http(), state: Arc::default() }
    }

    /// Breaks what `breaker` says; it is given the number of the request.
    pub fn breaking(self, breaker: impl FnMut(usize, &Seen) -> Option<Fault> + Send + 'static) -> Self {
        self.lock().breaker = Some(Box::new(breaker));
        self
    }

    /// Answers 429 beyond the documented rates.
    pub fn at_aws_rates(self) -> Self {
        self.lock().buckets = Some(HashMap::new());
        self
    }

    pub fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// Every request so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.lock().seen.clone()
    }

    /// Forgets what was seen.
    pub fn clear(&self) {
        self.lock().seen.clear();
    }

    /// The requests that change something.
    pub fn writes(&self) -> Vec<Seen> {
        self.seen().into_iter().filter(|seen| seen.writes).collect()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no test panics with the lock in hand")
    }

    /// What happens to `seen`: a planned fault, or 429 beyond the rates. Notes the request.
    fn judge(&self, seen: Seen) -> (usize, Option<Fault>) {
        let mut state = self.lock();
        let number = state.seen.len();
        let mut fault = match &mut state.breaker {
            Some(breaker) => breaker(number, &seen),
            None => None,
        };
        if let Some(buckets) = &mut state.buckets {
            let now = Instant::now();
            for (name, rate, burst) in documented(&seen) {
                let (tokens, filled) = buckets.entry(name).or_insert((burst, now));
                *tokens = (*tokens + now.duration_since(*filled).as_secs_f64() * rate).min(burst);
                *filled = now;
                if *tokens < 1.0 {
                    fault = Some(Fault::Throttled);
                } else {
                    *tokens -= 1.0;
                }
            }
        }
        state.seen.push(seen);
        (number, fault)
    }
}

/// The documented rates, written down once more on this side: bucket, tokens a second, burst. A hundredth more than documented
/// makes up for two clocks.
fn documented(seen: &Seen) -> Vec<(&'static str, f64, f64)> {
    let slack = 1.01;
    if seen.service == "lambda" {
        return vec![match seen.operation.as_str() {
            "GetFunction" => ("GetFunction", 100.0, 100.0),
            "GetPolicy" => ("GetPolicy", 15.0 * slack, 15.0),
            _ => ("lambda", 15.0 * slack, 15.0),
        }];
    }
    if seen.service != "apigateway" {
        return Vec::new();
    }
    let own = match seen.operation.as_str() {
        "CreateRestApi" => Some(("CreateRestApi", 1.0 / 3.0, 1.0)),
        "DeleteRestApi" => Some(("DeleteRestApi", 1.0 / 30.0, 1.0)),
        "CreateDeployment" => Some(("CreateDeployment", 0.2, 1.0)),
        "PutRestApi" => Some(("PutRestApi", 1.0, 1.0)),
        "CreateResource" => Some(("CreateResource", 5.0, 5.0)),
        "DeleteResource" => Some(("DeleteResource", 5.0, 5.0)),
        "GetResources" => Some(("GetResources", 2.5, 5.0)),
        _ => None,
    };
    let own = own.map(|(name, rate, burst)| (name, rate * slack, burst));
    std::iter::once(("apigateway", 10.0 * slack, 40.0)).chain(own).collect()
}

/// What a request is, from its signature, headers, path and body.
fn recognise(request: &HttpRequest) -> Seen {
    let header = |name: &str| request.headers().get(name).unwrap_or_default().to_owned();
    let credential = header("authorization");
    let service = credential.split('/').nth(3).unwrap_or_default().to_owned();
    let method = request.method().to_owned();
    let uri = request.uri().to_owned();
    let path = uri.split("://").nth(1).and_then(|rest| rest.split_once('/')).map_or("", |(_, path)| path);
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let body =
        request.body().bytes().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
    let target = header("x-amz-target");
    let action = body.split('&').find_map(|pair| pair.strip_prefix("Action="));
    let operation = match (target.rsplit('.').next().filter(|name| !name.is_empty()), action) {
        (Some(name), _) => name.to_owned(),
        (None, Some(action)) => action.to_owned(),
        (None, None) => by_path(&service, &method, path, query),
    };
    let reads = |name: &str| ["Get", "List", "Describe"].iter().any(|word| name.starts_with(word));
    let plain = !target.is_empty() || action.is_some();
    let writes = if plain { !reads(&operation) } else { method != "GET" && method != "HEAD" };
    Seen { service, operation, writes, status: 0, at: Instant::now() }
}

fn by_path(service: &str, method: &str, path: &str, query: &str) -> String {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let known = match (service, method, parts.as_slice()) {
        ("apigateway", "POST", ["restapis"]) => "CreateRestApi",
        ("apigateway", "PUT", ["restapis", _]) => "PutRestApi",
        ("apigateway", "DELETE", ["restapis", _]) => "DeleteRestApi",
        ("apigateway", "POST", ["restapis", _, "deployments"]) => "CreateDeployment",
        ("apigateway", "GET", ["restapis", _, "resources"]) => "GetResources",
        ("apigateway", "POST", ["restapis", _, "resources", _]) => "CreateResource",
        ("apigateway", "DELETE", ["restapis", _, "resources", _]) => "DeleteResource",
        ("lambda", "GET", ["2015-03-31", "functions", _]) => "GetFunction",
        ("lambda", "GET", ["2015-03-31", "functions", _, "policy"]) => "GetPolicy",
        ("lambda", "POST", ["2015-03-31", "functions"]) => "CreateFunction",
        ("lambda", "PUT", ["2015-03-31", "functions", _, "code"]) => "UpdateFunctionCode",
        ("lambda", "PUT", ["2015-03-31", "functions", _, "configuration"]) => "UpdateFunctionConfiguration",
        _ => {
            return if query.is_empty() {
                format!("{method} /{path}")
            } else {
                format!("{method} /{path}?{query}")
            };
        }
    };
    known.to_owned()
}

impl HttpClient for Wire {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(Connector { inner, wire: self.clone() })
    }
}

#[derive(Debug)]
struct Connector {
    inner: SharedHttpConnector,
    wire: Wire,
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let seen = recognise(&request);
        let service = seen.service.clone();
        let (number, fault) = self.wire.judge(seen);
        let (inner, wire) = (self.inner.clone(), self.wire.clone());
        HttpConnectorFuture::new(async move {
            let broken = |kind| ConnectorError::io(std::io::Error::from(kind).into());
            let answer = match fault {
                None => inner.call(request).await,
                Some(Fault::LostAnswer) => {
                    inner.call(request).await?;
                    return Err(broken(std::io::ErrorKind::ConnectionReset));
                }
                Some(Fault::Refused) => return Err(broken(std::io::ErrorKind::ConnectionRefused)),
                Some(Fault::Slow(time)) => {
                    tokio::time::sleep(time).await;
                    inner.call(request).await
                }
                Some(Fault::Throttled) => {
                    Ok(refusal(&service, 429, "TooManyRequestsException", "Too Many Requests"))
                }
                Some(Fault::Unavailable) => {
                    Ok(refusal(&service, 503, "ServiceUnavailableException", "try again"))
                }
                Some(Fault::Error(status, code, message)) => Ok(refusal(&service, status, code, message)),
            };
            if let Ok(answer) = &answer {
                wire.lock().seen[number].status = answer.status().as_u16();
            }
            answer
        })
    }
}

/// An error as the service's protocol writes it: XML for IAM, STS and S3, a header and JSON for the others.
fn refusal(service: &str, status: u16, code: &str, message: &str) -> HttpResponse {
    let body = match service {
        "iam" | "sts" => {
            format!(
                "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
            )
        }
        "s3" => format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>"),
        _ => format!(r#"{{"message":"{message}","Message":"{message}"}}"#),
    };
    let status = StatusCode::try_from(status).expect("a status");
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("x-amzn-errortype", code.to_owned());
    response.headers_mut().insert("retry-after", "0");
    response
}
