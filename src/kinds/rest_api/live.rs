//! What the account has.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::definition::{Definition, Part, Settings};

/// The tag that names the collections an API uses, as words with a blank between.
pub const PARTS_TAG: &str = "gatewright:parts";

/// A REST API as the account has it: AWS's defaults filled in, ids apart from what they stand for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// Ten lower-case letters and digits.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Every tag but [`PARTS_TAG`].
    pub tags: BTreeMap<String, String>,
    /// The collections that [`PARTS_TAG`] names; `None` where there is no such tag.
    pub parts: Option<BTreeSet<Part>>,
    /// What holds for it as a whole.
    pub settings: Settings,
    /// Methods, models, validators, authorizers, gateway responses. API Gateway's own models `Empty` and `Error` are listed only
    /// where they were made by someone.
    pub definition: Definition<String>,
    /// Resource ids by full path; the root's under `/`.
    pub resource_ids: BTreeMap<String, String>,
    /// Authorizer ids by name.
    pub authorizer_ids: BTreeMap<String, String>,
    /// Request validator ids by name.
    pub validator_ids: BTreeMap<String, String>,
    /// Ids of authorizers and validators whose name another one has already: left by a lost answer, to be removed.
    #[serde(default, skip_serializing_if = "Strays::is_empty")]
    pub strays: Strays,
}

/// Second objects of one name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strays {
    /// Authorizer ids.
    pub authorizers: BTreeSet<String>,
    /// Request validator ids.
    pub validators: BTreeSet<String>,
}

impl Strays {
    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.authorizers.is_empty() && self.validators.is_empty()
    }
}

impl Live {
    /// The id of the resource `/`.
    pub fn root_resource_id(&self) -> &str {
        self.resource_ids.get("/").map(String::as_str).unwrap_or_default()
    }
}

/// The value of [`PARTS_TAG`] for `parts`.
pub fn parts_tag(parts: &BTreeSet<Part>) -> String {
    parts.iter().map(|part| part.word()).collect::<Vec<_>>().join(" ")
}

/// The collections that a value of [`PARTS_TAG`] names.
pub fn parts_of(value: &str) -> BTreeSet<Part> {
    let words: BTreeSet<&str> = value.split_whitespace().collect();
    Part::ALL.into_iter().filter(|part| words.contains(part.word())).collect()
}
