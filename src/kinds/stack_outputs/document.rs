//! The document as it lies in the bucket.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// What a stage recorded.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The outputs by name.
    pub outputs: BTreeMap<String, String>,
    /// Stacks of the same stage whose outputs are used.
    #[serde(default)]
    pub uses: BTreeSet<String>,
}

/// The document's bytes.
pub fn encode(recorded: &Recorded) -> Vec<u8> {
    // Maps and sets of strings always have a JSON form.
    serde_json::to_vec_pretty(recorded).unwrap_or_default()
}

/// What a document's bytes say; `None` where it is no such document. A mere object from name to value is one without uses: that is
/// how the first versions wrote it.
pub fn decode(bytes: &[u8]) -> Option<Recorded> {
    if let Ok(recorded) = serde_json::from_slice::<Recorded>(bytes) {
        return Some(recorded);
    }
    let outputs = serde_json::from_slice(bytes).ok()?;
    Some(Recorded { outputs, uses: BTreeSet::new() })
}
