//! Base path mappings: which stage answers under which path of a custom domain name.
//!
//! A mapping has no tags. It is ours where it leads to an API of ours, or where the ledger says that we made it; any other of that
//! path is refused unless adopted. One that the stack file has no more is found by the ledger, or on a domain of the stack's own.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{Ask, Context, Kind, Operation, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Call, Change, CloudError, Found, Identity, Ownership, Refusal, Repeat, Text},
};

/// How API Gateway writes the path of the domain itself.
pub const ROOT: &str = "(none)";

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The domain's name.
    pub domain: String,
    /// The path, without slashes at its ends; [`ROOT`] for the domain itself.
    pub base_path: String,
    /// The API.
    pub api_id: Text,
    /// The stage.
    pub stage: String,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The domain's name.
    pub domain: String,
    /// The path; [`ROOT`] for the domain itself.
    pub base_path: String,
    /// The API.
    pub api_id: String,
    /// The stage; none where callers name it in the path.
    pub stage: Option<String>,
}

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateBasePathMapping`.
    Create {
        /// The domain's name.
        domain: String,
        /// The path.
        base_path: String,
        /// The API.
        api_id: Text,
        /// The stage.
        stage: String,
    },
    /// `UpdateBasePathMapping`.
    Update {
        /// The domain's name.
        domain: String,
        /// The path.
        base_path: String,
        /// The API, where it changes.
        api_id: Option<Text>,
        /// The stage, where it changes.
        stage: Option<String>,
    },
    /// `DeleteBasePathMapping`.
    Delete {
        /// The domain's name.
        domain: String,
        /// The path.
        base_path: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call::new(
            "apigateway",
            match self {
                Self::Create { .. } => "CreateBasePathMapping",
                Self::Update { .. } => "UpdateBasePathMapping",
                Self::Delete { .. } => "DeleteBasePathMapping",
            },
        )
    }

    fn repeat(&self) -> Repeat {
        match self {
            // Refused by name as well, but to be remembered by the ledger.
            Self::Create { .. } => Repeat::Duplicates,
            _ => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { domain, base_path, .. } => format!("map {}", url(domain, base_path)),
            Self::Update { domain, base_path, .. } => format!("map {} to another stage", url(domain, base_path)),
            Self::Delete { domain, base_path } => format!("take the mapping of {} away", url(domain, base_path)),
        }
    }
}

/// `api.example.com/v1`.
fn url(domain: &str, base_path: &str) -> String {
    let path = if base_path == ROOT { "" } else { base_path };
    format!("{domain}/{path}")
}

/// See the module.
pub struct BasePathMapping;

impl Kind for BasePathMapping {
    const NAME: &'static str = "base_path_mapping";
    const WAVE: u8 = 1;
    /// Before the domain and the stage: a stage that is mapped cannot be replaced.
    const RANK: u8 = 96;

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
            "id" => Some(url(&live.domain, &live.base_path)),
            "url" => Some(format!("https://{}", url(&live.domain, &live.base_path).trim_end_matches('/'))),
            _ => None,
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, _: &Identity) -> Option<String> {
        (name == "url").then(|| format!("https://{}", url(&desired.domain, &desired.base_path).trim_end_matches('/')))
    }

    /// The local account stores what it made.
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
