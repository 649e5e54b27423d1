//! The cache of a stage as the gateway asks it.

use std::sync::Arc;

use super::{MOST_BYTES, ResponseCache, WARNING, plan};
use crate::{
    gateway::{
        authorize::Authorizers,
        stages::{AnswerCache, Call, Looked, Refused},
    },
    model::Env,
};

/// The answers of one stage, and who may have them thrown away.
pub struct StageCache {
    answers: Arc<ResponseCache>,
    authorizers: Arc<Authorizers>,
}

impl StageCache {
    /// An empty cache.
    pub fn new(authorizers: Arc<Authorizers>, env: Env) -> Self {
        Self { answers: Arc::new(ResponseCache::new(MOST_BYTES, env)), authorizers }
    }
}

impl AnswerCache for StageCache {
    fn look(&self, call: &Call<'_>) -> Result<Looked, Refused> {
        let Some(plan) = plan(call, || self.authorizers.may_invalidate_cache(call))? else {
            return Ok(Looked::NotCached);
        };
        if plan.look_up
            && let Some(mut kept) = self.answers.get(&plan.key)
        {
            if plan.warn {
                kept.headers.set("Warning", WARNING);
            }
            return Ok(Looked::Kept(kept));
        }
        let answers = self.answers.clone();
        Ok(Looked::Nothing(Box::new(move |response| {
            answers.put(plan.key, response, plan.ttl);
            if plan.warn {
                response.headers.set("Warning", WARNING);
            }
        })))
    }
}
