//! The calls that change a function.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{Architecture, Code, Fields};
use crate::{
    kinds::{Operation, Upload},
    model::{Call, Repeat},
};

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `PutObject` of the zip into the artifacts bucket, unless it is there.
    UploadCode {
        /// The zip's name on disk and in the bucket.
        sha256_hex: String,
        /// In bytes.
        size_bytes: u64,
    },
    /// `CreateFunction`: code, configuration and tags in one call, so that a function is never there without its mark.
    Create {
        /// The function.
        name: String,
        /// The zip in the artifacts bucket.
        code: Code,
        /// The processor.
        architecture: Architecture,
        /// The rest of the configuration.
        fields: Fields,
        /// Owner tags and the user's own.
        tags: BTreeMap<String, String>,
    },
    /// `UpdateFunctionCode`.
    UpdateCode {
        /// The function.
        name: String,
        /// The zip in the artifacts bucket.
        code: Code,
        /// The processor: left out it would be AWS's default, so it is always said.
        architecture: Architecture,
        /// The revision that was compared: the call is refused where the function has another by then. Not known where a call
        /// before this one changes it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        revision_id: Option<String>,
    },
    /// `UpdateFunctionConfiguration`.
    UpdateConfiguration {
        /// The function.
        name: String,
        /// Only what changes.
        fields: Fields,
    },
    /// `PutFunctionConcurrency`.
    PutConcurrency {
        /// The function.
        name: String,
        /// Concurrent executions set aside.
        reserved: i32,
    },
    /// `DeleteFunctionConcurrency`.
    DeleteConcurrency {
        /// The function.
        name: String,
    },
    /// `TagResource`.
    Tag {
        /// The function.
        name: String,
        /// Only what changes.
        tags: BTreeMap<String, String>,
    },
    /// `UntagResource`.
    Untag {
        /// The function.
        name: String,
        /// The tags' names.
        keys: Vec<String>,
    },
    /// `DeleteFunction`.
    Delete {
        /// The function.
        name: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        let (service, operation) = match self {
            Self::UploadCode { .. } => ("s3", "PutObject"),
            Self::Create { .. } => ("lambda", "CreateFunction"),
            Self::UpdateCode { .. } => ("lambda", "UpdateFunctionCode"),
            Self::UpdateConfiguration { .. } => ("lambda", "UpdateFunctionConfiguration"),
            Self::PutConcurrency { .. } => ("lambda", "PutFunctionConcurrency"),
            Self::DeleteConcurrency { .. } => ("lambda", "DeleteFunctionConcurrency"),
            Self::Tag { .. } => ("lambda", "TagResource"),
            Self::Untag { .. } => ("lambda", "UntagResource"),
            Self::Delete { .. } => ("lambda", "DeleteFunction"),
        };
        Call { service: Cow::Borrowed(service), operation: Cow::Borrowed(operation) }
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { .. } => Repeat::RefusedByName,
            _ => Repeat::Safe,
        }
    }

    /// A zip lies under its content's hash; code is replaced only at the revision that was compared, where
    /// that is known.
    fn guarded(&self) -> bool {
        matches!(self, Self::UploadCode { .. } | Self::UpdateCode { revision_id: Some(_), .. })
    }

    fn uploads(&self) -> Vec<Upload> {
        match self {
            Self::UploadCode { sha256_hex, .. } => vec![Upload::file(format!("{sha256_hex}.zip"))],
            _ => Vec::new(),
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::UploadCode { size_bytes, .. } => format!("upload code, {}", size(*size_bytes)),
            Self::Create { name, .. } => format!("create function {name}"),
            Self::UpdateCode { name, .. } => format!("update code of function {name}"),
            Self::UpdateConfiguration { fields, .. } => format!("set {}", fields.names().join(", ")),
            Self::PutConcurrency { reserved, .. } => format!("reserve {reserved} concurrent executions"),
            Self::DeleteConcurrency { .. } => "take reserved concurrency away".to_owned(),
            Self::Tag { tags, .. } => {
                format!("tag {}", tags.keys().cloned().collect::<Vec<_>>().join(", "))
            }
            Self::Untag { keys, .. } => format!("remove tag {}", keys.join(", ")),
            Self::Delete { name } => format!("delete function {name}"),
        }
    }
}

/// A size for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..=1023 => format!("{bytes} B"),
        1024..=1_048_575 => format!("{:.1} KB", bytes as f64 / 1024.0),
        _ => format!("{:.1} MB", bytes as f64 / 1_048_576.0),
    }
}
