//! What discovery brings back.

use serde::{Deserialize, Serialize};

use super::Address;

/// One object that discovery saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<Live> {
    /// Whose object it is, or whose name it carries.
    pub address: Address,
    /// What it is now.
    pub live: Live,
    /// Whether it carries our owner tag.
    pub ownership: Ownership,
    /// Seen without the ledger's help: a ledger entry about it can be forgotten.
    pub listed: bool,
}

/// Whether an object that carries our name is ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ownership {
    /// It carries our owner tags (or lives under our IAM path).
    Ours,
    /// It carries our name and not our tags: refused unless adopted.
    Foreign,
}

/// What the ledger remembers about an object that has no name of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    /// The id that a create call answered: ask for it, whatever a listing says.
    pub id: Option<String>,
    /// A create call was begun and its end is not known: look for a while before creating.
    pub open: bool,
}
