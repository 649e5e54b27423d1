//! API Gateway's data plane.

pub mod exchange;
pub mod functions;
pub mod jsonpath;
pub mod served;
pub mod vtl;
