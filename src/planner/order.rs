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

    /// Moves what lets go of something into items of its own, ahead of the others, where another object of the kind may take it.
    fn release_first(&mut self) {
        let mut takers: BTreeMap<String, BTreeSet<Address>> = BTreeMap::new();
        for (at, ..) in self.items.iter().filter(|item| item.3 == Phase::Apply) {
            takers.entry(at.kind.clone()).or_default().insert(at.clone());
        }
        let mut released = Vec::new();
        for (at, _, reason, _, ops) in &mut self.items {
            if takers.get(&at.kind).is_some_and(|takers| takers.iter().any(|taker| taker != at)) {
                let (first, rest) = taken_apart(std::mem::take(ops));
                *ops = rest;
                if !first.is_empty() {
                    released.push((at.clone(), Action::Update, reason.clone(), Phase::Release, first));
                }
            }
        }
        self.items.retain(|(.., ops)| !ops.is_empty());
        self.items.extend(released);
    }

    /// The items in order: what lets go, what is applied as it came (already sorted by need), then what is swept, highest rank first.
    pub(super) fn finish(mut self, graph: &Graph) -> Vec<Item<Op>> {
        self.release_first();
        self.items.sort_by_key(|(at, _, _, phase, _)| match phase {
            Phase::Sweep => (Phase::Sweep, u8::MAX - kinds::rank(&at.kind)),
            phase => (*phase, 0),
        });
        let places = |wanted| self.items.iter().enumerate().filter(move |(_, item)| item.3 == wanted);
        let applied: BTreeMap<Address, usize> =
            places(Phase::Apply).map(|(place, item)| (item.0.clone(), place)).collect();
        let mut closure = Closure { graph, applied: &applied, known: BTreeMap::new() };
        let built = places(Phase::Release).count() + applied.len();
        let after: Vec<Vec<usize>> = (0..self.items.len())
            .map(|place| match self.items[place].3 {
                Phase::Release => Vec::new(),
                Phase::Apply => {
                    self.released(place).into_iter().chain(closure.of(&self.items[place].0)).collect()
                }
                Phase::Sweep => self.before_sweep(place, built),
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

    /// What is applied waits for everything of its kind that lets go.
    fn released(&self, place: usize) -> Vec<usize> {
        let kind = &self.items[place].0.kind;
        let same =
            |other: &usize| self.items[*other].3 == Phase::Release && self.items[*other].0.kind == *kind;
        (0..place).filter(same).collect()
    }

    /// A sweep waits for the group before it: the items of the next higher rank, or everything before the sweep.
    fn before_sweep(&self, place: usize, built: usize) -> Vec<usize> {
        let rank = |place: usize| kinds::rank(&self.items[place].0.kind);
        let higher = (built..place).filter(|other| rank(*other) > rank(place)).map(rank).min();
        match higher {
            Some(higher) => (built..place).filter(|other| rank(*other) == higher).collect(),
            None => (0..built).collect(),
        }
    }
}

/// What lets go, and the rest.
fn taken_apart(ops: Vec<Op>) -> (Vec<Op>, Vec<Op>) {
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for op in ops {
        match op.release() {
            Some((released, left)) => {
                first.push(released);
                rest.extend(left);
            }
            None => rest.push(op),
        }
    }
    (first, rest)
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
