//! The Lambda Runtime API of one process: where it asks for invocations and answers them.
//!
//! Every process has a listener of its own, so it can neither see nor answer another one's invocation.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
    serve::ListenerExt,
};
use futures::StreamExt;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};

use super::payload::{self, RESPONSE_LIMIT_BYTES};

/// One invocation, as a process is given it.
pub(super) struct Invocation {
    pub(super) request_id: Arc<str>,
    pub(super) payload: Bytes,
    /// Milliseconds since 1970.
    pub(super) deadline_ms: i64,
    /// As it was asked for, with its qualifier.
    pub(super) arn: String,
    pub(super) trace_id: String,
    /// JSON.
    pub(super) client_context: Option<String>,
}

/// What a process said of an invocation.
#[derive(Debug)]
pub(super) enum Reported {
    Response(Vec<u8>),
    Error(Vec<u8>),
    TooLarge,
}

/// Where invocations are laid down for the process, and its answers for the runtime.
#[derive(Default)]
struct Desk {
    /// Long polls that wait.
    pollers: usize,
    user_agent: Option<String>,
    work: Option<Arc<Invocation>>,
    current: Option<Current>,
    reported: Option<Reported>,
    init_error: Option<Vec<u8>>,
}

struct Current {
    request_id: Arc<str>,
    answered: bool,
}

type Shared = Arc<watch::Sender<Desk>>;

/// The API of one process. Dropping it closes the listener.
pub(super) struct Api {
    address: SocketAddr,
    desk: Shared,
    server: JoinHandle<()>,
}

impl Drop for Api {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Api {
    /// Listens on a free port of 127.0.0.1.
    pub(super) async fn start() -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let desk: Shared = Arc::new(watch::Sender::new(Desk::default()));
        let routes = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            .with_state(Arc::clone(&desk));
        let listener = listener.tap_io(|stream| {
            // Small answers at once; without it they wait for the acknowledgement of the last one.
            let _ = stream.set_nodelay(true);
        });
        let server = tokio::spawn(async move {
            let _ = axum::serve(listener, routes).await;
        });
        Ok(Self { address, desk, server })
    }

    /// `127.0.0.1:port`, for `AWS_LAMBDA_RUNTIME_API`.
    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Waits until the process asks for an invocation.
    ///
    /// # Errors
    /// The payload of the error with which it said that it cannot start.
    pub(super) async fn ready(&self) -> Result<(), Vec<u8>> {
        let mut desk = self.desk.subscribe();
        match desk.wait_for(|desk| desk.pollers > 0 || desk.init_error.is_some()).await {
            Ok(desk) => desk.init_error.clone().map_or(Ok(()), Err),
            Err(_) => Ok(()),
        }
    }

    /// Gives the process an invocation.
    pub(super) fn give(&self, invocation: Invocation) {
        self.desk.send_modify(|desk| {
            desk.current = Some(Current { request_id: Arc::clone(&invocation.request_id), answered: false });
            desk.reported = None;
            desk.work = Some(Arc::new(invocation));
        });
    }

    /// Waits for the answer to the invocation that was given last.
    pub(super) async fn answer(&self) -> Reported {
        let mut changes = self.desk.subscribe();
        loop {
            let _ = changes.wait_for(|desk| desk.reported.is_some()).await;
            let mut reported = None;
            self.desk.send_if_modified(|desk| {
                reported = desk.reported.take();
                false
            });
            if let Some(reported) = reported {
                return reported;
            }
        }
    }

    /// What the process calls itself (`User-Agent`); the bootstraps tell their interpreter's version with it.
    pub(super) fn user_agent(&self) -> Option<String> {
        self.desk.borrow().user_agent.clone()
    }
}

/// A long poll that waits. It ends with its connection, too.
struct Poll {
    desk: Shared,
}

impl Drop for Poll {
    fn drop(&mut self) {
        self.desk.send_modify(|desk| desk.pollers = desk.pollers.saturating_sub(1));
    }
}

async fn next(State(desk): State<Shared>, headers: HeaderMap) -> Response {
    let mut busy = false;
    desk.send_modify(|desk| {
        busy = desk.current.as_ref().is_some_and(|current| !current.answered);
        if !busy {
            desk.pollers += 1;
            let agent = headers.get(header::USER_AGENT).and_then(|value| value.to_str().ok());
            desk.user_agent = agent.map(str::to_owned);
        }
    });
    if busy {
        return refused(
            "InvalidStateTransition",
            "An invocation has not been answered yet",
            StatusCode::FORBIDDEN,
        );
    }
    let _poll = Poll { desk: Arc::clone(&desk) };
    let mut changes = desk.subscribe();
    loop {
        let _ = changes.wait_for(|desk| desk.work.is_some()).await;
        let mut work = None;
        desk.send_if_modified(|desk| {
            work = desk.work.take();
            false
        });
        if let Some(invocation) = work {
            return handed_over(&invocation);
        }
    }
}

fn handed_over(invocation: &Invocation) -> Response {
    let mut response = Response::new(Body::from(invocation.payload.clone()));
    let deadline = invocation.deadline_ms.to_string();
    let mut set = |name: &'static str, value: &str| {
        if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    };
    set("content-type", "application/json");
    set("lambda-runtime-aws-request-id", &invocation.request_id);
    set("lambda-runtime-deadline-ms", &deadline);
    set("lambda-runtime-invoked-function-arn", &invocation.arn);
    set("lambda-runtime-trace-id", &invocation.trace_id);
    if let Some(context) = &invocation.client_context {
        set("lambda-runtime-client-context", context);
    }
    response
}

async fn response(State(desk): State<Shared>, Path(id): Path<String>, body: Body) -> Response {
    match collect(body).await {
        Ok(Some(payload)) => report(&desk, &id, Reported::Response(payload)),
        Ok(None) => {
            let taken = report(&desk, &id, Reported::TooLarge);
            if taken.status() != StatusCode::ACCEPTED {
                return taken;
            }
            let message = format!("Exceeded maximum allowed payload size ({RESPONSE_LIMIT_BYTES} bytes).");
            refused("RequestEntityTooLarge", &message, StatusCode::PAYLOAD_TOO_LARGE)
        }
        Err(problem) => refused("InvalidRequest", &problem.to_string(), StatusCode::BAD_REQUEST),
    }
}

async fn error(
    State(desk): State<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match collect(body).await {
        Ok(Some(payload)) => report(&desk, &id, Reported::Error(named_error(payload, &headers))),
        Ok(None) => report(&desk, &id, Reported::TooLarge),
        Err(problem) => refused("InvalidRequest", &problem.to_string(), StatusCode::BAD_REQUEST),
    }
}

async fn init_error(State(desk): State<Shared>, headers: HeaderMap, body: Body) -> Response {
    let payload = match collect(body).await {
        Ok(payload) => named_error(payload.unwrap_or_default(), &headers),
        Err(problem) => return refused("InvalidRequest", &problem.to_string(), StatusCode::BAD_REQUEST),
    };
    let mut taken = false;
    desk.send_modify(|desk| {
        taken = desk.init_error.is_none() && desk.current.is_none() && desk.pollers == 0;
        if taken {
            desk.init_error = Some(payload);
        }
    });
    if taken {
        accepted()
    } else {
        refused("InvalidStateTransition", "The runtime has started already", StatusCode::FORBIDDEN)
    }
}

/// The body of an error, or what its header says where there is none.
fn named_error(payload: Vec<u8>, headers: &HeaderMap) -> Vec<u8> {
    if !payload.is_empty() {
        return payload;
    }
    let named = headers.get("lambda-runtime-function-error-type").and_then(|value| value.to_str().ok());
    payload::error(named.unwrap_or("Runtime.Unknown"), "")
}

/// Takes the first answer of the invocation under way.
fn report(desk: &Shared, id: &str, reported: Reported) -> Response {
    let mut problem = None;
    desk.send_modify(|desk| match &mut desk.current {
        Some(current) if &*current.request_id == id => {
            if current.answered {
                problem = Some(("InvalidStateTransition", "The invocation has been answered already"));
            } else {
                current.answered = true;
                desk.reported = Some(reported);
            }
        }
        _ => problem = Some(("InvalidRequestID", "Invalid request ID")),
    });
    match problem {
        None => accepted(),
        Some((kind @ "InvalidRequestID", message)) => refused(kind, message, StatusCode::BAD_REQUEST),
        Some((kind, message)) => refused(kind, message, StatusCode::FORBIDDEN),
    }
}

/// The body; `None` if it is over the limit. It is then still read to its end, because a sender that is cut off in the middle of
/// its request does not see the answer.
async fn collect(body: Body) -> Result<Option<Vec<u8>>, axum::Error> {
    let mut payload = Some(Vec::new());
    let mut parts = body.into_data_stream();
    while let Some(part) = parts.next().await {
        let part = part?;
        payload = payload.filter(|payload| payload.len() + part.len() <= RESPONSE_LIMIT_BYTES);
        if let Some(payload) = &mut payload {
            payload.extend_from_slice(&part);
        }
    }
    Ok(payload)
}

fn accepted() -> Response {
    (StatusCode::ACCEPTED, [(header::CONTENT_TYPE, "application/json")], "{\"status\":\"OK\"}\n")
        .into_response()
}

fn refused(kind: &str, message: &str, status: StatusCode) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], payload::error(kind, message)).into_response()
}
