//! API Gateway's data plane.

pub mod event;
pub mod exchange;
pub mod functions;
pub mod gateway_response;
pub mod jsonpath;
pub mod served;
pub mod stages;
pub mod vtl;
