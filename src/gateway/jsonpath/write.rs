//! How API Gateway writes JSON: compact, and escaping more than JSON asks for.

use serde_json::Value;

use crate::gateway::vtl::java_double;

/// The two ways API Gateway escapes JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `$input.json(...)`: a slash stays a slash.
    Plain,
    /// An array that is printed: `/` becomes `\/`.
    Web,
}

/// Appends `text` with JSON's escapes, without the quotes. Control characters and U+2000 to U+20FF become `\uXXXX`.
pub fn escape_into(out: &mut String, text: &str, style: Style) {
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '/' if style == Style::Web => out.push_str("\\/"),
            '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2000}'..='\u{20ff}' => {
                out.push_str(&format!("\\u{:04X}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
}

/// Appends `text` as a JSON string with its quotes.
pub fn quote_into(out: &mut String, text: &str, style: Style) {
    out.push('"');
    escape_into(out, text, style);
    out.push('"');
}

/// A value as JSON text, without white space, members in their order.
pub fn to_json(value: &Value, style: Style) -> String {
    let mut out = String::new();
    write(&mut out, value, style);
    out
}

fn write(out: &mut String, value: &Value, style: Style) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) if n.is_f64() => out.push_str(&java_double(n.as_f64().unwrap_or_default())),
        Value::Number(n) => out.push_str(&n.to_string()),
        Value::String(text) => quote_into(out, text, style),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write(out, item, style);
            }
            out.push(']');
        }
        Value::Object(members) => {
            out.push('{');
            for (index, (key, member)) in members.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                quote_into(out, key, style);
                out.push(':');
                write(out, member, style);
            }
            out.push('}');
        }
    }
}
