//! Clients of user pools: the apps that users sign in with. A client has no tags: one with our name in a pool of ours is ours, and
//! others in it are never touched.
//!
//! Where a client has a secret, it is made and kept by AWS: it is never read into anything that is shown or stored.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod send;
mod settings;
mod simulate;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use settings::{AuthFlow, OAuthFlow, Settings};

use super::{Ask, Context, Kind, Live as AnyLive, Operation, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Call, Change, CloudError, Found, Identity, Objection, Ownership, Refusal, Repeat, Text},
};

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The user pool.
    pub pool_id: Text,
    /// `<stack>-<stage>-<key>`, the same as the pool's.
    pub name: String,
    /// What can be changed.
    pub settings: Settings,
    /// It has a secret. Decided when it is made.
    pub secret: bool,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// Twenty-six letters and digits.
    pub id: String,
    /// The user pool.
    pub pool_id: String,
    /// Its name.
    pub name: String,
    /// What can be changed; every text in it is known.
    pub settings: Settings,
    /// It has a secret.
    pub secret: bool,
}

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateUserPoolClient`.
    Create {
        /// The user pool.
        pool_id: Text,
        /// Its name.
        name: String,
        /// What can be changed.
        settings: Settings,
        /// AWS makes a secret for it.
        secret: bool,
    },
    /// `UpdateUserPoolClient`: all of it, for what is left out goes back to AWS's default.
    Update {
        /// Its name.
        name: String,
        /// What holds.
        settings: Settings,
    },
    /// `DeleteUserPoolClient`.
    Delete {
        /// Its name, for people.
        name: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        match self {
            Self::Create { .. } => Call::new("cognito-idp", "CreateUserPoolClient"),
            Self::Update { .. } => Call::new("cognito-idp", "UpdateUserPoolClient"),
            Self::Delete { .. } => Call::new("cognito-idp", "DeleteUserPoolClient"),
        }
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { .. } => Repeat::Duplicates,
            Self::Update { .. } | Self::Delete { .. } => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { name, .. } => format!("create client {name}"),
            Self::Update { name, .. } => format!("update client {name}"),
            Self::Delete { name } => format!("delete client {name}"),
        }
    }
}

/// See the module.
pub struct CognitoUserPoolClient;

impl Kind for CognitoUserPoolClient {
    const NAME: &'static str = "cognito_user_pool_client";
    const WAVE: u8 = 1;
    const RANK: u8 = 45;
    const DATA: bool = true;
    const NAMELESS: bool = true;

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
            "pool_id" => Some(live.pool_id.clone()),
            "name" => Some(live.name.clone()),
            _ => None,
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, _: &Identity) -> Option<String> {
        (name == "name").then(|| desired.name.clone())
    }

    /// Clients go with their pool.
    /// A client that is made again has another id.
    fn known_after(op: &Op, live: Live) -> Option<Live> {
        (!matches!(op, Op::Delete { .. })).then_some(live)
    }

    fn dies_with(live: &Live, gone: &AnyLive) -> bool {
        matches!(gone, AnyLive::CognitoUserPool(pool) if pool.id == live.pool_id)
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

    /// Only those with our name, in pools of ours, are read at all.
    fn ownership(_: &Address, _: &Live) -> Ownership {
        Ownership::Ours
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op, live).await
    }
}
