//! An API as a document for people and other tools: OpenAPI 3.0 or Swagger 2.0, with or without extensions.
//!
//! With extensions, [`read`](super::read::read) makes of it the API that was written.

mod swagger;

use serde_json::{Map, Value as Json, json};

use super::{document, operation::parameter_place, read};
use crate::kinds::rest_api::definition::{Definition, EndpointType, Method, Settings};

/// The format of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// Swagger 2.0.
    Swagger2,
    /// OpenAPI 3.0.
    OpenApi3,
}

/// What neither OpenAPI nor API Gateway's extensions have a word for stands under this key.
const OWN: &str = read::OWN_KEY;

/// The document of the API called `name`. `url` is where a stage of it is reached. Without `extensions` nothing is left that only
/// API Gateway understands: methods for any verb, integrations, authorizers' functions.
pub fn export(
    name: &str,
    settings: &Settings,
    definition: &Definition<String>,
    url: Option<&str>,
    flavor: Flavor,
    extensions: bool,
) -> Json {
    let mut document = document(name, settings, definition);
    add_empty_paths(&mut document, definition);
    endpoint(&mut document, settings);
    own(&mut document, settings, definition);
    own_parameters(&mut document, definition);
    if let Some(url) = url {
        let members = document.as_object_mut().into_iter();
        members.for_each(|members| drop(members.insert("servers".into(), json!([{"url": url}]))));
    }
    if flavor == Flavor::Swagger2 {
        document = swagger::swagger(document, definition);
    }
    if !extensions {
        strip(&mut document);
    }
    document
}

/// Paths without methods are resources too.
fn add_empty_paths(document: &mut Json, definition: &Definition<String>) {
    if let Some(paths) = document["paths"].as_object_mut() {
        for path in
            definition.resources.keys().filter(|path| !paths.contains_key(*path)).cloned().collect::<Vec<_>>()
        {
            paths.insert(path, json!({}));
        }
    }
}

fn endpoint(document: &mut Json, settings: &Settings) {
    let mut of = Map::new();
    if settings.disable_execute_api_endpoint {
        of.insert("disableExecuteApiEndpoint".into(), true.into());
    }
    if !settings.vpc_endpoint_ids.is_empty() {
        of.insert("vpcEndpointIds".into(), json!(settings.vpc_endpoint_ids));
    }
    if !of.is_empty() {
        document["x-amazon-apigateway-endpoint-configuration"] = Json::Object(of);
    }
}

/// The endpoint's type, the models' content types and descriptions.
fn own(document: &mut Json, settings: &Settings, definition: &Definition<String>) {
    let mut own = Map::new();
    let implied =
        if settings.vpc_endpoint_ids.is_empty() { EndpointType::default() } else { EndpointType::Private };
    if settings.endpoint != implied {
        own.insert("endpoint".into(), settings.endpoint.as_str().into());
    }
    let mut models = Map::new();
    for (name, model) in &definition.models {
        let mut of = Map::new();
        if model.content_type != "application/json" {
            of.insert("contentType".into(), model.content_type.as_str().into());
        }
        // API Gateway describes a model as its schema does.
        let in_schema = document["components"]["schemas"][name]["description"].as_str();
        if in_schema.filter(|text| !text.is_empty()) != model.description.as_deref() {
            of.insert("description".into(), model.description.as_deref().unwrap_or_default().into());
        }
        if !of.is_empty() {
            models.insert(name.clone(), Json::Object(of));
        }
    }
    if !models.is_empty() {
        own.insert("models".into(), Json::Object(models));
    }
    if !own.is_empty() {
        document[OWN] = Json::Object(own);
    }
}

/// Parameters that have no place in OpenAPI, such as headers with several values.
fn own_parameters(document: &mut Json, definition: &Definition<String>) {
    each_operation(document, definition, |operation, method| {
        let others = method.request_parameters.iter().filter(|(name, _)| parameter_place(name).is_none());
        let others: Map<String, Json> =
            others.map(|(name, required)| (name.clone(), (*required).into())).collect();
        if !others.is_empty() {
            operation.insert(OWN.into(), json!({"requestParameters": others}));
        }
    });
}

/// Goes through the operations of a document and the methods that they were made of.
fn each_operation(
    document: &mut Json,
    definition: &Definition<String>,
    mut change: impl FnMut(&mut Map<String, Json>, &Method<String>),
) {
    for (path, verb, method) in definition.methods() {
        let operation =
            document["paths"].get_mut(path).and_then(|item| item.get_mut(super::operation::key(verb)));
        if let Some(operation) = operation.and_then(Json::as_object_mut) {
            change(operation, method);
        }
    }
}

/// Takes every extension away. Schemas hold none of ours, and what is called `x-…` in them stays.
fn strip(document: &mut Json) {
    let ours = |key: &str| key.starts_with("x-amazon-apigateway-") || key == OWN;
    let mut open = vec![document];
    while let Some(value) = open.pop() {
        match value {
            Json::Object(members) => {
                members.retain(|key, _| !ours(key));
                open.extend(
                    members
                        .iter_mut()
                        .filter(|(key, _)| !matches!(key.as_str(), "schemas" | "definitions"))
                        .map(|(_, value)| value),
                );
            }
            Json::Array(items) => open.extend(items),
            _ => {}
        }
    }
}
