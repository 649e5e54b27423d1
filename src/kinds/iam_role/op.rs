//! The calls that change a role.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::Document;
use crate::{
    kinds::Operation,
    model::{Call, Repeat},
};

/// One call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateRole`, with path and tags: a role is never there without its mark.
    Create {
        /// The role.
        name: String,
        /// Who may take it.
        trust: Document,
        /// Never empty.
        description: Option<String>,
        /// The ARN of the bounding policy.
        permissions_boundary: Option<String>,
        /// In seconds.
        max_session_seconds: i32,
        /// Owner tags and the user's own.
        tags: BTreeMap<String, String>,
    },
    /// `UpdateAssumeRolePolicy`.
    UpdateTrust {
        /// The role.
        name: String,
        /// Who may take it.
        trust: Document,
    },
    /// `UpdateRole`. Both fields are always said: what is left out goes back to AWS's default.
    Update {
        /// The role.
        name: String,
        /// Empty removes it.
        description: String,
        /// In seconds.
        max_session_seconds: i32,
    },
    /// `PutRolePermissionsBoundary`.
    PutBoundary {
        /// The role.
        name: String,
        /// The ARN of the bounding policy.
        arn: String,
    },
    /// `AttachRolePolicy`.
    Attach {
        /// The role.
        name: String,
        /// The managed policy's ARN.
        arn: String,
    },
    /// `DetachRolePolicy`.
    Detach {
        /// The role.
        name: String,
        /// The managed policy's ARN.
        arn: String,
    },
    /// `PutRolePolicy`.
    PutPolicy {
        /// The role.
        name: String,
        /// The policy's name.
        policy: String,
        /// What it says.
        document: Document,
    },
    /// `DeleteRolePolicy`.
    DeletePolicy {
        /// The role.
        name: String,
        /// The policy's name.
        policy: String,
    },
    /// `TagRole`.
    Tag {
        /// The role.
        name: String,
        /// Only what changes.
        tags: BTreeMap<String, String>,
    },
    /// `DeleteRole`.
    Delete {
        /// The role.
        name: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call {
            service: Cow::Borrowed("iam"),
            operation: Cow::Borrowed(match self {
                Self::Create { .. } => "CreateRole",
                Self::UpdateTrust { .. } => "UpdateAssumeRolePolicy",
                Self::Update { .. } => "UpdateRole",
                Self::PutBoundary { .. } => "PutRolePermissionsBoundary",
                Self::Attach { .. } => "AttachRolePolicy",
                Self::Detach { .. } => "DetachRolePolicy",
                Self::PutPolicy { .. } => "PutRolePolicy",
                Self::DeletePolicy { .. } => "DeleteRolePolicy",
                Self::Tag { .. } => "TagRole",
                Self::Delete { .. } => "DeleteRole",
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
        // An ARN's last part is what people call a managed policy.
        let short = |arn: &str| arn.rsplit('/').next().unwrap_or(arn).to_owned();
        match self {
            Self::Create { name, .. } => format!("create role {name}"),
            Self::UpdateTrust { .. } => "set trust policy".to_owned(),
            Self::Update { .. } => "set description and session length".to_owned(),
            Self::PutBoundary { arn, .. } => format!("set permissions boundary {}", short(arn)),
            Self::Attach { arn, .. } => format!("attach policy {}", short(arn)),
            Self::Detach { arn, .. } => format!("detach policy {}", short(arn)),
            Self::PutPolicy { policy, .. } => format!("put inline policy {policy}"),
            Self::DeletePolicy { policy, .. } => format!("delete inline policy {policy}"),
            Self::Tag { tags, .. } => {
                format!("tag {}", tags.keys().cloned().collect::<Vec<_>>().join(", "))
            }
            Self::Delete { name } => format!("delete role {name}"),
        }
    }
}
