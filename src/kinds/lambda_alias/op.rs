//! The calls that change a function's versions and aliases.

use serde::{Deserialize, Serialize};

use crate::{
    kinds::Operation,
    model::{Call, Repeat},
};

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `PublishVersion`. Where nothing has changed since the last version AWS answers that one.
    Publish {
        /// The function.
        function_name: String,
        /// The code that must be there, as Lambda's `CodeSha256` says it.
        code_sha256_base64: String,
    },
    /// `CreateAlias`.
    Create(Pointer),
    /// `UpdateAlias`.
    Update(Pointer),
    /// `DeleteAlias`.
    DeleteAlias {
        /// The function.
        function_name: String,
        /// The alias.
        name: String,
    },
    /// `DeleteFunction` of one version.
    DeleteVersion {
        /// The function.
        function_name: String,
        /// The version.
        number: i64,
    },
}

/// Where an alias points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pointer {
    /// The function.
    pub function_name: String,
    /// The alias.
    pub name: String,
    /// The version; `None` for the one that was published a moment ago.
    pub version: Option<i64>,
    /// With our mark.
    pub description: String,
    /// Another version, and how many of a hundred calls go to it.
    pub previous: Option<(i64, u8)>,
}

impl Operation for Op {
    fn call(&self) -> Call {
        let operation = match self {
            Self::Publish { .. } => "PublishVersion",
            Self::Create(_) => "CreateAlias",
            Self::Update(_) => "UpdateAlias",
            Self::DeleteAlias { .. } => "DeleteAlias",
            Self::DeleteVersion { .. } => "DeleteFunction",
        };
        Call::new("lambda", operation)
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create(_) => Repeat::RefusedByName,
            _ => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        let version = |version: Option<i64>| version.map_or("the new version".into(), |number| format!("version {number}"));
        match self {
            Self::Publish { function_name, .. } => format!("publish a version of {function_name}"),
            Self::Create(pointer) | Self::Update(pointer) => {
                format!("point alias {} to {}", pointer.name, version(pointer.version))
            }
            Self::DeleteAlias { name, .. } => format!("delete alias {name}"),
            Self::DeleteVersion { function_name, number } => format!("delete version {number} of {function_name}"),
        }
    }
}
