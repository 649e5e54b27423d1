//! The calls that make, change and remove a bucket.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{CorsRule, Encryption, LifecycleRule, Notification, ObjectOwnership, PublicAccessBlock, Website};
use crate::{
    kinds::{Operation, iam_role::Document},
    model::{Call, Repeat},
};

/// One call on the bucket `name`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Op {
    /// The bucket.
    pub name: String,
    /// What is done to it.
    pub action: Action,
}

/// What is done to a bucket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// `CreateBucket`, with its tags: no moment at which it is nobody's.
    Create {
        /// Its tags.
        tags: BTreeMap<String, String>,
    },
    /// `PutBucketTagging`, which replaces all tags.
    Tag {
        /// Ours and those that were there.
        tags: BTreeMap<String, String>,
    },
    /// `PutPublicAccessBlock`.
    BlockPublicAccess(PublicAccessBlock),
    /// `PutBucketOwnershipControls`.
    Own(ObjectOwnership),
    /// `PutBucketVersioning`: on, or suspended.
    Version(bool),
    /// `PutBucketEncryption`.
    Encrypt(Encryption),
    /// `PutBucketLifecycleConfiguration`, which replaces all rules.
    PutLifecycle(BTreeMap<String, LifecycleRule>),
    /// `DeleteBucketLifecycle`.
    DeleteLifecycle,
    /// `PutBucketCors`, which replaces all rules.
    PutCors(Vec<CorsRule>),
    /// `DeleteBucketCors`.
    DeleteCors,
    /// `PutBucketWebsite`.
    PutWebsite(Website),
    /// `DeleteBucketWebsite`.
    DeleteWebsite,
    /// `PutBucketPolicy`, which replaces all statements.
    PutPolicy(Document),
    /// `DeleteBucketPolicy`.
    DeletePolicy,
    /// `PutBucketNotificationConfiguration`, which replaces all notifications.
    Notify(Vec<Notification>),
    /// `DeleteObjects` for every version of every object: as many calls as it takes.
    Empty,
    /// `DeleteBucket`.
    Delete {
        /// What was written since the bucket was emptied goes too.
        empty: bool,
    },
}

impl Action {
    /// The call that does it to the bucket `name`.
    pub fn on(self, name: &str) -> Op {
        Op { name: name.to_owned(), action: self }
    }

    fn operation(&self) -> &'static str {
        match self {
            Self::Create { .. } => "CreateBucket",
            Self::Tag { .. } => "PutBucketTagging",
            Self::BlockPublicAccess(_) => "PutPublicAccessBlock",
            Self::Own(_) => "PutBucketOwnershipControls",
            Self::Version(_) => "PutBucketVersioning",
            Self::Encrypt(_) => "PutBucketEncryption",
            Self::PutLifecycle(_) => "PutBucketLifecycleConfiguration",
            Self::DeleteLifecycle => "DeleteBucketLifecycle",
            Self::PutCors(_) => "PutBucketCors",
            Self::DeleteCors => "DeleteBucketCors",
            Self::PutWebsite(_) => "PutBucketWebsite",
            Self::DeleteWebsite => "DeleteBucketWebsite",
            Self::PutPolicy(_) => "PutBucketPolicy",
            Self::DeletePolicy => "DeleteBucketPolicy",
            Self::Notify(_) => "PutBucketNotificationConfiguration",
            Self::Empty => "DeleteObjects",
            Self::Delete { .. } => "DeleteBucket",
        }
    }
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call { service: Cow::Borrowed("s3"), operation: Cow::Borrowed(self.action.operation()) }
    }

    fn repeat(&self) -> Repeat {
        match self.action {
            Action::Create { .. } => Repeat::RefusedByName,
            _ => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        let name = &self.name;
        match &self.action {
            Action::Create { .. } => format!("create bucket {name}"),
            Action::Tag { .. } => "tag bucket".to_owned(),
            Action::BlockPublicAccess(block) => format!("public access: {block}"),
            Action::Own(ownership) => format!("object ownership: {}", ownership.as_str()),
            Action::Version(true) => "keep versions".to_owned(),
            Action::Version(false) => "keep no further versions".to_owned(),
            Action::Encrypt(Encryption::S3) => "encrypt objects with S3's keys".to_owned(),
            Action::Encrypt(Encryption::Kms { .. }) => "encrypt objects with KMS".to_owned(),
            Action::PutLifecycle(rules) => {
                format!("lifecycle rules {}", rules.keys().cloned().collect::<Vec<_>>().join(", "))
            }
            Action::DeleteLifecycle => "no lifecycle rules".to_owned(),
            Action::PutCors(rules) => format!("{} CORS rule(s)", rules.len()),
            Action::DeleteCors => "no CORS rules".to_owned(),
            Action::PutWebsite(website) => format!("website: {website}"),
            Action::DeleteWebsite => "no website".to_owned(),
            Action::PutPolicy(_) => "put bucket policy".to_owned(),
            Action::DeletePolicy => "no bucket policy".to_owned(),
            Action::Notify(notifications) => format!("{} event notification(s)", notifications.len()),
            Action::Empty => format!("delete every object of {name}, with all versions"),
            Action::Delete { .. } => format!("delete bucket {name}"),
        }
    }
}
