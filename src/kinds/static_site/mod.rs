//! Static sites: a folder's files as objects of a bucket of the site's own, which serves them as web pages to everyone.
//!
//! Only what differs is uploaded: S3's listing names the MD5 of each object, which is its ETag as long as it was put in one piece
//! and is not encrypted by KMS. How objects are served (type, caching) is in no listing: the rules have a digest in a tag of the
//! bucket, and when they change everything is uploaded again. A tag changes after the uploads, so that a run that stops between
//! leaves what the next one sees. Pages go after what they load, and what is gone from the folder goes at the very end.
//!
//! Everything in the bucket is the site's: it is emptied and deleted with it.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod headers;
mod media;
mod observe;
mod op;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use headers::{Headers, Ready, Rules};
pub use media::{content_type, is_page};
pub use op::Op;

use super::{
    Ask, Context, Kind, Sent, World,
    s3_bucket::{self, CorsRule, PublicAccessBlock, Settings, Website},
};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Ownership, Refusal, Text},
};

/// The tag that holds the digest of the rules by which the objects were uploaded. Only buckets of sites have it.
pub const HEADERS_TAG: &str = "gatewright:headers";

/// What the stack file asks for; see [`Desired::new`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desired {
    /// The bucket.
    pub bucket: s3_bucket::Desired,
    /// The objects by key. Exclusive, but for those that [`Desired::keep`] names.
    pub files: BTreeMap<String, File>,
    /// Glob patterns of objects that others put there and that stay.
    pub keep: Vec<String>,
}

impl Desired {
    /// The site in the bucket `name`, open to everyone, which serves `website`. `tags` are the owner tags and the user's own.
    pub fn new(
        name: String,
        identity: &Identity,
        website: Website,
        cors: Vec<CorsRule>,
        rules: &Rules,
        mut tags: BTreeMap<String, String>,
    ) -> Self {
        let settings = Settings {
            public_access_block: PublicAccessBlock::PUBLIC_POLICY,
            website: Some(website),
            policy: Some(s3_bucket::of_statements(vec![s3_bucket::public_read_statement(&name, identity)])),
            cors,
            ..Settings::default()
        };
        tags.insert(HEADERS_TAG.to_owned(), rules.digest());
        let bucket = s3_bucket::Desired::new(name, settings, true, tags);
        Self { bucket, files: BTreeMap::new(), keep: Vec::new() }
    }
}

/// An object as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its bytes.
    pub body: Body,
    /// How it is served.
    pub headers: Headers,
}

/// The bytes of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// A file of the artifacts folder.
    Stored {
        /// Its name there is `<sha256_hex>.file`.
        sha256_hex: String,
        /// S3's ETag of it.
        md5_hex: String,
        /// In bytes.
        size_bytes: u64,
    },
    /// A text of the stack file, which may be known only after the deploy of what it refers to.
    Text(Text),
}

impl Body {
    /// MD5 and size; `None` while the text is not known.
    pub fn identity(&self) -> Option<(String, u64)> {
        match self {
            Self::Stored { md5_hex, size_bytes, .. } => Some((md5_hex.clone(), *size_bytes)),
            Self::Text(text) => text.known().map(|text| (md5_hex(text.as_bytes()), text.len() as u64)),
        }
    }
}

/// MD5 in lower-case hexadecimal, as S3 writes ETags.
pub(crate) fn md5_hex(bytes: &[u8]) -> String {
    use md5::{Digest, Md5};
    Md5::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// The bucket.
    pub bucket: s3_bucket::Live,
    /// The objects by key; none where the site is not wanted any more and nobody asks.
    pub objects: BTreeMap<String, Object>,
}

/// An object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Object {
    /// Its ETag: the MD5 of its bytes, where it was put in one piece.
    pub md5_hex: String,
    /// In bytes.
    pub size_bytes: u64,
    /// How it is served: known to the account that serves it, and in no listing of S3. Not compared; [`HEADERS_TAG`] is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<Headers>,
}

impl Object {
    /// The name under which the local account keeps the bytes.
    pub fn kept_name(&self) -> String {
        kept_name(&self.md5_hex)
    }
}

fn kept_name(md5_hex: &str) -> String {
    format!("{md5_hex}.object")
}

/// Whether a bucket with these tags is a site's.
pub fn is_site(tags: &BTreeMap<String, String>) -> bool {
    tags.contains_key(HEADERS_TAG)
}

fn attribute(bucket: &str, name: &str, identity: &Identity) -> Option<String> {
    s3_bucket::attribute(bucket, if name == "bucket" { "name" } else { name }, identity)
}

/// See the module.
pub struct StaticSite;

impl Kind for StaticSite {
    const NAME: &'static str = "static_site";
    const WAVE: u8 = 0;
    /// Beside buckets.
    const RANK: u8 = 12;
    const REMEMBERED: bool = true;

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
        attribute(&live.bucket.name, name, identity)
    }

    fn computed(_: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        attribute(&desired.bucket.name, name, identity)
    }

    fn ownership(at: &Address, live: &Live) -> Ownership {
        s3_bucket::ownership(at, &live.bucket)
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op, live).await
    }
}
