//! The calls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Endpoint, MutualTls, SecurityPolicy};
use crate::{
    kinds::Operation,
    model::{Call, Repeat},
};

/// The calls. AWS takes one of each in thirty seconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateDomainName`.
    Create {
        /// The name.
        name: String,
        /// Where it is reached.
        endpoint: Endpoint,
        /// Its certificate.
        certificate_arn: String,
        /// The oldest protocol.
        security_policy: SecurityPolicy,
        /// Which certificates callers may show.
        mutual_tls: Option<MutualTls>,
        /// Owner tags and the user's own.
        tags: BTreeMap<String, String>,
    },
    /// `UpdateDomainName`: all of a change in one call, and two where the endpoint changes, for the new one comes before the old
    /// one goes.
    Update {
        /// The name.
        name: String,
        /// What changes, in order.
        patches: Vec<Patch>,
    },
    /// `TagResource`.
    Tag {
        /// The name.
        name: String,
        /// Tags to set.
        tags: BTreeMap<String, String>,
    },
    /// `DeleteDomainName`.
    Delete {
        /// The name.
        name: String,
    },
}

/// One element of a patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// What is done.
    pub op: PatchOp,
    /// Where.
    pub path: String,
    /// The new value, or which member of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What a patch does to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatchOp {
    /// Adds a member.
    Add,
    /// Sets a field.
    Replace,
    /// Takes it away.
    Remove,
}

impl Patch {
    pub(super) fn new(op: PatchOp, path: &str, value: Option<&str>) -> Self {
        Self { op, path: path.to_owned(), value: value.map(str::to_owned) }
    }
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call::new(
            "apigateway",
            match self {
                Self::Create { .. } => "CreateDomainName",
                Self::Update { .. } => "UpdateDomainName",
                Self::Tag { .. } => "TagResource",
                Self::Delete { .. } => "DeleteDomainName",
            },
        )
    }

    fn repeat(&self) -> Repeat {
        match self {
            // Refused by name as well, but not by an error of its own: after a lost answer the account is looked at.
            Self::Create { .. } => Repeat::Duplicates,
            _ => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { name, .. } => format!("create domain {name}"),
            Self::Update { name, patches } => {
                let mut fields: Vec<&str> =
                    patches.iter().filter_map(|patch| patch.path.split('/').nth(1)).collect();
                fields.dedup();
                format!("set {} of domain {name}", fields.join(", "))
            }
            Self::Tag { name, .. } => format!("tag domain {name}"),
            Self::Delete { name } => format!("delete domain {name}"),
        }
    }
}
