//! The calls that make and change the bucket.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::Lifecycle;
use crate::{
    kinds::{Operation, iam_role::Document},
    model::{Call, Repeat},
};

/// One call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateBucket`.
    Create {
        /// The bucket.
        name: String,
    },
    /// `PutPublicAccessBlock`, all four sorts.
    BlockPublicAccess {
        /// The bucket.
        name: String,
    },
    /// `PutBucketVersioning`.
    Version {
        /// The bucket.
        name: String,
    },
    /// `PutBucketEncryption` with S3's own key.
    Encrypt {
        /// The bucket.
        name: String,
    },
    /// `PutBucketTagging`, which replaces all tags.
    Tag {
        /// The bucket.
        name: String,
        /// All tags: the owner tags and those that were there.
        tags: BTreeMap<String, String>,
    },
    /// `PutBucketLifecycleConfiguration`.
    PutLifecycle {
        /// The bucket.
        name: String,
        /// What happens to old versions and unfinished uploads.
        lifecycle: Lifecycle,
    },
    /// `PutBucketPolicy`, which replaces all statements.
    PutPolicy {
        /// The bucket.
        name: String,
        /// Ours and those that were there.
        policy: Document,
    },
}

impl Op {
    /// The bucket it is about.
    pub fn bucket(&self) -> &str {
        match self {
            Self::Create { name }
            | Self::BlockPublicAccess { name }
            | Self::Version { name }
            | Self::Encrypt { name }
            | Self::Tag { name, .. }
            | Self::PutLifecycle { name, .. }
            | Self::PutPolicy { name, .. } => name,
        }
    }
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call {
            service: Cow::Borrowed("s3"),
            operation: Cow::Borrowed(match self {
                Self::Create { .. } => "CreateBucket",
                Self::BlockPublicAccess { .. } => "PutPublicAccessBlock",
                Self::Version { .. } => "PutBucketVersioning",
                Self::Encrypt { .. } => "PutBucketEncryption",
                Self::Tag { .. } => "PutBucketTagging",
                Self::PutLifecycle { .. } => "PutBucketLifecycleConfiguration",
                Self::PutPolicy { .. } => "PutBucketPolicy",
            }),
        }
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { .. } => Repeat::RefusedByName,
            _ => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { name } => format!("create bucket {name}"),
            Self::BlockPublicAccess { .. } => "block public access".to_owned(),
            Self::Version { .. } => "keep versions".to_owned(),
            Self::Encrypt { .. } => "encrypt objects".to_owned(),
            Self::Tag { .. } => "tag bucket".to_owned(),
            Self::PutLifecycle { .. } => "let old versions expire".to_owned(),
            Self::PutPolicy { .. } => "refuse requests without TLS".to_owned(),
        }
    }
}
