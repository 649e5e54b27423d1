//! An API as an OpenAPI 3.0 document with `x-amazon-apigateway-*` extensions, for `PutRestApi`.

mod export;
mod fits;
mod operation;
pub mod read;
mod security;

use serde_json::{Map, Value as Json, json};

pub use export::{Flavor, export};
pub(super) use fits::can_say;

use super::definition::{Definition, Model, Settings};

/// The document that makes an API of `definition`. All texts are known.
pub(super) fn document(name: &str, settings: &Settings, definition: &Definition<String>) -> Json {
    let mut document = Map::new();
    document.insert("openapi".into(), "3.0.1".into());
    document.insert("info".into(), info(name, settings));
    document.insert("paths".into(), paths(definition));
    document.insert("components".into(), components(definition));
    extensions(&mut document, settings, definition);
    Json::Object(document)
}

fn info(name: &str, settings: &Settings) -> Json {
    let mut info = Map::new();
    info.insert("title".into(), name.into());
    if let Some(description) = &settings.description {
        info.insert("description".into(), description.as_str().into());
    }
    info.insert("version".into(), "1".into());
    Json::Object(info)
}

fn paths(definition: &Definition<String>) -> Json {
    let items = definition.resources.iter().filter(|(_, methods)| !methods.is_empty());
    items
        .map(|(path, methods)| {
            let operations = methods.iter().map(|(verb, method)| (operation::key(*verb), operation::operation(method)));
            (path.clone(), Json::Object(operations.collect()))
        })
        .collect()
}

fn components(definition: &Definition<String>) -> Json {
    let mut components = Map::new();
    let schemas = schemas(definition);
    if !schemas.is_empty() {
        components.insert("schemas".into(), Json::Object(schemas));
    }
    let schemes = security::schemes(definition);
    if !schemes.is_empty() {
        components.insert("securitySchemes".into(), Json::Object(schemes));
    }
    Json::Object(components)
}

/// Models by name. An import removes API Gateway's own `Empty` and `Error`, so those that methods refer to are said too.
fn schemas(definition: &Definition<String>) -> Map<String, Json> {
    let schema = |model: &Model| serde_json::from_str(&model.schema).unwrap_or_else(|_| json!({}));
    let mut schemas: Map<String, Json> =
        definition.models.iter().map(|(name, model)| (name.clone(), schema(model))).collect();
    let own = [
        ("Empty", json!({"title": "Empty Schema", "type": "object"})),
        (
            "Error",
            json!({"title": "Error Schema", "type": "object", "properties": {"message": {"type": "string"}}}),
        ),
    ];
    for (name, schema) in own {
        let used = definition.methods().any(|(_, _, method)| {
            let responses = method.responses.values().flat_map(|response| response.models.values());
            method.request_models.values().chain(responses).any(|model| model == name)
        });
        if used && !schemas.contains_key(name) {
            schemas.insert(name.to_owned(), schema);
        }
    }
    schemas
}

fn extensions(document: &mut Map<String, Json>, settings: &Settings, definition: &Definition<String>) {
    let mut put = |name: &str, value: Json| document.insert(format!("x-amazon-apigateway-{name}"), value);
    put("api-key-source", settings.api_key_source.as_str().into());
    if !settings.binary_media_types.is_empty() {
        put("binary-media-types", json!(settings.binary_media_types));
    }
    if let Some(bytes) = settings.minimum_compression_bytes {
        put("minimum-compression-size", bytes.into());
    }
    if let Some(policy) = settings.policy.as_deref().and_then(|policy| serde_json::from_str(policy).ok()) {
        put("policy", policy);
    }
    if !definition.validators.is_empty() {
        let validator = |body: bool, parameters: bool| {
            json!({"validateRequestBody": body, "validateRequestParameters": parameters})
        };
        let validators =
            definition.validators.iter().map(|(name, of)| (name.clone(), validator(of.body, of.parameters)));
        put("request-validators", validators.collect());
    }
    if !definition.gateway_responses.is_empty() {
        let responses = definition.gateway_responses.iter().map(|(kind, response)| {
            let mut of = Map::new();
            if let Some(status) = response.status {
                of.insert("statusCode".into(), status.to_string().into());
            }
            if !response.parameters.is_empty() {
                of.insert("responseParameters".into(), json!(response.parameters));
            }
            if !response.templates.is_empty() {
                of.insert("responseTemplates".into(), json!(response.templates));
            }
            (kind.clone(), Json::Object(of))
        });
        put("gateway-responses", responses.collect());
    }
}
