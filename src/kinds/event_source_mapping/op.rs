//! The calls that change a mapping.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::{
    kinds::Operation,
    model::{Call, Repeat, Text},
};

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateEventSourceMapping`.
    Create {
        /// The function's name, with `:alias` where it has one.
        function_name: String,
        /// The stream.
        source_arn: Text,
        /// `LATEST` or `TRIM_HORIZON`.
        starting_position: String,
        /// For batches that failed.
        on_failure_arn: Option<Text>,
        /// How it reads.
        settings: Settings,
        /// Owner tags and the user's own.
        tags: BTreeMap<String, String>,
    },
    /// `UpdateEventSourceMapping`.
    Update {
        /// AWS's UUID.
        id: String,
        /// The function's name, with `:alias` where it has one.
        function_name: String,
        /// Empty for none.
        on_failure_arn: Text,
        /// How it reads.
        settings: Settings,
    },
    /// `DeleteEventSourceMapping`.
    Delete {
        /// AWS's UUID.
        id: String,
        /// The function that it invokes.
        function_name: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        let operation = match self {
            Self::Create { .. } => "CreateEventSourceMapping",
            Self::Update { .. } => "UpdateEventSourceMapping",
            Self::Delete { .. } => "DeleteEventSourceMapping",
        };
        Call::new("lambda", operation)
    }

    fn repeat(&self) -> Repeat {
        match self {
            // There can be only one of a function and a stream.
            Self::Create { .. } => Repeat::RefusedByName,
            Self::Update { .. } | Self::Delete { .. } => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { function_name, .. } => format!("let {function_name} read the stream"),
            Self::Update { function_name, .. } => format!("change how {function_name} reads the stream"),
            Self::Delete { function_name, .. } => format!("let {function_name} read the stream no more"),
        }
    }
}
