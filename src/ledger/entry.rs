//! What the document says.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Lock;
use crate::{
    kinds::Snapshot,
    model::{Address, Call, Hint},
};

/// The document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Ledger {
    /// The form of the document.
    #[serde(default = "one")]
    pub version: u32,
    /// Who is at work, if anyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lock: Option<Lock>,
    /// The run that last held the lock: no two versions of the document are ever the same bytes, so a conditional write made
    /// after another run came and went fails.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub last_run: String,
    /// Calls that make nameless objects, begun and not yet seen by a discovery that did without us.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<Entry>,
    /// Objects of kinds that nothing lists for us, with their ids where they are known: one that the stack file does not have any
    /// more is looked for by these.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub objects: BTreeMap<Address, Option<String>>,
}

fn one() -> u32 {
    1
}

/// One call that makes a nameless object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// The run that made it.
    pub run: String,
    /// The object.
    pub address: Address,
    /// The call.
    pub call: Call,
    /// How far it came.
    pub progress: Progress,
}

/// How far a call came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// About to be sent; its end is not known.
    Begun,
    /// Answered with this id.
    Made {
        /// AWS's id.
        id: String,
    },
}

impl Ledger {
    /// What discovery is told to look for.
    pub fn hints(&self) -> BTreeMap<Address, Hint> {
        let hint = |(at, id): (&Address, &Option<String>)| (at.clone(), Hint { id: id.clone(), open: false });
        let mut hints: BTreeMap<Address, Hint> = self.objects.iter().map(hint).collect();
        for entry in &self.entries {
            let hint = hints.entry(entry.address.clone()).or_default();
            match &entry.progress {
                Progress::Begun => hint.open = true,
                Progress::Made { id } => hint.id = Some(id.clone()),
            }
        }
        hints
    }

    /// Forgets what `snapshot` has seen without our help, and what was looked for and is not there.
    pub fn forget(&mut self, snapshot: &Snapshot) {
        self.entries.retain(|entry| snapshot.found(&entry.address).is_some_and(|found| !found.listed));
    }

    /// Notes that `call` is about to be sent for `address`.
    pub fn begin(&mut self, run: &str, address: &Address, call: &Call) {
        self.entries.retain(|entry| entry.address != *address || entry.call != *call);
        self.entries.push(Entry {
            run: run.to_owned(),
            address: address.clone(),
            call: call.clone(),
            progress: Progress::Begun,
        });
    }

    /// Notes what `call` made for `address`; without an id the entry is closed by dropping it.
    pub fn end(&mut self, run: &str, address: &Address, call: &Call, id: Option<String>) {
        let ours = |entry: &Entry| entry.run == run && entry.address == *address && entry.call == *call;
        match id {
            Some(id) => {
                for entry in self.entries.iter_mut().filter(|entry| ours(entry)) {
                    entry.progress = Progress::Made { id: id.clone() };
                }
            }
            None => self.entries.retain(|entry| !ours(entry)),
        }
    }
}
