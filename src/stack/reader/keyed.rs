//! Mappings whose keys the user chooses.

use serde_json::{Value as JsonValue, json};

use super::super::source::Span;
use super::super::yaml::{Node, Value};
use super::Reader;
use super::shape::{At, Definitions, Shape, read_at};

/// A mapping with keys of the user's choice, in the order of the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Keyed<T> {
    entries: Vec<KeyedEntry<T>>,
    broken: Vec<String>,
}

/// One entry of a [`Keyed`].
#[derive(Clone, Debug, PartialEq)]
pub struct KeyedEntry<T> {
    /// The key.
    pub key: At<String>,
    /// The value.
    pub value: At<T>,
}

impl<T> Default for Keyed<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), broken: Vec::new() }
    }
}

impl<T> Keyed<T> {
    /// The entries in the order of the file.
    pub fn iter(&self) -> std::slice::Iter<'_, KeyedEntry<T>> {
        self.entries.iter()
    }

    /// The value under `key`.
    pub fn get(&self, key: &str) -> Option<&At<T>> {
        self.entries.iter().find(|entry| *entry.key == key).map(|entry| &entry.value)
    }

    /// `key` is declared, even if its value could not be read.
    pub fn declares(&self, key: &str) -> bool {
        self.names().any(|name| name == key)
    }

    /// Every declared key.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.key.as_str()).chain(self.broken.iter().map(String::as_str))
    }

    /// How many could be read.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// There is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds an entry, or replaces the value of the one with that key.
    pub fn set(&mut self, key: At<String>, value: At<T>) {
        match self.entries.iter_mut().find(|entry| *entry.key == *key) {
            Some(entry) => entry.value = value,
            None => self.entries.push(KeyedEntry { key, value }),
        }
    }
}

impl<'a, T> IntoIterator for &'a Keyed<T> {
    type Item = &'a KeyedEntry<T>;
    type IntoIter = std::slice::Iter<'a, KeyedEntry<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Shape> Shape for Keyed<T> {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let mut keyed = Self::default();
        let entries = match &node.value {
            Value::Map(entries) => entries.as_slice(),
            _ if node.is_null() => &[],
            _ => {
                reader.wrong_type(node, "a mapping");
                return None;
            }
        };
        for entry in entries {
            let read = |reader: &mut Reader<'_>| read_at(&entry.node, reader);
            match reader.within(&entry.key, entry.key_span, read) {
                Some(value) => {
                    let key = At { value: entry.key.clone(), span: entry.key_span };
                    keyed.entries.push(KeyedEntry { key, value });
                }
                None => keyed.broken.push(entry.key.clone()),
            }
        }
        Some(keyed)
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let values = T::schema(definitions);
        json!({ "type": ["object", "null"], "additionalProperties": values })
    }

    fn stand_in() -> Option<Self> {
        Some(Self::default())
    }
}

impl<T> Keyed<T> {
    /// Where `key` is declared.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        self.entries.iter().find(|entry| *entry.key == key).map(|entry| entry.key.span)
    }
}
