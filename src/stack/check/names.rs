//! Names: of the stack, of stages, and of what is made from them.

use super::super::file::Stack;
use super::super::reader::Reader;
use super::super::suggest::did_you_mean;
use super::{each, is_word};

/// The longest name of a Lambda function, and of an IAM role.
const OBJECT_NAME_MAX: usize = 64;
const STACK_NAME_MAX: usize = 31;
/// The longest stage name of API Gateway.
const STAGE_NAME_MAX: usize = 128;

pub(super) fn check(stack: &Stack, stage: Option<&str>, reader: &mut Reader<'_>) {
    let name: &str = &stack.stack;
    if !name.is_empty() && !is_stack_name(name) {
        let detail = format!("`{name}` cannot be the name of a stack.");
        let hint = "a lowercase letter or digit first, then lowercase letters, digits and `-`, at most 31 characters";
        reader.within("stack", stack.stack.span, |reader| {
            reader.error(stack.stack.span, "invalid name", detail).with_hint(hint).key_path.len()
        });
    }
    each("stages", &stack.stages, reader, |entry, reader| {
        if !is_word(&entry.key) || entry.key.len() > STAGE_NAME_MAX {
            let detail = format!("`{}` cannot be the name of a stage.", *entry.key);
            reader
                .error(entry.key.span, "invalid name", detail)
                .with_hint("letters, digits, `_` and `-`, at most 128");
        }
        for param in entry.value.params.iter().filter(|param| !stack.params.declares(&param.key)) {
            let detail = format!("The stack declares no parameter `{}`.", *param.key);
            let hint = did_you_mean(&param.key, stack.params.names());
            reader.error(param.key.span, "unknown parameter", detail).with_hint_of(hint);
        }
    });
    each("params", &stack.params, reader, |entry, reader| {
        word_key(entry.key.span, &entry.key, "a parameter", reader)
    });
    each("outputs", &stack.outputs, reader, |entry, reader| {
        word_key(entry.key.span, &entry.key, "an output", reader)
    });
    each("api_keys", &stack.api_keys, reader, |entry, reader| {
        word_key(entry.key.span, &entry.key, "an API key", reader)
    });
    each("usage_plans", &stack.usage_plans, reader, |entry, reader| {
        word_key(entry.key.span, &entry.key, "a usage plan", reader)
    });
    each("domains", &stack.domains, reader, |entry, reader| {
        word_key(entry.key.span, &entry.key, "a domain", reader)
    });
    each("records", &stack.records, reader, |entry, reader| {
        word_key(entry.key.span, &entry.key, "a record", reader)
    });
    object_names(stack, stage, reader);
}

fn is_stack_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    name.len() <= STACK_NAME_MAX && name.starts_with(plain) && name.chars().all(|c| plain(c) || c == '-')
}

pub(super) fn word_key(span: super::Span, key: &str, what: &str, reader: &mut Reader<'_>) {
    if !is_word(key) {
        let detail = format!("`{key}` cannot be the name of {what}.");
        reader.error(span, "invalid name", detail).with_hint("letters, digits, `_` and `-`");
    }
}

/// `<stack>-<stage>-<key>` must fit for every stage there may be.
fn object_names(stack: &Stack, stage: Option<&str>, reader: &mut Reader<'_>) {
    let stages = stage.map_or_else(|| stack.stage_names(), |stage| vec![stage]);
    let longest = stages.into_iter().max_by_key(|stage| stage.len()).unwrap_or("dev");
    let check = |key: &str, span, what: &str, reader: &mut Reader<'_>| {
        word_key(span, key, what, reader);
        let name = format!("{}-{longest}-{key}", &**stack.stack);
        let length = name.chars().count();
        if length > OBJECT_NAME_MAX {
            let detail =
                format!("`{name}` would be {length} characters long; AWS takes at most {OBJECT_NAME_MAX}.");
            reader
                .error(span, "name too long", detail)
                .with_hint("shorten the key, the stage's name or the stack's");
        }
    };
    each("roles", &stack.roles, reader, |entry, reader| check(&entry.key, entry.key.span, "a role", reader));
    each("layers", &stack.layers, reader, |entry, reader| {
        check(&entry.key, entry.key.span, "a layer", reader)
    });
    // A table's own name may be longer; one rule for all keys is easier to keep in mind.
    each("tables", &stack.tables, reader, |entry, reader| {
        check(&entry.key, entry.key.span, "a table", reader)
    });
    each("functions", &stack.functions, reader, |entry, reader| {
        check(&entry.key, entry.key.span, "a function", reader);
        if entry.value.role.is_none() && stack.roles.declares(&entry.key) {
            let key = entry.key.as_str();
            let detail = format!(
                "The function `{key}` gets a role of its own with the same name as the role `{key}`."
            );
            reader
                .error(entry.key.span, "two objects with one name", detail)
                .with_hint(format!("say `role: {key}`, or rename one"));
        }
    });
}
