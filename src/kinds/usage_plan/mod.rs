//! Usage plans: which API keys may call which stages, how fast and how often.
//!
//! The keys of a plan are part of it. AWS gives a plan its id and takes a name twice; owner tags say whose a plan is. A plan that
//! has stages cannot be deleted, so they go first; and a plan goes before the stages it names.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
mod patch;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub(crate) use observe::{key_ids, list};
pub use op::{Op, Patch, PatchOp};

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Owner, Ownership, Refusal, Text},
};

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desired {
    /// `<stack>-<stage>-<key>` unless said otherwise.
    pub name: String,
    /// For people; never empty.
    pub description: Option<String>,
    /// How fast each key may call, over all methods.
    pub throttle: Option<Throttle>,
    /// How often each key may call.
    pub quota: Option<Quota>,
    /// The product of the AWS Marketplace.
    pub product_code: Option<String>,
    /// The stages that the keys open. Exclusive.
    pub stages: Vec<Stage>,
    /// Ids of the keys. Exclusive.
    pub keys: Vec<Text>,
    /// Owner tags and the user's own. Declared.
    pub tags: BTreeMap<String, String>,
}

/// A stage that the keys of a plan open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// `<API id>:<stage>`.
    pub id: Text,
    /// How fast each key may call single methods, by `<path>/<verb>` such as `/orders/{id}/GET`; of the root `//GET`.
    pub methods: BTreeMap<String, Throttle>,
}

/// A token bucket of one key.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Throttle {
    /// Requests per second.
    pub rate: f64,
    /// Requests at once.
    pub burst: i32,
}

/// How many requests a key may make in a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quota {
    /// The number.
    pub limit: i32,
    /// On which day a period begins: 0 to 6 of a week (0 is Sunday), 0 to 27 of a month (0 is the first), 0 of a day.
    pub offset: i32,
    /// In how long.
    pub period: Period,
}

/// The period of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// A day.
    Day,
    /// Seven days.
    Week,
    /// A calendar month.
    Month,
}

impl Period {
    /// Every period.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// API Gateway's word.
    pub fn as_aws(self) -> &'static str {
        match self {
            Self::Day => "DAY",
            Self::Week => "WEEK",
            Self::Month => "MONTH",
        }
    }

    /// The period that API Gateway calls `word`.
    pub fn from_aws(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|period| period.as_aws() == word)
    }

    /// The largest offset that API Gateway takes.
    pub fn offset_max(self) -> i32 {
        match self {
            Self::Day => 0,
            Self::Week => 6,
            Self::Month => 27,
        }
    }
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// AWS's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Never empty.
    pub description: Option<String>,
    /// How fast each key may call, over all methods.
    pub throttle: Option<Throttle>,
    /// How often each key may call.
    pub quota: Option<Quota>,
    /// The product of the AWS Marketplace.
    pub product_code: Option<String>,
    /// By `<API id>:<stage>`, the rates of single methods by `<path>/<verb>`.
    pub stages: BTreeMap<String, BTreeMap<String, Throttle>>,
    /// Ids of the keys.
    pub key_ids: BTreeSet<String>,
    /// All tags but AWS's own.
    pub tags: BTreeMap<String, String>,
}

/// The name of a method in a plan: `/orders/GET`, and `//GET` of the root.
pub fn method_key(verb: &str, path: &str) -> String {
    format!("{path}/{verb}")
}

/// See the module.
pub struct UsagePlan;

impl Kind for UsagePlan {
    const NAME: &'static str = "usage_plan";
    const WAVE: u8 = 0;
    /// Before the stages it names.
    const RANK: u8 = 95;
    const NAMELESS: bool = true;

    fn id_of_arn(arn: &str) -> Option<&str> {
        crate::model::id_of_arn(arn, "apigateway", "/usageplans/")
    }

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        match name {
            "id" => Some(live.id.clone()),
            "name" => Some(live.name.clone()),
            _ => None,
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, _: &Identity) -> Option<String> {
        (name == "name").then(|| desired.name.clone())
    }

    fn ownership(at: &Address, live: &Live) -> Ownership {
        match Owner::of(&live.tags) {
            Some(owner) if owner.owns(at) => Ownership::Ours,
            _ => Ownership::Foreign,
        }
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op, live).await
    }
}
