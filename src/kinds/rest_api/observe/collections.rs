//! Authorizers, validators, models, gateway responses, with AWS's defaults filled in.

use std::collections::BTreeSet;

use aws_sdk_apigateway::types as sdk;

use crate::{
    account::aws::Aws,
    kinds::rest_api::{
        definition::{Authorizer, GatewayResponse, Model, REFERENCE, TTL_SECONDS, Validator, is_own_model},
        desired::Desired,
        live::Live,
    },
    model::CloudError,
};

/// Reads every page of a collection.
macro_rules! pages {
    ($aws:expr, $id:expr, $operation:literal, $call:ident) => {{
        let mut items = Vec::new();
        let mut position = None;
        loop {
            let page = $aws
                .read("apigateway", $operation, || {
                    $aws.apigateway.$call().rest_api_id($id).limit(500).set_position(position.clone()).send()
                })
                .await?;
            items.extend(page.items.unwrap_or_default());
            position = page.position.filter(|position| !position.is_empty());
            if position.is_none() {
                break items;
            }
        }
    }};
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Those that methods use come first: of two of one name the other is the stray.
fn used_first<T>(items: &mut [T], id: impl Fn(&T) -> Option<String>, used: &BTreeSet<String>) {
    items.sort_by_key(|item| (!id(item).is_some_and(|id| used.contains(&id)), id(item)));
}

pub(super) async fn authorizers(aws: &Aws, live: &mut Live, used: &BTreeSet<String>) -> Result<(), CloudError> {
    let mut answers = pages!(aws, &live.id, "GetAuthorizers", get_authorizers);
    used_first(&mut answers, |answer| answer.id.clone(), used);
    for answer in answers {
        let (Some(name), Some(id)) = (answer.name.clone(), answer.id.clone()) else { continue };
        if live.authorizer_ids.contains_key(&name) {
            live.strays.authorizers.insert(id);
            continue;
        }
        live.authorizer_ids.insert(name.clone(), id);
        live.definition.authorizers.insert(name, authorizer(answer));
    }
    Ok(())
}

fn authorizer(answer: sdk::Authorizer) -> Authorizer<String> {
    let sources = filled(answer.identity_source).unwrap_or_default();
    Authorizer {
        kind: answer.r#type.and_then(|kind| kind.as_str().parse().ok()).unwrap_or_default(),
        uri: filled(answer.authorizer_uri),
        identity_sources: sources
            .split(',')
            .map(str::trim)
            .filter(|source| !source.is_empty())
            .map(str::to_owned)
            .collect(),
        validation_expression: filled(answer.identity_validation_expression),
        // Imported ones answer without it.
        ttl_seconds: answer
            .authorizer_result_ttl_in_seconds
            .and_then(|seconds| u32::try_from(seconds).ok())
            .unwrap_or(TTL_SECONDS),
        credentials: filled(answer.authorizer_credentials),
        provider_arns: answer.provider_arns.unwrap_or_default(),
    }
}

pub(super) async fn validators(aws: &Aws, live: &mut Live, used: &BTreeSet<String>) -> Result<(), CloudError> {
    let mut answers = pages!(aws, &live.id, "GetRequestValidators", get_request_validators);
    used_first(&mut answers, |answer| answer.id.clone(), used);
    for answer in answers {
        let (Some(name), Some(id)) = (answer.name, answer.id) else { continue };
        if live.validator_ids.contains_key(&name) {
            live.strays.validators.insert(id);
            continue;
        }
        let validator =
            Validator { body: answer.validate_request_body, parameters: answer.validate_request_parameters };
        live.validator_ids.insert(name.clone(), id);
        live.definition.validators.insert(name, validator);
    }
    Ok(())
}

/// API Gateway's own `Empty` and `Error` count only where the stack file declares them.
pub(super) async fn models(aws: &Aws, live: &mut Live, wanted: Option<&Desired>) -> Result<(), CloudError> {
    let answers = pages!(aws, &live.id, "GetModels", get_models);
    for answer in answers {
        let Some(name) = answer.name else { continue };
        let declared = wanted.is_some_and(|wanted| wanted.definition.models.contains_key(&name));
        if is_own_model(&name) && !declared {
            continue;
        }
        let model = Model {
            content_type: answer.content_type.unwrap_or_default(),
            schema: answer.schema.map(|schema| with_names(&schema)).unwrap_or_default(),
            description: filled(answer.description),
        };
        live.definition.models.insert(name, model);
    }
    Ok(())
}

/// The schema with references to other models by name: AWS writes them as URLs that end in `/restapis/<id>/models/<name>`.
fn with_names(schema: &str) -> String {
    fn rename(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::Object(members) => {
                for (key, member) in members {
                    match member.as_str().filter(|_| key == "$ref").and_then(name) {
                        Some(name) => *member = format!("{REFERENCE}{name}").into(),
                        None => rename(member),
                    }
                }
            }
            serde_json::Value::Array(items) => items.iter_mut().for_each(rename),
            _ => {}
        }
    }
    fn name(reference: &str) -> Option<&str> {
        let (above, name) = reference.rsplit_once("/models/")?;
        above.contains("/restapis/").then_some(name)
    }
    if !schema.contains("/models/") {
        return schema.to_owned();
    }
    match serde_json::from_str(schema) {
        Ok(mut value) => {
            rename(&mut value);
            value.to_string()
        }
        Err(_) => schema.to_owned(),
    }
}

pub(super) async fn gateway_responses(aws: &Aws, live: &mut Live) -> Result<(), CloudError> {
    let answers = pages!(aws, &live.id, "GetGatewayResponses", get_gateway_responses);
    for answer in answers.into_iter().filter(|answer| !answer.default_response) {
        let Some(kind) = answer.response_type else { continue };
        let response = GatewayResponse {
            status: answer.status_code.and_then(|status| status.parse().ok()),
            parameters: answer.response_parameters.unwrap_or_default().into_iter().collect(),
            templates: answer.response_templates.unwrap_or_default().into_iter().collect(),
        };
        live.definition.gateway_responses.insert(kind.as_str().to_owned(), response);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_between_models_are_read_by_name() {
        let read = r#"{"items":{"$ref":"https://apigateway.amazonaws.com/restapis/a1b2c3d4e5/models/User"}}"#;
        assert_eq!(with_names(read), r##"{"items":{"$ref":"#/components/schemas/User"}}"##);
        let own = r##"{"$ref":"#/definitions/models/x"}"##;
        assert_eq!(with_names(own), own);
    }
}
