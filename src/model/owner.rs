//! Owner tags: how an object says that it is ours.

use std::collections::BTreeMap;

use super::Address;

/// The tag that names the stack.
pub const STACK_TAG: &str = "gatewright:stack";
/// The tag that names the stage.
pub const STAGE_TAG: &str = "gatewright:stage";
/// The tag that names the key in the stack file.
pub const KEY_TAG: &str = "gatewright:key";

/// The owner of an object, as its tags say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The value of [`STACK_TAG`].
    pub stack: String,
    /// The value of [`STAGE_TAG`].
    pub stage: String,
    /// The value of [`KEY_TAG`].
    pub key: String,
}

impl Owner {
    /// The owner that `tags` name, where they name one fully.
    pub fn of(tags: &BTreeMap<String, String>) -> Option<Self> {
        Some(Self {
            stack: tags.get(STACK_TAG)?.clone(),
            stage: tags.get(STAGE_TAG)?.clone(),
            key: tags.get(KEY_TAG)?.clone(),
        })
    }

    /// Whether this is the owner of `address`.
    pub fn owns(&self, address: &Address) -> bool {
        self.stack == address.scope.stack && self.stage == address.scope.stage && self.key == address.key
    }
}

/// The owner tags of `address` and the user's own `tags`.
pub fn tags(address: &Address, tags: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut all = tags.clone();
    all.insert(STACK_TAG.into(), address.scope.stack.clone());
    all.insert(STAGE_TAG.into(), address.scope.stage.clone());
    all.insert(KEY_TAG.into(), address.key.clone());
    all
}
