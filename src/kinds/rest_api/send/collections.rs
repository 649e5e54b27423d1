//! Models, request validators, authorizers, gateway responses.

use aws_sdk_apigateway::types::{AuthorizerType as SdkAuthorizer, GatewayResponseType};

use super::{Target, gone, method::some};
use crate::{
    kinds::{
        Operation, Sent,
        rest_api::{
            Live,
            definition::{Authorizer, GatewayResponse, Model, REFERENCE, Validator, is_own_model},
            op::Op,
            patch::{Patch, Value},
        },
    },
    model::{Call, Class, CloudError, Repeat, Text},
};

pub(super) async fn send(target: &Target<'_>) -> Result<Sent<Live>, CloudError> {
    match target.op {
        Op::CreateModel { name, model } => create_model(target, name, model).await,
        Op::UpdateModel { name, patches } => update_model(target, name, patches).await,
        Op::CreateRequestValidator { name, validator } => create_validator(target, name, *validator).await,
        Op::UpdateRequestValidator { name, patches } => update_validator(target, name, patches).await,
        Op::CreateAuthorizer { name, authorizer } => create_authorizer(target, name, authorizer).await,
        Op::UpdateAuthorizer { name, patches } => update_authorizer(target, name, patches).await,
        Op::PutGatewayResponse { kind, response } => put_gateway_response(target, kind, response).await,
        _ => gone(remove(target).await),
    }
}

/// The schema as AWS wants it: references to models of the API as URLs.
fn with_urls(schema: &str, api: &str) -> String {
    schema.replace(
        &format!("\"{REFERENCE}"),
        &format!("\"https://apigateway.amazonaws.com/restapis/{api}/models/"),
    )
}

async fn create_model(target: &Target<'_>, name: &str, model: &Model) -> Result<Sent<Live>, CloudError> {
    let (aws, api) = (target.aws, target.api()?);
    let schema = with_urls(&model.schema, api);
    let answer = aws
        .call(&target.op.call(), target.op.repeat(), || {
            aws.apigateway
                .create_model()
                .rest_api_id(api)
                .name(name)
                .content_type(&model.content_type)
                .schema(&schema)
                .set_description(model.description.clone())
                .send()
        })
        .await;
    match answer {
        // A new API has models of these names; whoever declares one means to change it.
        Err(error) if error.class == Class::Exists && is_own_model(name) => {
            let patches = vec![
                Patch::replace("/schema", model.schema.as_str()),
                Patch::replace("/description", model.description.as_deref().unwrap_or_default()),
            ];
            update_model(target, name, &patches).await
        }
        answer => answer.map(|_| Sent::done()),
    }
}

async fn update_model(target: &Target<'_>, name: &str, patches: &[Patch]) -> Result<Sent<Live>, CloudError> {
    let (aws, api) = (target.aws, target.api()?);
    let patches: Vec<Patch> = patches
        .iter()
        .map(|patch| match (patch.path.as_str(), &patch.value) {
            ("/schema", Some(value)) => {
                let schema = with_urls(value.text(), api);
                Patch { value: Some(Value::Text(schema.into())), ..patch.clone() }
            }
            _ => patch.clone(),
        })
        .collect();
    let patches = target.patches(&patches, "")?;
    aws.call(&Call::new("apigateway", "UpdateModel"), Repeat::Safe, || {
        let call = aws.apigateway.update_model().rest_api_id(api).model_name(name);
        call.set_patch_operations(Some(patches.clone())).send()
    })
    .await?;
    Ok(Sent::done())
}

async fn create_validator(
    target: &Target<'_>,
    name: &str,
    validator: Validator,
) -> Result<Sent<Live>, CloudError> {
    let (aws, api) = (target.aws, target.api()?);
    let answer = aws
        .call(&target.op.call(), target.op.repeat(), || {
            aws.apigateway
                .create_request_validator()
                .rest_api_id(api)
                .name(name)
                .validate_request_body(validator.body)
                .validate_request_parameters(validator.parameters)
                .send()
        })
        .await?;
    Ok(Sent::made(answer.id.unwrap_or_default()))
}

async fn update_validator(
    target: &Target<'_>,
    name: &str,
    patches: &[Patch],
) -> Result<Sent<Live>, CloudError> {
    let (aws, api, id) = (target.aws, target.api()?, target.validator(name)?);
    let patches = target.patches(patches, "")?;
    aws.call(&target.op.call(), target.op.repeat(), || {
        let call = aws.apigateway.update_request_validator().rest_api_id(api).request_validator_id(id);
        call.set_patch_operations(Some(patches.clone())).send()
    })
    .await?;
    Ok(Sent::done())
}

async fn create_authorizer(
    target: &Target<'_>,
    name: &str,
    authorizer: &Authorizer<Text>,
) -> Result<Sent<Live>, CloudError> {
    let (aws, api) = (target.aws, target.api()?);
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.settled().to_owned());
    let sources = authorizer.identity_sources.join(",");
    let providers: Vec<String> =
        authorizer.provider_arns.iter().map(|arn| arn.settled().to_owned()).collect();
    let answer = aws
        .call(&target.op.call(), target.op.repeat(), || {
            aws.apigateway
                .create_authorizer()
                .rest_api_id(api)
                .name(name)
                .r#type(SdkAuthorizer::from(authorizer.kind.as_str()))
                .set_authorizer_uri(text(&authorizer.uri))
                .set_identity_source((!sources.is_empty()).then(|| sources.clone()))
                .set_identity_validation_expression(authorizer.validation_expression.clone())
                .set_authorizer_result_ttl_in_seconds(i32::try_from(authorizer.ttl_seconds).ok())
                .set_authorizer_credentials(text(&authorizer.credentials))
                .set_provider_arns((!providers.is_empty()).then(|| providers.clone()))
                .send()
        })
        .await?;
    Ok(Sent::made(answer.id.unwrap_or_default()))
}

async fn update_authorizer(
    target: &Target<'_>,
    name: &str,
    patches: &[Patch],
) -> Result<Sent<Live>, CloudError> {
    let (aws, api, id) = (target.aws, target.api()?, target.authorizer(name)?);
    let patches = target.patches(patches, "")?;
    aws.call(&target.op.call(), target.op.repeat(), || {
        let call = aws.apigateway.update_authorizer().rest_api_id(api).authorizer_id(id);
        call.set_patch_operations(Some(patches.clone())).send()
    })
    .await?;
    Ok(Sent::done())
}

async fn put_gateway_response(
    target: &Target<'_>,
    kind: &str,
    response: &GatewayResponse,
) -> Result<Sent<Live>, CloudError> {
    let (aws, api) = (target.aws, target.api()?);
    aws.call(&target.op.call(), target.op.repeat(), || {
        aws.apigateway
            .put_gateway_response()
            .rest_api_id(api)
            .response_type(GatewayResponseType::from(kind))
            .set_status_code(response.status.map(|status| status.to_string()))
            .set_response_parameters(some(&response.parameters))
            .set_response_templates(some(&response.templates))
            .send()
    })
    .await?;
    Ok(Sent::done())
}

async fn remove(target: &Target<'_>) -> Result<(), CloudError> {
    let (aws, api) = (target.aws, target.api()?);
    let (call, repeat) = (target.op.call(), target.op.repeat());
    let gateway = &aws.apigateway;
    match target.op {
        Op::DeleteModel { name } => {
            aws.call(&call, repeat, || gateway.delete_model().rest_api_id(api).model_name(name).send()).await?;
        }
        Op::DeleteRequestValidator { name, stray } => {
            let id = stray.as_deref().map_or_else(|| target.validator(name), Ok)?;
            aws.call(&call, repeat, || {
                gateway.delete_request_validator().rest_api_id(api).request_validator_id(id).send()
            })
            .await?;
        }
        Op::DeleteAuthorizer { name, stray } => {
            let id = stray.as_deref().map_or_else(|| target.authorizer(name), Ok)?;
            aws.call(&call, repeat, || gateway.delete_authorizer().rest_api_id(api).authorizer_id(id).send()).await?;
        }
        Op::DeleteGatewayResponse { kind } => {
            let kind = GatewayResponseType::from(kind.as_str());
            aws.call(&call, repeat, || {
                gateway.delete_gateway_response().rest_api_id(api).response_type(kind.clone()).send()
            })
            .await?;
        }
        _ => {}
    }
    Ok(())
}
