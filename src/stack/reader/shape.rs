//! Declaring a shape once: type, reading and JSON Schema.

use indexmap::IndexMap;
use serde_json::{Value as JsonValue, json};

use super::super::source::Span;
use super::super::suggest::did_you_mean;
use super::super::yaml::{Entry, Kind, Node, Value};
use super::Reader;
use super::collect::Settled;
use super::keyed::Keyed;

/// A value and where it stands in the stack file.
#[derive(Clone, Copy, Debug, Default)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it is written; where its owner is, for what a default brought in.
    pub span: Span,
}

/// Two values are equal wherever they stand.
impl<T: PartialEq> PartialEq for At<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T> std::ops::Deref for At<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// What can be read from a node, and described by a JSON Schema.
pub trait Shape: Sized {
    /// A whole `${params.x}` may stand in its place.
    const REFERABLE: bool = false;

    /// Reads it. Whatever is wrong is noted; none only where something was noted, or is not known yet.
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self>;

    /// Its JSON Schema.
    fn schema(definitions: &mut Definitions) -> JsonValue;

    /// What stands for a value that is needed and could not be read, or is not known yet.
    fn stand_in() -> Option<Self> {
        None
    }
}

/// The named parts of a JSON Schema.
#[derive(Debug, Default)]
pub struct Definitions(IndexMap<String, JsonValue>);

impl Definitions {
    /// A reference to the schema `name`, made by `make` the first time.
    pub fn named(&mut self, name: &str, make: impl FnOnce(&mut Self) -> JsonValue) -> JsonValue {
        if !self.0.contains_key(name) {
            self.0.insert(name.to_owned(), JsonValue::Null);
            let schema = make(self);
            self.0.insert(name.to_owned(), schema);
        }
        json!({ "$ref": format!("#/$defs/{name}") })
    }

    /// `schema`, or `${params.x}` in its place.
    pub fn or_reference(&mut self, schema: JsonValue) -> JsonValue {
        let reference = self.named("Reference", |_| {
            json!({ "type": "string", "pattern": "\\$\\{", "description": "A value that a parameter brings in, such as `${params.memory}`." })
        });
        json!({ "anyOf": [schema, reference] })
    }

    /// All of them, for `$defs`.
    pub fn into_json(self) -> JsonValue {
        JsonValue::Object(self.0.into_iter().collect())
    }
}

/// Reads a node and keeps where it stood.
pub fn read_at<T: Shape>(node: &Node, reader: &mut Reader<'_>) -> Option<At<T>> {
    let value = if T::REFERABLE {
        match reader.settle(node) {
            Settled::Known(known) => T::read(&known, reader),
            Settled::Later => T::stand_in(),
            Settled::Wrong => None,
        }
    } else {
        T::read(node, reader)
    };
    value.map(|value| At { value, span: node.span })
}

/// The keys of a mapping, while its shape is read.
pub struct Fields<'n> {
    entries: &'n [Entry],
    owner: Span,
}

impl<'n> Fields<'n> {
    /// Notes every key of `node` that is not in `known`. None where the node is no mapping.
    pub fn of(node: &'n Node, what: &str, known: &[&str], reader: &mut Reader<'_>) -> Option<Self> {
        let owner = reader.owner_span(node);
        let entries = match &node.value {
            Value::Map(entries) => entries.as_slice(),
            _ if node.is_null() => &[],
            _ => {
                reader.wrong_type(node, "a mapping");
                return None;
            }
        };
        for entry in entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let names = known.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
            let detail = format!("There is no key `{}` in {what}.", entry.key);
            let hint = did_you_mean(&entry.key, known.iter().copied())
                .unwrap_or_else(|| format!("the keys are {names}"));
            reader.within(&entry.key, entry.key_span, |reader| {
                reader.error(entry.key_span, "unknown key", detail).with_hint(hint).key_path.len()
            });
        }
        Some(Self { entries, owner })
    }

    fn find(&self, key: &str) -> Option<&'n Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// A key that must be there.
    pub fn required<T: Shape>(&self, key: &str, reader: &mut Reader<'_>) -> Option<At<T>> {
        let Some(entry) = self.find(key) else {
            reader.error(self.owner, "missing key", format!("The key `{key}` is missing here."));
            return T::stand_in().map(|value| At { value, span: self.owner });
        };
        reader
            .within(key, entry.key_span, |reader| read_at(&entry.node, reader))
            .or_else(|| T::stand_in().map(|value| At { value, span: entry.node.span }))
    }

    /// A key that may be left out.
    pub fn optional<T: Shape>(&self, key: &str, reader: &mut Reader<'_>) -> Option<At<T>> {
        let entry = self.find(key)?;
        reader.within(key, entry.key_span, |reader| read_at(&entry.node, reader))
    }

    /// A mapping with keys of the user's choice; empty where it is left out.
    pub fn map<T: Shape>(&self, key: &str, reader: &mut Reader<'_>) -> Keyed<T> {
        self.optional::<Keyed<T>>(key, reader).map(|at| at.value).unwrap_or_default()
    }

    /// A list; empty where it is left out, and only there.
    pub fn list<T: Shape>(&self, key: &str, reader: &mut Reader<'_>) -> Vec<At<T>> {
        if self.find(key).is_none() {
            return Vec::new();
        }
        let read = self.optional::<Vec<At<T>>>(key, reader).map(|at| at.value);
        read.or_else(Vec::stand_in).unwrap_or_default()
    }
}

impl Reader<'_> {
    /// Notes that `node` is not what is expected here.
    pub fn wrong_type(&mut self, node: &Node, expected: &str) {
        let found = node.describe();
        let detail = match node.scalar() {
            Some(scalar) if scalar.kind() == Kind::Null => {
                format!("Here must be {expected}, but nothing is written.")
            }
            Some(scalar)
                if !scalar.secret && scalar.text.chars().count() <= 40 && !scalar.text.contains('\n') =>
            {
                format!("Here must be {expected}; `{}` is {found}.", scalar.text)
            }
            _ => format!("Here must be {expected}, not {found}."),
        };
        self.error(node.span, "wrong type", detail);
    }
}

/// Reads one of a few words.
pub fn words_read(node: &Node, reader: &mut Reader<'_>, words: &[&str]) -> Option<usize> {
    let names = || words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let Some(scalar) = node.scalar() else {
        reader.wrong_type(node, &format!("one of {}", names()));
        return None;
    };
    let found = words.iter().position(|word| *word == scalar.text);
    if found.is_none() {
        let shown = if scalar.secret { "the value" } else { &format!("`{}`", scalar.text) };
        let hint = did_you_mean(&scalar.text, words.iter().copied())
            .unwrap_or_else(|| format!("it may be {}", names()));
        reader
            .error(node.span, "unknown value", format!("Here must be one of {}, not {shown}.", names()))
            .with_hint(hint);
    }
    found
}

/// The JSON Schema of one of a few words.
pub fn words_schema(definitions: &mut Definitions, words: &[&str]) -> JsonValue {
    definitions.or_reference(json!({ "enum": words }))
}

/// Doc comment lines as one text.
pub fn documented(lines: &[&str]) -> String {
    lines
        .iter()
        .map(|line| line.strip_prefix(' ').unwrap_or(line))
        .collect::<Vec<_>>()
        .join("\n")
        .trim()
        .to_owned()
}

/// Puts a description beside a schema; `$ref` allows neighbours since draft 2019-09.
pub fn describe(mut schema: JsonValue, lines: &[&str]) -> JsonValue {
    if let JsonValue::Object(members) = &mut schema {
        members.insert("description".into(), documented(lines).into());
    }
    schema
}

/// Declares a mapping with fixed keys.
///
/// Each field has a mode: `required` gives [`At<T>`], `merged` the same but the JSON Schema does not ask for it (a default may
/// bring it in), `optional` gives `Option<At<T>>`, `map` gives [`Keyed<T>`], `list` gives `Vec<At<T>>`. `as "key"` renames.
macro_rules! shape {
    (
        $(#[doc = $doc:literal])+
        #[name = $what:literal]
        pub struct $name:ident {
            $( $(#[doc = $field_doc:literal])+ $mode:ident $field:ident $(as $key:literal)? : $type:ty ),* $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $( $(#[doc = $field_doc])+ pub $field: $crate::stack::reader::shape::shape!(@type $mode $type), )*
        }

        impl $crate::stack::reader::Shape for $name {
            fn read(
                node: &$crate::stack::yaml::Node,
                reader: &mut $crate::stack::reader::Reader<'_>,
            ) -> Option<Self> {
                let known = [$( $crate::stack::reader::shape::shape!(@key $field $($key)?) ),*];
                let fields = $crate::stack::reader::Fields::of(node, $what, &known, reader)?;
                $( let $field = $crate::stack::reader::shape::shape!(
                    @read $mode fields, $crate::stack::reader::shape::shape!(@key $field $($key)?), reader
                ); )*
                Some(Self { $( $field: $crate::stack::reader::shape::shape!(@done $mode $field) ),* })
            }

            fn schema(definitions: &mut $crate::stack::reader::Definitions) -> serde_json::Value {
                definitions.named(stringify!($name), |definitions| {
                    let mut properties = serde_json::Map::new();
                    let mut required: Vec<serde_json::Value> = Vec::new();
                    $(
                        let key = $crate::stack::reader::shape::shape!(@key $field $($key)?);
                        let schema = $crate::stack::reader::shape::shape!(@schema $mode $type, definitions);
                        properties.insert(key.into(), $crate::stack::reader::shape::describe(schema, &[$($field_doc),+]));
                        if $crate::stack::reader::shape::shape!(@needed $mode) { required.push(key.into()); }
                    )*
                    let optional = required.is_empty();
                    serde_json::json!({
                        "description": $crate::stack::reader::shape::documented(&[$($doc),+]),
                        "type": if optional { serde_json::json!(["object", "null"]) } else { "object".into() },
                        "properties": properties,
                        "required": required,
                        "additionalProperties": false,
                    })
                })
            }
        }
    };
    (@type required $type:ty) => { $crate::stack::reader::At<$type> };
    (@type merged $type:ty) => { $crate::stack::reader::At<$type> };
    (@type optional $type:ty) => { Option<$crate::stack::reader::At<$type>> };
    (@type map $type:ty) => { $crate::stack::reader::Keyed<$type> };
    (@type list $type:ty) => { Vec<$crate::stack::reader::At<$type>> };
    (@key $field:ident) => { stringify!($field) };
    (@key $field:ident $key:literal) => { $key };
    (@read required $fields:ident, $key:expr, $reader:ident) => { $fields.required($key, $reader) };
    (@read merged $fields:ident, $key:expr, $reader:ident) => { $fields.required($key, $reader) };
    (@read optional $fields:ident, $key:expr, $reader:ident) => { $fields.optional($key, $reader) };
    (@read map $fields:ident, $key:expr, $reader:ident) => { $fields.map($key, $reader) };
    (@read list $fields:ident, $key:expr, $reader:ident) => { $fields.list($key, $reader) };
    (@done required $field:ident) => { $field? };
    (@done merged $field:ident) => { $field? };
    (@done $mode:ident $field:ident) => { $field };
    (@schema map $type:ty, $definitions:ident) => {
        <$crate::stack::reader::Keyed<$type> as $crate::stack::reader::Shape>::schema($definitions)
    };
    (@schema list $type:ty, $definitions:ident) => {
        <Vec<$crate::stack::reader::At<$type>> as $crate::stack::reader::Shape>::schema($definitions)
    };
    (@schema $mode:ident $type:ty, $definitions:ident) => {
        <$type as $crate::stack::reader::Shape>::schema($definitions)
    };
    (@needed required) => { true };
    (@needed $mode:ident) => { false };
}

/// Declares a choice of words.
macro_rules! words {
    (
        $(#[doc = $doc:literal])+
        pub enum $name:ident {
            $( $(#[doc = $word_doc:literal])+ $variant:ident = $word:literal ),+ $(,)?
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[doc = $word_doc])+ $variant ),+ }

        impl $name {
            /// Every word a stack file may say.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word a stack file says.
            pub fn word(self) -> &'static str {
                match self { $( Self::$variant => $word ),+ }
            }
        }

        impl $crate::stack::reader::Shape for $name {
            const REFERABLE: bool = true;

            fn read(
                node: &$crate::stack::yaml::Node,
                reader: &mut $crate::stack::reader::Reader<'_>,
            ) -> Option<Self> {
                let all = [$( Self::$variant ),+];
                $crate::stack::reader::words_read(node, reader, Self::WORDS).map(|index| all[index])
            }

            fn schema(definitions: &mut $crate::stack::reader::Definitions) -> serde_json::Value {
                $crate::stack::reader::words_schema(definitions, Self::WORDS)
            }
        }
    };
}

pub(crate) use {shape, words};
