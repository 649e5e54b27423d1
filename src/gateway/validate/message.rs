//! What does not fit, in the words of the validator that API Gateway uses (its messages reach clients through
//! `$context.error.validationErrorString`).

use jsonschema::{
    ValidationError,
    error::{TypeKind, ValidationErrorKind as Kind},
};
use serde_json::{Number, Value};

/// `[first, second]`. Properties that one object lacks are one message.
pub(super) fn of_all<'e>(errors: impl Iterator<Item = ValidationError<'e>>) -> String {
    let mut lacking: Vec<(String, Vec<String>)> = Vec::new();
    let mut messages: Vec<Message> = Vec::new();
    for error in errors {
        let Kind::Required { property } = error.kind() else {
            messages.push(Message::Whole(of(&error)));
            continue;
        };
        let place = error.instance_path().as_str().to_owned();
        match lacking.iter_mut().find(|(of, _)| *of == place) {
            Some((_, names)) => names.push(property.to_string()),
            None => {
                messages.push(Message::Lacking(lacking.len()));
                lacking.push((place, vec![property.to_string()]));
            }
        }
    }
    let text = |message| match message {
        Message::Whole(text) => text,
        Message::Lacking(index) => {
            let names = lacking.get_mut(index).map(|(_, names)| std::mem::take(names)).unwrap_or_default();
            missing(names)
        }
    };
    format!("[{}]", messages.into_iter().map(text).collect::<Vec<_>>().join(", "))
}

enum Message {
    Whole(String),
    /// The object at this index of those that lack properties.
    Lacking(usize),
}

fn missing(mut names: Vec<String>) -> String {
    names.sort();
    format!("object has missing required properties ([{}])", names.join(","))
}

fn of(error: &ValidationError<'_>) -> String {
    let instance: &Value = error.instance();
    let length = || instance.as_str().map_or(0, |text| text.chars().count());
    let size = || instance.as_object().map_or(0, serde_json::Map::len);
    match error.kind() {
        Kind::Type { kind } => {
            let allowed = allowed(kind).join(",");
            let found = type_of(instance);
            format!(
                "instance type ({found}) does not match any allowed primitive type (allowed: [{allowed}])"
            )
        }
        Kind::Enum { options } => {
            format!("instance value ({instance}) not found in enum (possible values: {options})")
        }
        Kind::Maximum { limit } => format!(
            "numeric value is greater than the required maximum (maximum: {limit}, found: {instance})"
        ),
        Kind::Minimum { limit } => {
            format!("numeric value is lower than the required minimum (minimum: {limit}, found: {instance})")
        }
        Kind::ExclusiveMaximum { limit } => {
            format!("numeric value is not strictly lower than the required maximum {limit}")
        }
        Kind::ExclusiveMinimum { limit } => {
            format!("numeric value is not strictly greater than the required minimum {limit}")
        }
        Kind::MaxLength { limit } => {
            format!("string {instance} is too long (length: {}, maximum allowed: {limit})", length())
        }
        Kind::MinLength { limit } => {
            format!("string {instance} is too short (length: {}, required minimum: {limit})", length())
        }
        Kind::Pattern { pattern } => {
            format!("ECMA 262 regex \"{pattern}\" does not match input string {instance}")
        }
        Kind::AdditionalProperties { unexpected } => {
            let mut names: Vec<String> =
                unexpected.iter().map(|name| Value::from(name.as_str()).to_string()).collect();
            names.sort();
            format!(
                "object instance has properties which are not allowed by the schema: [{}]",
                names.join(",")
            )
        }
        Kind::MaxProperties { limit } => {
            format!("object has too many properties (found {} but schema requires at most {limit})", size())
        }
        Kind::MinProperties { limit } => {
            format!("object has too few properties (found {} but schema requires at least {limit})", size())
        }
        Kind::UniqueItems => "array must not contain duplicate elements".to_owned(),
        Kind::AnyOf { context } => {
            format!("instance failed to match at least one required schema among {}", context.len())
        }
        Kind::OneOfNotValid { context } => {
            format!("instance failed to match exactly one schema (matched 0 out of {})", context.len())
        }
        Kind::Not { .. } => "instance matched a schema which it should not have".to_owned(),
        _ => error.to_string(),
    }
}

/// The types that would do, in the order of the alphabet; a number may also be an integer.
fn allowed(kind: &TypeKind) -> Vec<String> {
    let mut names: Vec<&str> = match kind {
        TypeKind::Single(one) => vec![one.as_str()],
        TypeKind::Multiple(several) => several.iter().map(|one| one.as_str()).collect(),
    };
    if names.contains(&"number") {
        names.push("integer");
    }
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| format!("\"{name}\"")).collect()
}

fn type_of(value: &Value) -> &'static str {
    let is_whole = |number: &Number| number.is_i64() || number.is_u64();
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if is_whole(number) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
