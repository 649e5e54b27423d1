//! The calls.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    kinds::Operation,
    model::{Call, Repeat, Text},
};

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateApiKey`.
    Create {
        /// Its name.
        name: String,
        /// For people.
        description: Option<String>,
        /// Whether it lets anyone in.
        enabled: bool,
        /// What a client sends; `None`: AWS makes it.
        value: Option<Text>,
        /// Owner tags and the user's own.
        tags: BTreeMap<String, String>,
    },
    /// `UpdateApiKey`: all of a change in one call.
    Update {
        /// What changes.
        fields: Vec<Field>,
    },
    /// `TagResource`.
    Tag {
        /// Tags to set.
        tags: BTreeMap<String, String>,
    },
    /// `DeleteApiKey`.
    Delete {
        /// AWS's id.
        id: String,
    },
}

/// A field and its new value. The value of a key cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// `/name`.
    Name(String),
    /// `/description`; empty for none.
    Description(String),
    /// `/enabled`.
    Enabled(bool),
}

impl Field {
    /// Its place and value in a patch.
    pub fn patch(&self) -> (&'static str, String) {
        match self {
            Self::Name(name) => ("/name", name.clone()),
            Self::Description(text) => ("/description", text.clone()),
            Self::Enabled(enabled) => ("/enabled", enabled.to_string()),
        }
    }
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call::new(
            "apigateway",
            match self {
                Self::Create { .. } => "CreateApiKey",
                Self::Update { .. } => "UpdateApiKey",
                Self::Tag { .. } => "TagResource",
                Self::Delete { .. } => "DeleteApiKey",
            },
        )
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { .. } => Repeat::Duplicates,
            _ => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { name, value: Some(_), .. } => format!("create API key {name} with the given value"),
            Self::Create { name, .. } => format!("create API key {name}"),
            Self::Update { fields } => {
                let names: Vec<&str> = fields.iter().map(|field| field.patch().0.trim_start_matches('/')).collect();
                format!("set {}", names.join(", "))
            }
            Self::Tag { tags } => format!("tag {}", tags.keys().cloned().collect::<Vec<_>>().join(", ")),
            Self::Delete { .. } => "delete API key".to_owned(),
        }
    }
}
