//! The graph: every desired object of one stage, and what each needs.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    kinds::Desired,
    model::{Address, Part, Scope, Text, text::open_parts},
};

/// Every desired object of one stage of one stack.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// The stack and stage.
    pub scope: Scope,
    /// The objects.
    pub nodes: BTreeMap<Address, Node>,
    /// The stack's outputs; texts may be pending.
    pub outputs: BTreeMap<String, Text>,
}

/// One desired object.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What is asked for.
    pub desired: Desired,
    /// What must be ready first. References inside `desired` count without being listed.
    pub needs: BTreeSet<Address>,
}

impl Graph {
    /// A graph without objects: what a destroyed stage looks like.
    pub fn empty(scope: Scope) -> Self {
        Self { scope, nodes: BTreeMap::new(), outputs: BTreeMap::new() }
    }

    /// Adds an object.
    pub fn add(&mut self, at: Address, desired: Desired, needs: impl IntoIterator<Item = Address>) {
        self.nodes.insert(at, Node { desired, needs: needs.into_iter().collect() });
    }

    /// What `at` waits for: what it names as its needs and what its texts refer to.
    pub fn needs(&self, at: &Address) -> BTreeSet<Address> {
        let Some(node) = self.nodes.get(at) else { return BTreeSet::new() };
        let mut open = Vec::new();
        if let Ok(json) = serde_json::to_value(&node.desired) {
            open_parts(&json, &mut open);
        }
        let referred = open.into_iter().filter_map(|part| match part {
            Part::Pending(reference) => Some(reference.address),
            _ => None,
        });
        node.needs.iter().cloned().chain(referred).filter(|need| need != at).collect()
    }

    /// The desired objects alone.
    pub fn wanted(&self) -> BTreeMap<Address, Desired> {
        self.nodes.iter().map(|(at, node)| (at.clone(), node.desired.clone())).collect()
    }
}
