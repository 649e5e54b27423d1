//! Stages: which deployment of a REST API is served under which name, and how.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
mod patch;
mod send;
mod settings;
mod simulate;
#[cfg(test)]
pub(crate) mod tests;
mod variables;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use op::{Op, Patch, PatchOp};
pub use settings::{ALL_METHODS, LoggingLevel, MethodSettings, UnauthorizedCacheControl, method_key};

use super::{Ask, Context, Kind, Live as AnyLive, Sent, World, apis::is_api};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Owner, Ownership, Refusal, Text},
};

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desired {
    /// The REST API.
    pub api_id: Text,
    /// Letters, digits, `_` and `-`, 128 at most.
    pub stage_name: String,
    /// What it serves: [`id_attribute`](super::api_deployment::id_attribute) of the deployment.
    pub deployment_id: Text,
    /// For people; never empty.
    pub description: Option<String>,
    /// Stage variables. Exclusive.
    pub variables: BTreeMap<String, Text>,
    /// The size of the cache in GB, such as `0.5`; `None` for no cache.
    pub cache_size_gb: Option<String>,
    /// X-Ray.
    pub tracing: bool,
    /// Where and how each request is logged.
    pub access_log: Option<AccessLog<Text>>,
    /// Settings by `*/*` or [`method_key`]. Exclusive. A method's own settings inherit nothing from `*/*`: whoever writes them
    /// here fills in what is to be inherited.
    pub methods: BTreeMap<String, MethodSettings>,
    /// Owner tags and the user's own. Declared.
    pub tags: BTreeMap<String, String>,
}

/// Where and how each request is logged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessLog<S> {
    /// The ARN of a log group (without the `:*` that CloudWatch likes to add) or of a Firehose stream.
    pub destination_arn: S,
    /// A line with `$context` variables; it must hold `$context.requestId` or `$context.extendedRequestId`.
    pub format: String,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// The REST API.
    pub api_id: String,
    /// Its name.
    pub stage_name: String,
    /// What it serves.
    pub deployment_id: String,
    /// Never empty.
    pub description: Option<String>,
    /// Stage variables.
    pub variables: BTreeMap<String, String>,
    /// The size of the cache in GB, where it is on.
    pub cache_size_gb: Option<String>,
    /// X-Ray.
    pub tracing: bool,
    /// Where and how each request is logged.
    pub access_log: Option<AccessLog<String>>,
    /// Settings by `*/*` or [`method_key`]; without those of `*/*` where all of them are AWS's defaults.
    pub methods: BTreeMap<String, MethodSettings>,
    /// The certificate by which back ends know the API: never ours, drift where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_certificate: Option<String>,
    /// A part of the requests goes to another deployment: never ours, drift where it is so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<String>,
    /// All tags but AWS's own (`aws:…`).
    pub tags: BTreeMap<String, String>,
}

/// `*/*` with nothing but AWS's defaults says the same as no `*/*`.
fn without_defaults(mut methods: BTreeMap<String, MethodSettings>) -> BTreeMap<String, MethodSettings> {
    if methods.get(ALL_METHODS) == Some(&MethodSettings::default()) {
        methods.remove(ALL_METHODS);
    }
    methods
}

/// The ARN under which a stage is tagged.
pub fn stage_arn(identity: &Identity, api_id: &str, stage_name: &str) -> String {
    let Identity { partition, region, .. } = identity;
    format!("arn:{partition}:apigateway:{region}::/restapis/{api_id}/stages/{stage_name}")
}

/// See the module.
pub struct ApiStage;

impl Kind for ApiStage {
    const NAME: &'static str = "api_stage";
    const WAVE: u8 = 1;
    const RANK: u8 = 90;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    fn attribute(live: &Live, name: &str, identity: &Identity) -> Option<String> {
        attribute(&live.api_id, &live.stage_name, name, identity)
    }

    fn computed(_: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        if name == "name" {
            return Some(desired.stage_name.clone());
        }
        attribute(desired.api_id.known()?, &desired.stage_name, name, identity)
    }

    /// Stages go with their API.
    fn dies_with(live: &Live, gone: &AnyLive) -> bool {
        is_api(gone, &live.api_id)
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

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}

/// `name` (also as `id`), `url` (without a slash at the end) and `arn` follow from the API's id and the stage's name.
fn attribute(api_id: &str, stage_name: &str, name: &str, identity: &Identity) -> Option<String> {
    match name {
        "name" | "id" => Some(stage_name.to_owned()),
        "url" => Some(identity.stage_url(api_id, stage_name)),
        "arn" => Some(stage_arn(identity, api_id, stage_name)),
        _ => None,
    }
}
