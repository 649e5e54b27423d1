//! The integration's request and its call.

pub mod http;
mod lambda;
mod mock;
pub mod outgoing;
pub mod prepared;
pub mod target;

use std::time::Duration;

pub use http::Client;
pub use prepared::{Prepared, PreparedResponse};
pub use target::Target;

use super::{
    exchange::{Headers, Step},
    gateway_response::{Fault, GatewayResponseType},
    stages::Call,
};
use crate::kinds::rest_api::{Integration, IntegrationType};

/// The largest answer of an integration that API Gateway passes on, in bytes.
pub const PAYLOAD_MAX_BYTES: usize = 10 * 1024 * 1024;

/// What an integration answered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answered {
    /// The status of an HTTP or mock integration; 200 for a function's, whatever it did.
    pub status: u16,
    /// The headers of an HTTP integration.
    pub headers: Headers,
    /// The body, or the function's result.
    pub body: Vec<u8>,
    /// The text that selection patterns must match, where it is not the status: a failed function's `errorMessage`.
    pub matched: Matched,
}

/// What decides which integration response is chosen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Matched {
    /// The status.
    #[default]
    Status,
    /// Nothing: a function succeeded, so that the default response is chosen.
    Success,
    /// A failed function's `errorMessage`.
    Error(String),
}

/// Calls the integration. `headers` are the client's as integrations see them.
///
/// # Errors
/// When there is no answer that could be turned into the method's.
pub async fn call(
    prepared: &Prepared,
    integration: &Integration<String>,
    client: &Client,
    call: &mut Call<'_>,
    headers: &Headers,
) -> Result<Answered, Fault> {
    let limit = Duration::from_millis(u64::from(integration.timeout_ms));
    let answered = match &prepared.target {
        Target::Unusable(why) => return Err(Fault::configuration(why.clone())),
        Target::Mock => {
            let outgoing = outgoing::mapped(prepared, integration, call, headers)?;
            return mock::answer(&outgoing);
        }
        Target::Function(arn) if integration.kind == IntegrationType::AwsProxy => {
            let event = super::event::proxy_event(call).to_string().into_bytes();
            tokio::time::timeout(limit, lambda::invoke(call.functions, arn, event)).await
        }
        Target::Function(arn) => {
            let outgoing = outgoing::mapped(prepared, integration, call, headers)?;
            tokio::time::timeout(limit, lambda::mapped(call.functions, arn, outgoing)).await
        }
        Target::Url(url) => {
            let proxy = integration.kind == IntegrationType::HttpProxy;
            let outgoing = if proxy {
                outgoing::passed(prepared, integration, call, headers)?
            } else {
                outgoing::mapped(prepared, integration, call, headers)?
            };
            let request = http::request(url, integration, call, headers, outgoing)?;
            tokio::time::timeout(limit, client.send(request)).await
        }
    };
    answered.unwrap_or_else(|_| {
        let kind = GatewayResponseType::IntegrationTimeout;
        let reason = format!("the integration did not answer within {} ms", integration.timeout_ms);
        Err(Fault::new(Step::Integration, kind, "Endpoint request timed out", reason))
    })
}
