//! The order of a plan: what is needed comes first, what is deleted goes last, dependants before what they depend on.

use std::collections::{BTreeMap, BTreeSet};

use super::{Graph, PlanRefused};
use crate::{
    kinds::{self, Op},
    model::{Action, Address, Item, Phase, Reason},
};

/// The objects of the graph, each after what it needs (Kahn's algorithm; ties by address).
pub(super) fn topological(graph: &Graph) -> Result<Vec<&Address>, PlanRefused> {
    let mut waits: BTreeMap<&Address, usize> = BTreeMap::new();
    let mut dependants: BTreeMap<Address, Vec<&Address>> = BTreeMap::new();
    for at in graph.nodes.keys() {
        let needs: Vec<Address> =
            graph.needs(at).into_iter().filter(|need| graph.nodes.contains_key(need)).collect();
        waits.insert(at, needs.len());
        for need in needs {
            dependants.entry(need).or_default().push(at);
        }
    }
    let mut ready: BTreeSet<&Address> =
        waits.iter().filter(|(_, count)| **count == 0).map(|(at, _)| *at).collect();
    let mut order = Vec::with_capacity(waits.len());
    while let Some(at) = ready.pop_first() {
        order.push(at);
        waits.remove(at);
        for dependant in dependants.get(at).into_iter().flatten() {
            if let Some(count) = waits.get_mut(dependant) {
                *count -= 1;
                if *count == 0 {
                    ready.insert(dependant);
                }
            }
        }
    }
    if waits.is_empty() { Ok(order) } else { Err(PlanRefused::Cycle(waits.into_keys().cloned().collect())) }
}

/// Items as they are found, before they know their places.
#[derive(Default)]
pub(super) struct Draft {
    items: Vec<(Address, Action, Reason, Phase, Vec<Op>)>,
}

impl Draft {
    pub(super) fn push(&mut self, at: &Address, action: Action, reason: Reason, phase: Phase, ops: Vec<Op>) {
        if !ops.is_empty() {
            self.items.push((at.clone(), action, reason, phase, ops));
        }
    }

    /// The items in order: what is applied as it came (already sorted by need), then what is swept, highest rank first.
    pub(super) fn finish(mut self, graph: &Graph) -> Vec<Item<Op>> {
        self.items.sort_by_key(|(at, _, _, phase, _)| match phase {
            Phase::Apply => (Phase::Apply, 0),
            Phase::Sweep => (Phase::Sweep, u8::MAX - kinds::rank(&at.kind)),
        });
        let applied: BTreeMap<Address, usize> = self
            .items
            .iter()
            .enumerate()
            .filter(|(_, item)| item.3 == Phase::Apply)
            .map(|(place, item)| (item.0.clone(), place))
            .collect();
        let mut closure = Closure { graph, applied: &applied, known: BTreeMap::new() };
        let after: Vec<Vec<usize>> = (0..self.items.len())
            .map(|place| match self.items[place].3 {
                Phase::Apply => closure.of(&self.items[place].0).into_iter().collect(),
                Phase::Sweep => self.before_sweep(place, applied.len()),
            })
            .collect();
        self.items
            .into_iter()
            .zip(after)
            .map(|((address, action, reason, phase, ops), after)| Item {
                address,
                action,
                reason,
                phase,
                ops,
                after,
            })
            .collect()
    }

    /// A sweep waits for the group before it: the items of the next higher rank, or everything applied.
    fn before_sweep(&self, place: usize, applied: usize) -> Vec<usize> {
        let rank = |place: usize| kinds::rank(&self.items[place].0.kind);
        let higher = (applied..place).filter(|other| rank(*other) > rank(place)).map(rank).min();
        match higher {
            Some(higher) => (applied..place).filter(|other| rank(*other) == higher).collect(),
            None => (0..applied).collect(),
        }
    }
}

/// The applied items an object waits for, through objects that do not change.
struct Closure<'a> {
    graph: &'a Graph,
    applied: &'a BTreeMap<Address, usize>,
    known: BTreeMap<Address, BTreeSet<usize>>,
}

impl Closure<'_> {
    fn of(&mut self, at: &Address) -> BTreeSet<usize> {
        if let Some(known) = self.known.get(at) {
            return known.clone();
        }
        let mut places = BTreeSet::new();
        for need in self.graph.needs(at) {
            match self.applied.get(&need) {
                Some(place) => {
                    places.insert(*place);
                }
                None => places.extend(self.of(&need)),
            }
        }
        self.known.insert(at.clone(), places.clone());
        places
    }
}
