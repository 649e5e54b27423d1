//! One invocation, from a place to the report in the log.

use std::{sync::Arc, time::Duration};

use axum::body::Bytes;
use tokio::{
    sync::{OwnedSemaphorePermit, oneshot},
    time::Instant,
};

use super::{
    Outcome, Request, Shared,
    api::{Invocation, Reported},
    function::{Function, Language},
    launch::NoLaunch,
    payload,
    version::Version,
    worker::{Ended, NoStart, Worker},
};
use crate::gateway::functions::{Answer, NoAnswer};

/// How long an answer waits for its process to ask for the next invocation. Most do at once, and whoever invokes next then finds the
/// process resting instead of starting a second one.
const SETTLE: Duration = Duration::from_millis(100);

pub(super) type Reply = oneshot::Sender<Result<Outcome, NoAnswer>>;

/// An invocation under way.
pub(super) struct Job {
    pub(super) version: Arc<Version>,
    pub(super) request_id: Arc<str>,
    pub(super) arn: String,
    pub(super) request: Request,
    /// Held until the process rests or has ended.
    pub(super) place: OwnedSemaphorePermit,
}

/// Lambda's verdict over an invocation.
struct Verdict {
    payload: Vec<u8>,
    failed: bool,
    /// For the report: `timeout`, or `error` and a type of Lambda's own.
    status: Option<&'static str>,
}

impl Verdict {
    fn failed(payload: Vec<u8>, status: Option<&'static str>) -> Self {
        Self { payload, failed: true, status }
    }
}

/// Serves an invocation and replies. It goes on when nobody waits for the reply any more, as in Lambda.
pub(super) async fn serve(job: Job, shared: Arc<Shared>, reply: Reply) {
    let timeout = Duration::from_secs(job.version.function.timeout_seconds.into());
    let mut worker = match started(&job, &shared, timeout).await {
        Ok(worker) => worker,
        Err(Unstarted { worker, problem }) => {
            let answer = match verdict_of_start(&job, problem) {
                _ if shared.groups.closed() => Err(shut_down()),
                Ok(verdict) => Ok(explain(&job, worker, verdict).await),
                Err(problem) => Err(NoAnswer::Failed(problem)),
            };
            let _ = reply.send(answer);
            return;
        }
    };
    note_version(&job.version, &worker);
    let begun = Instant::now();
    let deadline = begun + timeout;
    worker.log.begin(Some(Arc::clone(&job.request_id)));
    worker.log.platform(format!("START RequestId: {} Version: $LATEST", job.request_id));
    let ended = worker.invoke(invocation(&job, &shared, timeout), deadline).await;
    let answered = matches!(ended, Ended::Reported(_));
    let ready = answered && worker.settled(deadline.min(Instant::now() + SETTLE)).await;
    let memory = worker.peak_memory_mb();
    if answered {
        worker.drain().await;
    } else {
        worker.end().await;
    }
    let took = begun.elapsed();
    let verdict = verdict(&job, &shared, &worker, ended);
    report(&job, &mut worker, &verdict, took, memory);
    let closed = !answered && shared.groups.closed();
    let outcome = outcome(&job, verdict, worker.log.tail());
    let result = if closed { Err(shut_down()) } else { Ok(outcome) };
    if ready {
        rest(job, worker, &shared);
        let _ = reply.send(result);
        return;
    }
    let _ = reply.send(result);
    if answered {
        linger(job, worker, &shared, deadline).await;
    }
}

/// A process that answered but is not done may go on until the deadline.
async fn linger(job: Job, mut worker: Worker, shared: &Shared, deadline: Instant) {
    if worker.settled(deadline).await {
        worker.drain().await;
        rest(job, worker, shared);
    } else {
        worker.end().await;
        worker.log.platform(
            "The process ended or was ended after its answer: it did not ask for another invocation",
        );
    }
}

fn rest(job: Job, worker: Worker, shared: &Shared) {
    worker.log.begin(None);
    job.version.rest(worker, shared);
    // Not before: whoever gets the place is to find the process.
    drop(job.place);
}

pub(super) fn shut_down() -> NoAnswer {
    NoAnswer::Failed("the functions of this machine have been shut down".to_owned())
}

/// What has become of a process that did not start.
struct Unstarted {
    worker: Option<Worker>,
    problem: NoStart,
}

/// A process that rests, or a new one that asks for its first invocation.
async fn started(job: &Job, shared: &Arc<Shared>, timeout: Duration) -> Result<Worker, Unstarted> {
    if let Some(worker) = job.version.take() {
        return Ok(worker);
    }
    let limit = Duration::from_secs(shared.settings.init_timeout_seconds.into());
    match start(job, shared, limit).await {
        Err(Unstarted { worker: Some(mut worker), problem: NoStart::TimedOut }) => {
            let took = limit.as_secs_f64() * 1000.0;
            worker.end().await;
            worker
                .log
                .platform(format!("INIT_REPORT Init Duration: {took:.2} ms\tPhase: init\tStatus: timeout"));
            drop(worker);
            // Lambda tries once more, on the invocation's own time.
            start(job, shared, timeout).await
        }
        other => other,
    }
}

async fn start(job: &Job, shared: &Arc<Shared>, limit: Duration) -> Result<Worker, Unstarted> {
    let function = &job.version.function;
    let none = |problem| Unstarted { worker: None, problem };
    let files = job.version.files(shared).await;
    let files = files.map_err(|problem| none(NoStart::Launch(NoLaunch::Machine(problem))))?;
    let log_stream = shared.log_stream();
    let sink = Arc::clone(&shared.sink);
    let deadline = Instant::now() + limit;
    let worker = Worker::start(function, files, &shared.settings, &shared.groups, sink, &log_stream);
    let mut worker = worker.await.map_err(none)?;
    match worker.ready(deadline).await {
        Ok(()) => Ok(worker),
        Err(problem) => Err(Unstarted { worker: Some(worker), problem }),
    }
}

fn invocation(job: &Job, shared: &Shared, timeout: Duration) -> Invocation {
    let timeout_ms = i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX);
    let payload = if job.request.payload.is_empty() {
        // Lambda's event for a request without a body.
        Bytes::from_static(b"{}")
    } else {
        job.request.payload.clone()
    };
    Invocation {
        request_id: Arc::clone(&job.request_id),
        payload,
        deadline_ms: shared.env.now().as_millisecond().saturating_add(timeout_ms),
        arn: job.arn.clone(),
        trace_id: shared.trace_id(),
        client_context: job.request.client_context.clone(),
    }
}

fn verdict(job: &Job, shared: &Shared, worker: &Worker, ended: Ended) -> Verdict {
    let id = &*job.request_id;
    match ended {
        Ended::Reported(Reported::Response(payload)) => Verdict { payload, failed: false, status: None },
        Ended::Reported(Reported::Error(payload)) => Verdict::failed(payload, None),
        Ended::Reported(Reported::TooLarge) => {
            let payload = payload::response_too_large();
            worker.log.platform(payload::error_message(&payload).unwrap_or_default());
            Verdict::failed(payload, Some("error\tError Type: Function.ResponseSizeTooLarge"))
        }
        Ended::TimedOut => {
            let seconds = job.version.function.timeout_seconds;
            worker
                .log
                .platform(format!("{:.3} {id} Task timed out after {seconds}.00 seconds", shared.env.now()));
            Verdict::failed(payload::timed_out(id, seconds), Some("timeout"))
        }
        Ended::Exited(how) => {
            worker.log.platform(format!("RequestId: {id} Error: {how}"));
            Verdict::failed(payload::exited(id, &how), Some("error\tError Type: Runtime.ExitError"))
        }
    }
}

/// What is answered for a process that did not start.
///
/// # Errors
/// A sentence, when this machine and not the function is the reason.
fn verdict_of_start(job: &Job, problem: NoStart) -> Result<Verdict, String> {
    let id = &*job.request_id;
    match problem {
        NoStart::Launch(NoLaunch::Machine(problem)) => Err(problem),
        NoStart::Launch(NoLaunch::Entrypoint(what)) => {
            let message = format!("RequestId: {id} Error: {what}");
            let payload = payload::error("Runtime.InvalidEntrypoint", &message);
            Ok(Verdict::failed(payload, Some("error\tError Type: Runtime.InvalidEntrypoint")))
        }
        NoStart::Reported(payload) => Ok(Verdict::failed(payload, Some("error"))),
        NoStart::Exited(how) => {
            Ok(Verdict::failed(payload::exited(id, &how), Some("error\tError Type: Runtime.ExitError")))
        }
        NoStart::TimedOut => {
            let seconds = job.version.function.timeout_seconds;
            Ok(Verdict::failed(payload::timed_out(id, seconds), Some("timeout")))
        }
    }
}

/// Says in the log why a process did not start, and makes the answer.
async fn explain(job: &Job, worker: Option<Worker>, verdict: Verdict) -> Outcome {
    let Some(mut worker) = worker else { return outcome(job, verdict, Vec::new()) };
    worker.end().await;
    worker.log.begin(Some(Arc::clone(&job.request_id)));
    worker.log.platform(format!("START RequestId: {} Version: $LATEST", job.request_id));
    let kind = payload::error_type(&verdict.payload).unwrap_or_default();
    let message = payload::error_message(&verdict.payload).unwrap_or_default();
    worker.log.platform(format!("{kind}: {message}"));
    // Lambda's own images bring the SDKs; a code folder that relies on it does not run elsewhere.
    if kind == "Runtime.ImportModuleError" {
        let brought = ["@aws-sdk/", "@smithy/", "'aws-sdk'", "boto3", "botocore"];
        if let Some(name) = brought.into_iter().find(|name| message.contains(name)) {
            let name = name.trim_matches(['\'', '/']);
            worker.log.platform(format!("{name} is a part of Lambda's runtime and not of this machine: install it where the function lies"));
        }
    }
    let took = worker.started.elapsed();
    report(job, &mut worker, &verdict, took, None);
    outcome(job, verdict, worker.log.tail())
}

fn report(job: &Job, worker: &mut Worker, verdict: &Verdict, took: Duration, memory_mb: Option<u64>) {
    let Function { memory_mb: size_mb, .. } = job.version.function;
    let id = &job.request_id;
    let init = worker.init.take();
    let took_ms = took.as_secs_f64() * 1000.0;
    let init_ms = init.map(|init| init.as_secs_f64() * 1000.0);
    // Starting is billed since August 2025.
    let billed_ms = (took_ms + init_ms.unwrap_or(0.0)).ceil();
    worker.log.platform(format!("END RequestId: {id}"));
    let mut line = format!(
        "REPORT RequestId: {id}\tDuration: {took_ms:.2} ms\tBilled Duration: {billed_ms:.0} ms\tMemory Size: {size_mb} MB"
    );
    if let Some(used_mb) = memory_mb {
        line.push_str(&format!("\tMax Memory Used: {used_mb} MB"));
    }
    if let Some(init_ms) = init_ms {
        line.push_str(&format!("\tInit Duration: {init_ms:.2} ms"));
    }
    if let Some(status) = verdict.status {
        line.push_str(&format!("\tStatus: {status}"));
    }
    worker.log.platform(line);
}

fn outcome(job: &Job, verdict: Verdict, log_tail: Vec<u8>) -> Outcome {
    let function_error = verdict.failed.then(|| "Unhandled".to_owned());
    Outcome {
        answer: Answer { payload: verdict.payload, function_error },
        request_id: job.request_id.to_string(),
        executed_version: "$LATEST".to_owned(),
        log_tail,
    }
}

/// Says once when the interpreter is of another version than the function's runtime.
fn note_version(version: &Version, worker: &Worker) {
    let agent = worker.user_agent().unwrap_or_default();
    let found = agent.strip_prefix("gatewright-node/").or_else(|| agent.strip_prefix("gatewright-python/"));
    let language = Language::of(&version.function.runtime).ok();
    if let (Some(found), Some(wanted)) = (found, language.as_ref().and_then(Language::wanted_version))
        && !format!("{found}.").starts_with(&format!("{wanted}."))
        && version.note_once()
    {
        let runtime = &version.function.runtime;
        worker.log.platform(format!(
            "The function's runtime is {runtime}; this machine runs it with version {found}"
        ));
    }
}
