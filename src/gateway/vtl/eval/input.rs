//! `$input`: the payload and the parameters.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::{Evaluator, Interrupt};
use crate::gateway::jsonpath::{JsonPath, Style, parse_lenient, to_json};
use crate::gateway::vtl::error::{Position, RenderError};
use crate::gateway::vtl::value::Value;

impl Evaluator<'_> {
    pub(super) fn input_method(
        &mut self,
        name: &str,
        arguments: &[Value],
        position: Position,
    ) -> Result<Value, Interrupt> {
        match (name, arguments) {
            ("getBody", []) => self.body(),
            ("path", [Value::Text(path)]) => self.path(path, position),
            ("json", [Value::Text(path)]) => self.json(path, position),
            ("params", []) => {
                let all = [
                    ("path", &self.inputs.path),
                    ("querystring", &self.inputs.querystring),
                    ("header", &self.inputs.header),
                ];
                let object: Map<String, Json> =
                    all.into_iter().map(|(kind, values)| (kind.to_owned(), strings(values))).collect();
                Ok(self.heap.adopt(&Json::Object(object))?)
            }
            ("params", [wanted]) => {
                let wanted = self.text(wanted)?;
                let found = self.parameter(&wanted).map(Arc::from);
                Ok(found.map_or(Value::Null, Value::Text))
            }
            ("toString", []) => Ok(Value::text("{}")),
            _ => Ok(Value::Null),
        }
    }

    /// `$input.body`: the payload as it is, `{}` for an empty one.
    fn body(&mut self) -> Result<Value, Interrupt> {
        let body = &self.inputs.body;
        self.heap.budget.string(body.len())?;
        Ok(if body.is_empty() {
            Value::text("{}")
        } else {
            Value::text(String::from_utf8_lossy(body).as_ref())
        })
    }

    /// A parameter from the path, the query string or the headers, in this order.
    fn parameter(&self, name: &str) -> Option<&str> {
        let inputs = self.inputs;
        let exact = [&inputs.path, &inputs.querystring, &inputs.header]
            .into_iter()
            .find_map(|values| values.get(name));
        let any_case =
            || inputs.header.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        exact.or_else(any_case).map(String::as_str)
    }

    /// `$input.path(...)`. Of an empty payload every path is the empty text.
    fn path(&mut self, path: &Arc<str>, position: Position) -> Result<Value, Interrupt> {
        if let Some(found) = self.paths.get(path) {
            return Ok(found.clone());
        }
        let found = if self.inputs.body.is_empty() { None } else { self.read(path, position)? };
        let value = match found {
            Some(json) => self.heap.adopt(&json)?,
            None => Value::Null,
        };
        self.paths.insert(path.clone(), value.clone());
        Ok(value)
    }

    /// `$input.json(...)`: what the path names as JSON text; `""`, two quotes, where it leads nowhere.
    fn json(&mut self, path: &str, position: Position) -> Result<Value, Interrupt> {
        let text = match self.read(path, position)? {
            Some(json) => to_json(&json, Style::Plain),
            None => "\"\"".to_owned(),
        };
        self.heap.budget.string(text.len())?;
        Ok(Value::text(text))
    }

    fn read(&mut self, path: &str, position: Position) -> Result<Option<Json>, Interrupt> {
        let document = self.document()?;
        let compiled = JsonPath::compile(path).map_err(|error| position.failure(error.to_string()))?;
        // A path walks the document: count it as work on all of the payload's bytes.
        self.heap.budget.text(self.inputs.body.len())?;
        Ok(compiled.read(&document).map_err(|error| position.failure(error.to_string()))?)
    }

    fn document(&mut self) -> Result<Arc<Json>, Interrupt> {
        if let Some(document) = &self.document {
            return Ok(document.clone());
        }
        self.heap.budget.string(self.inputs.body.len())?;
        let text = String::from_utf8_lossy(&self.inputs.body);
        let text = if text.is_empty() { "{}" } else { text.as_ref() };
        let document = Arc::new(parse_lenient(text).map_err(RenderError::Payload)?);
        self.document = Some(document.clone());
        Ok(document)
    }
}

fn strings(values: &IndexMap<String, String>) -> Json {
    Json::Object(values.iter().map(|(name, value)| (name.clone(), Json::String(value.clone()))).collect())
}
