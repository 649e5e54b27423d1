//! Deployments: snapshots of a REST API that a stage may serve.
//!
//! A deployment has no name, so its description says what it is a snapshot of: `gatewright <content hash>`. "Is this definition
//! deployed?" is a comparison of strings then, a second run makes no second deployment, and going back to an earlier definition
//! finds its old one. The newest few are kept for rollback; older ones go once the stage has moved on.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{Ask, Context, Kind, Live as AnyLive, Operation, Sent, World, apis::is_api};
use crate::{
    account::aws::Aws,
    model::{Address, Call, Change, CloudError, Found, Identity, Ownership, Refusal, Repeat, Text},
};

/// How many old deployments are kept for rollback unless chosen otherwise.
pub const KEEP: u32 = 3;

/// What the description of each of our deployments starts with.
const MARK: &str = "gatewright ";

/// What the stack file asks for: that there is a deployment of its definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The REST API.
    pub api_id: Text,
    /// The definition, by [`content_hash`](super::rest_api::content_hash).
    pub content_hash: String,
    /// How many deployments besides the wanted one are kept for rollback.
    pub keep: u32,
}

/// What the account has: our deployments of one REST API. Those made by others are not listed here and never touched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The REST API.
    pub api_id: String,
    /// Oldest first.
    pub deployments: Vec<Deployment>,
}

/// One deployment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deployment {
    /// Six lower-case letters and digits.
    pub id: String,
    /// What it is a snapshot of.
    pub content_hash: String,
    /// The name of a stage that serves it and is not ours: AWS would refuse to delete it. Looked for only where deployments
    /// would be deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held_by: Option<String>,
}

impl Live {
    /// The deployment of the definition `content_hash`: the oldest, so that a second one, left by a lost answer, changes nothing.
    pub fn of_content(&self, content_hash: &str) -> Option<&Deployment> {
        self.deployments.iter().find(|deployment| deployment.content_hash == content_hash)
    }
}

/// The attribute under which [`ApiDeployment`] tells the id of the deployment of `content_hash`.
pub fn id_attribute(content_hash: &str) -> String {
    format!("id:{content_hash}")
}

/// The description of a deployment of `content_hash`.
pub fn description(content_hash: &str) -> String {
    format!("{MARK}{content_hash}")
}

/// The content hash in a description of ours.
pub fn content_hash_of(description: &str) -> Option<&str> {
    let hash = description.strip_prefix(MARK)?;
    (!hash.is_empty() && hash.bytes().all(|byte| byte.is_ascii_hexdigit())).then_some(hash)
}

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateDeployment`.
    Create {
        /// The REST API.
        api_id: Text,
        /// What it is a snapshot of.
        content_hash: String,
    },
    /// `DeleteDeployment`.
    Delete {
        /// The REST API.
        api_id: String,
        /// The deployment.
        id: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        match self {
            Self::Create { .. } => Call::new("apigateway", "CreateDeployment"),
            Self::Delete { .. } => Call::new("apigateway", "DeleteDeployment"),
        }
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { .. } => Repeat::Duplicates,
            Self::Delete { .. } => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { content_hash, .. } => format!("deploy definition {}", short(content_hash)),
            Self::Delete { .. } => "delete an old deployment".to_owned(),
        }
    }
}

/// Enough of a hash for people.
fn short(content_hash: &str) -> &str {
    content_hash.get(..8).unwrap_or(content_hash)
}

/// See the module.
pub struct ApiDeployment;

impl Kind for ApiDeployment {
    const NAME: &'static str = "api_deployment";
    const WAVE: u8 = 1;
    const RANK: u8 = 80;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    /// `id` is the newest deployment's, `id:<content hash>` that of one definition, `api_id` the API's.
    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        match name {
            "id" => live.deployments.last().map(|deployment| deployment.id.clone()),
            "api_id" => Some(live.api_id.clone()),
            _ => live.of_content(name.strip_prefix("id:")?).map(|deployment| deployment.id.clone()),
        }
    }

    /// Deployments go with their API.
    fn dies_with(live: &Live, gone: &AnyLive) -> bool {
        is_api(gone, &live.api_id)
    }

    /// Only deployments with our mark are read at all.
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
