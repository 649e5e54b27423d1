//! What a plan must not do.

use super::Graph;
use crate::{
    kinds::{self, Context, Desired, Live, Snapshot},
    model::{Address, Objection, Ownership},
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
    /// Something would be lost that cannot be had back.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Objections(Vec<Objection>),
}

impl PlanRefused {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Foreign(_) => "rename them in the stack file, or take them over with `--adopt`".to_owned(),
            Self::Cycle(_) => "remove one of the references between them".to_owned(),
            Self::Objections(objections) => {
                let mut hints: Vec<&str> =
                    objections.iter().map(|objection| objection.hint.as_str()).collect();
                hints.dedup();
                hints.join("; ")
            }
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

/// What the kinds object to: `changes` are live objects and what they are to become, nothing where they are to go.
pub(super) fn check_objections<'a>(
    changes: impl IntoIterator<Item = (&'a Address, Option<&'a Desired>, &'a Live)>,
    context: &Context,
) -> Result<(), PlanRefused> {
    let objections: Vec<Objection> = changes
        .into_iter()
        .filter_map(|(at, desired, live)| kinds::objection(at, desired, live, context))
        .collect();
    if objections.is_empty() { Ok(()) } else { Err(PlanRefused::Objections(objections)) }
}
