//! API keys and usage plans.

use super::super::reader::Int;
use super::super::reader::shape::{shape, words};
use super::super::template::Template;
use super::Throttling;

shape! {
    /// An API key, by which usage plans know who calls. `gatewright api-key` prints its value.
    #[name = "an API key"]
    pub struct ApiKey {
        /// Its name; `<stack>-<stage>-<key>` by default.
        optional name: Template,
        /// What it is for.
        optional description: Template,
        /// Whether it lets anyone in; `true` by default.
        optional enabled: bool,
        /// What a client sends, 20 to 128 characters; left out: AWS makes one. It never stands in the file itself: refer to
        /// `${ssm:…}`, `${secretsmanager:…}`, `${env:…}` or a secret parameter. A key with another value is another key.
        optional value: Template,
        /// Tags of the key.
        map tags: Template,
    }
}

words! {
    /// The period of a quota.
    pub enum QuotaPeriod {
        /// A day, from midnight UTC.
        Day = "day",
        /// Seven days.
        Week = "week",
        /// A calendar month.
        Month = "month",
    }
}

shape! {
    /// How many requests a key may make.
    #[name = "`quota`"]
    pub struct Quota {
        /// The number.
        required limit: Int<1, 2_147_483_647>,
        /// In how long: `day`, `week` or `month`.
        required period: QuotaPeriod,
        /// On which day a period begins: 0 to 6 of a week (0, the default, is Sunday), 0 to 27 of a month (0 is the first).
        optional offset: Int<0, 27>,
    }
}

shape! {
    /// A stage of an API of the account.
    #[name = "a stage of a usage plan"]
    pub struct PlanStage {
        /// The API's id, such as `${stacks.orders.outputs.api_id}`.
        required api: Template,
        /// The stage's name; that of this stack's stage by default.
        optional stage: Template,
        /// How fast each key may call single methods, by method and path such as `GET /orders`.
        map methods: Throttling,
    }
}

shape! {
    /// A usage plan: which API keys may call which stages, how fast and how often.
    #[name = "a usage plan"]
    pub struct UsagePlan {
        /// Its name; `<stack>-<stage>-<key>` by default.
        optional name: Template,
        /// What it is for.
        optional description: Template,
        /// How fast each key may call.
        optional throttling: Throttling,
        /// How many requests each key may make.
        optional quota: Quota,
        /// The keys: keys of `api_keys`, or ids of others such as `${stacks.other.outputs.key_id}`.
        list keys: Template,
        /// How fast each key may call single methods of this stack's API, by method and path such as `GET /orders`.
        map methods: Throttling,
        /// Whether the stage of this stack's API is part of it; `true` by default.
        optional own_api: bool,
        /// Stages of other APIs of the account.
        list stages: PlanStage,
        /// The product of the AWS Marketplace.
        optional product_code: Template,
        /// Tags of the plan.
        map tags: Template,
    }
}
