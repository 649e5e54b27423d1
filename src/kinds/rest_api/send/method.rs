//! Methods and method responses.

use std::collections::{BTreeMap, HashMap};

use super::{Target, gone};
use crate::{
    kinds::{
        Operation, Sent,
        rest_api::{
            Live,
            definition::{Method, MethodResponse},
            op::Place,
            patch::Patch,
        },
    },
    model::{CloudError, Text},
};

/// A map in the SDK's form; nothing where it is empty.
pub(super) fn some<T: Clone>(map: &BTreeMap<String, T>) -> Option<HashMap<String, T>> {
    (!map.is_empty()).then(|| map.clone().into_iter().collect())
}

pub(super) async fn put(
    target: &Target<'_>,
    place: &Place,
    method: &Method<Text>,
) -> Result<Sent<Live>, CloudError> {
    let (api, resource, verb) = target.method(place)?;
    let aws = target.aws;
    let authorizer = method.authorization.authorizer().map(|name| target.authorizer(name)).transpose()?;
    let validator = method.request_validator.as_deref().map(|name| target.validator(name)).transpose()?;
    let scopes: Vec<String> = method.authorization.scopes().into_iter().collect();
    aws.call(&target.op.call(), target.op.repeat(), || {
        aws.apigateway
            .put_method()
            .rest_api_id(api)
            .resource_id(resource)
            .http_method(verb)
            .authorization_type(method.authorization.word())
            .set_authorizer_id(authorizer.map(str::to_owned))
            .set_authorization_scopes((!scopes.is_empty()).then(|| scopes.clone()))
            .api_key_required(method.api_key_required)
            .set_operation_name(method.operation_name.clone())
            .set_request_parameters(some(&method.request_parameters))
            .set_request_models(some(&method.request_models))
            .set_request_validator_id(validator.map(str::to_owned))
            .send()
    })
    .await?;
    Ok(Sent::done())
}

pub(super) async fn update(
    target: &Target<'_>,
    place: &Place,
    patches: &[Patch],
) -> Result<Sent<Live>, CloudError> {
    let (api, resource, verb) = target.method(place)?;
    let aws = target.aws;
    let patches = target.patches(patches, resource)?;
    aws.call(&target.op.call(), target.op.repeat(), || {
        let call = aws.apigateway.update_method().rest_api_id(api).resource_id(resource).http_method(verb);
        call.set_patch_operations(Some(patches.clone())).send()
    })
    .await?;
    Ok(Sent::done())
}

pub(super) async fn delete(target: &Target<'_>, place: &Place) -> Result<Sent<Live>, CloudError> {
    let (api, resource, verb) = target.method(place)?;
    let aws = target.aws;
    gone(
        aws.call(&target.op.call(), target.op.repeat(), || {
            aws.apigateway.delete_method().rest_api_id(api).resource_id(resource).http_method(verb).send()
        })
        .await,
    )
}

pub(super) async fn put_response(
    target: &Target<'_>,
    place: &Place,
    status: u16,
    response: &MethodResponse,
) -> Result<Sent<Live>, CloudError> {
    let (api, resource, verb) = target.method(place)?;
    let aws = target.aws;
    aws.call(&target.op.call(), target.op.repeat(), || {
        aws.apigateway
            .put_method_response()
            .rest_api_id(api)
            .resource_id(resource)
            .http_method(verb)
            .status_code(status.to_string())
            .set_response_parameters(some(&response.parameters))
            .set_response_models(some(&response.models))
            .send()
    })
    .await?;
    Ok(Sent::done())
}

pub(super) async fn update_response(
    target: &Target<'_>,
    place: &Place,
    status: u16,
    patches: &[Patch],
) -> Result<Sent<Live>, CloudError> {
    let (api, resource, verb) = target.method(place)?;
    let aws = target.aws;
    let patches = target.patches(patches, resource)?;
    aws.call(&target.op.call(), target.op.repeat(), || {
        let call = aws.apigateway.update_method_response().rest_api_id(api).resource_id(resource);
        let call = call.http_method(verb).status_code(status.to_string());
        call.set_patch_operations(Some(patches.clone())).send()
    })
    .await?;
    Ok(Sent::done())
}

pub(super) async fn delete_response(
    target: &Target<'_>,
    place: &Place,
    status: u16,
) -> Result<Sent<Live>, CloudError> {
    let (api, resource, verb) = target.method(place)?;
    let aws = target.aws;
    gone(
        aws.call(&target.op.call(), target.op.repeat(), || {
            let call = aws.apigateway.delete_method_response().rest_api_id(api).resource_id(resource);
            call.http_method(verb).status_code(status.to_string()).send()
        })
        .await,
    )
}
