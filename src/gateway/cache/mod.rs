//! The stage's cache of answers.
//!
//! An answer is found again by the verb, the cache namespace (the resource's own unless several methods share one) and the cache key
//! parameters of the method, by nothing else: what else differs between two requests, a path parameter or a token that is no cache
//! key parameter, does not keep them apart. That is how API Gateway behaves, and why it can only be tested with a cache.

mod plan;
mod stage;
mod store;
#[cfg(test)]
mod tests;

use std::sync::{Mutex, PoisonError};

use jiff::SignedDuration;

pub use plan::{Key, Plan, WARNING, plan};
pub use stage::StageCache;
pub use store::Store;

use super::exchange::Response;
use crate::model::Env;

/// Bytes that all answers may take. AWS's smallest cache has half a gigabyte; what is dropped early here is only asked for again.
pub const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Bytes of the largest answer that API Gateway caches.
const LARGEST: usize = 1_048_576;

/// The answers of a stage.
pub struct ResponseCache {
    store: Mutex<Store<Key, Response>>,
    env: Env,
}

impl ResponseCache {
    /// An empty cache of at most `most_bytes`.
    pub fn new(most_bytes: usize, env: Env) -> Self {
        Self { store: Mutex::new(Store::new(most_bytes)), env }
    }

    /// The answer under `key`, while it is fresh.
    pub fn get(&self, key: &Key) -> Option<Response> {
        self.store.lock().unwrap_or_else(PoisonError::into_inner).get(key, self.env.now())
    }

    /// Keeps an answer for `ttl`, in the place of an older one. Answers of any status are kept, errors of the integration too; those
    /// over 1 MiB are not.
    pub fn put(&self, key: Key, response: &Response, ttl: SignedDuration) {
        let now = self.env.now();
        let headers = response.headers.0.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        if response.body.len() > LARGEST {
            store.remove(&key);
            return;
        }
        let expires = now.checked_add(ttl).unwrap_or(jiff::Timestamp::MAX);
        store.put(key, response.clone(), response.body.len() + headers, expires, now);
    }
}
