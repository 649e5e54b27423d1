//! Lines of the access log.

use serde_json::Value;

use super::text;

/// A line of the access log: `format` with its `$context` variables filled in, `-` for those without a value. Line ends in the
/// format become blanks.
pub fn access_log_line(format: &str, context: &Value) -> String {
    const VARIABLE: &str = "$context.";
    let mut line = String::new();
    let mut rest = format;
    while let Some(at) = rest.find(VARIABLE) {
        line.push_str(&rest[..at]);
        let after = &rest[at + VARIABLE.len()..];
        let name = &after[..name_end(after)];
        line.push_str(&value(name, context));
        rest = &after[name.len()..];
    }
    line.push_str(rest);
    line.trim_end().replace(['\r', '\n'], " ")
}

/// Where the variable's name ends: names have letters, digits and `_`, and dots between them; those of an authorizer's context
/// may have `-` and `:` too.
pub(crate) fn name_end(text: &str) -> usize {
    let free = text.starts_with("authorizer.");
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || (free && matches!(c, '-' | ':'));
    let end = text.find(|c: char| !is_name(c) && c != '.').unwrap_or(text.len());
    text[..end].trim_end_matches('.').len()
}

fn value(name: &str, context: &Value) -> String {
    match name {
        // The only variable that brings its own quotes.
        "error.messageString" => text(context, "error.message")
            .map_or_else(|| "-".to_owned(), |message| Value::String(message).to_string()),
        "identity.apiKey" => text(context, name).map_or_else(|| "-".to_owned(), |key| masked(&key)),
        name => text(context, name).filter(|text| !text.is_empty()).unwrap_or_else(|| "-".to_owned()),
    }
}

/// An API key without all that makes it one.
fn masked(key: &str) -> String {
    let end: Vec<char> = key.chars().rev().take(4).filter(|_| key.len() > 12).collect();
    end.into_iter().rev().fold("**********".to_owned(), |masked, c| masked + &c.to_string())
}
