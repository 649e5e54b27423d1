//! Authorizers.

use super::super::reader::shape::{shape, words};
use super::super::reader::{Int, Raw};
use super::super::template::Template;

words! {
    /// How an authorizer decides.
    pub enum AuthorizerKind {
        /// A function that gets one header.
        Token = "token",
        /// A function that gets the whole request.
        Request = "request",
        /// Cognito user pools.
        Cognito = "cognito",
    }
}

shape! {
    /// Decides who may call a route.
    #[name = "an authorizer"]
    pub struct Authorizer {
        /// `token`: a function gets one header. `request`: a function gets the request. `cognito`: user pools decide.
        required kind as "type": AuthorizerKind,
        /// The function: a key of `functions`, an ARN, or `${stacks.other.outputs.name}`.
        optional function: Template,
        /// Where the token or the cache key is taken from, such as `method.request.header.Authorization`, which is the default of
        /// `token` and `cognito`.
        list identity_sources: Template,
        /// A regular expression that the whole token must match; anything else is answered 401 without a call. For `token`.
        optional validation_expression: Raw,
        /// How long an answer is kept, 0 to 3600 seconds, 300 by default; 0 asks at every call.
        optional result_ttl_seconds: Int<0, 3600>,
        /// The role by which API Gateway calls the function: a key of `roles`, or an ARN. Left out: the function permits the call.
        optional credentials: Template,
        /// User pools: keys of `user_pools`, or ARNs. For `cognito`.
        list user_pools: Template,
        /// ARNs of user pools, the same as in `user_pools`. For `cognito`.
        list provider_arns: Template,
    }
}
