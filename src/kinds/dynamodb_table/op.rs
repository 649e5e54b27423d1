//! The calls that change a table.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{AttributeType, Billing, Capacity, Desired, Encryption, Index, StreamView, TableClass};
use crate::{
    kinds::Operation,
    model::{Call, Repeat, Text},
};

/// The calls. AWS takes one change at a time: one index, or the capacity, or the stream…
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateTable`: all but TTL and backups, which have calls of their own.
    Create {
        /// What is made.
        table: Box<Desired>,
    },
    /// `UpdateTable`: billing mode and capacity, of indexes too.
    SetBilling {
        /// The table.
        name: String,
        /// The table's, where it changes.
        billing: Option<Billing>,
        /// Those of indexes that change; all of them where the billing mode becomes provisioned.
        indexes: BTreeMap<String, Capacity>,
    },
    /// `UpdateTable`: one index is made.
    CreateIndex {
        /// The table.
        name: String,
        /// The index.
        index: String,
        /// What it is.
        definition: Index,
        /// The types of all key attributes the table has then.
        attributes: BTreeMap<String, AttributeType>,
    },
    /// `UpdateTable`: one index goes.
    DeleteIndex {
        /// The table.
        name: String,
        /// The index.
        index: String,
    },
    /// `UpdateTable`: the stream.
    SetStream {
        /// The table.
        name: String,
        /// What it tells; `None` ends it.
        view: Option<StreamView>,
    },
    /// `UpdateTable`: the key that encrypts it.
    SetEncryption {
        /// The table.
        name: String,
        /// Whose key.
        encryption: Encryption,
        /// The ARN of the customer's.
        kms_key: Option<Text>,
    },
    /// `UpdateTable`: the class.
    SetClass {
        /// The table.
        name: String,
        /// The class.
        class: TableClass,
    },
    /// `UpdateTable`: deletion protection.
    Protect {
        /// The table.
        name: String,
        /// On or off.
        on: bool,
    },
    /// `UpdateTimeToLive`.
    SetTtl {
        /// The table.
        name: String,
        /// The attribute, also where it is switched off.
        attribute: String,
        /// On or off.
        on: bool,
    },
    /// `UpdateContinuousBackups`.
    SetBackups {
        /// The table.
        name: String,
        /// On or off.
        on: bool,
    },
    /// `TagResource`.
    Tag {
        /// The table.
        name: String,
        /// Tags to be set.
        tags: BTreeMap<String, String>,
    },
    /// `UntagResource`.
    Untag {
        /// The table.
        name: String,
        /// Tags to go.
        keys: Vec<String>,
    },
    /// `DeleteTable`.
    Delete {
        /// The table.
        name: String,
    },
}

impl Op {
    /// The table it is about.
    pub fn table(&self) -> &str {
        match self {
            Self::Create { table } => &table.name,
            Self::SetBilling { name, .. }
            | Self::CreateIndex { name, .. }
            | Self::DeleteIndex { name, .. }
            | Self::SetStream { name, .. }
            | Self::SetEncryption { name, .. }
            | Self::SetClass { name, .. }
            | Self::Protect { name, .. }
            | Self::SetTtl { name, .. }
            | Self::SetBackups { name, .. }
            | Self::Tag { name, .. }
            | Self::Untag { name, .. }
            | Self::Delete { name } => name,
        }
    }
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call {
            service: Cow::Borrowed("dynamodb"),
            operation: Cow::Borrowed(match self {
                Self::Create { .. } => "CreateTable",
                Self::SetTtl { .. } => "UpdateTimeToLive",
                Self::SetBackups { .. } => "UpdateContinuousBackups",
                Self::Tag { .. } => "TagResource",
                Self::Untag { .. } => "UntagResource",
                Self::Delete { .. } => "DeleteTable",
                _ => "UpdateTable",
            }),
        }
    }

    /// A second call is refused where there is nothing left to change; then the table is looked at.
    fn repeat(&self) -> Repeat {
        match self {
            Self::Tag { .. }
            | Self::Untag { .. }
            | Self::Delete { .. }
            | Self::SetBackups { .. }
            | Self::Protect { .. } => Repeat::Safe,
            _ => Repeat::RefusedByName,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { table } => format!("create table {} ({})", table.name, table.key),
            Self::SetBilling { billing, indexes, .. } => {
                let table = billing.iter().map(ToString::to_string);
                let indexes = indexes.iter().map(|(index, capacity)| format!("index {index}: {capacity}"));
                format!("set billing to {}", table.chain(indexes).collect::<Vec<_>>().join(", "))
            }
            Self::CreateIndex { index, definition, .. } => format!("create index {index} ({definition})"),
            Self::DeleteIndex { index, .. } => format!("delete index {index}"),
            Self::SetStream { view: Some(view), .. } => format!("stream changes ({view})"),
            Self::SetStream { view: None, .. } => "end the stream".to_owned(),
            Self::SetEncryption { encryption, .. } => format!("encrypt with the {encryption} key"),
            Self::SetClass { class, .. } => format!("move to the class {class}"),
            Self::Protect { on: true, .. } => "protect against deletion".to_owned(),
            Self::Protect { on: false, .. } => "allow deletion".to_owned(),
            Self::SetTtl { attribute, on: true, .. } => format!("let items expire at {attribute}"),
            Self::SetTtl { attribute, on: false, .. } => format!("let items no longer expire at {attribute}"),
            Self::SetBackups { on: true, .. } => "keep point-in-time recovery".to_owned(),
            Self::SetBackups { on: false, .. } => "end point-in-time recovery".to_owned(),
            Self::Tag { tags, .. } => {
                format!("set tags {}", tags.keys().cloned().collect::<Vec<_>>().join(", "))
            }
            Self::Untag { keys, .. } => format!("remove tags {}", keys.join(", ")),
            Self::Delete { name } => format!("delete table {name} with all its items"),
        }
    }
}
