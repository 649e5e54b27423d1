//! One op, one SDK call. `UpdateAccount` is refused until the new role is known everywhere; that is waited out.

use aws_sdk_apigateway::types::{Op as PatchWord, PatchOperation};
use serde_json::json;

use super::{Live, Op, POLICY, ROLE_NAME, ROLE_PATH};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    match op {
        Op::CreateRole => {
            let trust = json!({
                "Version": "2012-10-17",
                "Statement": [{
                    "Effect": "Allow",
                    "Principal": { "Service": "apigateway.amazonaws.com" },
                    "Action": "sts:AssumeRole",
                }],
            });
            let made = aws
                .call(&call, repeat, || {
                    aws.iam
                        .create_role()
                        .role_name(ROLE_NAME)
                        .path(ROLE_PATH)
                        .description("API Gateway writes the logs of this account's APIs")
                        .assume_role_policy_document(trust.to_string())
                        .send()
                })
                .await;
            if let Err(error) = made
                && error.class != Class::Exists
            {
                return Err(error);
            }
        }
        Op::AttachPolicy => {
            let policy = aws.identity.managed_policy_arn(POLICY);
            aws.call(&call, repeat, || {
                aws.iam.attach_role_policy().role_name(ROLE_NAME).policy_arn(&policy).send()
            })
            .await?;
        }
        Op::SetRole { role_arn } => {
            let patch = PatchOperation::builder().op(PatchWord::Replace).path("/cloudwatchRoleArn").value(role_arn).build();
            aws.call(&call, repeat, || aws.apigateway.update_account().patch_operations(patch.clone()).send()).await?;
        }
    }
    Ok(Sent::done())
}
