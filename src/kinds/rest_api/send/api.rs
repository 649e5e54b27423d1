//! Calls on the API as a whole, and on its resources.

use std::collections::BTreeMap;

use aws_sdk_apigateway::types::{ApiKeySourceType, EndpointConfiguration, EndpointType as SdkEndpoint};

use super::{Target, arn, gone};
use crate::{
    kinds::{
        Operation, Sent,
        rest_api::{
            Live,
            definition::{EndpointType, Settings, parent, path_part},
            observe,
            patch::Patch,
        },
    },
    model::CloudError,
};

pub(super) async fn create(
    target: &Target<'_>,
    name: &str,
    settings: &Settings,
    tags: &BTreeMap<String, String>,
) -> Result<Sent<Live>, CloudError> {
    let aws = target.aws;
    aws.set_edge(settings.endpoint == EndpointType::Edge);
    let vpc = settings.vpc_endpoint_ids.iter().cloned().collect::<Vec<_>>();
    let endpoint = EndpointConfiguration::builder()
        .types(SdkEndpoint::from(settings.endpoint.as_str()))
        .set_vpc_endpoint_ids((!vpc.is_empty()).then_some(vpc))
        .build();
    let binary = settings.binary_media_types.iter().cloned().collect::<Vec<_>>();
    let answer = aws
        .call(&target.op.call(), target.op.repeat(), || {
            aws.apigateway
                .create_rest_api()
                .name(name)
                .set_description(settings.description.clone())
                .endpoint_configuration(endpoint.clone())
                .api_key_source(ApiKeySourceType::from(settings.api_key_source.as_str()))
                .set_binary_media_types((!binary.is_empty()).then(|| binary.clone()))
                .set_minimum_compression_size(settings.minimum_compression_bytes.and_then(|bytes| i32::try_from(bytes).ok()))
                .set_policy(settings.policy.clone())
                .set_disable_execute_api_endpoint(settings.disable_execute_api_endpoint.then_some(true))
                .set_tags(Some(tags.clone().into_iter().collect()))
                .send()
        })
        .await?;
    let id = answer.id.unwrap_or_default();
    let root = match answer.root_resource_id {
        Some(root) => root,
        // Older endpoints do not name it in the answer.
        None => match observe::again(aws, &id, None).await? {
            Some(live) => live.root_resource_id().to_owned(),
            None => String::new(),
        },
    };
    Ok(Sent::Fold(vec![id, root]))
}

pub(super) async fn update(target: &Target<'_>, patches: &[Patch]) -> Result<Sent<Live>, CloudError> {
    let (aws, api) = (target.aws, target.api()?);
    let patches = target.patches(patches, "")?;
    aws.call(&target.op.call(), target.op.repeat(), || {
        aws.apigateway.update_rest_api().rest_api_id(api).set_patch_operations(Some(patches.clone())).send()
    })
    .await?;
    Ok(Sent::done())
}

pub(super) async fn delete(target: &Target<'_>, id: &str) -> Result<Sent<Live>, CloudError> {
    let aws = target.aws;
    gone(
        aws.call(&target.op.call(), target.op.repeat(), || aws.apigateway.delete_rest_api().rest_api_id(id).send())
            .await,
    )
}

pub(super) async fn tag(target: &Target<'_>, tags: &BTreeMap<String, String>) -> Result<Sent<Live>, CloudError> {
    let aws = target.aws;
    let arn = arn(aws, target.api()?);
    aws.call(&target.op.call(), target.op.repeat(), || {
        let tags = tags.clone().into_iter().collect();
        aws.apigateway.tag_resource().resource_arn(&arn).set_tags(Some(tags)).send()
    })
    .await?;
    Ok(Sent::done())
}

pub(super) async fn create_resource(target: &Target<'_>, path: &str) -> Result<Sent<Live>, CloudError> {
    let (aws, api) = (target.aws, target.api()?);
    let above = target.resource(parent(path).unwrap_or("/"))?;
    let answer = aws
        .call(&target.op.call(), target.op.repeat(), || {
            aws.apigateway.create_resource().rest_api_id(api).parent_id(above).path_part(path_part(path)).send()
        })
        .await?;
    Ok(Sent::made(answer.id.unwrap_or_default()))
}

pub(super) async fn delete_resource(target: &Target<'_>, path: &str) -> Result<Sent<Live>, CloudError> {
    let (aws, api, resource) = (target.aws, target.api()?, target.resource(path)?);
    gone(
        aws.call(&target.op.call(), target.op.repeat(), || {
            aws.apigateway.delete_resource().rest_api_id(api).resource_id(resource).send()
        })
        .await,
    )
}
