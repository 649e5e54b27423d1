//! One op, one SDK call.

use aws_sdk_apigateway::types::{Op as PatchWord, PatchOperation};

use super::{Live, Op};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

pub(super) async fn send(aws: &Aws, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    let id = live.map(|live| live.id.clone()).unwrap_or_default();
    let gateway = &aws.apigateway;
    match op {
        Op::Create { name, description, enabled, value, tags } => {
            let value = value.as_ref().map(|value| value.settled().to_owned());
            let made = aws
                .call(&call, repeat, || {
                    gateway
                        .create_api_key()
                        .name(name)
                        .set_description(description.clone())
                        .enabled(*enabled)
                        .set_value(value.clone())
                        .set_tags(Some(tags.clone().into_iter().collect()))
                        .send()
                })
                .await
                .map_err(|error| without(error, value.as_deref()))?;
            return Ok(Sent::made(made.id.unwrap_or_default()));
        }
        Op::Update { fields } => {
            let patches: Vec<PatchOperation> = fields
                .iter()
                .map(|field| {
                    let (path, value) = field.patch();
                    PatchOperation::builder().op(PatchWord::Replace).path(path).value(value).build()
                })
                .collect();
            aws.call(&call, repeat, || {
                gateway.update_api_key().api_key(&id).set_patch_operations(Some(patches.clone())).send()
            })
            .await?;
        }
        Op::Tag { tags } => {
            let arn = arn(aws, &id);
            aws.call(&call, repeat, || {
                let tags = Some(tags.clone().into_iter().collect());
                gateway.tag_resource().resource_arn(&arn).set_tags(tags).send()
            })
            .await?;
        }
        Op::Delete { id } => {
            let gone = aws.call(&call, repeat, || gateway.delete_api_key().api_key(id).send()).await;
            if let Err(error) = gone
                && error.class != Class::Absent
            {
                return Err(error);
            }
        }
    }
    Ok(Sent::done())
}

/// The ARN under which a key is tagged.
fn arn(aws: &Aws, id: &str) -> String {
    format!("arn:{}:apigateway:{}::/apikeys/{id}", aws.identity.partition, aws.identity.region)
}

/// Whatever an endpoint may repeat in its refusal, the value is not shown.
fn without(error: CloudError, value: Option<&str>) -> CloudError {
    let Some(value) = value.filter(|value| !value.is_empty()) else { return error };
    CloudError { message: error.message.replace(value, "(hidden)"), ..error }
}
