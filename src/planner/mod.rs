//! From desired and live to a plan. Pure: the same input gives the same bytes.

pub mod estimate;
pub mod graph;
mod guard;
mod order;
pub mod resolve;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

pub use estimate::Estimate;
pub use graph::{Graph, Node};
pub use guard::PlanRefused;
pub use resolve::{Secrets, resolve};

use crate::{
    kinds::{self, Context, Desired, Live, Op, Snapshot},
    model::{Action, Address, Change, Ownership, Phase, Plan, Reason},
};

/// A plan for any kind of object.
pub type AnyPlan = Plan<Op>;

/// What must be done so that `snapshot` becomes `graph`. An empty graph plans the removal of everything.
pub fn plan(graph: &Graph, snapshot: &Snapshot, context: &Context) -> Result<AnyPlan, PlanRefused> {
    guard::check_owners(graph, snapshot, context)?;
    let (resolved, changes) = compare(graph, snapshot, context)?;
    let leftovers = leftovers(graph, snapshot);
    let wanted = resolved.iter().filter_map(|(at, desired)| Some((*at, Some(desired), snapshot.live(at)?)));
    let deletions = leftovers.iter().map(|(at, live)| (at, None, *live));
    guard::check_objections(wanted.chain(deletions), context)?;
    let mut draft = order::Draft::default();
    for ((at, _), change) in resolved.iter().zip(changes) {
        if let Change::Act { reason, ops, sweep } = change {
            let action = if snapshot.live(at).is_none() { Action::Create } else { Action::Update };
            draft.push(at, action, reason.clone(), Phase::Apply, ops);
            draft.push(at, Action::Update, reason, Phase::Sweep, sweep);
        }
    }
    for (at, live) in leftovers {
        if let Change::Act { reason, ops, sweep } = kinds::diff(&at, None, Some(live), context) {
            draft.push(&at, Action::Delete, reason, Phase::Sweep, ops.into_iter().chain(sweep).collect());
        }
    }
    Ok(Plan { scope: graph.scope.clone(), identity: context.identity.clone(), items: draft.finish(graph) })
}

/// Each object as it is desired, with every reference filled in that is known, and how it comes to be so. In the order of need, so that
/// an attribute that one change makes anew is not known to what refers to it.
fn compare<'g>(
    graph: &'g Graph,
    snapshot: &Snapshot,
    context: &Context,
) -> Result<Compared<'g>, PlanRefused> {
    let mut known = Cow::Borrowed(snapshot);
    let (mut resolved, mut changes) = (Vec::new(), Vec::new());
    for at in order::topological(graph)? {
        let desired = resolve(&graph.nodes[at].desired, graph, &known, &context.identity);
        let live = snapshot.live(at);
        let change = kinds::diff(at, Some(&desired), live, context);
        if let (Change::Act { ops, .. }, Some(live)) = (&change, live) {
            let after = ops.iter().try_fold(live.clone(), |live, op| live.known_after(op));
            if after.as_ref() != Some(live) {
                known.to_mut().set(at, after);
            }
        }
        resolved.push((at, desired));
        changes.push(change);
    }
    Ok((resolved, changes))
}

/// What [`compare`] answers: the same objects in the same order.
type Compared<'g> = (Vec<(&'g Address, Desired)>, Vec<Change<Op>>);

/// The objects of the scope that the graph does not have, less those that go with another that goes.
fn leftovers<'a>(graph: &Graph, snapshot: &'a Snapshot) -> BTreeMap<Address, &'a Live> {
    let ours = snapshot.iter().filter(|(at, found)| {
        at.scope == graph.scope && found.ownership == Ownership::Ours && !graph.nodes.contains_key(*at)
    });
    let mut gone: BTreeMap<Address, &Live> = ours.map(|(at, found)| (at.clone(), &found.live)).collect();
    let dependants: BTreeSet<Address> = gone
        .iter()
        .filter(|(at, live)| gone.iter().any(|(other, container)| other != *at && live.dies_with(container)))
        .map(|(at, _)| at.clone())
        .collect();
    gone.retain(|at, _| !dependants.contains(at));
    gone
}

/// Whether a plan may run without taking the lock: one object changes, by calls that carry their own precondition.
pub fn needs_no_lock(plan: &AnyPlan) -> bool {
    plan.items.len() == 1
        && plan.items[0].action == Action::Update
        && matches!(plan.items[0].reason, Reason::FieldsDiffer(_))
        && plan.ops().all(|(_, op)| op.guarded())
}
