//! Models, compiled.

use std::{collections::BTreeMap, error::Error};

use jsonschema::{Draft, Retrieve, Uri, Validator};
use serde_json::{Value, json};

use crate::kinds::rest_api::{Model, definition::REFERENCE};

/// Where models refer to each other in AWS's own form: `https://apigateway.amazonaws.com/restapis/<api>/models/<name>`.
const MODELS: &str = "https://apigateway.amazonaws.com/restapis/api/models/";

/// Every model of an API.
#[derive(Clone)]
pub(super) struct Schemas {
    by_name: BTreeMap<String, Result<Value, String>>,
}

impl Schemas {
    /// The models, and those that every API has unless it declares them itself.
    pub(super) fn new(models: &BTreeMap<String, Model>) -> Self {
        let error = json!({ "type": "object", "properties": { "message": { "type": "string" } } });
        let own = [("Empty", json!({ "type": "object" })), ("Error", error)];
        let mut by_name: BTreeMap<_, _> =
            own.into_iter().map(|(name, of)| (name.to_owned(), Ok(of))).collect();
        by_name.extend(models.iter().map(|(name, model)| (name.clone(), read(&model.schema))));
        Self { by_name }
    }

    /// The model `name`, ready to validate with.
    ///
    /// # Errors
    /// When there is no such model, or it or one it refers to is no schema.
    pub(super) fn compile(&self, name: &str) -> Result<Validator, String> {
        let schema = self.get(name)?;
        jsonschema::options()
            .with_draft(Draft::Draft4)
            .with_base_uri(format!("{MODELS}{name}"))
            .should_validate_formats(true)
            .with_retriever(self.clone())
            .build(schema)
            .map_err(|error| error.to_string())
    }

    fn get(&self, name: &str) -> Result<&Value, String> {
        match self.by_name.get(name) {
            Some(Ok(schema)) => Ok(schema),
            Some(Err(why)) => Err(why.clone()),
            None => Err(format!("there is no model {name}")),
        }
    }
}

impl Retrieve for Schemas {
    fn retrieve(&self, uri: &Uri<String>) -> Result<Value, Box<dyn Error + Send + Sync>> {
        let (_, name) = uri.as_str().rsplit_once("/models/").ok_or("a model refers to models only")?;
        let name = name.split('#').next().unwrap_or_default();
        self.get(name).cloned().map_err(Into::into)
    }
}

fn read(text: &str) -> Result<Value, String> {
    let mut schema: Value = serde_json::from_str(text).map_err(|error| format!("it is not JSON: {error}"))?;
    if let Value::Object(members) = &mut schema {
        // API Gateway reads every model as draft 4, whatever it calls itself.
        members.remove("$schema");
    }
    adapt(&mut schema);
    Ok(schema)
}

/// Makes a schema what API Gateway makes of it: references between models lead to models, and the lengths of lists do not count.
fn adapt(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    members.remove("maxItems");
    members.remove("minItems");
    if let Some(Value::String(reference)) = members.get_mut("$ref")
        && let Some(rest) = reference.strip_prefix(REFERENCE)
    {
        *reference = match rest.split_once('/') {
            Some((name, pointer)) => format!("{MODELS}{name}#/{pointer}"),
            None => format!("{MODELS}{rest}"),
        };
    }
    for name in ["properties", "patternProperties", "definitions", "dependencies"] {
        if let Some(Value::Object(schemas)) = members.get_mut(name) {
            schemas.values_mut().for_each(adapt);
        }
    }
    for name in ["items", "additionalItems", "additionalProperties", "not", "allOf", "anyOf", "oneOf"] {
        match members.get_mut(name) {
            Some(Value::Array(schemas)) => schemas.iter_mut().for_each(adapt),
            Some(schema) => adapt(schema),
            None => {}
        }
    }
}
