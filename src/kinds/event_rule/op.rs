//! The calls that change a rule.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    kinds::Operation,
    model::{Call, Repeat, Text},
};

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `PutRule`: makes it or changes it.
    Put {
        /// The rule.
        name: String,
        /// When it fires.
        schedule: String,
        /// Whether it fires.
        enabled: bool,
        /// Empty for none.
        description: String,
        /// Given when it is made: a later `PutRule` ignores them.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        tags: BTreeMap<String, String>,
    },
    /// `PutTargets` of one target.
    PutTarget {
        /// The rule.
        rule: String,
        /// The target.
        id: String,
        /// What is invoked.
        arn: Text,
        /// The event as JSON text.
        input: Option<String>,
    },
    /// `RemoveTargets`.
    RemoveTargets {
        /// The rule.
        rule: String,
        /// The targets.
        ids: Vec<String>,
    },
    /// `DeleteRule`, which must have no targets.
    Delete {
        /// The rule.
        name: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        let operation = match self {
            Self::Put { .. } => "PutRule",
            Self::PutTarget { .. } => "PutTargets",
            Self::RemoveTargets { .. } => "RemoveTargets",
            Self::Delete { .. } => "DeleteRule",
        };
        Call::new("events", operation)
    }

    fn repeat(&self) -> Repeat {
        Repeat::Safe
    }

    fn describe(&self) -> String {
        match self {
            Self::Put { name, schedule, enabled: true, .. } => format!("let rule {name} fire at {schedule}"),
            Self::Put { name, .. } => format!("keep rule {name} without firing"),
            Self::PutTarget { rule, .. } => format!("let rule {rule} invoke its function"),
            Self::RemoveTargets { rule, .. } => format!("take what rule {rule} invokes away"),
            Self::Delete { name } => format!("delete rule {name}"),
        }
    }
}
