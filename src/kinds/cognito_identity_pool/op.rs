//! The calls that change an identity pool.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::{
    kinds::Operation,
    model::{Call, Repeat},
};

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateIdentityPool`, with its tags: a pool is never there without its mark.
    Create {
        /// Its name.
        name: String,
        /// What holds for it.
        settings: Settings,
        /// Owner tags and the user's own.
        tags: BTreeMap<String, String>,
    },
    /// `UpdateIdentityPool`: all of it, for what is left out goes back to AWS's default.
    Update {
        /// Its name.
        name: String,
        /// What holds for it.
        settings: Settings,
        /// All tags, those of others too.
        tags: BTreeMap<String, String>,
    },
    /// `DeleteIdentityPool`.
    Delete {
        /// Its name, for people.
        name: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        match self {
            Self::Create { .. } => Call::new("cognito-identity", "CreateIdentityPool"),
            Self::Update { .. } => Call::new("cognito-identity", "UpdateIdentityPool"),
            Self::Delete { .. } => Call::new("cognito-identity", "DeleteIdentityPool"),
        }
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { .. } => Repeat::Duplicates,
            Self::Update { .. } | Self::Delete { .. } => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { name, .. } => format!("create identity pool {name}"),
            Self::Update { name, .. } => format!("update identity pool {name}"),
            Self::Delete { name } => format!("delete identity pool {name}, with the identities it has given out"),
        }
    }
}
