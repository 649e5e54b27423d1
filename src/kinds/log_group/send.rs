//! One op, one SDK call.

use super::{Live, Op};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    let logs = &aws.logs;
    match op {
        Op::Create { name, tags } => {
            let tags = Some(tags.clone().into_iter().collect());
            aws.call(&call, repeat, || logs.create_log_group().log_group_name(name).set_tags(tags.clone()).send())
                .await?;
        }
        Op::PutRetention { name, days } => {
            aws.call(&call, repeat, || {
                logs.put_retention_policy().log_group_name(name).retention_in_days(*days).send()
            })
            .await?;
        }
        Op::DeleteRetention { name } => {
            aws.call(&call, repeat, || logs.delete_retention_policy().log_group_name(name).send()).await?;
        }
        Op::Tag { name, tags } => {
            let (arn, tags) = (aws.identity.log_group_arn(name), Some(tags.clone().into_iter().collect()));
            aws.call(&call, repeat, || logs.tag_resource().resource_arn(&arn).set_tags(tags.clone()).send()).await?;
        }
        Op::Delete { name } => {
            let gone = aws.call(&call, repeat, || logs.delete_log_group().log_group_name(name).send()).await;
            if let Err(error) = gone
                && error.class != Class::Absent
            {
                return Err(error);
            }
        }
    }
    Ok(Sent::done())
}
