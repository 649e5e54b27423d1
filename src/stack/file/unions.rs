//! Small choices of form that several shapes share.

use serde_json::{Value as JsonValue, json};

use super::super::reader::Reader;
use super::super::reader::shape::{At, Definitions, Shape};
use super::super::template::Template;
use super::super::yaml::{Node, Value};

/// A list of texts, or one text in place of a list of one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StringOrList(pub Vec<At<Template>>);

impl std::ops::Deref for StringOrList {
    type Target = [At<Template>];

    fn deref(&self) -> &[At<Template>] {
        &self.0
    }
}

impl Shape for StringOrList {
    const REFERABLE: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::List(_) = node.value {
            return Vec::read(node, reader).map(Self);
        }
        let value = Template::read(node, reader)?;
        Some(Self(vec![At { value, span: node.span }]))
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let text = Template::schema(definitions);
        json!({ "anyOf": [text, { "type": "array", "items": text }] })
    }

    fn stand_in() -> Option<Self> {
        Vec::stand_in().map(Self)
    }
}

/// What a text that names a role or a function says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyOrArn<'t> {
    /// The key of an object of this stack.
    Key(&'t str),
    /// An ARN, known now or later.
    Arn(&'t Template),
}

/// An ARN starts with `arn:` or holds a reference; anything else is a key of this stack.
pub fn key_or_arn(text: &Template) -> KeyOrArn<'_> {
    match text.known() {
        Some(key) if !key.starts_with("arn:") => KeyOrArn::Key(key),
        _ => KeyOrArn::Arn(text),
    }
}
