//! Between JSON documents and a template's values.

use indexmap::IndexMap;
use serde_json::Value as Json;

use super::limits::LimitExceeded;
use super::number::Number;
use super::value::{Heap, Key, ListKind, Value};

/// Nesting beyond which a value is not followed.
const MAX_DEPTH: usize = 250;

impl Heap {
    /// A JSON document as values; its arrays print as JSON.
    pub(crate) fn adopt(&mut self, json: &Json) -> Result<Value, LimitExceeded> {
        self.budget.step()?;
        Ok(match json {
            Json::Null => Value::Null,
            Json::Bool(flag) => Value::Boolean(*flag),
            Json::Number(number) => Value::Number(Number::of_json(number)),
            Json::String(text) => {
                self.budget.allocate(text.len())?;
                Value::text(text.as_str())
            }
            Json::Array(items) => {
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    values.push(self.adopt(item)?);
                }
                self.list(ListKind::Json, values)?
            }
            Json::Object(members) => {
                let mut entries = IndexMap::with_capacity(members.len());
                for (name, member) in members {
                    self.budget.allocate(name.len())?;
                    entries.insert(Key::text(name), self.adopt(member)?);
                }
                Value::Map(self.map(entries)?)
            }
        })
    }

    /// A value as a JSON document. What JSON has no form for becomes its text; what is nested too deeply, null.
    pub(crate) fn release(&mut self, value: &Value) -> Result<Json, LimitExceeded> {
        self.release_at(value, 0)
    }

    fn release_at(&mut self, value: &Value, depth: usize) -> Result<Json, LimitExceeded> {
        self.budget.step()?;
        if depth > MAX_DEPTH {
            return Err(LimitExceeded::new(MAX_DEPTH, "levels of nested lists and maps"));
        }
        Ok(match value {
            Value::Boolean(flag) => Json::Bool(*flag),
            Value::Number(number) => number.to_json().map_or(Json::Null, Json::Number),
            Value::Text(text) => {
                self.budget.allocate(text.len())?;
                Json::String(text.to_string())
            }
            Value::List(id) => {
                let items = self.get_list(*id).items.clone();
                let mut released = Vec::with_capacity(items.len());
                for item in &items {
                    released.push(self.release_at(item, depth + 1)?);
                }
                Json::Array(released)
            }
            Value::Map(id) => {
                let entries = self.get_map(*id).entries.clone();
                let mut released = serde_json::Map::with_capacity(entries.len());
                for (key, member) in &entries {
                    let name = self.text_of(&key.to_value())?;
                    let member = self.release_at(member, depth + 1)?;
                    released.insert(name.to_string(), member);
                }
                Json::Object(released)
            }
            Value::Null => Json::Null,
            other => Json::String(self.text_of(other)?.to_string()),
        })
    }
}
