//! One op, one SDK call.

use super::{Live, Op, Recorded, encode, simulate::simulate};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Address, CloudError, Identity},
};

pub(super) async fn send(aws: &Aws, at: &Address, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (bucket, key) = (aws.identity.artifacts_bucket(), Identity::outputs_key(&at.scope));
    let owner = aws.identity.account_id.as_str();
    match simulate(op) {
        Some(live) => {
            let bytes = encode(&Recorded { outputs: live.values, uses: live.uses });
            aws.call(&op.call(), op.repeat(), || {
                aws.s3
                    .put_object()
                    .bucket(&bucket)
                    .key(&key)
                    .expected_bucket_owner(owner)
                    .content_type("application/json")
                    .body(bytes.clone().into())
                    .send()
            })
            .await?;
        }
        None => {
            let gone = aws
                .call(&op.call(), op.repeat(), || {
                    aws.s3.delete_object().bucket(&bucket).key(&key).expected_bucket_owner(owner).send()
                })
                .await;
            match gone {
                Err(error) if !error.is_absent() => return Err(error),
                _ => {}
            }
        }
    }
    Ok(Sent::done())
}
