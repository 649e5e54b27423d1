//! One op, one SDK call.

use std::collections::BTreeMap;

use aws_sdk_iam::types::Tag;

use super::{Live, Op, observe};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Address, CloudError},
};

/// How long IAM may take to know a role that it made, in seconds.
const VISIBLE_SECONDS: u64 = 60;

pub(super) async fn send(aws: &Aws, at: &Address, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat, iam) = (op.call(), op.repeat(), &aws.iam);
    match op {
        Op::Create { .. } => create(aws, at, op).await?,
        Op::UpdateTrust { name, trust } => {
            aws.call(&call, repeat, || {
                iam.update_assume_role_policy().role_name(name).policy_document(trust.to_wire()).send()
            })
            .await?;
        }
        Op::Update { name, description, max_session_seconds } => {
            aws.call(&call, repeat, || {
                iam.update_role()
                    .role_name(name)
                    .description(description)
                    .max_session_duration(*max_session_seconds)
                    .send()
            })
            .await?;
        }
        Op::PutBoundary { name, arn } => {
            aws.call(&call, repeat, || {
                iam.put_role_permissions_boundary().role_name(name).permissions_boundary(arn).send()
            })
            .await?;
        }
        Op::Attach { name, arn } => {
            aws.call(&call, repeat, || iam.attach_role_policy().role_name(name).policy_arn(arn).send()).await?;
        }
        Op::Detach { name, arn } => {
            gone(aws.call(&call, repeat, || iam.detach_role_policy().role_name(name).policy_arn(arn).send()).await)?;
        }
        Op::PutPolicy { name, policy, document } => {
            aws.call(&call, repeat, || {
                iam.put_role_policy().role_name(name).policy_name(policy).policy_document(document.to_wire()).send()
            })
            .await?;
        }
        Op::DeletePolicy { name, policy } => {
            gone(aws.call(&call, repeat, || iam.delete_role_policy().role_name(name).policy_name(policy).send()).await)?;
        }
        Op::Tag { name, tags } => {
            aws.call(&call, repeat, || iam.tag_role().role_name(name).set_tags(Some(wire(tags))).send()).await?;
        }
        Op::Delete { name } => {
            gone(aws.call(&call, repeat, || iam.delete_role().role_name(name).send()).await)?;
        }
    }
    Ok(Sent::done())
}

/// Makes the role and waits until IAM itself finds it: policies are attached next. Lambda learns of it later still; its calls
/// are sent again until it does.
async fn create(aws: &Aws, at: &Address, op: &Op) -> Result<(), CloudError> {
    let Op::Create { name, trust, description, permissions_boundary, max_session_seconds, tags } = op else {
        return Ok(());
    };
    aws.call(&op.call(), op.repeat(), || {
        aws.iam
            .create_role()
            .role_name(name)
            .path(at.scope.iam_path())
            .assume_role_policy_document(trust.to_wire())
            .set_description(description.clone())
            .set_permissions_boundary(permissions_boundary.clone())
            .max_session_duration(*max_session_seconds)
            .set_tags(Some(wire(tags)))
            .send()
    })
    .await?;
    aws.until(&op.call(), VISIBLE_SECONDS, &format!("role {name} to be known"), || async {
        Ok(observe::get(aws, name).await?.map(drop))
    })
    .await
}

/// Deleting what is gone is success.
fn gone<T>(sent: Result<T, CloudError>) -> Result<(), CloudError> {
    match sent {
        Err(error) if !error.is_absent() => Err(error),
        _ => Ok(()),
    }
}

fn wire(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}
