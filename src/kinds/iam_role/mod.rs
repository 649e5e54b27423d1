//! IAM roles: who may take them, and what they may do.
//!
//! A role lives under the path `/gatewright/<stack>/<stage>/`. The path is set by the create call, cannot be changed afterwards
//! and is part of every listing, so it proves whose the role is without a read of its tags.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod document;
mod observe;
mod op;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use document::Document;
pub use op::Op;

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{
        Address, Change, CloudError, Found, Identity, Ownership, Refusal,
        owner::{KEY_TAG, STACK_TAG, STAGE_TAG},
    },
};

/// How long a session lasts unless told otherwise, in seconds. AWS's default.
pub const DEFAULT_SESSION_SECONDS: i32 = 3600;

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desired {
    /// `<stack>-<stage>-<key>`, 64 characters at most. Its path follows from the address.
    pub name: String,
    /// Who may take the role.
    pub trust: Document,
    /// ARNs of managed policies. Exclusive: others are detached.
    pub managed_policies: BTreeSet<String>,
    /// Policies of the role's own, by name. Exclusive: others are deleted.
    pub inline_policies: BTreeMap<String, Document>,
    /// Up to 1000 characters.
    pub description: Option<String>,
    /// The ARN of the policy that bounds all others. Declared: leaving it out leaves alone what is there, because listings do not
    /// show it, and because lifting a bound is not to happen by forgetting a line.
    pub permissions_boundary: Option<String>,
    /// 3600 to 43200, in seconds.
    pub max_session_seconds: i32,
    /// Owner tags and the user's own. Declared.
    pub tags: BTreeMap<String, String>,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// Its name.
    pub name: String,
    /// Its path, with a slash at both ends.
    pub path: String,
    /// Who may take the role, in normal form.
    pub trust: Document,
    /// ARNs of managed policies.
    pub managed_policies: BTreeSet<String>,
    /// Policies of the role's own, in normal form.
    pub inline_policies: BTreeMap<String, Document>,
    /// Never empty.
    pub description: Option<String>,
    /// The ARN of the bounding policy; read only where one is wanted.
    pub permissions_boundary: Option<String>,
    /// In seconds.
    pub max_session_seconds: i32,
    /// The user's own tags, without the owner tags, which the path makes superfluous; read only where the user wants some.
    pub tags: BTreeMap<String, String>,
}

/// The tags that say more than the path does.
fn user_tags(tags: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let ours = |key: &str| [STACK_TAG, STAGE_TAG, KEY_TAG].contains(&key);
    tags.iter()
        .filter(|(key, _)| !ours(key) && !key.starts_with("aws:"))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// See the module.
pub struct IamRole;

impl Kind for IamRole {
    const NAME: &'static str = "iam_role";
    const WAVE: u8 = 0;
    /// After the functions that run with it.
    const RANK: u8 = 10;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(at: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(at, desired, live)
    }

    fn simulate(at: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(at, op, live, world)
    }

    fn attribute(live: &Live, name: &str, identity: &Identity) -> Option<String> {
        match name {
            "name" => Some(live.name.clone()),
            "arn" => Some(identity.role_arn(&live.path, &live.name)),
            _ => None,
        }
    }

    fn computed(at: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        match name {
            "name" => Some(desired.name.clone()),
            "arn" => Some(identity.role_arn(&at.scope.iam_path(), &desired.name)),
            _ => None,
        }
    }

    fn ownership(at: &Address, live: &Live) -> Ownership {
        if live.path == at.scope.iam_path() { Ownership::Ours } else { Ownership::Foreign }
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, at: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, at, op).await
    }
}
