//! Invoking a function: not part of deploying, so it needs no account to be known.

use aws_sdk_lambda::{primitives::Blob, types::LogType};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    connect::{ConnectError, Target, sdk_config},
    error::cloud_error,
};
use crate::model::Call;

/// What a function answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoked {
    /// JSON.
    pub payload: String,
    /// `Unhandled` where the payload is an error's.
    pub function_error: Option<String>,
    /// The end of its log, 4 KB at most.
    pub log_tail: String,
}

/// Credentials for an endpoint that checks none, such as a running `dev`.
pub fn unchecked_credentials() -> aws_credential_types::Credentials {
    aws_credential_types::Credentials::new("local", "local", None, None, "local")
}

/// Invokes the function `name` once and waits for its answer.
///
/// # Errors
/// When no region is set, or Lambda does not take the call.
pub async fn invoke(target: &Target, name: &str, payload: Vec<u8>) -> Result<Invoked, ConnectError> {
    let config = sdk_config(target, None).await;
    if config.region().is_none() {
        return Err(ConnectError::NoRegion);
    }
    // A function may take 15 minutes to answer.
    let timeouts = aws_config::timeout::TimeoutConfig::builder()
        .read_timeout(std::time::Duration::from_secs(905))
        .build();
    let config = aws_sdk_lambda::config::Builder::from(&config).timeout_config(timeouts).build();
    let client = aws_sdk_lambda::Client::from_conf(config);
    let request = client.invoke().function_name(name).log_type(LogType::Tail).payload(Blob::new(payload));
    let answer = request.send().await.map_err(|error| cloud_error(&Call::new("lambda", "Invoke"), error))?;
    let log = answer.log_result().and_then(|log| BASE64_STANDARD.decode(log).ok()).unwrap_or_default();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(Invoked {
        payload: answer.payload().map(|payload| text(payload.as_ref())).unwrap_or_default(),
        function_error: answer.function_error().map(str::to_owned),
        log_tail: text(&log),
    })
}
