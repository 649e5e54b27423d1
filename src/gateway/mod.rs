//! API Gateway's data plane.

pub mod coding;
pub mod context;
pub mod event;
pub mod exchange;
pub mod functions;
pub mod gateway_response;
pub mod incoming;
pub mod integrate;
pub mod jsonpath;
pub mod mapping;
pub mod media;
pub mod percent;
pub mod respond;
pub mod route;
pub mod served;
pub mod server;
pub mod stages;
#[cfg(test)]
pub(crate) mod testing;
pub mod vtl;
