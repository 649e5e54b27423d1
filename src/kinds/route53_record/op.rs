//! The calls: each a batch of two changes, the record and the text record that says whose it is.

use serde::{Deserialize, Serialize};

use super::{Content, Live};
use crate::{
    kinds::Operation,
    model::{Call, Repeat, Text},
};

/// A record to be written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The hosted zone: its id or name.
    pub zone: String,
    /// The whole name.
    pub name: String,
    /// `A`, `CNAME`…
    pub kind: String,
    /// What the name leads to.
    pub content: Content<Text>,
    /// Whose it will be.
    pub owner: String,
}

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `ChangeResourceRecordSets` with `CREATE`: refused where there is such a record.
    Create(Record),
    /// `ChangeResourceRecordSets` with `UPSERT`: of a record that is ours, or is taken over.
    Put {
        /// The record.
        record: Record,
        /// It was someone else's.
        adopts: bool,
    },
    /// `ChangeResourceRecordSets` with `DELETE`, which must say what is there.
    Delete(Box<Live>),
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call::new("route53", "ChangeResourceRecordSets")
    }

    fn repeat(&self) -> Repeat {
        match self {
            // Refused by name as well, but not by an error of its own: after a lost answer the account is looked at.
            Self::Create(_) | Self::Put { adopts: true, .. } => Repeat::Duplicates,
            Self::Put { .. } | Self::Delete(_) => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create(Record { name, kind, .. }) => format!("create record {kind} {name}"),
            Self::Put { record: Record { name, kind, .. }, adopts: true } => format!("take over record {kind} {name}"),
            Self::Put { record: Record { name, kind, .. }, .. } => format!("change record {kind} {name}"),
            Self::Delete(live) => format!("delete record {} {}", live.kind, live.name),
        }
    }
}
