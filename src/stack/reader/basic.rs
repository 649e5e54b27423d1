//! Scalars and lists.

use serde_json::{Value as JsonValue, json};

use super::super::source::Span;
use super::super::yaml::{Kind, Node, Style, Value};
use super::Reader;
use super::shape::{At, Definitions, Shape, read_at};

impl Shape for bool {
    const REFERABLE: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.scalar().map(|scalar| (scalar.kind(), scalar.style, scalar.text.as_str())) {
            Some((Kind::Bool(value), ..)) => Some(value),
            Some((_, Style::Given, "true")) => Some(true),
            Some((_, Style::Given, "false")) => Some(false),
            _ => {
                reader.wrong_type(node, "`true` or `false`");
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        definitions.or_reference(json!({ "type": "boolean" }))
    }
}

/// A whole number between `MIN` and `MAX`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Int<const MIN: i64, const MAX: i64>(pub i64);

impl<const MIN: i64, const MAX: i64> Int<MIN, MAX> {
    /// The number as the SDK wants it. Every range used in a stack file fits.
    pub fn as_i32(self) -> i32 {
        i32::try_from(self.0).unwrap_or(i32::MAX)
    }
}

impl<const MIN: i64, const MAX: i64> Shape for Int<MIN, MAX> {
    const REFERABLE: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let number = match node.scalar().map(|scalar| (scalar.kind(), scalar.style)) {
            Some((Kind::Int(number), _)) => Some(number),
            Some((_, Style::Given)) => node.scalar().and_then(|scalar| scalar.text.trim().parse().ok()),
            _ => None,
        };
        let Some(number) = number else {
            reader.wrong_type(node, "a whole number");
            return None;
        };
        if !(MIN..=MAX).contains(&number) {
            let secret = node.scalar().is_some_and(|scalar| scalar.secret);
            let shown = if secret { "the value".to_owned() } else { format!("`{number}`") };
            let detail = format!("Here must be a whole number from {MIN} to {MAX}; {shown} is not.");
            let hint = if number > MAX { format!("at most {MAX}") } else { format!("at least {MIN}") };
            reader.error(node.span, "value out of range", detail).with_hint(hint);
            return None;
        }
        Some(Self(number))
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        definitions.or_reference(json!({ "type": "integer", "minimum": MIN, "maximum": MAX }))
    }
}

/// A number that is not negative.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Real(pub f64);

impl Shape for Real {
    const REFERABLE: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let number = match node.scalar().map(|scalar| (scalar.kind(), scalar.style)) {
            #[expect(clippy::cast_precision_loss, reason = "rates are small")]
            Some((Kind::Int(number), _)) => Some(number as f64),
            Some((Kind::Float(number), _)) => Some(number),
            Some((_, Style::Given)) => node.scalar().and_then(|scalar| scalar.text.trim().parse().ok()),
            _ => None,
        };
        match number {
            Some(number) if number.is_finite() && number >= 0.0 => Some(Self(number)),
            _ => {
                reader.wrong_type(node, "a number that is not negative");
                None
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        definitions.or_reference(json!({ "type": "number", "minimum": 0 }))
    }
}

/// Text in which `${…}` has no meaning of ours: a regular expression, a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Raw(pub String);

impl std::ops::Deref for Raw {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Shape for Raw {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.scalar() {
            Some(scalar) if scalar.kind() != Kind::Null => Some(Self(scalar.text.clone())),
            _ => {
                reader.wrong_type(node, "text");
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> JsonValue {
        json!({ "type": ["string", "number", "boolean"] })
    }

    fn stand_in() -> Option<Self> {
        Some(Self::default())
    }
}

impl<T: Shape> Shape for Vec<At<T>> {
    const REFERABLE: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Value::List(items) = &node.value else {
            reader.wrong_type(node, "a list");
            return None;
        };
        Some(
            items
                .iter()
                .enumerate()
                .filter_map(|(index, item)| {
                    reader.within(&index.to_string(), item.span, |reader| read_at(item, reader))
                })
                .collect(),
        )
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let items = T::schema(definitions);
        definitions.or_reference(json!({ "type": "array", "items": items }))
    }

    /// One element nothing is known of, where there can be one: the list counts as not empty.
    fn stand_in() -> Option<Self> {
        let unknown = T::stand_in().map(|value| At { value, span: Span::default() });
        Some(unknown.into_iter().collect())
    }
}
