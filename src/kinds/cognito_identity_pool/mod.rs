//! Cognito identity pools: who gets AWS credentials in the browser, and by which logins. The roles they get are a kind of their own
//! ([`cognito_identity_pool_roles`](super::cognito_identity_pool_roles)): their trust policies name the pool's id, so the pool is
//! there first.
//!
//! A pool's name may be taken twice and its id is made by AWS. Its tags say whose it is, but no listing shows them: pools whose names
//! start as ours do are asked for one by one. Nothing is asked where the stack neither wants a pool nor has made one: what it has
//! made is in the ledger until it is gone, and where there is no ledger the tagging API tells of it.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
mod send;
mod settings;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use op::Op;
pub use settings::{Provider, Settings};

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Objection, Owner, Ownership, Refusal},
};

/// The tag of a pool that has been given roles: only then are they read.
pub const PARTS_TAG: &str = "gatewright:parts";
/// What [`PARTS_TAG`] says of such a pool.
pub const ROLES_PART: &str = "roles";

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// `<stack>-<stage>-<key>`.
    pub name: String,
    /// What holds for it.
    pub settings: Settings,
    /// Owner tags and the user's own. Declared.
    pub tags: BTreeMap<String, String>,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// `<region>:<uuid>`.
    pub id: String,
    /// Follows from the id.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// What holds for it; every text in it is known.
    pub settings: Settings,
    /// Every tag.
    pub tags: BTreeMap<String, String>,
}

/// See the module.
pub struct CognitoIdentityPool;

/// `arn:aws:cognito-identity:<region>:<account>:identitypool/<id>`.
pub(super) fn arn(identity: &Identity, id: &str) -> String {
    let Identity { partition, region, account_id, .. } = identity;
    format!("arn:{partition}:cognito-identity:{region}:{account_id}:identitypool/{id}")
}

impl Kind for CognitoIdentityPool {
    const NAME: &'static str = "cognito_identity_pool";
    const WAVE: u8 = 0;
    const RANK: u8 = 16;
    const DATA: bool = true;
    const NAMELESS: bool = true;

    fn id_of_arn(arn: &str) -> Option<&str> {
        crate::model::id_of_arn(arn, "cognito-identity", "identitypool/")
    }

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(
        _: &Address,
        op: &Op,
        live: Option<Live>,
        world: &World<'_>,
    ) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        match name {
            "id" => Some(live.id.clone()),
            "arn" => Some(live.arn.clone()),
            "name" => Some(live.name.clone()),
            _ => None,
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, _: &Identity) -> Option<String> {
        (name == "name").then(|| desired.name.clone())
    }

    fn objection(
        at: &Address,
        desired: Option<&Desired>,
        live: &Live,
        _: &Context,
    ) -> Option<Objection> {
        let (why, hint) = diff::objection(desired?, live)?;
        Some(Objection { address: at.clone(), why, hint })
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
