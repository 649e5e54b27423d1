//! API Gateway's data plane.
//!
//! ```text
//! Request --route--> method --checks: limit, authorize, limit (keys), validate--> cache --integrate--> respond --> Response
//! ```
//! Whatever refuses a request on its way is told in a gateway response.

pub mod authorize;
pub mod cache;
#[cfg(test)]
pub(crate) mod check_fixture;
pub mod coding;
pub mod context;
pub mod event;
pub mod exchange;
pub mod functions;
pub mod gateway_response;
pub mod incoming;
pub mod integrate;
pub mod jsonpath;
pub mod limit;
pub mod mapping;
pub mod media;
pub mod method_settings;
pub mod percent;
pub mod respond;
pub mod route;
pub mod served;
pub mod server;
pub mod stages;
#[cfg(test)]
pub(crate) mod testing;
pub mod validate;
pub mod vtl;

pub use server::Gateway;

use crate::model::Env;

/// Every check that API Gateway makes of a request, in its order.
pub fn checks(
    served: &served::Served,
    issuers: &authorize::Issuers,
    env: &Env,
) -> Vec<Box<dyn stages::Check>> {
    vec![
        Box::new(limit::Throttle::new(env.clone())),
        Box::new(authorize::Authorizers::new(served, env.clone(), issuers)),
        Box::new(limit::ApiKeys::new(env.clone())),
        Box::new(validate::Validators::new(served)),
    ]
}
