//! Runs functions as processes of this machine, the way Lambda runs them.
//!
//! A function is put with its configuration; processes are started when it is invoked, kept for the next invocation, and ended when the
//! function is replaced, after a while of rest, and with this process, however that ends. Each speaks the Lambda Runtime API with a
//! listener of its own. Not what Lambda does: memory and `/tmp` are not bounded (but for V8's heap), `/opt` is search paths instead
//! of a folder, code is not confined to its folder, responses are not streamed.

mod api;
mod function;
mod group;
pub mod invoke_endpoint;
mod launch;
mod logs;
mod pages;
mod payload;
mod serve;
mod settings;
#[cfg(test)]
mod tests;
mod unpack;
mod version;
mod worker;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use axum::body::Bytes;
use tokio::sync::{OwnedSemaphorePermit, TryAcquireError, oneshot, watch};

pub use function::{Code, Function};
pub use logs::{LINE_LIMIT_BYTES, LogLine, LogSink, Stream, log_channel};
pub use payload::{EVENT_LIMIT_BYTES, REQUEST_LIMIT_BYTES, RESPONSE_LIMIT_BYTES, why_not_json};
pub use settings::Settings;

use crate::{
    gateway::functions::{Answer, Functions, NoAnswer},
    model::Env,
};
use function::name_and_qualifier;
use group::Groups;
use serve::{Job, serve, shut_down};
use version::Version;

/// What a function is invoked with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// JSON; nothing stands for `{}`.
    pub payload: Bytes,
    /// JSON: `X-Amz-Client-Context`, decoded.
    pub client_context: Option<String>,
}

/// An answer, and what is known about the invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The function's answer.
    pub answer: Answer,
    /// Under which its log lines are.
    pub request_id: String,
    /// Always `$LATEST`: there is one version of a function on this machine.
    pub executed_version: String,
    /// The last 4 KB of the invocation's log.
    pub log_tail: Vec<u8>,
}

/// A function as [`Runtime::list`] shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its ARN without a qualifier.
    pub arn: String,
    /// Its runtime, in Lambda's words.
    pub runtime: String,
    /// Invocations that run.
    pub running: usize,
    /// Processes that wait for an invocation.
    pub resting: usize,
}

/// What all of a runtime's functions share.
struct Shared {
    settings: Settings,
    env: Env,
    sink: LogSink,
    groups: Arc<Groups>,
    stopped: watch::Sender<bool>,
}

impl Shared {
    /// An id as Lambda's are: a random UUID.
    fn request_id(&self) -> Arc<str> {
        Arc::from(self.env.uuid())
    }

    fn trace_id(&self) -> String {
        let seconds = self.env.now().as_second();
        let (root, rest, parent) = (self.env.random(), self.env.random() as u32, self.env.random());
        format!("Root=1-{seconds:08x}-{root:016x}{rest:08x};Parent={parent:016x};Sampled=0")
    }

    fn log_stream(&self) -> String {
        let day = self.env.now().strftime("%Y/%m/%d").to_string();
        format!("{day}/[$LATEST]{:016x}{:016x}", self.env.random(), self.env.random())
    }
}

struct Inner {
    shared: Arc<Shared>,
    functions: RwLock<BTreeMap<String, Arc<Version>>>,
    events: AtomicUsize,
}

/// Functions of this machine. Dropping it ends every process.
pub struct Runtime {
    inner: Arc<Inner>,
}

impl Drop for Runtime {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Runtime {
    /// A runtime without functions. Log lines go to `logs`, see [`log_channel`]. The clock of `env` is what functions are
    /// told their deadline by; durations are tokio's.
    pub fn new(settings: Settings, env: Env, logs: LogSink) -> Self {
        let stopped = watch::Sender::new(false);
        let shared = Arc::new(Shared { settings, env, sink: logs, groups: Groups::new(), stopped });
        Self { inner: Arc::new(Inner { shared, functions: RwLock::default(), events: AtomicUsize::new(0) }) }
    }

    /// Adds a function, or replaces the one of its name: invocations from now on go to processes of the new one; those under way end
    /// in their process, which is then ended. The code is looked at when it is invoked. A folder that has changed is put again.
    pub fn put(&self, function: Function) {
        let limit = self.inner.shared.settings.default_concurrency;
        let mut functions = self.inner.functions.write().unwrap_or_else(PoisonError::into_inner);
        let before = functions.get(&function.name).cloned();
        let version = Version::new(function, before.as_deref(), limit);
        functions.insert(version.function.name.clone(), version);
        drop(functions);
        if let Some(before) = before {
            before.retire();
        }
    }

    /// The same as [`Runtime::put`], but a function that is just as it was keeps its processes. Answers whether it was put.
    pub fn put_changed(&self, function: Function) -> bool {
        let functions = self.inner.functions.read().unwrap_or_else(PoisonError::into_inner);
        let same = functions.get(&function.name).is_some_and(|version| version.function == function);
        drop(functions);
        if !same {
            self.put(function);
        }
        !same
    }

    /// Forgets a function. Answers whether there was one.
    pub fn remove(&self, name: &str) -> bool {
        let mut functions = self.inner.functions.write().unwrap_or_else(PoisonError::into_inner);
        let before = functions.remove(name);
        drop(functions);
        if let Some(version) = &before {
            version.retire();
        }
        before.is_some()
    }

    /// The functions, by name.
    pub fn list(&self) -> Vec<Listed> {
        let functions = self.inner.functions.read().unwrap_or_else(PoisonError::into_inner);
        let listed = |version: &Arc<Version>| Listed {
            name: version.function.name.clone(),
            arn: version.function.arn.clone(),
            runtime: version.function.runtime.clone(),
            running: version.running(),
            resting: version.resting_count(),
        };
        functions.values().map(listed).collect()
    }

    /// Whether there is a function of that name, partial ARN or ARN.
    pub fn has(&self, reference: &str) -> bool {
        self.inner.find(reference).is_ok()
    }

    /// Invokes a function and waits; `reference` is a name, a partial ARN or an ARN, with or without a qualifier (which is not looked at).
    /// An invocation goes on when this is not waited for to the end.
    ///
    /// # Errors
    /// See [`NoAnswer`].
    pub async fn invoke_with(&self, reference: &str, request: Request) -> Result<Outcome, NoAnswer> {
        if request.payload.len() > REQUEST_LIMIT_BYTES {
            return Err(NoAnswer::TooLarge(request.payload.len()));
        }
        if let Some(problem) = why_not_json(&request.payload) {
            return Err(NoAnswer::Failed(problem));
        }
        let request_id = self.inner.shared.request_id();
        self.inner.run(reference, request, request_id, false).await
    }

    /// Hands an event over; a function error gives it to the function again, as [`Settings::event_retry_seconds`] says. Events wait for
    /// reserved concurrency. Answers the request's id.
    ///
    /// # Errors
    /// See [`NoAnswer`]; too many events under way are `Throttled`.
    pub fn send_with(&self, reference: &str, request: Request) -> Result<String, NoAnswer> {
        if request.payload.len() > EVENT_LIMIT_BYTES {
            return Err(NoAnswer::TooLarge(request.payload.len()));
        }
        if let Some(problem) = why_not_json(&request.payload) {
            return Err(NoAnswer::Failed(problem));
        }
        self.inner.find(reference)?;
        let inner = Arc::clone(&self.inner);
        if inner.events.fetch_add(1, Ordering::Relaxed) >= inner.shared.settings.event_limit {
            inner.events.fetch_sub(1, Ordering::Relaxed);
            return Err(NoAnswer::Throttled);
        }
        let request_id = inner.shared.request_id();
        let (reference, id) = (reference.to_owned(), Arc::clone(&request_id));
        tokio::spawn(async move {
            inner.deliver(&reference, request, id).await;
            inner.events.fetch_sub(1, Ordering::Relaxed);
        });
        Ok(request_id.to_string())
    }

    /// Ends every process and waits until they are gone. Invocations under way and later ones fail.
    pub async fn shutdown(&self) {
        self.stop();
        // The system ends killed processes at once; one that it cannot end is not waited for.
        let _ = tokio::time::timeout(Duration::from_secs(5), self.inner.shared.groups.empty()).await;
    }

    fn stop(&self) {
        self.inner.shared.stopped.send_replace(true);
        self.inner.shared.groups.close();
        let functions = {
            let mut functions = self.inner.functions.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *functions)
        };
        for version in functions.values() {
            version.retire();
            version.places.close();
        }
    }
}

#[async_trait]
impl Functions for Runtime {
    async fn invoke(&self, arn: &str, payload: Vec<u8>) -> Result<Answer, NoAnswer> {
        let request = Request { payload: payload.into(), client_context: None };
        Ok(self.invoke_with(arn, request).await?.answer)
    }

    async fn send(&self, arn: &str, payload: Vec<u8>) -> Result<(), NoAnswer> {
        self.send_with(arn, Request { payload: payload.into(), client_context: None }).map(drop)
    }
}

impl Inner {
    fn find(&self, reference: &str) -> Result<Arc<Version>, NoAnswer> {
        if *self.shared.stopped.borrow() {
            return Err(shut_down());
        }
        let (name, qualifier) = name_and_qualifier(reference);
        let functions = self.functions.read().unwrap_or_else(PoisonError::into_inner);
        let found = functions.get(name).filter(|version| {
            // A full ARN names an account and a region, too.
            let unqualified =
                qualifier.and_then(|qualifier| reference.strip_suffix(qualifier)?.strip_suffix(':'));
            !reference.starts_with("arn:") || unqualified.unwrap_or(reference) == version.function.arn
        });
        found.cloned().ok_or_else(|| NoAnswer::NotFound(reference.to_owned()))
    }

    /// The function as it is now, and a place to run in.
    async fn admit(
        &self,
        reference: &str,
        waits: bool,
    ) -> Result<(Arc<Version>, OwnedSemaphorePermit), NoAnswer> {
        loop {
            let version = self.find(reference)?;
            let places = Arc::clone(&version.places);
            let place = if version.function.reserved_concurrency.is_some() && !waits {
                places.try_acquire_owned().map_err(|problem| match problem {
                    TryAcquireError::NoPermits => NoAnswer::Throttled,
                    TryAcquireError::Closed => shut_down(),
                })?
            } else {
                places.acquire_owned().await.map_err(|_| shut_down())?
            };
            // It may have been replaced while this waited.
            if Arc::ptr_eq(&self.find(reference)?, &version) {
                return Ok((version, place));
            }
        }
    }

    async fn run(
        &self,
        reference: &str,
        request: Request,
        request_id: Arc<str>,
        waits: bool,
    ) -> Result<Outcome, NoAnswer> {
        let (version, place) = self.admit(reference, waits).await?;
        let arn = match name_and_qualifier(reference).1 {
            Some(qualifier) => format!("{}:{qualifier}", version.function.arn),
            None => version.function.arn.clone(),
        };
        let (reply, answer) = oneshot::channel();
        tokio::spawn(serve(
            Job { version, request_id, arn, request, place },
            Arc::clone(&self.shared),
            reply,
        ));
        answer.await.unwrap_or_else(|_| Err(NoAnswer::Failed("the invocation was broken off".to_owned())))
    }

    /// Invokes for an event, and again after function errors.
    async fn deliver(&self, reference: &str, request: Request, request_id: Arc<str>) {
        let mut stopped = self.shared.stopped.subscribe();
        let mut waits = self.shared.settings.event_retry_seconds.iter();
        loop {
            let outcome = tokio::select! {
                outcome = self.run(reference, request.clone(), Arc::clone(&request_id), true) => outcome,
                _ = stopped.wait_for(|stopped| *stopped) => return,
            };
            let problem = match outcome {
                Ok(outcome) if outcome.answer.function_error.is_none() => return,
                Ok(_) => "the function failed".to_owned(),
                // Nothing would be different the next time.
                Err(problem) => {
                    return self.note(reference, &request_id, &format!("An event is given up: {problem}"));
                }
            };
            let Some(seconds) = waits.next() else {
                return self.note(reference, &request_id, &format!("An event is given up: {problem}"));
            };
            let note = format!("An event is given to the function again in {seconds} seconds: {problem}");
            self.note(reference, &request_id, &note);
            tokio::select! {
                () = tokio::time::sleep(Duration::from_secs((*seconds).into())) => {}
                _ = stopped.wait_for(|stopped| *stopped) => return,
            }
        }
    }

    fn note(&self, reference: &str, request_id: &Arc<str>, line: &str) {
        let function = Arc::from(name_and_qualifier(reference).0);
        let request_id = Some(Arc::clone(request_id));
        (self.shared.sink)(LogLine { function, request_id, line: line.to_owned(), stream: Stream::Platform });
    }
}
