//! The calls that change a layer.

use serde::{Deserialize, Serialize};

use super::Settings;
use crate::{
    kinds::{Operation, Upload, lambda_function::Code},
    model::{Call, Repeat},
};

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `PutObject` of the zip into the artifacts bucket, unless it is there.
    Upload {
        /// The zip's name on disk and in the bucket.
        sha256_hex: String,
        /// In bytes.
        size_bytes: u64,
    },
    /// `PublishLayerVersion`.
    Publish {
        /// The layer.
        name: String,
        /// The zip in the artifacts bucket.
        code: Code,
        /// What is said of it.
        settings: Settings,
    },
    /// `DeleteLayerVersion`.
    Delete {
        /// The layer.
        name: String,
        /// The version.
        number: i64,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        match self {
            Self::Upload { .. } => Call::new("s3", "PutObject"),
            Self::Publish { .. } => Call::new("lambda", "PublishLayerVersion"),
            Self::Delete { .. } => Call::new("lambda", "DeleteLayerVersion"),
        }
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Publish { .. } => Repeat::Duplicates,
            Self::Upload { .. } | Self::Delete { .. } => Repeat::Safe,
        }
    }

    fn uploads(&self) -> Vec<Upload> {
        match self {
            Self::Upload { sha256_hex, .. } => vec![Upload::file(format!("{sha256_hex}.zip"))],
            _ => Vec::new(),
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Upload { size_bytes, .. } => format!("upload a layer, {} bytes", size_bytes),
            Self::Publish { name, .. } => format!("publish a version of layer {name}"),
            Self::Delete { name, number } => format!("delete version {number} of layer {name}"),
        }
    }
}
