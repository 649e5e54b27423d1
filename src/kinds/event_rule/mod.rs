//! EventBridge rules that invoke a function on a schedule.
//!
//! A rule carries owner tags, which nothing reads: its target does. Its id follows from the owner and is the mark by which a rule
//! is known as ours. Rules that are no longer in the stack file are found through the functions' policies, which every deploy
//! reads: the statement by which a rule may invoke its function names the rule.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
pub mod schedule;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use op::Op;

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Ownership, Refusal, Text},
};

/// Who invokes the function.
pub const EVENTS: &str = "events.amazonaws.com";

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// `<stack>-<stage>-<function>-schedule`, 64 characters at most.
    pub name: String,
    /// `rate(5 minutes)` or `cron(0 12 * * ? *)`, in UTC.
    pub schedule: String,
    /// Whether it fires.
    pub enabled: bool,
    /// Never empty.
    pub description: Option<String>,
    /// The function's ARN, or its alias's.
    pub target_arn: Text,
    /// The event as JSON text; EventBridge's own where there is none.
    pub input: Option<String>,
    /// Owner tags and the user's own.
    pub tags: BTreeMap<String, String>,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// Its name.
    pub name: String,
    /// Empty for a rule that waits for events of others.
    pub schedule: String,
    /// Whether it fires.
    pub enabled: bool,
    /// Never empty.
    pub description: Option<String>,
    /// What it invokes, by the target's id.
    pub targets: BTreeMap<String, Target>,
}

/// What a rule invokes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// Its ARN.
    pub arn: String,
    /// The event as JSON text.
    pub input: Option<String>,
}

/// The id of the one target of the rule at `at`: 64 characters at most.
pub fn target_id(at: &Address) -> String {
    let hash = Sha256::digest(at.to_string());
    format!("gatewright-{}", hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect::<String>())
}

/// See the module.
pub struct EventRule;

impl Kind for EventRule {
    const NAME: &'static str = "event_rule";
    const WAVE: u8 = 2;
    /// Before the statements that lead to it.
    const RANK: u8 = 75;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(at: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(at, desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, _: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live)
    }

    fn attribute(live: &Live, name: &str, identity: &Identity) -> Option<String> {
        match name {
            "name" => Some(live.name.clone()),
            "arn" => Some(identity.rule_arn(&live.name)),
            _ => None,
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        match name {
            "name" => Some(desired.name.clone()),
            "arn" => Some(identity.rule_arn(&desired.name)),
            _ => None,
        }
    }

    /// A rule without targets does nothing: it is what a run left that was stopped halfway.
    fn ownership(at: &Address, live: &Live) -> Ownership {
        if live.targets.is_empty() || live.targets.contains_key(&target_id(at)) {
            Ownership::Ours
        } else {
            Ownership::Foreign
        }
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}
