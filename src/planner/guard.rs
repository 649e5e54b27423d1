//! What a plan must not do.

use super::Graph;
use crate::{
    kinds::{Context, Snapshot},
    model::{Address, Ownership},
};

/// No plan is made.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefused {
    /// Objects carry our names and not our mark.
    #[error("{} {} there already and not made by this stack: {}", .0.len(), if .0.len() == 1 { "object is" } else { "objects are" }, list(.0))]
    Foreign(Vec<Address>),
    /// Objects need each other in a circle.
    #[error("these objects need each other in a circle: {}", list(.0))]
    Cycle(Vec<Address>),
    /// Objects can never become what is asked for.
    #[error("{}", obstacles(.0))]
    Obstacles(Vec<(Address, String)>),
}

impl PlanRefused {
    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Foreign(_) => "rename them in the stack file, or take them over with `--adopt`",
            Self::Cycle(_) => "remove one of the references between them",
            Self::Obstacles(_) => "nothing was changed",
        }
    }
}

fn list(addresses: &[Address]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn obstacles(found: &[(Address, String)]) -> String {
    found.iter().map(|(at, why)| format!("{at}: {why}")).collect::<Vec<_>>().join("\n")
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
