//! The socket: HTTP to requests of the gateway, and back.

use std::{
    net::SocketAddr,
    sync::{Arc, PoisonError, RwLock},
    time::Instant,
};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, State},
    http::{StatusCode, header},
    response::IntoResponse,
};
use tokio::net::TcpListener;

use super::{Pages, Sites, headers};
use crate::{
    gateway::{
        exchange::{Headers, Request, Response, Step},
        server::Logged,
    },
    model::Env,
    runtime::{Runtime, invoke_endpoint},
};

/// The largest body that is read: one byte more than API Gateway takes, so that the gateway sees that it is too large.
const BODY_LIMIT_BYTES: usize = 10 * 1024 * 1024 + 1;

/// Why nothing can be served.
#[derive(Debug, thiserror::Error)]
pub enum DevError {
    /// Someone else listens there.
    #[error("port {port} of {host} is taken: another `gatewright dev`, or another server")]
    PortTaken {
        /// The address.
        host: String,
        /// The port.
        port: u16,
    },
    /// Another trouble with the address.
    #[error("cannot listen on {host}:{port}: {error}")]
    Address {
        /// The address.
        host: String,
        /// The port.
        port: u16,
        /// What the system says.
        error: std::io::Error,
    },
}

/// Takes the port; 0 for any that is free.
///
/// # Errors
/// See [`DevError`].
pub async fn bind(host: &str, port: u16) -> Result<TcpListener, DevError> {
    TcpListener::bind((host, port)).await.map_err(|error| {
        let host = host.to_owned();
        match error.kind() {
            std::io::ErrorKind::AddrInUse => DevError::PortTaken { host, port },
            _ => DevError::Address { host, port, error },
        }
    })
}

/// A request that was answered, for the access log.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The verb.
    pub method: String,
    /// The path with the stage, without the query, which may hold a token.
    pub path: String,
    /// The status.
    pub status: u16,
    /// From the request's head to the last byte of the answer's body being ready, in milliseconds.
    pub took_ms: f64,
    /// Which step answered.
    pub answered_by: Step,
    /// Why, where something went wrong.
    pub reason: String,
    /// The line of the stage's own access log, where it has one.
    pub line: Option<String>,
}

/// What is told of each request.
pub type AccessLog = Arc<dyn Fn(Answered) + Send + Sync>;

/// Serves sites and the Invoke API of Lambda on one socket.
#[derive(Clone)]
pub struct Server {
    served: Arc<RwLock<Arc<(Sites, Pages)>>>,
    env: Env,
    log: AccessLog,
}

impl Server {
    /// A server of nothing yet.
    pub fn new(env: Env, log: AccessLog) -> Self {
        Self { served: Arc::default(), env, log }
    }

    /// Serves `sites` and `pages` from the next request on; requests under way end with what they began with.
    pub fn serve(&self, sites: Sites, pages: Pages) {
        *self.served.write().unwrap_or_else(PoisonError::into_inner) = Arc::new((sites, pages));
    }

    /// Answers requests until the first stop signal, then finishes those under way.
    ///
    /// # Errors
    /// Where the socket fails.
    pub async fn run(
        self,
        listener: TcpListener,
        runtime: Arc<Runtime>,
        region: String,
        account_id: String,
    ) -> std::io::Result<()> {
        let stop = self.env.stop.clone();
        let invoke = invoke_endpoint::router(invoke_endpoint::Endpoint { runtime, region, account_id });
        let app = Router::new().fallback(answer).with_state(self).merge(invoke);
        axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
            .with_graceful_shutdown(async move { stop.reached(1).await })
            .await
    }

    fn served(&self) -> Arc<(Sites, Pages)> {
        self.served.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn answer(
    State(server): State<Server>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: axum::extract::Request,
) -> impl IntoResponse {
    let started = Instant::now();
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    let served = server.served();
    let (sites, pages) = (&served.0, &served.1);
    let method = head.method.as_str().to_owned();
    let unchanged = head.headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    let page = pages.answer(&method, &path, unchanged).await;
    let Logged { mut response, line } = match (page, sites.find(&path)) {
        (Some(response), _) => Logged { response, line: None },
        (None, None) => Logged { response: not_served(), line: None },
        (None, Some((site, prefix, rest))) => {
            let request = Request {
                method: method.clone(),
                path: if rest.is_empty() { "/".to_owned() } else { rest.to_owned() },
                prefix: prefix.to_owned(),
                query: head.uri.query().unwrap_or_default().to_owned(),
                headers: headers::of_client(&head.headers),
                body: read(body).await,
                source_ip: client.ip().to_string(),
                protocol: format!("{:?}", head.version),
                received: server.env.now(),
                request_id: server.env.uuid(),
            };
            site.gateway.answer_logged(request).await
        }
    };
    (server.log)(Answered {
        method,
        path,
        status: response.status,
        took_ms: started.elapsed().as_secs_f64() * 1000.0,
        answered_by: response.answered_by,
        reason: response.reason.clone(),
        line,
    });
    // What HTTP gives no body to must not get one, or the client takes it for the next answer.
    if matches!(response.status, 204 | 304) {
        response.body.clear();
    }
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, headers::to_client(&response.headers), response.body)
}

/// As much of the body as the gateway needs to judge it. A client that breaks off has sent what it has sent.
async fn read(mut body: Body) -> Vec<u8> {
    use futures::StreamExt;
    let mut all = Vec::new();
    let mut chunks = std::mem::take(&mut body).into_data_stream();
    while let Some(Ok(chunk)) = chunks.next().await {
        let room = BODY_LIMIT_BYTES.saturating_sub(all.len());
        all.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if all.len() == BODY_LIMIT_BYTES {
            break;
        }
    }
    all
}

/// What API Gateway says where there is no such API or stage.
fn not_served() -> Response {
    let mut headers = Headers::default();
    headers.set(header::CONTENT_TYPE.as_str(), "application/json");
    headers.set("x-amzn-ErrorType", "ForbiddenException");
    Response {
        status: 403,
        headers,
        body: br#"{"message":"Forbidden"}"#.to_vec(),
        answered_by: Step::Route,
        reason: "no stage of this name is served".to_owned(),
    }
}
