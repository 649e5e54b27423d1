//! API Gateway's words for what it refuses, as recorded from it.

use crate::{
    kinds::{
        World,
        rest_api::{op::Op, patch::Patch},
    },
    model::{Class, Refusal},
};

pub(super) fn bad(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Invalid, 400, "BadRequestException", message)
}

pub(super) fn absent(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Absent, 404, "NotFoundException", message)
}

pub(super) fn exists(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Exists, 409, "ConflictException", message)
}

pub(super) fn in_use(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Busy, 409, "ConflictException", message)
}

pub(super) fn no_api(op: &Op, world: &World<'_>) -> Refusal {
    match op {
        Op::CreateRequestValidator { .. } => bad("Invalid REST API identifier specified"),
        // The one call that answers a missing API like a busy one.
        Op::CreateAuthorizer { .. } => Refusal::new(
            Class::Busy,
            409,
            "ConflictException",
            "Unable to complete operation due to concurrent modification. Please try again later.",
        ),
        Op::DeleteRestApi { id } => {
            absent(format!("Invalid API identifier specified {}:{id}", world.identity.account_id))
        }
        _ => absent(format!("Invalid API identifier specified {}:", world.identity.account_id)),
    }
}

pub(super) fn no_resource() -> Refusal {
    absent("Invalid Resource identifier specified")
}

pub(super) fn no_method() -> Refusal {
    absent("Invalid Method identifier specified")
}

pub(super) fn no_integration() -> Refusal {
    absent("Invalid Integration identifier specified")
}

pub(super) fn no_response() -> Refusal {
    absent("Invalid Response status code specified")
}

/// A path that the patch may not name at all; `known` are those it may.
pub(super) fn unknown_path(patch: &Patch, known: &[&str]) -> Refusal {
    let (path, op) = (&patch.path, patch.action.word());
    if known.contains(&path.as_str()) || op != "replace" {
        return bad(format!(
            "Invalid patch path  '{path}' specified for op '{op}'. Please choose supported operations"
        ));
    }
    bad(format!(
        "Invalid patch path  '{path}' specified for op '{op}'. Must be one of: [{}]",
        known.join(", ")
    ))
}

/// A path that is not one of the object's.
pub(super) fn invalid_path(patch: &Patch) -> Refusal {
    bad(format!("Invalid patch path {}", patch.path))
}

/// A scalar can only be replaced.
pub(super) fn replace_only() -> Refusal {
    bad("Invalid patch operation specified. Must be one of: [replace]")
}
