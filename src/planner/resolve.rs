//! Fills in what is known: ids that exist, ARNs that follow from names, secrets held in memory.

use std::collections::BTreeMap;

use super::Graph;
use crate::{
    kinds::{Desired, Op, Snapshot},
    model::{Identity, Part, Reference, Text, text::resolve_json},
};

/// Secret values by their source. Held in memory for one run; never printed, never serialised.
#[derive(Clone, Default)]
pub struct Secrets(BTreeMap<String, String>);

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} secrets (hidden)", self.0.len())
    }
}

impl Secrets {
    /// Remembers the value of `source` and answers the text part that stands for it.
    pub fn add(&mut self, source: impl Into<String>, value: String) -> Part {
        let source = source.into();
        let digest = crate::model::text::digest(&source, &value);
        self.0.insert(source.clone(), value);
        Part::Secret { source, digest }
    }

    /// The value of `source`.
    pub fn value(&self, source: &str) -> Option<&String> {
        self.0.get(source)
    }

    /// Takes over all of `other`.
    pub fn extend(&mut self, other: Secrets) {
        self.0.extend(other.0);
    }
}

/// `desired` with every reference filled in that the snapshot, or the graph alone, can answer.
pub fn resolve(desired: &Desired, graph: &Graph, snapshot: &Snapshot, identity: &Identity) -> Desired {
    let lookup = |part: &Part| match part {
        Part::Pending(reference) => attribute(reference, graph, snapshot, identity),
        _ => None,
    };
    let filled = serde_json::to_value(desired).ok().and_then(|mut json| {
        resolve_json(&mut json, &lookup);
        serde_json::from_value(json).ok()
    });
    filled.unwrap_or_else(|| desired.clone())
}

/// A text with every reference filled in that can be.
pub fn resolve_text(text: &Text, graph: &Graph, snapshot: &Snapshot, identity: &Identity) -> Text {
    text.resolve(&|part| match part {
        Part::Pending(reference) => attribute(reference, graph, snapshot, identity),
        _ => None,
    })
}

fn attribute(
    reference: &Reference,
    graph: &Graph,
    snapshot: &Snapshot,
    identity: &Identity,
) -> Option<String> {
    let live =
        snapshot.live(&reference.address).and_then(|live| live.attribute(&reference.attribute, identity));
    live.or_else(|| {
        let node = graph.nodes.get(&reference.address)?;
        node.desired.computed(&reference.address, &reference.attribute, identity)
    })
}

/// An op with everything filled in, secrets too: ready to be sent, never to be shown or stored. `Err` names what is still open.
pub fn settle(
    op: &Op,
    graph: &Graph,
    snapshot: &Snapshot,
    identity: &Identity,
    secrets: &Secrets,
) -> Result<Op, Vec<Part>> {
    let mut json = serde_json::to_value(op).map_err(|_| Vec::new())?;
    resolve_json(&mut json, &|part| match part {
        Part::Pending(reference) => attribute(reference, graph, snapshot, identity),
        Part::Secret { source, .. } => secrets.value(source).cloned(),
        Part::Known(text) => Some(text.clone()),
    });
    let mut open = Vec::new();
    crate::model::text::open_parts(&json, &mut open);
    if !open.is_empty() {
        return Err(open);
    }
    serde_json::from_value(json).map_err(|_| Vec::new())
}
