//! What a plan must not do.

use std::collections::BTreeMap;

use super::Graph;
use crate::{
    kinds::{self, Context, Live, Snapshot},
    model::{Address, Ownership},
};

/// No plan is made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefused {
    /// Objects carry our names and not our mark.
    #[error("{} {} there already and not made by this stack: {}", .0.len(), if .0.len() == 1 { "object is" } else { "objects are" }, list(.0))]
    Foreign(Vec<Address>),
    /// Objects hold what would be lost for good; with the reason of each.
    #[error("{}", .0.iter().map(|(at, why)| format!("{at}: {why}")).collect::<Vec<_>>().join("\n"))]
    Loses(Vec<(Address, String)>),
    /// Objects need each other in a circle.
    #[error("these objects need each other in a circle: {}", list(.0))]
    Cycle(Vec<Address>),
}

impl PlanRefused {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Foreign(_) => "rename them in the stack file, or take them over with `--adopt`",
            Self::Loses(_) => "nothing was deleted; data is deleted only where the stack file says so",
            Self::Cycle(_) => "remove one of the references between them",
        }
    }
}

fn list(addresses: &[Address]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Refuses to touch what others made.
pub(super) fn check_owners(graph: &Graph, snapshot: &Snapshot, context: &Context) -> Result<(), PlanRefused> {
    if context.adopt {
        return Ok(());
    }
    let foreign: Vec<Address> = snapshot
        .iter()
        .filter(|(at, found)| found.ownership == Ownership::Foreign && graph.nodes.contains_key(*at))
        .map(|(at, _)| at.clone())
        .collect();
    if foreign.is_empty() { Ok(()) } else { Err(PlanRefused::Foreign(foreign)) }
}

/// Refuses to delete what holds data that the stack did not make, unless it was told to.
pub(super) fn check_losses(
    graph: &Graph,
    snapshot: &Snapshot,
    leftovers: &BTreeMap<Address, &Live>,
) -> Result<(), PlanRefused> {
    let kept = graph.nodes.iter().filter_map(|(at, node)| {
        let live = snapshot.live(at)?;
        Some((at.clone(), kinds::loses(at, Some(&node.desired), live)?))
    });
    let gone = leftovers.iter().filter_map(|(at, live)| Some((at.clone(), kinds::loses(at, None, live)?)));
    let lost: Vec<(Address, String)> = kept.chain(gone).collect();
    if lost.is_empty() { Ok(()) } else { Err(PlanRefused::Loses(lost)) }
}
