//! The roles of an identity pool: which role its users get. A kind of its own, because the roles' trust policies name the pool's id
//! while the pool needs nothing of the roles.
//!
//! They are read where the stack wants them, or where the pool's tags say that it has been given some.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Ask, Context, Kind, Live as AnyLive, Operation, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Call, Change, CloudError, Found, Identity, Ownership, Refusal, Repeat, Text},
};

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The identity pool.
    pub pool_id: Text,
    /// Who gets which role.
    pub roles: Roles,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The identity pool.
    pub pool_id: String,
    /// Who gets which role; never none at all, and every text in it is known.
    pub roles: Roles,
}

/// Who gets which role. Exclusive: it is set as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Roles {
    /// ARN of the role of those who have logged in.
    pub authenticated: Option<Text>,
    /// ARN of the role of those who have not.
    pub unauthenticated: Option<Text>,
    /// What decides for the users of one provider.
    pub mappings: BTreeSet<Mapping>,
}

impl Roles {
    /// Nobody gets a role.
    pub fn is_empty(&self) -> bool {
        self.authenticated.is_none() && self.unauthenticated.is_none() && self.mappings.is_empty()
    }

    /// Every role in it.
    pub fn arns(&self) -> impl Iterator<Item = &Text> {
        let rules = self.mappings.iter().flat_map(|mapping| mapping.rules.iter().flatten());
        self.authenticated.iter().chain(&self.unauthenticated).chain(rules.map(|rule| &rule.role))
    }
}

/// How the users of one provider get their role.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Mapping {
    /// `graph.facebook.com`, or `cognito-idp.<region>.amazonaws.com/<pool id>:<client id>`.
    pub provider: Text,
    /// The first rule that fits decides; absent: the token's claims `cognito:roles` and `cognito:preferred_role` do.
    pub rules: Option<Vec<Rule>>,
    /// Where neither decides, credentials are refused instead of those of the authenticated role being given.
    pub deny_otherwise: bool,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rule {
    /// A claim of the token.
    pub claim: String,
    /// How it is compared.
    pub compare: Comparison,
    /// With what.
    pub value: String,
    /// ARN of the role that fits then.
    pub role: Text,
}

/// How a claim is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// It is the value.
    Equals,
    /// It is not the value.
    NotEqual,
    /// It starts with the value.
    StartsWith,
    /// It has the value in it.
    Contains,
}

/// The call: `SetIdentityPoolRoles` sets everything at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// Gives roles.
    Set {
        /// The identity pool.
        pool_id: Text,
        /// Who gets which role.
        roles: Roles,
    },
    /// Takes all roles away.
    Clear {
        /// The identity pool.
        pool_id: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call::new("cognito-identity", "SetIdentityPoolRoles")
    }

    fn repeat(&self) -> Repeat {
        Repeat::Safe
    }

    fn describe(&self) -> String {
        match self {
            Self::Set { .. } => "set the identity pool's roles".to_owned(),
            Self::Clear { .. } => "take the identity pool's roles away".to_owned(),
        }
    }
}

/// See the module.
pub struct CognitoIdentityPoolRoles;

impl Kind for CognitoIdentityPoolRoles {
    const NAME: &'static str = "cognito_identity_pool_roles";
    const WAVE: u8 = 1;
    const RANK: u8 = 46;
    const DATA: bool = true;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(
        _: &Address,
        op: &Op,
        _: Option<Live>,
        world: &World<'_>,
    ) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, world)
    }

    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        (name == "pool_id").then(|| live.pool_id.clone())
    }

    /// They go with their pool.
    fn dies_with(live: &Live, gone: &AnyLive) -> bool {
        matches!(gone, AnyLive::CognitoIdentityPool(pool) if pool.id == live.pool_id)
    }

    /// Only those of our own pools are read at all.
    fn ownership(_: &Address, _: &Live) -> Ownership {
        Ownership::Ours
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}
