//! One call: limited to the documented rates, retried by what its failure means.

use std::{future::Future, time::Duration};

use aws_smithy_runtime_api::client::{orchestrator::HttpResponse, result::SdkError};
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use tokio::time::Instant;

use super::{Aws, error::cloud_error};
use crate::model::{Call, Class, CloudError, Repeat};

/// How long and how often failures are waited out. Times are elapsed time, not attempts: a minute of nothing but 429 passes.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// How long throttling and busy objects are waited out, in seconds.
    pub throttled_seconds: u64,
    /// How long a role may take to be known, in seconds.
    pub propagating_seconds: u64,
    /// How long a failing service or connection is tried again, in seconds.
    pub unknown_seconds: u64,
    /// The first wait, in milliseconds; it doubles up to `backoff_max_ms`.
    pub backoff_ms: u64,
    /// The longest wait, in milliseconds.
    pub backoff_max_ms: u64,
    /// How often a change is looked for while waiting for it, in milliseconds.
    pub poll_ms: u64,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            throttled_seconds: 300,
            propagating_seconds: 120,
            unknown_seconds: 30,
            backoff_ms: 250,
            backoff_max_ms: 5_000,
            poll_ms: 300,
        }
    }
}

impl Patience {
    /// How long to wait before the call is sent again; `None` where that would be wrong or useless.
    fn wait(&self, error: &CloudError, repeat: Repeat, attempt: u32, elapsed: Duration) -> Option<Duration> {
        let limit_seconds = match error.class {
            Class::Throttled | Class::Busy => self.throttled_seconds,
            Class::Propagating => self.propagating_seconds,
            Class::Unsent => self.unknown_seconds,
            // Whether the service acted is not known: only a call that may be repeated is.
            Class::Unknown if repeat != Repeat::Duplicates => self.unknown_seconds,
            _ => return None,
        };
        let backoff_ms = match error.class {
            Class::Propagating | Class::Busy => self.poll_ms.max(1) * 2,
            _ => (self.backoff_ms << attempt.min(10)).min(self.backoff_max_ms),
        };
        let wait = Duration::from_millis(error.retry_after_ms.unwrap_or(0).max(backoff_ms));
        (elapsed + wait <= Duration::from_secs(limit_seconds)).then_some(wait)
    }
}

impl Aws {
    /// Sends a call that changes nothing.
    pub async fn read<T, E, F>(
        &self,
        service: &'static str,
        operation: &'static str,
        make: impl FnMut() -> F + Send,
    ) -> Result<T, CloudError>
    where
        T: Send,
        E: std::error::Error + ProvideErrorMetadata + Send + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    {
        self.call(&Call::new(service, operation), Repeat::Safe, make).await
    }

    /// The same as [`Aws::read`], with `None` for what is not there.
    pub async fn read_optional<T, E, F>(
        &self,
        service: &'static str,
        operation: &'static str,
        make: impl FnMut() -> F + Send,
    ) -> Result<Option<T>, CloudError>
    where
        T: Send,
        E: std::error::Error + ProvideErrorMetadata + Send + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    {
        match self.read(service, operation, make).await {
            Ok(answer) => Ok(Some(answer)),
            Err(error) if error.is_absent() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends `call`, again where its failure and `repeat` allow it.
    pub async fn call<T, E, F>(
        &self,
        call: &Call,
        repeat: Repeat,
        mut make: impl FnMut() -> F + Send,
    ) -> Result<T, CloudError>
    where
        T: Send,
        E: std::error::Error + ProvideErrorMetadata + Send + 'static,
        F: Future<Output = Result<T, SdkError<E, HttpResponse>>> + Send,
    {
        let started = Instant::now();
        let mut attempt = 0;
        loop {
            self.limiter.acquire(call, self.edge()).await;
            tracing::debug!(%call, attempt, "send");
            let error = match make().await {
                Ok(answer) => return Ok(answer),
                Err(error) => cloud_error(call, error),
            };
            tracing::debug!(%call, attempt, class = ?error.class, status = error.status, "failed");
            if error.class == Class::Throttled {
                self.limiter.drain(call, self.edge());
            }
            match self.patience.wait(&error, repeat, attempt, started.elapsed()) {
                Some(wait) => tokio::time::sleep(wait).await,
                None => return Err(error),
            }
            attempt += 1;
        }
    }

    /// Looks every `poll_ms` until `look` answers something, at most `limit_seconds`.
    pub async fn until<T, F>(
        &self,
        call: &Call,
        limit_seconds: u64,
        waiting_for: &str,
        mut look: impl FnMut() -> F,
    ) -> Result<T, CloudError>
    where
        F: Future<Output = Result<Option<T>, CloudError>>,
    {
        let started = Instant::now();
        loop {
            if let Some(answer) = look().await? {
                return Ok(answer);
            }
            if started.elapsed() >= Duration::from_secs(limit_seconds) {
                let message = format!("waited {limit_seconds} s for {waiting_for}");
                return Err(CloudError::new(call.clone(), Class::Unknown, message));
            }
            tokio::time::sleep(Duration::from_millis(self.patience.poll_ms)).await;
        }
    }
}
