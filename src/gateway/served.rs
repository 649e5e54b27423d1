//! What a gateway serves: one stage of a REST API as the account gives it back.

use std::collections::BTreeMap;

use crate::kinds::{
    api_stage::MethodSettings,
    rest_api::{Definition, Settings},
};

/// One stage of a REST API.
#[derive(Clone, Debug)]
pub struct Served {
    /// The API's id.
    pub api_id: String,
    /// The API's name.
    pub api_name: String,
    /// `us-east-1`.
    pub region: String,
    /// Twelve digits.
    pub account_id: String,
    /// The API's settings.
    pub settings: Settings,
    /// Everything under it.
    pub definition: Definition<String>,
    /// Every resource's id by its path.
    pub resource_ids: BTreeMap<String, String>,
    /// The stage.
    pub stage: Stage,
    /// The usage plans that cover the stage.
    pub usage_plans: Vec<UsagePlan>,
}

/// A stage.
#[derive(Clone, Debug, Default)]
pub struct Stage {
    /// `dev`.
    pub name: String,
    /// The deployment it serves.
    pub deployment_id: String,
    /// Stage variables.
    pub variables: BTreeMap<String, String>,
    /// Whether it has a cache.
    pub cache: bool,
    /// Settings by `*/*` or [`method_key`](crate::kinds::api_stage::method_key).
    pub methods: BTreeMap<String, MethodSettings>,
    /// The format of an access log line, with `$context` variables.
    pub access_log_format: Option<String>,
}

/// A usage plan and its keys.
#[derive(Clone, Debug, Default)]
pub struct UsagePlan {
    /// The plan's id.
    pub id: String,
    /// Requests per second and burst, over all methods of the stage.
    pub throttle: Option<Rate>,
    /// Rates by `/path/VERB`.
    pub method_throttles: BTreeMap<String, Rate>,
    /// How many requests a key may make.
    pub quota: Option<Quota>,
    /// The keys.
    pub keys: Vec<ApiKey>,
}

/// A token bucket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    /// Requests per second.
    pub per_second: f64,
    /// How many at once.
    pub burst: u32,
}

/// How many requests a key may make in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The number.
    pub limit: u64,
    /// In how long.
    pub period: Period,
    /// On which day a period begins: days after Sunday, days after the first of a month. A day has none.
    pub offset_days: u8,
}

/// The period of a quota. Periods begin at midnight UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// A day.
    Day,
    /// Seven days.
    Week,
    /// A calendar month.
    Month,
}

/// An API key.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its id.
    pub id: String,
    /// What a client sends. A secret.
    pub value: String,
    /// Whether it lets anyone in.
    pub enabled: bool,
}

impl std::fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiKey").field("id", &self.id).field("enabled", &self.enabled).finish_non_exhaustive()
    }
}
