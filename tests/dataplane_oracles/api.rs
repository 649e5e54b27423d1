//! The APIs of the recorded cases as the gateway serves them.

use std::collections::BTreeMap;

use gatewright::gateway::served::{Served, Stage};
use gatewright::kinds::rest_api::openapi::read::{BasePath, read_with};
use gatewright::kinds::rest_api::{
    ContentHandling, Definition, Integration, IntegrationResponse, Method, MethodResponse, Model,
    Passthrough, REFERENCE, Settings, TIMEOUT_MS, Validator, Verb,
};
use serde_json::Value;

/// The API of a case; HTTP endpoints are looked for at `address`.
pub fn served(api: &Value, case: &Value, address: &str) -> Result<Served, String> {
    let mut definition = Definition::<String>::default();
    let mut resource_ids = BTreeMap::new();
    if let Some(document) = api["openapi"].as_str() {
        definition = imported(document, &api["import_parameters"]["parameters"]["basepath"])?;
        resource_ids = definition.paths().into_iter().map(|path| (path.clone(), path)).collect();
    }
    for (name, model) in members(api, "models") {
        definition.models.insert(name.clone(), of_model(model));
    }
    for validator in api["requestValidators"].as_array().into_iter().flatten() {
        let is = |name: &str| validator[name] == true;
        let of = Validator { body: is("validateRequestBody"), parameters: is("validateRequestParameters") };
        definition.validators.insert(text(validator, "name"), of);
    }
    for resource in api["resources"].as_array().into_iter().flatten() {
        let path = text(resource, "path");
        resource_ids.insert(path.clone(), text(resource, "id"));
        for (verb, of) in members(resource, "methods") {
            let verb: Verb = verb.parse().expect("a recorded word");
            definition.resources.entry(path.clone()).or_default().insert(verb, method(of, address));
        }
    }
    let binary = api["binaryMediaTypes"].as_array().into_iter().flatten();
    let binary_media_types = binary.filter_map(|of| of.as_str().map(str::to_owned)).collect();
    let stage = Stage {
        name: text(case, "stage"),
        deployment_id: "deployment1".to_owned(),
        variables: texts(case, "stage_variables"),
        ..Stage::default()
    };
    Ok(Served {
        api_id: "abc123".to_owned(),
        api_name: text(api, "name"),
        region: "us-east-1".to_owned(),
        account_id: "111111111111".to_owned(),
        settings: Settings { binary_media_types, ..Settings::default() },
        definition,
        resource_ids,
        stage,
        usage_plans: Vec::new(),
    })
}

/// The definition of a document as AWS was given it.
fn imported(document: &str, basepath: &Value) -> Result<Definition<String>, String> {
    let document: Value = serde_yaml::from_str(document).map_err(|error| error.to_string())?;
    let basepath = match basepath.as_str() {
        Some("prepend") => BasePath::Prepend,
        Some("split") => BasePath::Split,
        _ => BasePath::Ignore,
    };
    let imported = read_with(&document, basepath).map_err(|problems| format!("{problems:?}"))?;
    Ok(imported.definition)
}

/// AWS refers to other models by a URL with the API's id.
fn of_model(of: &Value) -> Model {
    let schema = text(of, "schema");
    let mut parts = schema.split("https://apigateway.amazonaws.com/restapis/");
    let mut ours = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let name = part.split_once("/models/").map_or(part, |(_, name)| name);
        ours.push_str(REFERENCE);
        ours.push_str(name);
    }
    Model { content_type: text(of, "contentType"), schema: ours, description: None }
}

fn method(of: &Value, address: &str) -> Method<String> {
    Method {
        request_parameters: members(of, "requestParameters")
            .map(|(name, on)| (name.clone(), on == true))
            .collect(),
        request_models: texts(of, "requestModels"),
        request_validator: of["requestValidator"]["name"].as_str().map(str::to_owned),
        responses: members(of, "methodResponses")
            .map(|(status, _)| (status.parse().expect("a recorded word"), MethodResponse::default()))
            .collect(),
        integration: of.get("integration").map(|of| integration(of, address)),
        ..Method::default()
    }
}

fn integration(of: &Value, address: &str) -> Integration<String> {
    let uri = of["uri"].as_str().map(|uri| local(uri, address));
    let passthrough = of["passthroughBehavior"].as_str().map(|word| word.parse().expect("a recorded word"));
    Integration {
        kind: text(of, "type").parse().expect("a recorded word"),
        uri,
        http_method: of["httpMethod"].as_str().map(|verb| verb.parse().expect("a recorded word")),
        request_templates: texts(of, "requestTemplates"),
        request_parameters: texts(of, "requestParameters"),
        passthrough_behavior: passthrough.unwrap_or(Passthrough::WhenNoMatch),
        content_handling: handling(of),
        timeout_ms: of["timeoutInMillis"].as_u64().and_then(|ms| ms.try_into().ok()).unwrap_or(TIMEOUT_MS),
        responses: members(of, "integrationResponses")
            .map(|(status, of)| (status.parse().expect("a recorded word"), response(of)))
            .collect(),
        ..Integration::default()
    }
}

fn response(of: &Value) -> IntegrationResponse {
    IntegrationResponse {
        selection_pattern: of["selectionPattern"].as_str().filter(|text| !text.is_empty()).map(str::to_owned),
        parameters: texts(of, "responseParameters"),
        templates: texts(of, "responseTemplates"),
        content_handling: handling(of),
    }
}

fn handling(of: &Value) -> Option<ContentHandling> {
    of["contentHandling"].as_str().and_then(|word| word.parse().ok())
}

/// An endpoint's URL with its host as the first part of the path at the local address.
fn local(uri: &str, address: &str) -> String {
    match uri.split_once("://") {
        Some((_, rest)) => format!("http://{address}/{rest}"),
        None => uri.to_owned(),
    }
}

fn text(of: &Value, name: &str) -> String {
    of[name].as_str().unwrap_or_default().to_owned()
}

fn texts(of: &Value, name: &str) -> BTreeMap<String, String> {
    let texts =
        members(of, name).filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
    texts.collect()
}

fn members<'v>(of: &'v Value, name: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    of[name].as_object().into_iter().flatten()
}
