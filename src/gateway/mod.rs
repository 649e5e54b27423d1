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
pub mod checks;
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

use std::sync::Arc;

use crate::model::Env;

/// A gateway with every check that API Gateway makes, and the cache where the stage has one.
pub fn complete(
    served: served::Served,
    functions: Arc<dyn functions::Functions>,
    issuers: &authorize::Issuers,
    env: Env,
) -> Gateway {
    let (checks, authorizers) = checks::all(&served, &env, issuers);
    let cache = served.stage.cache.then(|| cache::StageCache::new(authorizers, env.clone()));
    let gateway = Gateway::new(served, checks, functions, env);
    match cache {
        Some(cache) => gateway.with_cache(Box::new(cache)),
        None => gateway,
    }
}
