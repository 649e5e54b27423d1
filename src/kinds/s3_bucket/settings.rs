//! What a bucket can be told to be. The same form for what is asked for and for what is there: texts of a live bucket are known.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{kinds::iam_role::Document, model::Text};

/// Everything but name, tags and content. The default is a bucket as the stack file gives it without further words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Which sorts of public access are refused whatever policies and ACLs say.
    pub public_access_block: PublicAccessBlock,
    /// Whether objects may have ACLs, and whose they are.
    pub object_ownership: ObjectOwnership,
    /// Old versions are kept. A bucket that was versioned once is suspended, never unversioned: that counts as `false`.
    pub versioned: bool,
    /// How objects are encrypted at rest.
    pub encryption: Encryption,
    /// Website hosting.
    pub website: Option<Website>,
    /// The bucket policy. Exclusive.
    pub policy: Option<Document>,
    /// Which pages of other origins may reach it, in order: the first rule that fits counts.
    pub cors: Vec<CorsRule>,
    /// What expires when, by rule id. Exclusive.
    pub lifecycle: BTreeMap<String, LifecycleRule>,
    /// Which functions learn of which events. Exclusive.
    pub notifications: Vec<Notification>,
}

/// S3's four switches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicAccessBlock {
    /// New public ACLs are refused.
    pub block_public_acls: bool,
    /// Public ACLs count nothing.
    pub ignore_public_acls: bool,
    /// New public policies are refused.
    pub block_public_policy: bool,
    /// A public policy lets in this account and AWS services only.
    pub restrict_public_buckets: bool,
}

impl PublicAccessBlock {
    /// Nothing is refused: what `GetPublicAccessBlock` says of a bucket without one.
    pub const OFF: Self = Self {
        block_public_acls: false,
        ignore_public_acls: false,
        block_public_policy: false,
        restrict_public_buckets: false,
    };
    /// A public policy may be set and counts; ACLs stay shut.
    pub const PUBLIC_POLICY: Self =
        Self { block_public_policy: false, restrict_public_buckets: false, ..Self::ALL };
    /// Everything is refused.
    pub const ALL: Self = Self {
        block_public_acls: true,
        ignore_public_acls: true,
        block_public_policy: true,
        restrict_public_buckets: true,
    };
}

impl Default for PublicAccessBlock {
    fn default() -> Self {
        Self::ALL
    }
}

impl fmt::Display for PublicAccessBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sorts = [
            (self.block_public_acls, "public ACLs"),
            (self.ignore_public_acls, "their effect"),
            (self.block_public_policy, "public policies"),
            (self.restrict_public_buckets, "their effect on strangers"),
        ];
        let blocked: Vec<&str> = sorts.into_iter().filter(|(on, _)| *on).map(|(_, words)| words).collect();
        match blocked.len() {
            0 => f.write_str("nothing is blocked"),
            4 => f.write_str("all is blocked"),
            _ => write!(f, "blocked: {}", blocked.join(", ")),
        }
    }
}

/// Whose objects are, and whether ACLs count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectOwnership {
    /// The bucket's owner owns all objects, ACLs count nothing: S3's default since April 2023.
    #[default]
    BucketOwnerEnforced,
    /// The bucket's owner owns what is put with the ACL `bucket-owner-full-control`.
    BucketOwnerPreferred,
    /// Whoever puts an object owns it.
    ObjectWriter,
}

impl ObjectOwnership {
    /// S3's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BucketOwnerEnforced => "BucketOwnerEnforced",
            Self::BucketOwnerPreferred => "BucketOwnerPreferred",
            Self::ObjectWriter => "ObjectWriter",
        }
    }

    /// What S3's `word` means; the default where it is not known.
    pub fn named(word: &str) -> Self {
        [Self::BucketOwnerPreferred, Self::ObjectWriter]
            .into_iter()
            .find(|ownership| ownership.as_str() == word)
            .unwrap_or_default()
    }
}

/// How objects are encrypted at rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// By S3's own keys: S3's default since January 2023.
    #[default]
    S3,
    /// By KMS, with a bucket key, which saves most of KMS's calls.
    Kms {
        /// The key's ARN or id; `None` for AWS's own `aws/s3`.
        key: Option<Text>,
    },
}

/// Website hosting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Website {
    /// Objects are pages.
    Pages {
        /// What is served for a folder, such as `index.html`.
        index: String,
        /// The object that is served with 404, where there is one.
        error: Option<String>,
    },
    /// Every request is sent elsewhere.
    Redirect {
        /// The host.
        host: String,
        /// `http` or `https`; `None` for that of the request.
        protocol: Option<String>,
    },
}

impl fmt::Display for Website {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pages { index, error: None } => write!(f, "index {index}"),
            Self::Pages { index, error: Some(error) } => write!(f, "index {index}, error {error}"),
            Self::Redirect { host, protocol: None } => write!(f, "redirect to {host}"),
            Self::Redirect { host, protocol: Some(protocol) } => write!(f, "redirect to {protocol}://{host}"),
        }
    }
}

/// Which pages of other origins may reach the bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorsRule {
    /// Such as `https://video.example`, or `*`.
    pub origins: Vec<String>,
    /// `GET`, `PUT`, `POST`, `DELETE`, `HEAD`.
    pub methods: Vec<String>,
    /// Request headers a page may send.
    pub headers: Vec<String>,
    /// Response headers a page may read.
    pub expose_headers: Vec<String>,
    /// How long a browser may keep the answer.
    pub max_age_seconds: Option<i32>,
}

/// What happens to objects as they age.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifecycleRule {
    /// The rule is in force.
    pub enabled: bool,
    /// Only objects whose keys begin so; empty for all.
    pub prefix: String,
    /// Objects go after so many days.
    pub expire_days: Option<i32>,
    /// Old versions go so many days after they were replaced.
    pub expire_old_versions_days: Option<i32>,
    /// Parts of an upload that was never finished go after so many days.
    pub abort_uploads_days: Option<i32>,
    /// Objects move to a storage class after so many days, by S3's word for the class.
    pub transitions: BTreeMap<String, i32>,
}

/// A function that learns of events.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Notification {
    /// The function; a permission must let S3 invoke it before the notification is set.
    pub function_arn: Text,
    /// S3's words, such as `s3:ObjectCreated:*`. Sorted.
    pub events: Vec<String>,
    /// Only keys that begin so; empty for all.
    pub prefix: String,
    /// Only keys that end so; empty for all.
    pub suffix: String,
}

impl fmt::Display for Notification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { function_arn, events, prefix, suffix } = self;
        write!(f, "{} of {prefix}*{suffix} to {function_arn}", events.join(", "))
    }
}

/// A setting that is read only where it is in use, or was: see the module `marks`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Feature {
    /// Object ownership other than the default.
    Ownership,
    /// Versioning.
    Versioning,
    /// Encryption by KMS.
    Encryption,
    /// Website hosting.
    Website,
    /// A policy.
    Policy,
    /// CORS rules.
    Cors,
    /// Lifecycle rules.
    Lifecycle,
    /// Event notifications.
    Notifications,
}

impl Feature {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Ownership,
        Self::Versioning,
        Self::Encryption,
        Self::Website,
        Self::Policy,
        Self::Cors,
        Self::Lifecycle,
        Self::Notifications,
    ];

    /// Its word in the tag.
    pub fn word(self) -> &'static str {
        match self {
            Self::Ownership => "ownership",
            Self::Versioning => "versioning",
            Self::Encryption => "encryption",
            Self::Website => "website",
            Self::Policy => "policy",
            Self::Cors => "cors",
            Self::Lifecycle => "lifecycle",
            Self::Notifications => "notifications",
        }
    }
}

impl Settings {
    /// Whether `feature` is in use.
    pub fn uses(&self, feature: Feature) -> bool {
        match feature {
            Feature::Ownership => self.object_ownership != ObjectOwnership::default(),
            Feature::Versioning => self.versioned,
            Feature::Encryption => self.encryption != Encryption::default(),
            Feature::Website => self.website.is_some(),
            Feature::Policy => self.policy.is_some(),
            Feature::Cors => !self.cors.is_empty(),
            Feature::Lifecycle => !self.lifecycle.is_empty(),
            Feature::Notifications => !self.notifications.is_empty(),
        }
    }
}
