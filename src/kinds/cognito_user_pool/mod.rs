//! Cognito user pools: who may sign in, and how. A pool's client is a kind of its own
//! ([`cognito_user_pool_client`](super::cognito_user_pool_client)).
//!
//! A pool's name may be taken twice and its id is made by AWS. Its tags say whose it is, but no listing shows them: pools whose names
//! start as ours do are asked for one by one. Nothing is asked where the stack neither wants a pool nor has made one: what it has
//! made is in the ledger until it is gone, and where there is no ledger the tagging API tells of it.
//!
//! What is not part of a stack file (triggers, texts of messages, SMS) is left as it is: `UpdateUserPool` resets what is not given,
//! so it is read and sent along.

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
mod update;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use op::Op;
pub use settings::{
    Alias, Attribute, AttributeType, Contact, CUSTOM_PREFIX, Email, Fixed, Mfa, Password, Recovery, Settings,
};

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Objection, Owner, Ownership, Refusal},
};

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// `<stack>-<stage>-<key>`.
    pub name: String,
    /// What can be changed.
    pub settings: Settings,
    /// What cannot.
    pub fixed: Fixed,
    /// Attributes of users by name, those of one's own with [`CUSTOM_PREFIX`]. Declared: AWS removes none.
    pub attributes: BTreeMap<String, Attribute>,
    /// The prefix under which the sign-in pages are served.
    pub domain: Option<String>,
    /// Owner tags and the user's own. Declared.
    pub tags: BTreeMap<String, String>,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// `<region>_<nine letters and digits>`.
    pub id: String,
    /// Follows from the id.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// What can be changed; every text in it is known.
    pub settings: Settings,
    /// With [`Mfa`]: the second factor is an app's code. `false` where there is no second factor.
    pub software_token: bool,
    /// What cannot be changed.
    pub fixed: Fixed,
    /// Attributes of one's own, and standard ones that are not as AWS makes them.
    pub attributes: BTreeMap<String, Attribute>,
    /// The prefix under which the sign-in pages are served.
    pub domain: Option<String>,
    /// Every tag.
    pub tags: BTreeMap<String, String>,
}

/// See the module.
pub struct CognitoUserPool;

/// `arn:aws:cognito-idp:<region>:<account>:userpool/<id>`.
pub(super) fn arn(identity: &Identity, id: &str) -> String {
    let Identity { partition, region, account_id, .. } = identity;
    format!("arn:{partition}:cognito-idp:{region}:{account_id}:userpool/{id}")
}

impl Kind for CognitoUserPool {
    const NAME: &'static str = "cognito_user_pool";
    const WAVE: u8 = 0;
    const RANK: u8 = 15;
    const DATA: bool = true;
    const NAMELESS: bool = true;

    fn id_of_arn(arn: &str) -> Option<&str> {
        crate::model::id_of_arn(arn, "cognito-idp", "userpool/")
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

    /// `issuer` is what tokens have as `iss`.
    fn attribute(live: &Live, name: &str, identity: &Identity) -> Option<String> {
        match name {
            "id" => Some(live.id.clone()),
            "arn" => Some(live.arn.clone()),
            "name" => Some(live.name.clone()),
            "issuer" => {
                // The region is the pool's own: the local account may keep its pools elsewhere.
                let region = live.id.split('_').next().unwrap_or(&identity.region);
                Some(format!("https://cognito-idp.{region}.{}/{}", identity.domain(), live.id))
            }
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
        let (why, hint) = diff::objection(desired, live)?;
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
