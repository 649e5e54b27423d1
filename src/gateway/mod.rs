//! API Gateway's data plane.

pub mod jsonpath;
pub mod vtl;
