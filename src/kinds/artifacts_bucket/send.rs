//! One op, one SDK call. Settings of one bucket refuse each other when sent side by side (`OperationAborted`): such a refusal is
//! waited out like any busy object.

use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, BucketLocationConstraint, BucketVersioningStatus,
    CreateBucketConfiguration, ExpirationStatus, LifecycleRule, LifecycleRuleFilter, NoncurrentVersionExpiration,
    PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault, ServerSideEncryptionConfiguration,
    ServerSideEncryptionRule, Tag, Tagging, VersioningConfiguration,
};

use super::{Lifecycle, Live, Op, observe};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Call, Class, CloudError},
};

/// How long a new bucket may take to be known, in seconds.
const VISIBLE_SECONDS: u64 = 60;

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat, s3) = (op.call(), op.repeat(), &aws.s3);
    let owner = aws.identity.account_id.as_str();
    let bucket = op.bucket();
    match op {
        Op::Create { name } => create(aws, op, name).await?,
        Op::BlockPublicAccess { .. } => {
            let block = PublicAccessBlockConfiguration::builder()
                .block_public_acls(true)
                .ignore_public_acls(true)
                .block_public_policy(true)
                .restrict_public_buckets(true)
                .build();
            aws.call(&call, repeat, || {
                s3.put_public_access_block()
                    .bucket(bucket)
                    .expected_bucket_owner(owner)
                    .public_access_block_configuration(block.clone())
                    .send()
            })
            .await?;
        }
        Op::Version { .. } => {
            let enabled = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
            aws.call(&call, repeat, || {
                s3.put_bucket_versioning()
                    .bucket(bucket)
                    .expected_bucket_owner(owner)
                    .versioning_configuration(enabled.clone())
                    .send()
            })
            .await?;
        }
        Op::Encrypt { .. } => {
            let encryption = encryption(&call)?;
            aws.call(&call, repeat, || {
                s3.put_bucket_encryption()
                    .bucket(bucket)
                    .expected_bucket_owner(owner)
                    .server_side_encryption_configuration(encryption.clone())
                    .send()
            })
            .await?;
        }
        Op::Tag { tags, .. } => {
            let tags = tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok());
            let tagging = Tagging::builder().set_tag_set(Some(tags.collect())).build().map_err(|error| unbuilt(&call, error))?;
            aws.call(&call, repeat, || {
                s3.put_bucket_tagging().bucket(bucket).expected_bucket_owner(owner).tagging(tagging.clone()).send()
            })
            .await?;
        }
        Op::PutLifecycle { lifecycle, .. } => {
            let lifecycle = rules(*lifecycle, &call)?;
            aws.call(&call, repeat, || {
                s3.put_bucket_lifecycle_configuration()
                    .bucket(bucket)
                    .expected_bucket_owner(owner)
                    .lifecycle_configuration(lifecycle.clone())
                    .send()
            })
            .await?;
        }
        Op::PutPolicy { policy, .. } => {
            aws.call(&call, repeat, || {
                s3.put_bucket_policy().bucket(bucket).expected_bucket_owner(owner).policy(policy.to_wire()).send()
            })
            .await?;
        }
    }
    Ok(Sent::done())
}

/// Makes the bucket and waits until S3 finds it. That it is there already and ours is success: a first answer was lost, or
/// another deploy into this account and region was faster.
async fn create(aws: &Aws, op: &Op, name: &str) -> Result<(), CloudError> {
    let region = aws.identity.region.as_str();
    // us-east-1 is the one region that must not be named.
    let place = (region != "us-east-1").then(|| {
        CreateBucketConfiguration::builder().location_constraint(BucketLocationConstraint::from(region)).build()
    });
    let made = aws
        .call(&op.call(), op.repeat(), || {
            aws.s3.create_bucket().bucket(name).set_create_bucket_configuration(place.clone()).send()
        })
        .await;
    match made {
        Err(error) if error.code.as_deref() == Some("BucketAlreadyOwnedByYou") => {}
        Err(error) if error.code.as_deref() == Some("BucketAlreadyExists") => return Err(strangers(error, name)),
        Err(error) => return Err(error),
        Ok(_) => {}
    }
    aws.until(&op.call(), VISIBLE_SECONDS, &format!("bucket {name} to be known"), || async {
        Ok(observe::exists(aws, name).await?.then_some(()))
    })
    .await
}

/// The name is taken by another account: nothing that a second look could change.
pub(super) fn strangers(error: CloudError, name: &str) -> CloudError {
    let message = format!(
        "the bucket {name} is not this account's, or this caller may not read it: no code and no ledger is put there. Whoever \
         owns it took this account's name; ask for s3:ListBucket on it to make sure"
    );
    CloudError { class: Class::Denied, message, ..error }
}

fn encryption(call: &Call) -> Result<ServerSideEncryptionConfiguration, CloudError> {
    let by_default = ServerSideEncryptionByDefault::builder()
        .sse_algorithm(ServerSideEncryption::Aes256)
        .build()
        .map_err(|error| unbuilt(call, error))?;
    let rule = ServerSideEncryptionRule::builder().apply_server_side_encryption_by_default(by_default).build();
    ServerSideEncryptionConfiguration::builder().rules(rule).build().map_err(|error| unbuilt(call, error))
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

fn unbuilt(call: &Call, error: impl std::fmt::Display) -> CloudError {
    CloudError::new(call.clone(), Class::Invalid, error.to_string())
}
