//! One method as an operation.

use serde_json::{Map, Value as Json, json};

use super::security;
use crate::kinds::rest_api::definition::{Integration, IntegrationResponse, Method, MethodResponse, REFERENCE, Verb};

/// The key of an operation among those of its path.
pub(super) fn key(verb: Verb) -> String {
    match verb {
        Verb::Any => "x-amazon-apigateway-any-method".to_owned(),
        verb => verb.as_str().to_lowercase(),
    }
}

pub(super) fn operation(method: &Method<String>) -> Json {
    let mut operation = Map::new();
    if let Some(name) = &method.operation_name {
        operation.insert("operationId".into(), name.as_str().into());
    }
    let parameters: Vec<Json> = method
        .request_parameters
        .iter()
        .filter_map(|(parameter, required)| {
            let (place, name) = parameter_place(parameter)?;
            Some(json!({"name": name, "in": place, "required": required, "schema": {"type": "string"}}))
        })
        .collect();
    if !parameters.is_empty() {
        operation.insert("parameters".into(), parameters.into());
    }
    if !method.request_models.is_empty() {
        operation.insert("requestBody".into(), json!({"content": content(&method.request_models), "required": true}));
    }
    let responses = method.responses.iter().map(|(status, response)| (status.to_string(), method_response(response)));
    operation.insert("responses".into(), responses.collect());
    let security = security::requirements(method);
    if !security.is_empty() {
        operation.insert("security".into(), security.into());
    }
    if let Some(validator) = &method.request_validator {
        operation.insert("x-amazon-apigateway-request-validator".into(), validator.as_str().into());
    }
    if let Some(of) = &method.integration {
        operation.insert("x-amazon-apigateway-integration".into(), integration(of));
    }
    Json::Object(operation)
}

/// `method.request.header.X` as OpenAPI's place and name; `None` for what has no place there.
pub(super) fn parameter_place(parameter: &str) -> Option<(&'static str, &str)> {
    let (place, name) = parameter.strip_prefix("method.request.")?.split_once('.')?;
    let place = match place {
        "header" => "header",
        "path" => "path",
        "querystring" => "query",
        _ => return None,
    };
    Some((place, name))
}

fn content(models: &std::collections::BTreeMap<String, String>) -> Json {
    let of = |model: &String| json!({"schema": {"$ref": format!("{REFERENCE}{model}")}});
    models.iter().map(|(kind, model)| (kind.clone(), of(model))).collect()
}

fn method_response(response: &MethodResponse) -> Json {
    let mut of = Map::new();
    of.insert("description".into(), "".into());
    if !response.parameters.is_empty() {
        let headers = response.parameters.iter().map(|(header, required)| {
            let name = header.strip_prefix("method.response.header.").unwrap_or(header);
            (name.to_owned(), json!({"required": required, "schema": {"type": "string"}}))
        });
        of.insert("headers".into(), headers.collect());
    }
    if !response.models.is_empty() {
        of.insert("content".into(), content(&response.models));
    }
    Json::Object(of)
}

fn integration(integration: &Integration<String>) -> Json {
    let mut of = Map::new();
    let mut put = |name: &str, value: Json| of.insert(name.to_owned(), value);
    put("type", integration.kind.as_str().to_lowercase().into());
    if let Some(uri) = &integration.uri {
        put("uri", uri.as_str().into());
    }
    if let Some(verb) = integration.http_method {
        put("httpMethod", verb.as_str().into());
    }
    if let Some(role) = &integration.credentials {
        put("credentials", role.as_str().into());
    }
    if !integration.request_templates.is_empty() {
        put("requestTemplates", json!(integration.request_templates));
    }
    if !integration.request_parameters.is_empty() {
        put("requestParameters", json!(integration.request_parameters));
    }
    put("passthroughBehavior", integration.passthrough_behavior.as_str().to_lowercase().into());
    if let Some(handling) = integration.content_handling {
        put("contentHandling", handling.as_str().into());
    }
    put("timeoutInMillis", integration.timeout_ms.into());
    if let Some(namespace) = &integration.cache_namespace {
        put("cacheNamespace", namespace.as_str().into());
    }
    if !integration.cache_key_parameters.is_empty() {
        put("cacheKeyParameters", json!(integration.cache_key_parameters));
    }
    if let Some(link) = &integration.vpc_link {
        put("connectionType", "VPC_LINK".into());
        put("connectionId", link.as_str().into());
    }
    if integration.insecure_skip_verification {
        put("tlsConfig", json!({"insecureSkipVerification": true}));
    }
    let responses = integration.responses.iter().map(|(status, response)| {
        let pattern = response.selection_pattern.as_deref().unwrap_or("default");
        (pattern.to_owned(), integration_response(*status, response))
    });
    put("responses", responses.collect());
    Json::Object(of)
}

fn integration_response(status: u16, response: &IntegrationResponse) -> Json {
    let mut of = Map::new();
    of.insert("statusCode".into(), status.to_string().into());
    if !response.parameters.is_empty() {
        of.insert("responseParameters".into(), json!(response.parameters));
    }
    if !response.templates.is_empty() {
        of.insert("responseTemplates".into(), json!(response.templates));
    }
    if let Some(handling) = response.content_handling {
        of.insert("contentHandling".into(), handling.as_str().into());
    }
    Json::Object(of)
}
