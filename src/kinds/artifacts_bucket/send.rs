//! One op, one SDK call. Settings of one bucket refuse each other when sent side by side (`OperationAborted`): such a refusal is
//! waited out like any busy object.

use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, ExpirationStatus, LifecycleRule, LifecycleRuleFilter,
    NoncurrentVersionExpiration,
};

use super::{Lifecycle, Live, Op, observe};
use crate::{
    account::aws::Aws,
    kinds::{
        Operation, Sent,
        s3_bucket::{
            Encryption, PublicAccessBlock,
            calls::{self, unbuilt},
        },
    },
    model::{Call, Class, CloudError},
};

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    match op {
        Op::Create { name } => create(aws, name).await?,
        Op::BlockPublicAccess { name } => calls::put_public_access_block(aws, name, PublicAccessBlock::ALL).await?,
        Op::Version { name } => calls::put_versioning(aws, name, true).await?,
        Op::Encrypt { name } => calls::put_encryption(aws, name, &Encryption::S3).await?,
        Op::Tag { name, tags } => calls::put_tags(aws, name, tags).await?,
        Op::PutLifecycle { name, lifecycle } => {
            calls::put_lifecycle(aws, name, rules(*lifecycle, &op.call())?).await?;
        }
        Op::PutPolicy { name, policy } => calls::put_policy(aws, name, &policy.to_wire()).await?,
    }
    Ok(Sent::done())
}

/// That it is there already and ours is success: a first answer was lost, or another deploy into this account and region was
/// faster.
async fn create(aws: &Aws, name: &str) -> Result<(), CloudError> {
    match calls::create(aws, name, &Default::default()).await {
        Err(error) if error.code.as_deref() == Some("BucketAlreadyOwnedByYou") => {
            observe::exists(aws, name).await.map(drop)
        }
        Err(error) if error.class == Class::Denied && error.status != Some(403) => Err(strangers(error, name)),
        other => other.map(drop),
    }
}

/// The name is taken by another account: nothing that a second look could change.
pub(super) fn strangers(error: CloudError, name: &str) -> CloudError {
    let message = format!(
        "the bucket {name} is not this account's, or this caller may not read it: no code and no ledger is put there. Whoever \
         owns it took this account's name; ask for s3:ListBucket on it to make sure"
    );
    CloudError { class: Class::Denied, message, ..error }
}

fn rules(lifecycle: Lifecycle, call: &Call) -> Result<BucketLifecycleConfiguration, CloudError> {
    let rule = LifecycleRule::builder()
        .id("gatewright")
        .status(ExpirationStatus::Enabled)
        .filter(LifecycleRuleFilter::builder().prefix("").build())
        .set_noncurrent_version_expiration(
            lifecycle
                .noncurrent_days
                .map(|days| NoncurrentVersionExpiration::builder().noncurrent_days(days).build()),
        )
        .set_abort_incomplete_multipart_upload(
            lifecycle
                .abort_multipart_days
                .map(|days| AbortIncompleteMultipartUpload::builder().days_after_initiation(days).build()),
        )
        .build()
        .map_err(|error| unbuilt(call, error))?;
    BucketLifecycleConfiguration::builder().rules(rule).build().map_err(|error| unbuilt(call, error))
}
