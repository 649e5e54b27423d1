//! Free documents: policies, whose text may hold `${…}`, and JSON Schemas, whose text is taken as it is.

use serde_json::{Number, Value as JsonValue, json};

use super::super::template::Template;
use super::super::yaml::{Kind, Node, Scalar, Value};
use super::shape::{At, Definitions, Shape};
use super::{Keyed, Reader};

/// A JSON value whose texts may hold `${…}`.
#[derive(Clone, Debug, PartialEq)]
pub enum Document {
    /// Nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(Template),
    /// A list.
    List(Vec<At<Document>>),
    /// An object.
    Object(Keyed<Document>),
}

impl Shape for Document {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        Some(match &node.value {
            Value::List(_) => Self::List(Shape::read(node, reader)?),
            Value::Map(_) => Self::Object(Shape::read(node, reader)?),
            Value::Scalar(scalar) => match scalar_json(scalar) {
                JsonValue::Null => Self::Null,
                JsonValue::Bool(value) => Self::Bool(value),
                JsonValue::Number(number) => Self::Number(number),
                _ => Self::Text(Template::read(node, reader)?),
            },
        })
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        definitions
            .named("Document", |_| json!({ "description": "A JSON document; text in it may hold `${…}`." }))
    }
}

impl Document {
    /// The member `key` of an object.
    pub fn get(&self, key: &str) -> Option<&Document> {
        match self {
            Self::Object(members) => members.get(key).map(|member| &member.value),
            _ => None,
        }
    }

    /// As JSON, each text made by `text`.
    ///
    /// # Errors
    /// The first error of `text`.
    pub fn to_json<E>(&self, text: &mut impl FnMut(&Template) -> Result<String, E>) -> Result<JsonValue, E> {
        Ok(match self {
            Self::Null => JsonValue::Null,
            Self::Bool(value) => JsonValue::Bool(*value),
            Self::Number(number) => JsonValue::Number(number.clone()),
            Self::Text(template) => JsonValue::String(text(template)?),
            Self::List(items) => items.iter().map(|item| item.to_json(text)).collect::<Result<_, _>>()?,
            Self::Object(members) => JsonValue::Object(
                members
                    .iter()
                    .map(|member| Ok((member.key.value.clone(), member.value.to_json(text)?)))
                    .collect::<Result<_, _>>()?,
            ),
        })
    }
}

/// A JSON value taken as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Json(pub JsonValue);

impl Shape for Json {
    fn read(node: &Node, _: &mut Reader<'_>) -> Option<Self> {
        Some(Self(plain_json(node)))
    }

    fn schema(_: &mut Definitions) -> JsonValue {
        json!({})
    }
}

fn plain_json(node: &Node) -> JsonValue {
    match &node.value {
        Value::Scalar(scalar) => scalar_json(scalar),
        Value::List(items) => items.iter().map(plain_json).collect(),
        Value::Map(entries) => JsonValue::Object(
            entries.iter().map(|entry| (entry.key.clone(), plain_json(&entry.node))).collect(),
        ),
    }
}

/// A scalar as JSON, by the type that it has.
pub(in crate::stack) fn scalar_json(scalar: &Scalar) -> JsonValue {
    match scalar.kind() {
        Kind::Null => JsonValue::Null,
        Kind::Bool(value) => JsonValue::Bool(value),
        Kind::Int(number) => JsonValue::Number(number.into()),
        Kind::Float(number) => Number::from_f64(number).map_or(JsonValue::Null, JsonValue::Number),
        Kind::Text => JsonValue::String(scalar.text.clone()),
    }
}
