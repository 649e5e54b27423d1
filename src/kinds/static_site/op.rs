//! The calls that make and change a site.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{Body, File, kept_name, md5_hex};
use crate::{
    kinds::{Content, Operation, Upload, s3_bucket},
    model::{Call, Repeat},
};

/// The most objects that one `DeleteObjects` takes.
pub(super) const DELETED_MAX: usize = 1000;

/// One call, or many of one sort.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// A call on the bucket itself.
    Bucket(s3_bucket::Op),
    /// `PutObject` for each file, side by side.
    Upload {
        /// The bucket.
        bucket: String,
        /// The files by key.
        files: BTreeMap<String, File>,
    },
    /// `DeleteObjects`.
    Remove {
        /// The bucket.
        bucket: String,
        /// The keys.
        keys: Vec<String>,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        let operation = match self {
            Self::Bucket(op) => return op.call(),
            Self::Upload { .. } => "PutObject",
            Self::Remove { .. } => "DeleteObjects",
        };
        Call { service: Cow::Borrowed("s3"), operation: Cow::Borrowed(operation) }
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Bucket(op) => op.repeat(),
            Self::Upload { .. } | Self::Remove { .. } => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Bucket(op) => op.describe(),
            Self::Upload { files, .. } => {
                let sizes = files.values().filter_map(|file| file.body.identity()).map(|(_, size)| size);
                format!("upload {}, {}", counted(files.keys()), in_words(sizes.sum()))
            }
            Self::Remove { keys, .. } => format!("delete {}", counted(keys.iter())),
        }
    }

    fn requests(&self) -> usize {
        match self {
            Self::Bucket(op) => op.requests(),
            Self::Upload { files, .. } => files.len(),
            Self::Remove { keys, .. } => keys.len().div_ceil(DELETED_MAX),
        }
    }

    fn uploads(&self) -> Vec<Upload> {
        let Self::Upload { files, .. } = self else { return Vec::new() };
        let kept = |file: &File| match &file.body {
            Body::Stored { sha256_hex, md5_hex, .. } => {
                Upload { name: kept_name(md5_hex), content: Content::File(stored_name(sha256_hex)) }
            }
            Body::Text(text) => {
                let bytes = text.settled().as_bytes().to_vec();
                Upload { name: kept_name(&md5_hex(&bytes)), content: Content::Bytes(bytes) }
            }
        };
        files.values().map(kept).collect()
    }
}

/// The name of a file in the artifacts folder.
pub(super) fn stored_name(sha256_hex: &str) -> String {
    format!("{sha256_hex}.file")
}

/// One file by its name, more by their number.
fn counted<'a>(mut names: impl ExactSizeIterator<Item = &'a String>) -> String {
    match (names.len(), names.next()) {
        (1, Some(name)) => name.clone(),
        (count, _) => format!("{count} files"),
    }
}

/// Bytes for people.
fn in_words(bytes: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal place")]
    let size = bytes as f64;
    match bytes {
        0..1000 => format!("{bytes} bytes"),
        1000..1_000_000 => format!("{:.1} kB", size / 1e3),
        _ => format!("{:.1} MB", size / 1e6),
    }
}
