//! The seam between the gateway and the steps that can refuse a request before its integration is called.

use std::collections::BTreeMap;

use async_trait::async_trait;
use indexmap::IndexMap;
use serde_json::Value;

use super::{
    exchange::{Request, Response, Step},
    functions::Functions,
    gateway_response::GatewayResponseType,
    served::Served,
};
use crate::kinds::rest_api::Method;

/// A request that found its method, as a check sees it.
pub struct Call<'a> {
    /// What is served.
    pub served: &'a Served,
    /// The request as the client sent it.
    pub request: &'a Request,
    /// The resource's path template: `/users/{id}`.
    pub resource: &'a str,
    /// The method.
    pub method: &'a Method<String>,
    /// The verb the method is defined under: `ANY` where it is.
    pub verb_key: &'a str,
    /// Path parameters, percent-encoded as AWS hands them on.
    pub path: &'a IndexMap<String, String>,
    /// Query parameters, decoded, in the order sent.
    pub query: &'a [(String, String)],
    /// `$context` so far, an object. A check may add to it: `authorizer`, `identity.apiKey`, `error` and so on.
    pub context: &'a mut Value,
    /// What runs functions.
    pub functions: &'a dyn Functions,
}

/// Why a request is not let through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The step that refuses.
    pub step: Step,
    /// Which gateway response the client gets.
    pub kind: GatewayResponseType,
    /// `$context.error.message`; `None` is JSON's `null`.
    pub message: Option<String>,
    /// More of `$context.error`, such as `validationErrorString`.
    pub extra: BTreeMap<String, String>,
    /// Why, for the terminal and the access log. Never holds a secret.
    pub reason: String,
}

/// A step that lets a request through, or not.
#[async_trait]
pub trait Check: Send + Sync {
    /// Looks at the request.
    ///
    /// # Errors
    /// When the request is not let through.
    async fn check(&self, call: &mut Call<'_>) -> Result<(), Refused>;
}

/// The stage's cache of answers, which is asked once every check let the request through.
pub trait AnswerCache: Send + Sync {
    /// Looks for a kept answer.
    ///
    /// # Errors
    /// When the client asks something of the cache that it may not.
    fn look(&self, call: &Call<'_>) -> Result<Looked, Refused>;
}

/// What a cache has for a request.
pub enum Looked {
    /// This answer, from before.
    Kept(Response),
    /// Nothing. The integration is called, and its answer is handed over: to be kept, and to get headers of the cache's own.
    Nothing(Keep),
    /// The method is not cached.
    NotCached,
}

/// Takes the integration's answer.
pub type Keep = Box<dyn FnOnce(&mut Response) + Send>;
