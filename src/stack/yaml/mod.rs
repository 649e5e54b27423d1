//! YAML as a tree in which every value knows where it stands. Knows nothing of what a stack file means.

mod locate;
mod parse;

pub use locate::locate;
pub use parse::{SIZE_BYTES_MAX, parse};

use super::source::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it is written; for what an alias or a parameter brought in: where it is used.
    pub span: Span,
}

/// What a [`Node`] is.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text, a number, a boolean or nothing; see [`Scalar::kind`].
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A mapping in the order of the file; keys are unique.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as written, without quotes.
    pub key: String,
    /// Where the key is.
    pub key_span: Span,
    /// Its value.
    pub node: Node,
}

/// A scalar as written; what it means is decided by who reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text after quotes, escapes and indentation have been taken away.
    pub text: String,
    /// How it was written.
    pub style: Style,
    /// `${…}` in it is not a reference: it came from the command line.
    pub literal: bool,
    /// It is, or comes from, a secret: never show it.
    pub secret: bool,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Without quotes: may be a number, a boolean or nothing.
    Plain,
    /// In single quotes.
    SingleQuoted,
    /// In double quotes.
    DoubleQuoted,
    /// A block that keeps its line breaks.
    Literal,
    /// A block whose line breaks are folded into blanks.
    Folded,
    /// Not written in the file: brought in by a parameter.
    Given,
}

/// The type a scalar has by YAML 1.2's core schema.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// Anything else.
    Text,
}

impl Scalar {
    /// The type of the scalar. Quoted text is text whatever it looks like; YAML 1.1's `yes` and `on` are text too.
    pub fn kind(&self) -> Kind {
        if self.style == Style::Plain { plain_kind(&self.text) } else { Kind::Text }
    }
}

fn plain_kind(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "true" | "True" | "TRUE" => return Kind::Bool(true),
        "false" | "False" | "FALSE" => return Kind::Bool(false),
        _ => {}
    }
    let digits = text.trim_start_matches(['-', '+']);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') || text.len() - digits.len() > 1 {
        return Kind::Text;
    }
    if let Some(number) = text.strip_prefix("0x").and_then(|hex| i64::from_str_radix(hex, 16).ok()) {
        return Kind::Int(number);
    }
    if let Ok(number) = text.parse::<i64>() {
        return Kind::Int(number);
    }
    let numeric = text.chars().all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    match text.parse::<f64>() {
        Ok(number) if numeric && number.is_finite() => Kind::Float(number),
        _ => Kind::Text,
    }
}

impl Node {
    /// A scalar given by someone else than the file.
    pub fn given(text: impl Into<String>, span: Span) -> Self {
        let scalar = Scalar { text: text.into(), style: Style::Given, literal: true, secret: false };
        Self { value: Value::Scalar(scalar), span }
    }

    /// The scalar, if it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The entries of a mapping; none for anything else.
    pub fn entries(&self) -> &[Entry] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The value under `key` of a mapping.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.node)
    }

    /// Nothing is written here.
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|scalar| scalar.kind() == Kind::Null)
    }

    /// What it is, as an error message calls it.
    pub fn describe(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
            Value::Scalar(scalar) => match scalar.kind() {
                Kind::Null => "nothing",
                Kind::Bool(_) => "a boolean",
                Kind::Int(_) => "a whole number",
                Kind::Float(_) => "a number",
                Kind::Text => "text",
            },
        }
    }

    /// Marks every scalar in it as secret.
    pub fn make_secret(&mut self) {
        match &mut self.value {
            Value::Scalar(scalar) => scalar.secret = true,
            Value::List(items) => items.iter_mut().for_each(Self::make_secret),
            Value::Map(entries) => entries.iter_mut().for_each(|entry| entry.node.make_secret()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_scalars_have_the_core_schema_s_types() {
        for (text, kind) in [
            ("~", Kind::Null),
            ("", Kind::Null),
            ("true", Kind::Bool(true)),
            ("yes", Kind::Text),
            ("on", Kind::Text),
            ("12", Kind::Int(12)),
            ("-3", Kind::Int(-3)),
            ("0x1f", Kind::Int(31)),
            ("1.5", Kind::Float(1.5)),
            ("1e3", Kind::Float(1000.0)),
            (".inf", Kind::Text),
            ("--3", Kind::Text),
            ("12:30", Kind::Text),
            ("1.2.3", Kind::Text),
            ("infinity", Kind::Text),
            ("99999999999999999999", Kind::Float(1e20)),
        ] {
            assert_eq!(plain_kind(text), kind, "{text}");
        }
    }
}
