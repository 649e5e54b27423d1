//! API Gateway's data plane.

pub mod authorize;
pub mod cache;
#[cfg(test)]
pub(crate) mod check_fixture;
pub mod checks;
pub mod event;
pub mod exchange;
pub mod functions;
pub mod gateway_response;
pub mod jsonpath;
pub mod limit;
pub mod method_settings;
pub mod served;
pub mod stages;
pub mod validate;
pub mod vtl;
