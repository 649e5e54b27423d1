//! From OpenAPI 3.0 to Swagger 2.0.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::{OWN, each_operation};
use crate::kinds::rest_api::definition::{Definition, Method, REFERENCE};

const SWAGGER_REFERENCE: &str = "#/definitions/";
/// What a body is taken for where nothing is said.
const JSON: &str = "application/json";

/// The same document in the other format. What differs there is said in an extension where it would be lost: Swagger has one model
/// for all content types of a body, and no headers that are required.
pub(super) fn swagger(mut document: Json, definition: &Definition<String>) -> Json {
    each_operation(&mut document, definition, operation);
    let Json::Object(members) = document else { return document };
    let mut of = Map::new();
    for (key, value) in members {
        match key.as_str() {
            "openapi" => drop(of.insert("swagger".into(), "2.0".into())),
            "servers" => server(&mut of, &value),
            "components" => components(&mut of, value),
            _ => drop(of.insert(key, value)),
        }
    }
    Json::Object(of)
}

fn server(of: &mut Map<String, Json>, servers: &Json) {
    let Some((scheme, rest)) = servers[0]["url"].as_str().and_then(|url| url.split_once("://")) else {
        return;
    };
    let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
    of.insert("host".into(), host.into());
    if !path.trim_matches('/').is_empty() {
        of.insert("basePath".into(), path.into());
    }
    of.insert("schemes".into(), json!([scheme]));
}

fn components(of: &mut Map<String, Json>, components: Json) {
    let Json::Object(members) = components else { return };
    for (key, mut value) in members {
        match key.as_str() {
            "schemas" => {
                renamed(&mut value);
                of.insert("definitions".into(), value);
            }
            "securitySchemes" => drop(of.insert("securityDefinitions".into(), value)),
            _ => {}
        }
    }
}

/// References to models in Swagger's words.
fn renamed(value: &mut Json) {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            Json::Object(members) => {
                for (key, value) in members.iter_mut() {
                    let name = value
                        .as_str()
                        .filter(|_| key == "$ref")
                        .and_then(|text| text.strip_prefix(REFERENCE));
                    match name.map(|name| format!("{SWAGGER_REFERENCE}{name}")) {
                        Some(reference) => *value = reference.into(),
                        None => open.push(value),
                    }
                }
            }
            Json::Array(items) => open.extend(items),
            _ => {}
        }
    }
}

fn operation(operation: &mut Map<String, Json>, method: &Method<String>) {
    let mut own = match operation.shift_remove(OWN) {
        Some(Json::Object(own)) => own,
        _ => Map::new(),
    };
    operation.shift_remove("requestBody");
    for parameter in
        operation.get_mut("parameters").into_iter().flat_map(|list| list.as_array_mut()).flatten()
    {
        flatten_type(parameter);
    }
    if let Some(body) = method.request_models.values().next() {
        let parameter = json!({"in": "body", "name": "body", "required": true, "schema": reference(body)});
        match operation.get_mut("parameters").and_then(Json::as_array_mut) {
            Some(list) => list.push(parameter),
            None => drop(operation.insert("parameters".into(), json!([parameter]))),
        }
        media_types(operation, "consumes", &method.request_models.keys().collect());
        if !all_equal(&method.request_models) {
            own.insert("requestModels".into(), json!(method.request_models));
        }
    }
    responses(operation, method, &mut own);
    if !own.is_empty() {
        operation.insert(OWN.into(), Json::Object(own));
    }
}

fn responses(operation: &mut Map<String, Json>, method: &Method<String>, own: &mut Map<String, Json>) {
    let produced: BTreeSet<&String> =
        method.responses.values().flat_map(|response| response.models.keys()).collect();
    media_types(operation, "produces", &produced);
    let implied = produced.len().max(1);
    let mut lost = Map::new();
    for (status, response) in &method.responses {
        let mut of = Map::new();
        of.insert("description".into(), "".into());
        if let Some(model) = response.models.values().next() {
            of.insert("schema".into(), reference(model));
        }
        if !response.parameters.is_empty() {
            let name =
                |header: &String| header.strip_prefix("method.response.header.").unwrap_or(header).to_owned();
            let headers = response.parameters.keys().map(|header| (name(header), json!({"type": "string"})));
            of.insert("headers".into(), headers.collect());
        }
        if let Some(place) = operation.get_mut("responses").and_then(|all| all.get_mut(status.to_string())) {
            *place = Json::Object(of);
        }
        let mut said = Map::new();
        if response.parameters.values().any(|required| *required) {
            said.insert("parameters".into(), json!(response.parameters));
        }
        if !response.models.is_empty() && (response.models.len() != implied || !all_equal(&response.models)) {
            said.insert("models".into(), json!(response.models));
        }
        if !said.is_empty() {
            lost.insert(status.to_string(), Json::Object(said));
        }
    }
    if !lost.is_empty() {
        own.insert("responses".into(), Json::Object(lost));
    }
}

/// Says the content types, where they are others than those that are taken for granted.
fn media_types(operation: &mut Map<String, Json>, key: &str, kinds: &BTreeSet<&String>) {
    let plain = kinds.len() == 1 && kinds.first().is_some_and(|kind| *kind == JSON);
    if !kinds.is_empty() && !plain {
        operation.insert(key.into(), json!(kinds));
    }
}

fn all_equal(models: &BTreeMap<String, String>) -> bool {
    let mut names = models.values();
    let first = names.next();
    names.all(|name| Some(name) == first)
}

fn reference(model: &str) -> Json {
    json!({"$ref": format!("{SWAGGER_REFERENCE}{model}")})
}

/// `schema: {type: string}` is `type: string` in Swagger.
fn flatten_type(parameter: &mut Json) {
    if let Some(members) = parameter.as_object_mut()
        && let Some(Json::Object(schema)) = members.shift_remove("schema")
    {
        members.extend(schema);
    }
}
