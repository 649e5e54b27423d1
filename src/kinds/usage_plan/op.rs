//! The calls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Quota, Stage, Throttle};
use crate::{
    kinds::Operation,
    model::{Call, Repeat, Text},
};

/// The calls.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateUsagePlan`, which takes all but the product code.
    Create {
        /// Its name.
        name: String,
        /// For people.
        description: Option<String>,
        /// Over all methods.
        throttle: Option<Throttle>,
        /// How often each key may call.
        quota: Option<Quota>,
        /// The stages.
        stages: Vec<Stage>,
        /// Owner tags and the user's own.
        tags: BTreeMap<String, String>,
    },
    /// `UpdateUsagePlan`: all of a change in one call, for AWS takes one in twenty seconds.
    Update {
        /// What changes, in order.
        patches: Vec<Patch>,
    },
    /// `CreateUsagePlanKey`.
    AddKey {
        /// The key's id.
        key_id: Text,
    },
    /// `DeleteUsagePlanKey`.
    RemoveKey {
        /// The key's id.
        key_id: String,
    },
    /// `TagResource`.
    Tag {
        /// Tags to set.
        tags: BTreeMap<String, String>,
    },
    /// `DeleteUsagePlan`.
    Delete {
        /// AWS's id.
        id: String,
    },
}

/// One element of a patch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// What is done.
    pub op: PatchOp,
    /// A JSON pointer: slashes inside a name are `~1`. It may hold the id of an API.
    pub path: Text,
    /// The new value, or which member of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
}

/// What a patch does to a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatchOp {
    /// Adds a stage.
    Add,
    /// Sets a field.
    Replace,
    /// Takes a field, or a stage, away.
    Remove,
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call::new(
            "apigateway",
            match self {
                Self::Create { .. } => "CreateUsagePlan",
                Self::Update { .. } => "UpdateUsagePlan",
                Self::AddKey { .. } => "CreateUsagePlanKey",
                Self::RemoveKey { .. } => "DeleteUsagePlanKey",
                Self::Tag { .. } => "TagResource",
                Self::Delete { .. } => "DeleteUsagePlan",
            },
        )
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { .. } => Repeat::Duplicates,
            Self::AddKey { .. } => Repeat::RefusedByName,
            _ => Repeat::Safe,
        }
    }

    /// A key may open a stage by one plan only: a plan that takes both waits for the one that has them.
    fn release(&self) -> Option<(Self, Option<Self>)> {
        match self {
            Self::RemoveKey { .. } => Some((self.clone(), None)),
            Self::Update { patches } => {
                let (gone, rest): (Vec<Patch>, Vec<Patch>) = patches.iter().cloned().partition(Patch::removes_stage);
                let rest = (!rest.is_empty()).then_some(Self::Update { patches: rest });
                (!gone.is_empty()).then_some((Self::Update { patches: gone }, rest))
            }
            _ => None,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { name, .. } => format!("create usage plan {name}"),
            Self::Update { patches } => {
                let mut fields: Vec<&str> = patches.iter().map(Patch::field).collect();
                fields.dedup();
                format!("set {}", fields.join(", "))
            }
            Self::AddKey { .. } => "add an API key".to_owned(),
            Self::RemoveKey { .. } => "take an API key away".to_owned(),
            Self::Tag { tags } => format!("tag {}", tags.keys().cloned().collect::<Vec<_>>().join(", ")),
            Self::Delete { .. } => "delete usage plan".to_owned(),
        }
    }
}

impl Patch {
    /// Adds the stage `id` (`<API id>:<stage>`).
    pub fn add_stage(id: Text) -> Self {
        Self { op: PatchOp::Add, path: "/apiStages".into(), value: Some(id) }
    }

    /// Takes the stage `id` away.
    pub fn remove_stage(id: impl Into<Text>) -> Self {
        Self { op: PatchOp::Remove, path: "/apiStages".into(), value: Some(id.into()) }
    }

    /// Sets `path` to `value`.
    pub fn replace(path: impl Into<Text>, value: impl Into<Text>) -> Self {
        Self { op: PatchOp::Replace, path: path.into(), value: Some(value.into()) }
    }

    /// Takes `path` away.
    pub fn remove(path: impl Into<Text>) -> Self {
        Self { op: PatchOp::Remove, path: path.into(), value: None }
    }

    /// Whether a stage goes.
    fn removes_stage(&self) -> bool {
        self.op == PatchOp::Remove && self.value.is_some()
    }

    /// The field of the plan that it is about, without ids.
    fn field(&self) -> &'static str {
        let path = self.path.to_string();
        match path.split('/').nth(1).unwrap_or_default() {
            "apiStages" => "stages",
            "throttle" => "throttling",
            "quota" => "quota",
            "name" => "name",
            "description" => "description",
            _ => "product code",
        }
    }
}
