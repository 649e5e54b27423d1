//! The calls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    kinds::Operation,
    model::{Call, Repeat, Text},
};

/// The calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateStage`, which takes neither access logs nor method settings.
    Create {
        /// The REST API.
        api_id: Text,
        /// Its name.
        stage_name: String,
        /// What it serves.
        deployment_id: Text,
        /// For people.
        description: Option<String>,
        /// Stage variables.
        variables: BTreeMap<String, Text>,
        /// The cache's size in GB, where there is one.
        cache_size_gb: Option<String>,
        /// X-Ray.
        tracing: bool,
        /// Owner tags and the user's own.
        tags: BTreeMap<String, String>,
    },
    /// `UpdateStage`: all of a change in one call.
    Update {
        /// The REST API.
        api_id: Text,
        /// The stage.
        stage_name: String,
        /// What changes, in order.
        patches: Vec<Patch>,
    },
    /// `TagResource`.
    Tag {
        /// The REST API.
        api_id: Text,
        /// The stage.
        stage_name: String,
        /// Tags to set.
        tags: BTreeMap<String, String>,
    },
    /// `DeleteStage`.
    Delete {
        /// The REST API.
        api_id: String,
        /// The stage.
        stage_name: String,
    },
}

/// One element of a patch: an operation on a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// What is done.
    pub op: PatchOp,
    /// A JSON pointer: slashes inside a name are `~1`.
    pub path: String,
    /// The new value; numbers and booleans are texts too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

/// What a patch does to a place. A stage takes `replace` for what is new, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatchOp {
    /// Sets it.
    Replace,
    /// Takes it away.
    Remove,
}

impl Patch {
    /// Sets `path` to `value`.
    pub fn replace(path: impl Into<String>, value: impl Into<Text>) -> Self {
        Self { op: PatchOp::Replace, path: path.into(), value: Some(value.into()) }
    }

    /// Takes `path` away.
    pub fn remove(path: impl Into<String>) -> Self {
        Self { op: PatchOp::Remove, path: path.into(), value: None }
    }
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call::new(
            "apigateway",
            match self {
                Self::Create { .. } => "CreateStage",
                Self::Update { .. } => "UpdateStage",
                Self::Tag { .. } => "TagResource",
                Self::Delete { .. } => "DeleteStage",
            },
        )
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { .. } => Repeat::RefusedByName,
            _ => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { stage_name, .. } => format!("create stage {stage_name}"),
            Self::Update { stage_name, patches, .. } => {
                let moves = patches.iter().any(|patch| patch.path == "/deploymentId");
                match (moves, patches.len()) {
                    (true, 1) => format!("point stage {stage_name} at the deployment"),
                    (true, _) => format!("point stage {stage_name} at the deployment and change its settings"),
                    (false, _) => format!("change settings of stage {stage_name}"),
                }
            }
            Self::Tag { stage_name, .. } => format!("tag stage {stage_name}"),
            Self::Delete { stage_name, .. } => format!("delete stage {stage_name}"),
        }
    }
}
