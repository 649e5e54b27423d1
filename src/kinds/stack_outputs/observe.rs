//! Reads recorded outputs: one `GetObject`.

use super::{Live, Recorded, StackOutputs, address, decode};
use crate::{
    account::aws::Aws,
    kinds::Ask,
    model::{Call, Class, CloudError, Found, Identity, Ownership, Scope},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, StackOutputs>) -> Result<Vec<Found<Live>>, CloudError> {
    let recorded = read(aws, ask.scope).await?;
    let found = |recorded: Recorded| Found {
        address: address(ask.scope),
        live: Live { values: recorded.outputs, uses: recorded.uses },
        ownership: Ownership::Ours,
        listed: true,
    };
    Ok(recorded.map(found).into_iter().collect())
}

/// What `scope` recorded; `None` where there is no bucket, or nothing recorded in it.
///
/// # Errors
/// Besides failed calls: `Class::Invalid` where the object is not what this program writes.
pub async fn read(aws: &Aws, scope: &Scope) -> Result<Option<Recorded>, CloudError> {
    let call = Call::new("s3", "GetObject");
    let (bucket, key) = (aws.identity.artifacts_bucket(), Identity::outputs_key(scope));
    let owner = aws.identity.account_id.as_str();
    let answer = aws
        .read_optional("s3", "GetObject", || {
            aws.s3.get_object().bucket(&bucket).key(&key).expected_bucket_owner(owner).send()
        })
        .await?;
    let Some(answer) = answer else { return Ok(None) };
    let body = answer.body.collect().await.map_err(|error| {
        CloudError::new(call.clone(), Class::Unknown, format!("the answer broke off: {error}"))
    })?;
    match decode(&body.into_bytes()) {
        Some(recorded) => Ok(Some(recorded)),
        None => {
            let message = format!("s3://{bucket}/{key} does not hold recorded outputs; delete it and deploy again");
            Err(CloudError::new(call, Class::Invalid, message))
        }
    }
}
