//! S3 buckets with all that belongs to one: public access, policy, website hosting, CORS, encryption, versions, lifecycle and
//! event notifications. A static site owns a bucket of the same making.
//!
//! A bucket is found by its name: that of the stack file, and the one that the ledger remembers, or, where there is none, the tagging
//! API. A destroy lists all buckets whose names begin like the scope's.
//!
//! Objects in it are its users'. It is destroyed only when it is empty or its stack file has said `empty_on_destroy: true`, which
//! a tag of the bucket remembers: a destroy does not read stack files.

#[cfg(test)]
pub(crate) mod arbitrary;
pub(in crate::kinds) mod calls;
pub(in crate::kinds) mod diff;
mod empty;
mod marks;
pub(in crate::kinds) mod observe;
mod op;
mod policy;
pub(in crate::kinds) mod read;
pub(in crate::kinds) mod send;
mod settings;
pub(in crate::kinds) mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(in crate::kinds) use empty::delete as delete_objects;
pub use empty::empty;
pub use marks::{EMPTY_TAG, SETTINGS_TAG};
pub use op::{Action, Op};
pub use settings::{
    CorsRule, Encryption, Feature, LifecycleRule, Notification, ObjectOwnership, PublicAccessBlock, Settings, Website,
};
pub use policy::{is_public, of_statements, public_read_statement};

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Objection, Owner, Ownership, Refusal},
};

/// What the stack file asks for; see [`Desired::new`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desired {
    /// Its name, one of a kind in all of AWS: 3 to 63 lower-case letters, digits, dots and hyphens.
    pub name: String,
    /// What it is told to be. Exclusive.
    pub settings: Settings,
    /// The owner tags, the user's own, [`SETTINGS_TAG`] and [`EMPTY_TAG`]. Declared.
    pub tags: BTreeMap<String, String>,
}

impl Desired {
    /// A bucket with the owner tags and the user's own in `tags`. `empty_on_destroy`: a destroy deletes objects that the stack did
    /// not make.
    pub fn new(name: String, settings: Settings, empty_on_destroy: bool, tags: BTreeMap<String, String>) -> Self {
        let tags = marks::tags(&settings, empty_on_destroy, tags);
        Self { name, settings, tags }
    }
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// Its name.
    pub name: String,
    /// What it is. Settings that the stack file does not ask for and [`SETTINGS_TAG`] does not name were not read and have their
    /// defaults.
    pub settings: Settings,
    /// Its tags, but AWS's own.
    pub tags: BTreeMap<String, String>,
    /// There are objects in it, in any version; looked at only where the bucket might be deleted and its tags do not allow that
    /// its objects go with it.
    pub has_objects: bool,
}

/// Why `live` must not be deleted, and what to do about it.
pub(in crate::kinds) fn objection(at: &Address, desired: Option<&Desired>, live: &Live) -> Option<Objection> {
    let goes = desired.is_none_or(|desired| desired.name != live.name);
    (goes && live.has_objects && !marks::empties(&live.tags)).then(|| Objection {
        address: at.clone(),
        why: format!("the bucket {} holds objects, which would be lost", live.name),
        hint: "set `empty_on_destroy: true` on it and deploy that first, or empty it yourself".to_owned(),
    })
}

/// Whether a bucket found under the name of `at` is its own. One that has no owner at all under the name that follows from the
/// address, with the account's number in it, was made by a run that stopped before it could tag it (where `CreateBucket` takes no
/// tags).
pub(in crate::kinds) fn ownership(at: &Address, live: &Live) -> Ownership {
    match Owner::of(&live.tags) {
        Some(owner) if owner.owns(at) => Ownership::Ours,
        None if live.tags.is_empty() && is_default_name(at, &live.name) => Ownership::Ours,
        _ => Ownership::Foreign,
    }
}

fn is_default_name(at: &Address, name: &str) -> bool {
    let number = name.strip_prefix(&at.name()).and_then(|rest| rest.strip_prefix('-'));
    number.is_some_and(|number| number.len() == 12 && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The name of the bucket at `at` where the stack file gives it none.
pub fn default_name(at: &Address, identity: &Identity) -> String {
    format!("{}-{}", at.name(), identity.account_id)
}

/// What others may ask of the bucket `bucket`.
pub fn attribute(bucket: &str, name: &str, identity: &Identity) -> Option<String> {
    match name {
        "name" | "id" => Some(bucket.to_owned()),
        "arn" => Some(identity.bucket_arn(bucket)),
        "url" => Some(identity.website_url(bucket)),
        "domain_name" => Some(identity.bucket_domain_name(bucket)),
        _ => None,
    }
}

/// See the module.
pub struct S3Bucket;

impl Kind for S3Bucket {
    const NAME: &'static str = "s3_bucket";
    const WAVE: u8 = 0;
    /// After the functions that write into it.
    const RANK: u8 = 12;
    const DATA: bool = true;

    fn id_of_arn(arn: &str) -> Option<&str> {
        crate::model::id_of_arn(arn, "s3", "")
    }

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
        attribute(&live.name, name, identity)
    }

    fn computed(_: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        attribute(&desired.name, name, identity)
    }

    fn objection(
        at: &Address,
        desired: Option<&Desired>,
        live: &Live,
        _: &Context,
    ) -> Option<Objection> {
        objection(at, desired, live)
    }

    fn ownership(at: &Address, live: &Live) -> Ownership {
        ownership(at, live)
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        let wanted = ask.wanted.iter().map(|(at, desired)| (*at, *desired)).collect();
        let found = observe::buckets::<Self>(aws, ask, &wanted).await?;
        Ok(found.into_iter().filter(|found| !super::static_site::is_site(&found.live.tags)).collect())
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}
