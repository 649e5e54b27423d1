//! Tags.

use super::super::file::Stack;
use super::super::reader::{Keyed, Reader};
use super::super::template::Template;
use super::{each, limit_chars};

/// AWS takes 50 tags on an object; three of them are gatewright's own.
const TAGS_MAX: usize = 47;
const KEY_CHARS_MAX: usize = 128;
const VALUE_CHARS_MAX: usize = 256;

pub(super) fn check_stack(stack: &Stack, reader: &mut Reader<'_>) {
    check(&stack.tags, reader);
    each("stages", &stack.stages, reader, |entry, reader| check(&entry.value.tags, reader));
    each("roles", &stack.roles, reader, |entry, reader| check(&entry.value.tags, reader));
    each("tables", &stack.tables, reader, |entry, reader| check(&entry.value.tags, reader));
    each("ses_identities", &stack.ses_identities, reader, |entry, reader| check(&entry.value.tags, reader));
    each("functions", &stack.functions, reader, |entry, reader| check(&entry.value.tags, reader));
}

pub(super) fn check(tags: &Keyed<Template>, reader: &mut Reader<'_>) {
    if let Some(extra) = tags.iter().nth(TAGS_MAX) {
        let detail =
            format!("There are {} tags; at most {TAGS_MAX} fit beside gatewright's own three.", tags.len());
        reader.error(extra.key.span, "too many tags", detail);
    }
    for tag in tags {
        let key = tag.key.as_str();
        if ["aws:", "gatewright:"].iter().any(|prefix| key.to_lowercase().starts_with(prefix)) {
            let owner = if key.to_lowercase().starts_with("aws:") { "AWS" } else { "gatewright" };
            let detail = format!("The tag `{key}` starts with a prefix that is {owner}'s own.");
            reader.error(tag.key.span, "invalid tag", detail);
        }
        let odd = key.chars().find(|c| !(c.is_alphanumeric() || *c == ' ' || "_.:/=+-@".contains(*c)));
        if let Some(odd) = odd {
            reader.error(tag.key.span, "invalid tag", format!("`{odd}` cannot be in the key of a tag."));
        }
        limit_chars(&Template::literal(key), tag.key.span, KEY_CHARS_MAX, "The tag's key", reader);
        limit_chars(&tag.value, tag.value.span, VALUE_CHARS_MAX, "The tag's value", reader);
    }
}
