//! Lambda functions: code from the artifacts bucket, configuration, tags and reserved concurrency.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod fields;
mod hidden;
mod limits;
mod observe;
mod op;
pub(super) mod read;
mod send;
mod simulate;
#[cfg(test)]
mod tests;
pub(super) mod upload;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::{Deserialize, Serialize};

pub(super) use diff::is_version_of;
pub use fields::Fields;
pub use hidden::Hidden;
pub use op::Op;
pub(in crate::kinds) use upload::base64_of;

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Owner, Ownership, Refusal, Text},
};

/// The tag that says "the reserved concurrency is ours": a function without reservation in the stack file and with this tag had
/// one there before, so that it is taken away. It also spares a read: without the tag nobody needs to ask for the reservation.
pub const RESERVED_TAG: &str = "gatewright:reserved-concurrency";
/// The tag of a function with an alias, which it names: without it nobody needs to ask for versions and aliases.
pub const ALIAS_TAG: &str = "gatewright:alias";
/// The tag of a function that reads streams: without it nobody needs to ask for event source mappings.
pub const STREAMS_TAG: &str = "gatewright:streams";
/// Tags that say where there is more to read. They go when there is nothing more.
const MARKS: [&str; 2] = [ALIAS_TAG, STREAMS_TAG];
/// The value of [`RESERVED_TAG`].
const RESERVED_TAG_VALUE: &str = "managed";

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// `<stack>-<stage>-<key>`, 64 characters at most.
    pub name: String,
    /// The execution role.
    pub role_arn: Text,
    /// Such as `nodejs22.x`.
    pub runtime: String,
    /// Such as `index.handler`.
    pub handler: String,
    /// The zip.
    pub code: Code,
    /// Environment variables. Exclusive: others are removed.
    pub environment: BTreeMap<String, Text>,
    /// 128 to 10240, in MB.
    pub memory_mb: i32,
    /// 1 to 900, in seconds.
    pub timeout_seconds: i32,
    /// The size of `/tmp`, 512 to 10240, in MB. AWS's default is 512.
    pub ephemeral_storage_mb: i32,
    /// The processor.
    pub architecture: Architecture,
    /// ARNs of layer versions. The order matters: later ones lie over earlier ones.
    pub layers: Vec<Text>,
    /// The queue or topic for events that failed for good.
    pub dead_letter_arn: Option<Text>,
    /// Where the function runs, where not in Lambda's own network.
    pub vpc: Option<Vpc>,
    /// Concurrent executions set aside. Declared: `None` leaves alone what was set by hand, and removes what was once declared here.
    pub reserved_concurrency: Option<i32>,
    /// X-Ray.
    pub tracing: Tracing,
    /// Up to 256 characters.
    pub description: Option<String>,
    /// The log group, where not Lambda's own `/aws/lambda/<name>`.
    pub log_group: Option<String>,
    /// Owner tags and the user's own. Declared.
    pub tags: BTreeMap<String, String>,
}

/// A zip, as its bytes identify it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// SHA-256 in lower-case hexadecimal: the zip's name on disk and in the artifacts bucket.
    pub sha256_hex: String,
    /// The same in base64, as Lambda's `CodeSha256` says it.
    pub sha256_base64: String,
    /// The zip's size in bytes.
    pub size_bytes: u64,
}

/// Subnets and security groups. Both empty means "no VPC" on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vpc {
    /// Such as `subnet-0abc`.
    pub subnet_ids: BTreeSet<String>,
    /// Such as `sg-0abc`.
    pub security_group_ids: BTreeSet<String>,
}

impl Vpc {
    /// `None` where there is nothing in it: what Lambda answers for a function outside of any VPC.
    fn some(self) -> Option<Self> {
        (!self.subnet_ids.is_empty() || !self.security_group_ids.is_empty()).then_some(self)
    }
}

impl fmt::Display for Vpc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |ids: &BTreeSet<String>| ids.iter().cloned().collect::<Vec<_>>().join(" ");
        write!(f, "subnets {}, security groups {}", join(&self.subnet_ids), join(&self.security_group_ids))
    }
}

/// The processor a function runs on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Architecture {
    /// AWS's default.
    #[default]
    #[serde(rename = "x86_64")]
    X86_64,
    /// Graviton.
    #[serde(rename = "arm64")]
    Arm64,
}

impl Architecture {
    /// AWS's word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether X-Ray traces are begun.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tracing {
    /// Only what the caller traces already. AWS's default.
    #[default]
    PassThrough,
    /// Lambda samples on its own.
    Active,
}

impl fmt::Display for Tracing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::PassThrough => "pass_through",
            Self::Active => "active",
        })
    }
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// Its name.
    pub name: String,
    /// The execution role.
    pub role_arn: String,
    /// Empty for a container image.
    pub runtime: String,
    /// Empty for a container image.
    pub handler: String,
    /// The zip's SHA-256 in base64.
    pub code_sha256_base64: String,
    /// A container image instead of a zip: a type that cannot be changed.
    pub image: bool,
    /// Creation failed for good: nothing but deletion works.
    pub failed: bool,
    /// Environment variables.
    pub environment: BTreeMap<String, Hidden>,
    /// In MB.
    pub memory_mb: i32,
    /// In seconds.
    pub timeout_seconds: i32,
    /// In MB.
    pub ephemeral_storage_mb: i32,
    /// The processor.
    pub architecture: Architecture,
    /// ARNs of layer versions, in order.
    pub layers: Vec<String>,
    /// The queue or topic for failed events.
    pub dead_letter_arn: Option<String>,
    /// The VPC, where there is one.
    pub vpc: Option<Vpc>,
    /// Concurrent executions set aside; read only where the stack file or [`RESERVED_TAG`] says that they are ours.
    pub reserved_concurrency: Option<i32>,
    /// X-Ray.
    pub tracing: Tracing,
    /// Never empty.
    pub description: Option<String>,
    /// The log group, where not `/aws/lambda/<name>`.
    pub log_group: Option<String>,
    /// All tags but AWS's own (`aws:…`).
    pub tags: BTreeMap<String, String>,
    /// AWS's revision, a precondition of updates. No part of what the function *is*: neither compared nor stored.
    #[serde(skip)]
    pub revision: Revision,
}

/// A revision id. Any two are equal, so that two functions are compared by what they do.
#[derive(Clone, Debug, Default)]
pub struct Revision(pub Option<String>);

impl PartialEq for Revision {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Revision {}

/// The log group that Lambda writes to unless told otherwise.
pub fn default_log_group(name: &str) -> String {
    format!("/aws/lambda/{name}")
}

/// See the module.
pub struct LambdaFunction;

impl Kind for LambdaFunction {
    const NAME: &'static str = "lambda_function";
    const WAVE: u8 = 0;
    /// Before its log group, which a late line would bring back, and before its role, without which it could not finish.
    const RANK: u8 = 40;

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
        attribute(&live.name, live.log_group.as_deref(), name, identity)
    }

    fn computed(_: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        attribute(&desired.name, desired.log_group.as_deref(), name, identity)
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

    async fn send(aws: &Aws, at: &Address, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, at, op, live).await
    }
}

/// `name`, `arn`, `invoke_uri` (for integrations and authorizers) and `log_group` follow from the function's name alone.
fn attribute(function: &str, log_group: Option<&str>, name: &str, identity: &Identity) -> Option<String> {
    let arn = || identity.function_arn(function);
    match name {
        "name" => Some(function.to_owned()),
        "arn" => Some(arn()),
        "invoke_uri" => Some(identity.invocation_uri(&arn())),
        "log_group" => Some(log_group.map_or_else(|| default_log_group(function), str::to_owned)),
        _ => None,
    }
}
