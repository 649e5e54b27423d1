//! One op, one SDK call.

use aws_sdk_apigateway::types::{Op as PatchWord, PatchOperation};

use super::{Live, Op, ROOT};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    let gateway = &aws.apigateway;
    match op {
        Op::Create { domain, base_path, api_id, stage } => {
            // The path of the domain itself is left out when it is made, and has a name of its own afterwards.
            let path = Some(base_path.clone()).filter(|path| path != ROOT);
            aws.call(&call, repeat, || {
                let call = gateway.create_base_path_mapping().domain_name(domain).set_base_path(path.clone());
                call.rest_api_id(api_id.settled()).stage(stage).send()
            })
            .await?;
        }
        Op::Update { domain, base_path, api_id, stage } => {
            let patch = |path: &str, value: &str| {
                PatchOperation::builder().op(PatchWord::Replace).path(path).value(value).build()
            };
            let api = api_id.as_ref().map(|id| patch("/restapiId", id.settled()));
            let patches: Vec<_> = api.into_iter().chain(stage.as_deref().map(|stage| patch("/stage", stage))).collect();
            aws.call(&call, repeat, || {
                let call = gateway.update_base_path_mapping().domain_name(domain).base_path(base_path);
                call.set_patch_operations(Some(patches.clone())).send()
            })
            .await?;
        }
        Op::Delete { domain, base_path } => {
            let gone = aws
                .call(&call, repeat, || {
                    gateway.delete_base_path_mapping().domain_name(domain).base_path(base_path).send()
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
