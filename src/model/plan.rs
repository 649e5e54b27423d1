//! The plan: typed calls, grouped by object, in an order.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Address, Identity, Reason, Scope};

/// Everything a deploy or destroy will do. Made without side effects; the same input gives the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan<Op> {
    /// What it is about.
    pub scope: Scope,
    /// Where it goes.
    pub identity: Identity,
    /// The objects that change. An item never comes before one it waits for.
    pub items: Vec<Item<Op>>,
}

/// What happens to one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Item<Op> {
    /// The object.
    pub address: Address,
    /// In one word.
    pub action: Action,
    /// Why.
    pub reason: Reason,
    /// Before or after the new state is in service.
    pub phase: Phase,
    /// The calls, in order.
    pub ops: Vec<Op>,
    /// Positions in [`Plan::items`] that must be done first.
    pub after: Vec<usize>,
}

/// What happens to an object, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// It comes into being.
    Create,
    /// It is changed in place.
    Update,
    /// It goes.
    Delete,
}

/// When an item runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Before the new state is built: what another object of the kind is about to take.
    Release,
    /// While the new state is built.
    Apply,
    /// When the new state serves: what is old goes.
    Sweep,
}

impl<Op> Plan<Op> {
    /// Nothing to do.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Every call, in the order of the items.
    pub fn ops(&self) -> impl Iterator<Item = (&Address, &Op)> {
        self.items.iter().flat_map(|item| item.ops.iter().map(move |op| (&item.address, op)))
    }

    /// How many objects are created, updated and deleted. Several items of one object count once, as what becomes of it.
    pub fn counts(&self) -> (usize, usize, usize) {
        let mut objects: BTreeMap<&Address, Action> = BTreeMap::new();
        for item in &self.items {
            let action = objects.entry(&item.address).or_insert(item.action);
            if *action == Action::Update {
                *action = item.action;
            }
        }
        let of = |action| objects.values().filter(|found| **found == action).count();
        (of(Action::Create), of(Action::Update), of(Action::Delete))
    }
}
