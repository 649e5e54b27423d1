//! Resources.

use super::{
    PART_ID,
    refusal::{bad, exists, no_resource},
};
use crate::{
    kinds::{
        World,
        rest_api::{
            definition::{ancestors, parent, path_part},
            live::Live,
        },
    },
    model::{Class, Refusal},
};

/// How many resources an API may have (a quota that can be raised).
const RESOURCES_MAX: usize = 300;

pub(super) fn create(live: &mut Live, path: &str, world: &World<'_>) -> Result<(), Refusal> {
    let above = parent(path).ok_or_else(no_resource)?;
    if !live.resource_ids.contains_key(above) {
        return Err(no_resource());
    }
    let part = path_part(path);
    if live.resource_ids.contains_key(path) {
        return Err(exists(format!("Another resource with the same parent already has this name: {part}")));
    }
    if greedy(path_part(above)) {
        let variable = path_part(above);
        return Err(bad(format!("Cannot create a child of a resource with a greedy path variable: {variable}")));
    }
    let siblings = live.resource_ids.keys().filter(|other| parent(other) == Some(above)).map(|other| path_part(other));
    if variable(part)
        && let Some(sibling) = siblings.into_iter().find(|sibling| variable(sibling))
    {
        return Err(bad(format!(
            "A sibling ({sibling}) of this resource already has a variable path part -- only one is allowed"
        )));
    }
    if !valid(part) {
        return Err(bad(
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the beginning and the end.",
        ));
    }
    if live.resource_ids.len() >= RESOURCES_MAX {
        let message = "Maximum number of resources for this API has been reached. Please contact AWS if you need additional resources.";
        return Err(Refusal::new(Class::Invalid, 429, "LimitExceededException", message));
    }
    live.resource_ids.insert(path.to_owned(), world.id(PART_ID));
    Ok(())
}

pub(super) fn delete(live: &mut Live, path: &str) -> Result<(), Refusal> {
    if path == "/" {
        return Err(bad("Root resource cannot be deleted."));
    }
    if live.resource_ids.remove(path).is_none() {
        return Err(no_resource());
    }
    let below = |other: &str| other == path || ancestors(other).any(|above| above == path);
    live.resource_ids.retain(|other, _| !below(other));
    live.definition.resources.retain(|other, _| !below(other));
    Ok(())
}

fn variable(part: &str) -> bool {
    part.starts_with('{') && part.ends_with('}')
}

fn greedy(part: &str) -> bool {
    part.ends_with("+}")
}

fn valid(part: &str) -> bool {
    let plain = |text: &str| {
        !text.is_empty()
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-:$,@".contains(letter))
    };
    match part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) {
        Some(name) => plain(name.strip_suffix('+').unwrap_or(name)),
        None => plain(part),
    }
}
