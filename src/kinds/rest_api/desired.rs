//! What the stack file asks for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    compare::canonical_json,
    definition::{Definition, Settings},
};
use crate::model::Text;

/// The REST API that a stack file asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// Its name in the account; names of APIs need not be unique.
    pub name: String,
    /// Owner tags and the user's own.
    pub tags: BTreeMap<String, String>,
    /// What holds for it as a whole.
    pub settings: Settings,
    /// Methods, models, validators, authorizers, gateway responses.
    pub definition: Definition<Text>,
}

impl Desired {
    /// The one form of what can be said in two ways.
    pub fn normal(&self) -> Self {
        Self {
            settings: self.settings.clone().normal(),
            definition: self.definition.clone().normal().with_variables(),
            ..self.clone()
        }
    }
}

/// The name that a deployment of `desired` carries: a digest of all that clients notice only once it is deployed. Name,
/// descriptions and tags are left out. To be taken before references are filled in: they count by what they refer to, so that
/// the digest is the same whether the ids are known yet or not.
pub fn content_hash(desired: &Desired) -> String {
    let settings = Settings {
        description: None,
        policy: desired.settings.policy.as_deref().map(canonical_json),
        ..desired.settings.clone().normal()
    };
    let mut definition = desired.definition.clone().normal();
    for model in definition.models.values_mut() {
        model.description = None;
        model.schema = canonical_json(&model.schema);
    }
    // Sorted maps and a fixed order of fields: the same definition is always the same text.
    let text = serde_json::to_string(&(settings, definition)).unwrap_or_default();
    Sha256::digest(text).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
