//! Resources and methods out of one embedded reading, with AWS's defaults filled in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use aws_sdk_apigateway::types as sdk;

use crate::{
    account::aws::Aws,
    kinds::rest_api::{
        definition::{
            Authorization, Integration, IntegrationResponse, IntegrationType, Method, MethodResponse, Part, TIMEOUT_MS, Verb, is_own_model,
        },
        live::Live,
    },
    model::CloudError,
};

/// Every resource with its methods; `None` where the API is gone.
pub(super) async fn resources(aws: &Aws, id: &str) -> Result<Option<Vec<sdk::Resource>>, CloudError> {
    let mut resources = Vec::new();
    let mut position = None;
    loop {
        let page = aws
            .read_optional("apigateway", "GetResources", || {
                let call = aws.apigateway.get_resources().rest_api_id(id).limit(500).embed("methods");
                call.set_position(position.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(None) };
        resources.extend(page.items.unwrap_or_default());
        position = page.position.filter(|position| !position.is_empty());
        if position.is_none() {
            return Ok(Some(resources));
        }
    }
}

fn methods(resources: &[sdk::Resource]) -> impl Iterator<Item = &sdk::Method> {
    resources.iter().filter_map(|resource| resource.resource_methods()).flat_map(HashMap::values)
}

fn filled(text: Option<&str>) -> Option<String> {
    text.filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The authorizers that methods refer to.
pub(super) fn authorizer_ids(resources: &[sdk::Resource]) -> BTreeSet<String> {
    methods(resources).filter_map(|method| filled(method.authorizer_id())).collect()
}

/// The request validators that methods refer to.
pub(super) fn validator_ids(resources: &[sdk::Resource]) -> BTreeSet<String> {
    methods(resources).filter_map(|method| filled(method.request_validator_id())).collect()
}

/// The collections that methods refer to, whatever the tag says.
pub(super) fn used(resources: &[sdk::Resource]) -> BTreeSet<Part> {
    let models = methods(resources).any(|method| {
        let responses = method.method_responses().into_iter().flat_map(HashMap::values);
        let response_models = responses.filter_map(|response| response.response_models());
        let all = method.request_models().into_iter().chain(response_models).flat_map(HashMap::values);
        all.into_iter().any(|model| !is_own_model(model))
    });
    let used = [
        (Part::Authorizers, !authorizer_ids(resources).is_empty()),
        (Part::Validators, !validator_ids(resources).is_empty()),
        (Part::Models, models),
    ];
    used.into_iter().filter_map(|(part, used)| used.then_some(part)).collect()
}

/// Puts `resources` into `live`, whose authorizers and validators are read already.
pub(super) async fn take(aws: &Aws, live: &mut Live, resources: Vec<sdk::Resource>) -> Result<(), CloudError> {
    for resource in resources {
        let (Some(path), Some(resource_id)) = (resource.path, resource.id) else { continue };
        for (verb, answer) in resource.resource_methods.unwrap_or_default() {
            let answer = if answer.http_method().is_none() {
                // Not embedded.
                match get_method(aws, &live.id, &resource_id, &verb).await? {
                    Some(answer) => answer,
                    None => continue,
                }
            } else {
                answer
            };
            let Ok(verb) = verb.parse::<Verb>() else { continue };
            let method = method(live, &resource_id, &answer);
            live.definition.resources.entry(path.clone()).or_default().insert(verb, method);
        }
        live.resource_ids.insert(path, resource_id);
    }
    Ok(())
}

async fn get_method(
    aws: &Aws,
    api: &str,
    resource: &str,
    verb: &str,
) -> Result<Option<sdk::Method>, CloudError> {
    let answer = aws
        .read_optional("apigateway", "GetMethod", || {
            aws.apigateway.get_method().rest_api_id(api).resource_id(resource).http_method(verb).send()
        })
        .await?;
    Ok(answer.map(|answer| {
        sdk::Method::builder()
            .set_http_method(answer.http_method)
            .set_authorization_type(answer.authorization_type)
            .set_authorizer_id(answer.authorizer_id)
            .set_api_key_required(answer.api_key_required)
            .set_request_validator_id(answer.request_validator_id)
            .set_operation_name(answer.operation_name)
            .set_request_parameters(answer.request_parameters)
            .set_request_models(answer.request_models)
            .set_method_responses(answer.method_responses)
            .set_method_integration(answer.method_integration)
            .set_authorization_scopes(answer.authorization_scopes)
            .build()
    }))
}

fn method(live: &Live, resource_id: &str, answer: &sdk::Method) -> Method<String> {
    let validator = filled(answer.request_validator_id());
    Method {
        authorization: authorization(live, answer),
        api_key_required: answer.api_key_required().unwrap_or_default(),
        operation_name: filled(answer.operation_name()),
        request_parameters: sorted(answer.request_parameters()),
        request_models: sorted(answer.request_models()),
        request_validator: validator.map(|id| name_of(&live.validator_ids, id)),
        responses: responses(answer.method_responses(), method_response),
        integration: answer.method_integration().map(|answer| integration(resource_id, answer)),
    }
}

/// The name that has the id `id`; the id itself where none has, so that it differs from every name.
fn name_of(ids: &BTreeMap<String, String>, id: String) -> String {
    ids.iter().find(|(_, other)| **other == id).map_or(id, |(name, _)| name.clone())
}

fn authorization(live: &Live, answer: &sdk::Method) -> Authorization {
    let authorizer = || name_of(&live.authorizer_ids, answer.authorizer_id().unwrap_or_default().to_owned());
    match answer.authorization_type().unwrap_or_default() {
        "AWS_IAM" => Authorization::AwsIam,
        "CUSTOM" => Authorization::Custom { authorizer: authorizer() },
        "COGNITO_USER_POOLS" => Authorization::CognitoUserPools {
            authorizer: authorizer(),
            scopes: answer.authorization_scopes().iter().cloned().collect(),
        },
        _ => Authorization::None,
    }
}

fn integration(resource_id: &str, answer: &sdk::Integration) -> Integration<String> {
    let kind = answer.r#type().and_then(|kind| kind.as_str().parse().ok()).unwrap_or(IntegrationType::Mock);
    let namespace = filled(answer.cache_namespace());
    let timeout_ms = u32::try_from(answer.timeout_in_millis()).unwrap_or_default();
    Integration {
        kind,
        uri: filled(answer.uri()),
        http_method: answer.http_method().and_then(|verb| verb.parse().ok()),
        credentials: filled(answer.credentials()),
        request_templates: sorted(answer.request_templates()),
        request_parameters: sorted(answer.request_parameters()),
        passthrough_behavior: answer.passthrough_behavior().and_then(|word| word.parse().ok()).unwrap_or_default(),
        content_handling: answer.content_handling().and_then(|handling| handling.as_str().parse().ok()),
        timeout_ms: if timeout_ms == 0 { TIMEOUT_MS } else { timeout_ms },
        cache_key_parameters: answer.cache_key_parameters().iter().cloned().collect(),
        cache_namespace: namespace.filter(|namespace| namespace != resource_id),
        vpc_link: filled(answer.connection_id()),
        insecure_skip_verification: answer.tls_config().is_some_and(|tls| tls.insecure_skip_verification()),
        responses: responses(answer.integration_responses(), integration_response),
    }
}

fn method_response(answer: &sdk::MethodResponse) -> MethodResponse {
    MethodResponse {
        parameters: sorted(answer.response_parameters()),
        models: sorted(answer.response_models()),
    }
}

fn integration_response(answer: &sdk::IntegrationResponse) -> IntegrationResponse {
    IntegrationResponse {
        selection_pattern: filled(answer.selection_pattern()),
        parameters: sorted(answer.response_parameters()),
        templates: sorted(answer.response_templates()),
        content_handling: answer.content_handling().and_then(|handling| handling.as_str().parse().ok()),
    }
}

fn responses<Answer, To>(
    answers: Option<&HashMap<String, Answer>>,
    read: impl Fn(&Answer) -> To,
) -> BTreeMap<u16, To> {
    let answers = answers.into_iter().flatten();
    answers.filter_map(|(status, answer)| Some((status.parse().ok()?, read(answer)))).collect()
}

fn sorted<T: Clone>(map: Option<&HashMap<String, T>>) -> BTreeMap<String, T> {
    map.into_iter().flatten().map(|(key, value)| (key.clone(), value.clone())).collect()
}
