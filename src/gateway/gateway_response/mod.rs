//! What API Gateway answers by itself.

mod kind;

pub use kind::GatewayResponseType;
