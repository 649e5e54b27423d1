//! One op, one SDK call.

use super::{Live, Op, description};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    match op {
        Op::Create { api_id, content_hash } => {
            let made = aws
                .call(&call, repeat, || {
                    let request = aws.apigateway.create_deployment().rest_api_id(api_id.settled());
                    request.description(description(content_hash)).send()
                })
                .await?;
            Ok(Sent::made(made.id.unwrap_or_default()))
        }
        Op::Delete { api_id, id } => {
            let gone = aws
                .call(&call, repeat, || {
                    aws.apigateway.delete_deployment().rest_api_id(api_id).deployment_id(id).send()
                })
                .await;
            match gone {
                Err(error) if error.class != Class::Absent => Err(error),
                _ => Ok(Sent::done()),
            }
        }
    }
}
