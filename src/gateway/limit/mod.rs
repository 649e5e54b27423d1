//! How often a method may be called: throttling of the stage, API keys, and what usage plans allow them.
//!
//! What is counted is kept in memory, from the gateway's start on. Limits of the account and the region are not looked at.

mod bucket;
mod quota;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use serde_json::Value;

use super::{
    exchange::Step,
    gateway_response::GatewayResponseType as Kind,
    method_settings,
    served::{ApiKey, Rate, UsagePlan},
    stages::{Call, Check, Refused},
};
use crate::{
    kinds::{api_stage::method_key, rest_api::ApiKeySource},
    model::Env,
};
use bucket::Bucket;
use quota::Used;

/// The check of the stage's throttling. It comes first: a throttled request reaches no authorizer.
pub struct Throttle {
    buckets: Mutex<HashMap<String, Bucket>>,
    env: Env,
}

impl Throttle {
    /// Full buckets. Every method has its own, also under the settings of `*/*`.
    pub fn new(env: Env) -> Self {
        Self { buckets: Mutex::default(), env }
    }
}

#[async_trait]
impl Check for Throttle {
    async fn check(&self, call: &mut Call<'_>) -> Result<(), Refused> {
        let Some(effective) = method_settings::of(&call.served.stage, call.resource, call.verb_key) else {
            return Ok(());
        };
        let (rate, burst) = (effective.settings.throttling_rate, effective.settings.throttling_burst);
        if rate < 0.0 || burst < 0 {
            return Ok(());
        }
        let now = self.env.now();
        let method = method_key(call.verb_key, call.resource);
        let mut buckets = lock(&self.buckets);
        let bucket =
            buckets.entry(method.clone()).or_insert_with(|| Bucket::new(rate, f64::from(burst), now));
        if bucket.take(now) {
            return Ok(());
        }
        Err(throttled(format!("the stage lets {rate} requests per second and {burst} at once into {method}")))
    }
}

/// The check of API keys and usage plans. It comes after authorizers, which may be the ones that name the key.
pub struct ApiKeys {
    counted: Mutex<Counted>,
    env: Env,
}

#[derive(Default)]
struct Counted {
    /// By plan, key and, for a rate of one method, `/path/VERB`.
    buckets: HashMap<(String, String, Option<String>), Bucket>,
    used: HashMap<(String, String), Used>,
}

impl ApiKeys {
    /// Nothing counted yet.
    pub fn new(env: Env) -> Self {
        Self { counted: Mutex::default(), env }
    }

    fn count(&self, plan: &UsagePlan, key: &ApiKey, call: &Call<'_>) -> Result<(), Refused> {
        let now = self.env.now();
        let method = format!("{}/{}", call.resource.trim_end_matches('/'), call.verb_key);
        // AWS writes the root's as `//GET`.
        let as_aws = format!("{}/{}", call.resource, call.verb_key);
        let of_method =
            plan.method_throttles.get(&method).or_else(|| plan.method_throttles.get(&as_aws)).copied();
        let rates = [(Some(method), of_method), (None, plan.throttle)];
        let mut counted = lock(&self.counted);
        for (method, rate) in rates {
            let Some(Rate { per_second, burst }) = rate else { continue };
            let place = (plan.id.clone(), key.id.clone(), method);
            let bucket = counted.buckets.entry(place);
            if !bucket.or_insert_with(|| Bucket::new(per_second, f64::from(burst), now)).take(now) {
                return Err(throttled(format!(
                    "usage plan {} lets {per_second} requests per second and {burst} at once through for API key {}",
                    plan.id, key.id
                )));
            }
        }
        let Some(quota) = plan.quota else { return Ok(()) };
        let used = counted.used.entry((plan.id.clone(), key.id.clone()));
        if used.or_insert_with(|| Used::new(quota, now)).take(quota, now) {
            return Ok(());
        }
        let reason = format!("API key {} has used up the quota of usage plan {}", key.id, plan.id);
        Err(refused(Step::Throttle, Kind::QuotaExceeded, "Limit Exceeded", reason))
    }
}

#[async_trait]
impl Check for ApiKeys {
    async fn check(&self, call: &mut Call<'_>) -> Result<(), Refused> {
        if !call.method.api_key_required {
            return Ok(());
        }
        let forbidden = |why: String| refused(Step::ApiKey, Kind::InvalidApiKey, "Forbidden", why);
        let (value, from) = match call.served.settings.api_key_source {
            ApiKeySource::Header => (call.request.headers.get("x-api-key"), "in the header x-api-key"),
            ApiKeySource::Authorizer => {
                (call.context["identity"]["apiKey"].as_str(), "from the authorizer (usageIdentifierKey)")
            }
        };
        let value = value.filter(|value| !value.is_empty());
        let value = value.ok_or_else(|| forbidden(format!("there is no API key {from}")))?.to_owned();
        let served = call.served;
        let named = served.usage_plans.iter().flat_map(|plan| plan.keys.iter().map(move |key| (plan, key)));
        let found = named.filter(|(_, key)| key.value == value).max_by_key(|(_, key)| key.enabled);
        let Some((plan, key)) = found else {
            return Err(forbidden(format!("the API key {from} is of no usage plan of this stage")));
        };
        if !key.enabled {
            return Err(forbidden(format!("API key {} is disabled", key.id)));
        }
        self.count(plan, key, call)?;
        super::authorize::put(call.context, &["identity", "apiKey"], Value::String(value));
        super::authorize::put(call.context, &["identity", "apiKeyId"], Value::String(key.id.clone()));
        Ok(())
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn throttled(reason: String) -> Refused {
    refused(Step::Throttle, Kind::Throttled, "Too Many Requests", reason)
}

fn refused(step: Step, kind: Kind, message: &str, reason: String) -> Refused {
    Refused { step, kind, message: Some(message.to_owned()), extra: BTreeMap::new(), reason }
}
