//! Schemas become models: those with a name, and those written where they are used.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::{
    Document, Version, method::Operation, node::Node, notes::clip, references::unescaped, values::meant,
};
use crate::kinds::rest_api::definition::{Model, REFERENCE, Verb, is_own_model};

const SWAGGER_REFERENCE: &str = "#/definitions/";
/// Words of OpenAPI's schemas that API Gateway ignores (its developer guide, "known issues").
const IGNORED: [&str; 7] =
    ["discriminator", "example", "exclusiveMinimum", "readOnly", "writeOnly", "nullable", "xml"];
/// Values that may be copied into models in place of references to what is no model.
const COPIED_VALUES_MAX: usize = 20_000;
/// References within copies.
const COPIED_LEVELS_MAX: usize = 8;

/// Models so far.
#[derive(Default)]
pub(super) struct Schemas {
    /// Names in the document: references to them are good, even where the schema itself is not.
    names: BTreeSet<String>,
    models: BTreeMap<String, Model>,
    /// Models made of schemas without a name, by schema text.
    made: BTreeMap<String, String>,
    /// Where a word that API Gateway ignores was first seen, and how often.
    ignored: BTreeMap<&'static str, (Vec<String>, usize)>,
    copied: usize,
}

impl Schemas {
    pub(super) fn into_models(self) -> BTreeMap<String, Model> {
        self.models
    }
}

impl<'d> Document<'d> {
    /// Reads `definitions` or `components.schemas`.
    pub(super) fn read_schemas(&mut self) {
        let place: &[&str] = match self.version {
            Version::Swagger2 => &["definitions"],
            Version::OpenApi3 => &["components", "schemas"],
        };
        let Some(map) = self.root.at(place).filter(|map| self.notes.is_object(map)) else { return };
        self.schemas.names = map.entries().map(|(name, _)| name.to_owned()).collect();
        for (name, node) in map.entries() {
            if name.is_empty() || !name.chars().all(|letter| letter.is_ascii_alphanumeric()) {
                let detail = format!("`{}` cannot be the name of a model.", clip(name));
                self.notes.problem(&node, detail, Some("letters and digits only".into()));
                continue;
            }
            if !self.notes.is_object(&node) {
                continue;
            }
            // Followed only to tell circles of nothing but references.
            let _ = self.resolved(node.clone());
            let schema = self.rewritten(&node, &mut Vec::new(), false);
            if is_own_model(name) && says_nothing_new(name, &schema) {
                continue;
            }
            let description = schema.get("description").and_then(Json::as_str);
            let mut model = Model {
                content_type: "application/json".to_owned(),
                description: description.filter(|text| !text.is_empty()).map(str::to_owned),
                schema: schema.to_string(),
            };
            self.own_model(name, &mut model);
            self.schemas.models.insert(name.to_owned(), model);
        }
    }

    /// The name of the model for the schema at `node`: the one that it refers to, or one that is made for it. API Gateway calls
    /// those `MODEL` and six random digits; here they are called after the operation, so that they stay the same.
    pub(super) fn schema_model(&mut self, node: &Node<'d>, hint: &str) -> Option<String> {
        if !self.notes.is_object(node) {
            return None;
        }
        if let Some(reference) = node.get("$ref")
            && let Some(text) = reference.value().as_str()
        {
            if let Some(name) = model_name(text) {
                return self.known_model(&reference, &name).then_some(name);
            }
            let target = self.resolved(node.clone())?;
            let named = target.pointer();
            let name = match named.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
                ["definitions", name] | ["components", "schemas", name] => Some((*name).to_owned()),
                _ => None,
            };
            return name.or_else(|| self.made_model(&target, hint));
        }
        self.made_model(node, hint)
    }

    fn made_model(&mut self, node: &Node<'d>, hint: &str) -> Option<String> {
        if !self.notes.is_object(node) {
            return None;
        }
        let schema = self.rewritten(node, &mut Vec::new(), false).to_string();
        if let Some(name) = self.schemas.made.get(&schema) {
            return Some(name.clone());
        }
        let taken =
            |name: &String| self.schemas.names.contains(name) || self.schemas.models.contains_key(name);
        let numbered = (2..).map(|number| format!("{hint}N{number}"));
        let name = std::iter::once(hint.to_owned()).chain(numbered).find(|name| !taken(name))?;
        let model =
            Model { content_type: "application/json".to_owned(), schema: schema.clone(), description: None };
        self.schemas.models.insert(name.clone(), model);
        self.schemas.made.insert(schema, name.clone());
        Some(name)
    }

    /// `GetUsersId` for `GET /users/{id}`.
    pub(super) fn schema_hint(&self, operation: &Operation<'_, 'd>) -> String {
        let verb = match operation.verb {
            Verb::Any => "Any".to_owned(),
            verb => capitalised(&verb.as_str().to_lowercase()),
        };
        let words = operation.path.split(|letter: char| !letter.is_ascii_alphanumeric());
        words.filter(|word| !word.is_empty()).fold(verb, |name, word| name + &capitalised(word))
    }

    /// Whether there is a model `name`; told where there is none.
    fn known_model(&mut self, at: &Node<'d>, name: &str) -> bool {
        let known = self.schemas.names.contains(name) || is_own_model(name);
        if !known {
            let help = meant(name, self.schemas.names.iter().map(String::as_str));
            self.notes.problem(at, format!("The document has no schema `{}`.", clip(name)), help);
        }
        known
    }

    /// The schema with its references as models say them. `copying` are the references that are being copied; `names` says that
    /// the members are called by the user and are no words of JSON Schema.
    fn rewritten(&mut self, node: &Node<'d>, copying: &mut Vec<String>, names: bool) -> Json {
        match node.value() {
            Json::Array(_) => node.items().map(|item| self.rewritten(&item, copying, false)).collect(),
            Json::Object(members) => {
                if !names
                    && let Some(reference) = node.get("$ref")
                    && let Some(text) = reference.value().as_str()
                {
                    return self.reference(&reference, text, copying);
                }
                let mut schema = Map::new();
                for (key, value) in members {
                    let Some(member) = node.step(key) else { continue };
                    let value = match key.as_str() {
                        "example" | "examples" | "enum" | "default" if !names => value.clone(),
                        "properties" | "patternProperties" | "definitions" if !names => {
                            self.rewritten(&member, copying, true)
                        }
                        _ => self.rewritten(&member, copying, false),
                    };
                    if !names {
                        self.note_ignored(key, &member);
                    }
                    schema.insert(key.clone(), value);
                }
                Json::Object(schema)
            }
            plain => plain.clone(),
        }
    }

    fn reference(&mut self, reference: &Node<'d>, text: &str, copying: &mut Vec<String>) -> Json {
        if let Some(name) = model_name(text) {
            self.known_model(reference, &name);
            return json!({"$ref": format!("{REFERENCE}{name}")});
        }
        // A model refers to other models only: anything else takes the place of the reference.
        if copying.iter().any(|other| other == text) {
            let detail = format!("The reference `{}` leads back to itself.", clip(text));
            self.notes.problem(reference, detail, Some("give the schema a name of its own".into()));
            return json!({});
        }
        let Some(target) = self.target(reference, text) else { return json!({}) };
        self.schemas.copied += size(target.value());
        if self.schemas.copied > COPIED_VALUES_MAX || copying.len() >= COPIED_LEVELS_MAX {
            let detail = "The schemas grow too large once their references are followed.";
            self.notes.problem(reference, detail, Some("refer to schemas by name".into()));
            return json!({});
        }
        copying.push(text.to_owned());
        let copy = self.rewritten(&target, copying, false);
        copying.pop();
        copy
    }

    fn note_ignored(&mut self, key: &str, at: &Node<'d>) {
        if let Some(word) = IGNORED.iter().find(|word| **word == key) {
            self.schemas.ignored.entry(word).or_insert_with(|| (at.pointer(), 0)).1 += 1;
        }
    }

    /// One warning for each word that API Gateway ignores.
    pub(super) fn tell_ignored_words(&mut self) {
        for (word, (pointer, times)) in std::mem::take(&mut self.schemas.ignored) {
            let more = match times {
                1 => String::new(),
                2 => " (here and in one other place)".to_owned(),
                _ => format!(" (here and in {} other places)", times - 1),
            };
            let message = format!("API Gateway ignores `{word}` in schemas{more}.");
            self.notes.warnings.push(super::Problem { pointer, message, help: None });
        }
    }
}

/// The model that a reference names: in OpenAPI's words, Swagger's, or API Gateway's own URL.
fn model_name(reference: &str) -> Option<String> {
    let local = reference.strip_prefix(REFERENCE).or_else(|| reference.strip_prefix(SWAGGER_REFERENCE));
    let name = match local {
        Some(name) => unescaped(name),
        None => {
            let rest = reference.strip_prefix("https://apigateway.amazonaws.com/restapis/")?;
            rest.split_once("/models/")?.1.to_owned()
        }
    };
    (!name.contains('/')).then_some(name)
}

/// Whether the schema is API Gateway's own `Empty` or `Error`, which every API has: it counts only where it says something else.
fn says_nothing_new(name: &str, schema: &Json) -> bool {
    let Json::Object(members) = schema else { return false };
    let mut members = members.clone();
    members.shift_remove("$schema");
    members.shift_remove("title");
    let own = match name {
        "Empty" => json!({"type": "object"}),
        _ => json!({"type": "object", "properties": {"message": {"type": "string"}}}),
    };
    Json::Object(members) == own
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

fn size(value: &Json) -> usize {
    match value {
        Json::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Json::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 1,
    }
}
