//! One op, one SDK call.

use aws_sdk_apigateway::types as sdk;

use super::{Live, Op, Patch, PatchOp, Quota, Stage, Throttle};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError, Text},
};

pub(super) async fn send(aws: &Aws, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    let id = live.map(|live| live.id.clone()).unwrap_or_default();
    let gateway = &aws.apigateway;
    match op {
        Op::Create { .. } => return create(aws, op).await,
        Op::Update { patches } => {
            let patches: Vec<sdk::PatchOperation> = patches.iter().map(wire).collect();
            aws.call(&call, repeat, || {
                gateway.update_usage_plan().usage_plan_id(&id).set_patch_operations(Some(patches.clone())).send()
            })
            .await?;
        }
        Op::AddKey { key_id } => {
            aws.call(&call, repeat, || {
                gateway.create_usage_plan_key().usage_plan_id(&id).key_id(key_id.settled()).key_type("API_KEY").send()
            })
            .await?;
        }
        Op::RemoveKey { key_id } => {
            gone(
                aws.call(&call, repeat, || {
                    gateway.delete_usage_plan_key().usage_plan_id(&id).key_id(key_id).send()
                })
                .await,
            )?;
        }
        Op::Tag { tags } => {
            let arn = format!("arn:{}:apigateway:{}::/usageplans/{id}", aws.identity.partition, aws.identity.region);
            aws.call(&call, repeat, || {
                let tags = Some(tags.clone().into_iter().collect());
                gateway.tag_resource().resource_arn(&arn).set_tags(tags).send()
            })
            .await?;
        }
        Op::Delete { id } => {
            gone(aws.call(&call, repeat, || gateway.delete_usage_plan().usage_plan_id(id).send()).await)?;
        }
    }
    Ok(Sent::done())
}

/// Deleting what is gone is success.
fn gone<T>(sent: Result<T, CloudError>) -> Result<(), CloudError> {
    match sent {
        Err(error) if error.class != Class::Absent => Err(error),
        _ => Ok(()),
    }
}

async fn create(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let Op::Create { name, description, throttle, quota, stages, tags } = op else { return Ok(Sent::done()) };
    let stages: Vec<sdk::ApiStage> = stages.iter().map(stage).collect();
    let made = aws
        .call(&op.call(), op.repeat(), || {
            aws.apigateway
                .create_usage_plan()
                .name(name)
                .set_description(description.clone())
                .set_throttle(throttle.map(throttle_settings))
                .set_quota(quota.map(quota_settings))
                .set_api_stages((!stages.is_empty()).then(|| stages.clone()))
                .set_tags(Some(tags.clone().into_iter().collect()))
                .send()
        })
        .await?;
    Ok(Sent::made(made.id.unwrap_or_default()))
}

fn wire(patch: &Patch) -> sdk::PatchOperation {
    let word = match patch.op {
        PatchOp::Add => sdk::Op::Add,
        PatchOp::Replace => sdk::Op::Replace,
        PatchOp::Remove => sdk::Op::Remove,
    };
    let value = patch.value.as_ref().map(|value: &Text| value.settled().to_owned());
    sdk::PatchOperation::builder().op(word).path(patch.path.settled()).set_value(value).build()
}

fn stage(stage: &Stage) -> sdk::ApiStage {
    let (api_id, name) = stage.id.settled().split_once(':').unwrap_or_default();
    let methods = stage.methods.iter().map(|(method, it)| (method.clone(), throttle_settings(*it)));
    let methods = Some(methods.collect()).filter(|methods: &std::collections::HashMap<_, _>| !methods.is_empty());
    sdk::ApiStage::builder().api_id(api_id).stage(name).set_throttle(methods).build()
}

fn throttle_settings(throttle: Throttle) -> sdk::ThrottleSettings {
    sdk::ThrottleSettings::builder().rate_limit(throttle.rate).burst_limit(throttle.burst).build()
}

fn quota_settings(quota: Quota) -> sdk::QuotaSettings {
    let period = sdk::QuotaPeriodType::from(quota.period.as_aws());
    sdk::QuotaSettings::builder().limit(quota.limit).offset(quota.offset).period(period).build()
}
