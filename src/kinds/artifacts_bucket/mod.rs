//! The artifacts bucket: one for each account and region, for zips, ledgers and recorded outputs of every stack.
//!
//! It is made on first use and never removed: other stacks' ledgers are in it. Whoever knows an account's number can guess its
//! name, so every call that writes into it names the owner it expects.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub use op::Op;

use super::{Ask, Context, Kind, Sent, World, iam_role::Document};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Ownership, Refusal, Scope, owner},
};

/// How long an old version of a ledger, an output or a zip is kept, in days.
pub const NONCURRENT_DAYS: i32 = 30;
/// How long the parts of an upload that was never finished are kept, in days.
pub const ABORT_MULTIPART_DAYS: i32 = 7;
/// The key of the one such object.
pub const KEY: &str = "artifacts";

/// What is asked for; see [`Desired::of`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// `gatewright-<account>-<region>`.
    pub name: String,
    /// Refuse every request that is not encrypted on its way. Not asked for where the endpoint itself speaks plain HTTP: the
    /// bucket would be closed to us too.
    pub tls_only: bool,
    /// The owner tags. Declared.
    pub tags: BTreeMap<String, String>,
}

impl Desired {
    /// The artifacts bucket of the account and region `identity`.
    pub fn of(identity: &Identity) -> Self {
        let plain_http = identity.endpoint.as_deref().is_some_and(|endpoint| endpoint.starts_with("http://"));
        Self {
            name: identity.artifacts_bucket(),
            tls_only: !plain_http,
            tags: owner::tags(&address(identity), &BTreeMap::new()),
        }
    }
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// Its name.
    pub name: String,
    /// All four sorts of public access are blocked.
    pub public_access_blocked: bool,
    /// Versions are kept: a ledger that is overwritten by mistake can be had back.
    pub versioned: bool,
    /// Objects are encrypted at rest, by S3's own key or by one of KMS.
    pub encrypted: bool,
    /// The bucket policy in normal form.
    pub policy: Option<Document>,
    /// The lifecycle.
    pub lifecycle: Option<Lifecycle>,
    /// Its tags, but AWS's own.
    pub tags: BTreeMap<String, String>,
}

/// What happens to old versions and unfinished uploads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lifecycle {
    /// Old versions go after so many days.
    pub noncurrent_days: Option<i32>,
    /// Unfinished uploads go after so many days.
    pub abort_multipart_days: Option<i32>,
}

/// The lifecycle that is asked for.
pub const LIFECYCLE: Lifecycle =
    Lifecycle { noncurrent_days: Some(NONCURRENT_DAYS), abort_multipart_days: Some(ABORT_MULTIPART_DAYS) };

/// The address of the artifacts bucket: it belongs to no stack, so to the program itself, once for each region.
pub fn address(identity: &Identity) -> Address {
    Scope::new("gatewright", identity.region.as_str()).address(ArtifactsBucket::NAME, KEY)
}

/// The policy statement that closes the bucket `name` to requests without TLS, in normal form.
fn tls_statement(partition: &str, name: &str) -> serde_json::Value {
    let arn = format!("arn:{partition}:s3:::{name}");
    let document = Document::from(json!({
        "Version": "2012-10-17",
        "Statement": [{
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, format!("{arn}/*")],
            "Condition": { "Bool": { "aws:SecureTransport": "false" } },
        }],
    }));
    document.normal().json()["Statement"][0].clone()
}

/// See the module.
pub struct ArtifactsBucket;

impl Kind for ArtifactsBucket {
    const NAME: &'static str = "artifacts_bucket";
    const WAVE: u8 = 0;
    /// Never deleted.
    const RANK: u8 = 0;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(
        _: &Address,
        desired: Option<&Desired>,
        live: Option<&Live>,
        context: &Context,
    ) -> Change<Op> {
        desired.map_or(Change::None, |desired| diff::diff(desired, live, &context.identity))
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    fn attribute(live: &Live, name: &str, identity: &Identity) -> Option<String> {
        attribute(&live.name, name, identity)
    }

    fn computed(_: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        attribute(&desired.name, name, identity)
    }

    /// A bucket of this name in this account is the artifacts bucket, whoever made it; one in another account is refused when it
    /// is read.
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

fn attribute(bucket: &str, name: &str, identity: &Identity) -> Option<String> {
    match name {
        "name" => Some(bucket.to_owned()),
        "arn" => Some(format!("arn:{}:s3:::{bucket}", identity.partition)),
        _ => None,
    }
}
