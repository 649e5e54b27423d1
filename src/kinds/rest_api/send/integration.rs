//! Integrations and integration responses.

use aws_sdk_apigateway::types::{ConnectionType, ContentHandlingStrategy, IntegrationType as SdkIntegration, TlsConfig};

use super::{Target, gone, method::some};
use crate::{
    kinds::{
        Operation, Sent,
        rest_api::{
            Live,
            definition::{ContentHandling, Integration, IntegrationResponse},
            op::Place,
            patch::Patch,
        },
    },
    model::{CloudError, Text},
};

fn handling(handling: Option<ContentHandling>) -> Option<ContentHandlingStrategy> {
    handling.map(|handling| ContentHandlingStrategy::from(handling.as_str()))
}

pub(super) async fn put(
    target: &Target<'_>,
    place: &Place,
    integration: &Integration<Text>,
) -> Result<Sent<Live>, CloudError> {
    let (api, resource, verb) = target.method(place)?;
    let aws = target.aws;
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.settled().to_owned());
    let keys: Vec<String> = integration.cache_key_parameters.iter().cloned().collect();
    let skip = integration.insecure_skip_verification;
    let tls = skip.then(|| TlsConfig::builder().insecure_skip_verification(true).build());
    aws.call(&target.op.call(), target.op.repeat(), || {
        aws.apigateway
            .put_integration()
            .rest_api_id(api)
            .resource_id(resource)
            .http_method(verb)
            .r#type(SdkIntegration::from(integration.kind.as_str()))
            .set_integration_http_method(integration.http_method.map(|verb| verb.as_str().to_owned()))
            .set_uri(text(&integration.uri))
            .set_credentials(text(&integration.credentials))
            .set_request_templates(some(&integration.request_templates))
            .set_request_parameters(some(&integration.request_parameters))
            .passthrough_behavior(integration.passthrough_behavior.as_str())
            .set_content_handling(handling(integration.content_handling))
            .set_timeout_in_millis(i32::try_from(integration.timeout_ms).ok())
            .set_cache_namespace(integration.cache_namespace.clone())
            .set_cache_key_parameters((!keys.is_empty()).then(|| keys.clone()))
            .set_connection_type(integration.vpc_link.as_ref().map(|_| ConnectionType::VpcLink))
            .set_connection_id(text(&integration.vpc_link))
            .set_tls_config(tls.clone())
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
        let call = aws.apigateway.update_integration().rest_api_id(api).resource_id(resource).http_method(verb);
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
            aws.apigateway.delete_integration().rest_api_id(api).resource_id(resource).http_method(verb).send()
        })
        .await,
    )
}

pub(super) async fn put_response(
    target: &Target<'_>,
    place: &Place,
    status: u16,
    response: &IntegrationResponse,
) -> Result<Sent<Live>, CloudError> {
    let (api, resource, verb) = target.method(place)?;
    let aws = target.aws;
    aws.call(&target.op.call(), target.op.repeat(), || {
        aws.apigateway
            .put_integration_response()
            .rest_api_id(api)
            .resource_id(resource)
            .http_method(verb)
            .status_code(status.to_string())
            .set_selection_pattern(response.selection_pattern.clone())
            .set_response_parameters(some(&response.parameters))
            .set_response_templates(some(&response.templates))
            .set_content_handling(handling(response.content_handling))
            .send()
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
            let call = aws.apigateway.delete_integration_response().rest_api_id(api).resource_id(resource);
            call.http_method(verb).status_code(status.to_string()).send()
        })
        .await,
    )
}
