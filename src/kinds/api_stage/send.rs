//! One op, one SDK call; then waits for the cache, which takes minutes.

use std::{collections::BTreeMap, time::Duration};

use aws_sdk_apigateway::types::{CacheClusterStatus, Op as PatchWord, PatchOperation};
use tokio::time::Instant;

use super::{Live, Op, Patch, PatchOp, simulate::settled, stage_arn, variables};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Call, Class, CloudError, Text},
};

/// How long a cache may take to come, to go or to change its size, in seconds. Some minutes are usual.
const CACHE_SECONDS: u64 = 1_800;

/// How many times rarer than other things a cache is looked at.
const CACHE_POLL_FACTOR: u64 = 10;

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    match op {
        Op::Create { api_id, stage_name, variables, cache_size_gb, .. } => {
            check_variables(&call, &settled(variables))?;
            create(aws, op).await?;
            if cache_size_gb.is_some() {
                until_cache_settles(aws, &call, api_id.settled(), stage_name).await?;
            }
        }
        Op::Update { api_id, stage_name, patches } => {
            check_variables(&call, &patched_variables(patches))?;
            update(aws, op, api_id, stage_name, patches).await?;
            if patches.iter().any(|patch| patch.path.starts_with("/cacheCluster")) {
                until_cache_settles(aws, &call, api_id.settled(), stage_name).await?;
            }
        }
        Op::Tag { api_id, stage_name, tags } => {
            let arn = stage_arn(&aws.identity, api_id.settled(), stage_name);
            aws.call(&call, repeat, || {
                let tags = Some(tags.clone().into_iter().collect());
                aws.apigateway.tag_resource().resource_arn(&arn).set_tags(tags).send()
            })
            .await?;
        }
        Op::Delete { api_id, stage_name } => {
            let gone = aws
                .call(&call, repeat, || {
                    aws.apigateway.delete_stage().rest_api_id(api_id).stage_name(stage_name).send()
                })
                .await;
            if let Err(error) = gone
                && error.class != Class::Absent
            {
                return Err(error);
            }
        }
    }
    Ok(Sent::done())
}

async fn create(aws: &Aws, op: &Op) -> Result<(), CloudError> {
    let Op::Create { api_id, stage_name, deployment_id, description, variables, cache_size_gb, tracing, tags } = op
    else {
        return Ok(());
    };
    let variables = settled(variables);
    aws.call(&op.call(), op.repeat(), || {
        let request = aws
            .apigateway
            .create_stage()
            .rest_api_id(api_id.settled())
            .stage_name(stage_name)
            .deployment_id(deployment_id.settled())
            .set_description(description.clone())
            .cache_cluster_enabled(cache_size_gb.is_some())
            .set_cache_cluster_size(cache_size_gb.as_deref().map(Into::into))
            .tracing_enabled(*tracing)
            .set_tags(Some(tags.clone().into_iter().collect()));
        let some = (!variables.is_empty()).then(|| variables.clone().into_iter().collect());
        request.set_variables(some).send()
    })
    .await?;
    Ok(())
}

async fn update(
    aws: &Aws,
    op: &Op,
    api_id: &Text,
    stage_name: &str,
    patches: &[Patch],
) -> Result<(), CloudError> {
    let operations: Vec<PatchOperation> = patches
        .iter()
        .map(|patch| {
            let word = match patch.op {
                PatchOp::Replace => PatchWord::Replace,
                PatchOp::Remove => PatchWord::Remove,
            };
            let value = patch.value.as_ref().map(|value| value.settled().to_owned());
            PatchOperation::builder().op(word).path(&patch.path).set_value(value).build()
        })
        .collect();
    aws.call(&op.call(), op.repeat(), || {
        let request = aws.apigateway.update_stage().rest_api_id(api_id.settled()).stage_name(stage_name);
        request.set_patch_operations(Some(operations.clone())).send()
    })
    .await?;
    Ok(())
}

fn patched_variables(patches: &[Patch]) -> BTreeMap<String, String> {
    let named = patches.iter().filter(|patch| patch.op == PatchOp::Replace).filter_map(|patch| {
        let value = patch.value.as_ref().map(|value| value.settled().to_owned()).unwrap_or_default();
        Some((patch.path.strip_prefix("/variables/")?.to_owned(), value))
    });
    named.collect()
}

/// AWS repeats a wrong value in its refusal, and it may be a secret: it is not sent at all.
fn check_variables(call: &Call, variables: &BTreeMap<String, String>) -> Result<(), CloudError> {
    let pairs = variables.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    variables::check(pairs).map_err(|refusal| refusal.of(call.clone()))
}

/// Waits until the cache cluster is there, or gone: until then AWS refuses other changes of it.
async fn until_cache_settles(aws: &Aws, call: &Call, api_id: &str, stage_name: &str) -> Result<(), CloudError> {
    let started = Instant::now();
    loop {
        let stage = aws
            .read("apigateway", "GetStage", || {
                aws.apigateway.get_stage().rest_api_id(api_id).stage_name(stage_name).send()
            })
            .await?;
        let moving = [
            CacheClusterStatus::CreateInProgress,
            CacheClusterStatus::DeleteInProgress,
            CacheClusterStatus::FlushInProgress,
        ];
        if !stage.cache_cluster_status.is_some_and(|status| moving.contains(&status)) {
            return Ok(());
        }
        if started.elapsed() >= Duration::from_secs(CACHE_SECONDS) {
            let message = format!("waited {CACHE_SECONDS} s for the cache of stage {stage_name}");
            return Err(CloudError::new(call.clone(), Class::Unknown, message));
        }
        tokio::time::sleep(Duration::from_millis(aws.patience.poll_ms * CACHE_POLL_FACTOR)).await;
    }
}
