//! What runs functions, as the gateway sees it.

use async_trait::async_trait;

/// Invokes functions. The gateway asks; whether the function is a process of this machine or in an account is not its concern.
#[async_trait]
pub trait Functions: Send + Sync {
    /// Invokes the function of `arn` (a function's ARN, with or without a qualifier) and waits for its answer.
    ///
    /// # Errors
    /// When there was no answer of the function's own.
    async fn invoke(&self, arn: &str, payload: Vec<u8>) -> Result<Answer, NoAnswer>;

    /// Hands the event over and does not wait (`X-Amz-Invocation-Type: Event`).
    ///
    /// # Errors
    /// When the function does not exist or takes no more events.
    async fn send(&self, arn: &str, payload: Vec<u8>) -> Result<(), NoAnswer>;
}

/// What a function answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// JSON: its result, or `{"errorMessage": …, "errorType": …, "trace": …}`.
    pub payload: Vec<u8>,
    /// Whether the payload is an error's: `X-Amz-Function-Error`, which is `Unhandled` for what today's runtimes report.
    pub function_error: Option<String>,
}

/// Why a function did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoAnswer {
    /// There is no such function.
    #[error("Function not found: {0}")]
    NotFound(String),
    /// It may not be invoked by whoever asked.
    #[error("not authorized to invoke {0}")]
    Refused(String),
    /// Its reserved concurrency is used up: 429 `TooManyRequestsException`.
    #[error("Rate Exceeded.")]
    Throttled,
    /// The request's payload is over 6 MB.
    #[error("{0} byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)")]
    TooLarge(usize),
    /// Something else; the text is for the terminal.
    #[error("{0}")]
    Failed(String),
}
