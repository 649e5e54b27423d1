//! What must hold between the values of a stack file, and the limits AWS sets: every problem at once, before any call.

mod access_log;
mod api;
mod authorizers;
mod buckets;
mod cors;
mod domains;
mod events;
mod functions;
mod identity_pools;
mod keys;
mod layers;
mod names;
mod outputs;
mod pattern;
mod references;
mod responses;
mod roles;
mod routes;
mod routing;
mod ses;
mod settings;
mod sites;
mod tables;
mod tags;
mod user_pools;

pub(super) use events::{DEFAULT_S3_EVENT, schedule_key};

use super::file::Stack;
use super::reader::{Keyed, KeyedEntry, Reader};
use super::source::Span;
use super::template::Template;
pub(super) use user_pools::is_standard as is_standard_attribute;

/// Checks `stack` as a whole. With `stage` it is the stack of that stage, else every declared stage is thought of.
pub fn all(stack: &Stack, stage: Option<&str>, reader: &mut Reader<'_>) {
    names::check(stack, stage, reader);
    tags::check_stack(stack, reader);
    roles::check(stack, reader);
    layers::check(stack, reader);
    functions::check(stack, stage, reader);
    tables::check(stack, reader);
    ses::check(stack, reader);
    user_pools::check(stack, reader);
    identity_pools::check(stack, reader);
    if let Some(api) = &stack.api {
        api::check(api, reader);
        authorizers::check(stack, api, reader);
        routes::check(stack, api, reader);
        settings::check(api, reader);
    }
    keys::check(stack, reader);
    buckets::check(stack, stage, reader);
    sites::check(stack, stage, reader);
    domains::check(stack, reader);
    outputs::check(stack, reader);
    references::check(stack, reader);
}

/// Goes through the entries of `section`, each with its key in the path.
fn each<'e, T>(
    section: &str,
    keyed: &'e Keyed<T>,
    reader: &mut Reader<'_>,
    mut check: impl FnMut(&'e KeyedEntry<T>, &mut Reader<'_>),
) {
    for entry in keyed {
        let span = entry.key.span;
        reader.within(section, span, |reader| reader.within(&entry.key, span, |reader| check(entry, reader)));
    }
}

/// Notes text that is surely longer than AWS takes.
fn limit_chars(text: &Template, span: Span, most: usize, what: &str, reader: &mut Reader<'_>) {
    let length = text.known_chars();
    if length > most {
        let detail = format!("{what} is at least {length} characters long; AWS takes at most {most}.");
        reader.error(span, "text too long", detail);
    }
}

/// Letters, digits, `_` and `-`, at least one.
fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// The characters of an HTTP header's name (RFC 9110, "token").
fn is_header_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
}
