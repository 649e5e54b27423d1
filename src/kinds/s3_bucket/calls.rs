//! Single writes to a bucket, shared by every kind that owns one. Settings of one bucket refuse each other when they are sent side
//! by side (`OperationAborted`): an item's calls follow each other, and such a refusal is waited out like any busy object.

use std::collections::BTreeMap;

use aws_sdk_s3::types::{
    BucketLifecycleConfiguration, BucketLocationConstraint, BucketVersioningStatus, CreateBucketConfiguration,
    PublicAccessBlockConfiguration, ServerSideEncryption, ServerSideEncryptionByDefault,
    ServerSideEncryptionConfiguration, ServerSideEncryptionRule, Tag, Tagging, VersioningConfiguration,
};

use super::{Encryption, PublicAccessBlock, read};
use crate::{
    account::aws::Aws,
    model::{Call, Class, CloudError, Repeat},
};

/// How long a new bucket may take to be known, in seconds.
const VISIBLE_SECONDS: u64 = 60;

/// Makes the bucket, waits until S3 finds it and answers the tags it has then: not every endpoint takes tags with the creation.
/// Some do not read them, others refuse the whole request, and are asked again without. What makes the tags good then, and knows
/// the bucket as ours until they are, is in [`super::ownership`] and [`super::observe`].
/// That the bucket is there already and this account's is told as `Class::Exists`.
pub(in crate::kinds) async fn create(
    aws: &Aws,
    name: &str,
    tags: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, CloudError> {
    let call = Call::new("s3", "CreateBucket");
    let made = match create_once(aws, &call, name, tags).await {
        Err(error) if takes_no_tags(aws, &error) && !tags.is_empty() => {
            create_once(aws, &call, name, &BTreeMap::new()).await
        }
        made => made,
    };
    match made {
        Err(error) if error.code.as_deref() == Some("BucketAlreadyExists") => return Err(read::strangers(error, name)),
        Err(error) => return Err(error),
        Ok(()) => {}
    }
    aws.until(&call, VISIBLE_SECONDS, &format!("bucket {name} to be known"), || read::tags(aws, name)).await
}

/// What an endpoint says that knows the request as it was before it could hold tags. AWS would mean one that is wrong without
/// them too.
fn takes_no_tags(aws: &Aws, error: &CloudError) -> bool {
    aws.identity.endpoint.is_some() && error.code.as_deref() == Some("MalformedXML")
}

async fn create_once(aws: &Aws, call: &Call, name: &str, tags: &BTreeMap<String, String>) -> Result<(), CloudError> {
    let region = aws.identity.region.as_str();
    // us-east-1 is the one region that must not be named.
    let place = (region != "us-east-1").then(|| BucketLocationConstraint::from(region));
    let tags = (!tags.is_empty()).then(|| tag_set(tags));
    let configuration = (place.is_some() || tags.is_some()).then(|| {
        CreateBucketConfiguration::builder().set_location_constraint(place).set_tags(tags).build()
    });
    aws.call(call, Repeat::RefusedByName, || {
        aws.s3.create_bucket().bucket(name).set_create_bucket_configuration(configuration.clone()).send()
    })
    .await
    .map(drop)
}

pub(in crate::kinds) async fn put_public_access_block(
    aws: &Aws,
    name: &str,
    block: PublicAccessBlock,
) -> Result<(), CloudError> {
    let owner = aws.identity.account_id.as_str();
    let block = PublicAccessBlockConfiguration::builder()
        .block_public_acls(block.block_public_acls)
        .ignore_public_acls(block.ignore_public_acls)
        .block_public_policy(block.block_public_policy)
        .restrict_public_buckets(block.restrict_public_buckets)
        .build();
    aws.call(&Call::new("s3", "PutPublicAccessBlock"), Repeat::Safe, || {
        aws.s3
            .put_public_access_block()
            .bucket(name)
            .expected_bucket_owner(owner)
            .public_access_block_configuration(block.clone())
            .send()
    })
    .await
    .map(drop)
}

pub(in crate::kinds) async fn put_versioning(aws: &Aws, name: &str, versioned: bool) -> Result<(), CloudError> {
    let owner = aws.identity.account_id.as_str();
    let status = if versioned { BucketVersioningStatus::Enabled } else { BucketVersioningStatus::Suspended };
    let versioning = VersioningConfiguration::builder().status(status).build();
    aws.call(&Call::new("s3", "PutBucketVersioning"), Repeat::Safe, || {
        aws.s3
            .put_bucket_versioning()
            .bucket(name)
            .expected_bucket_owner(owner)
            .versioning_configuration(versioning.clone())
            .send()
    })
    .await
    .map(drop)
}

pub(in crate::kinds) async fn put_encryption(aws: &Aws, name: &str, how: &Encryption) -> Result<(), CloudError> {
    let call = Call::new("s3", "PutBucketEncryption");
    let owner = aws.identity.account_id.as_str();
    let (algorithm, key) = match how {
        Encryption::S3 => (ServerSideEncryption::Aes256, None),
        Encryption::Kms { key } => (ServerSideEncryption::AwsKms, key.as_ref().map(|key| key.settled().to_owned())),
    };
    let bucket_key = matches!(how, Encryption::Kms { .. }).then_some(true);
    let by_default = ServerSideEncryptionByDefault::builder().sse_algorithm(algorithm).set_kms_master_key_id(key).build();
    let rule = ServerSideEncryptionRule::builder()
        .apply_server_side_encryption_by_default(by_default.map_err(|error| unbuilt(&call, error))?)
        .set_bucket_key_enabled(bucket_key)
        .build();
    let rules = ServerSideEncryptionConfiguration::builder().rules(rule).build().map_err(|error| unbuilt(&call, error))?;
    aws.call(&call, Repeat::Safe, || {
        aws.s3
            .put_bucket_encryption()
            .bucket(name)
            .expected_bucket_owner(owner)
            .server_side_encryption_configuration(rules.clone())
            .send()
    })
    .await
    .map(drop)
}

pub(in crate::kinds) async fn put_tags(
    aws: &Aws,
    name: &str,
    tags: &BTreeMap<String, String>,
) -> Result<(), CloudError> {
    let call = Call::new("s3", "PutBucketTagging");
    let owner = aws.identity.account_id.as_str();
    let tagging =
        Tagging::builder().set_tag_set(Some(tag_set(tags))).build().map_err(|error| unbuilt(&call, error))?;
    aws.call(&call, Repeat::Safe, || {
        aws.s3.put_bucket_tagging().bucket(name).expected_bucket_owner(owner).tagging(tagging.clone()).send()
    })
    .await
    .map(drop)
}

fn tag_set(tags: &BTreeMap<String, String>) -> Vec<Tag> {
    tags.iter().filter_map(|(key, value)| Tag::builder().key(key).value(value).build().ok()).collect()
}

pub(in crate::kinds) async fn put_lifecycle(
    aws: &Aws,
    name: &str,
    rules: BucketLifecycleConfiguration,
) -> Result<(), CloudError> {
    let owner = aws.identity.account_id.as_str();
    aws.call(&Call::new("s3", "PutBucketLifecycleConfiguration"), Repeat::Safe, || {
        aws.s3
            .put_bucket_lifecycle_configuration()
            .bucket(name)
            .expected_bucket_owner(owner)
            .lifecycle_configuration(rules.clone())
            .send()
    })
    .await
    .map(drop)
}

pub(in crate::kinds) async fn put_policy(aws: &Aws, name: &str, policy: &str) -> Result<(), CloudError> {
    let owner = aws.identity.account_id.as_str();
    aws.call(&Call::new("s3", "PutBucketPolicy"), Repeat::Safe, || {
        aws.s3.put_bucket_policy().bucket(name).expected_bucket_owner(owner).policy(policy).send()
    })
    .await
    .map(drop)
}

/// The SDK could not put a request together.
pub(in crate::kinds) fn unbuilt(call: &Call, error: impl std::fmt::Display) -> CloudError {
    CloudError::new(call.clone(), Class::Invalid, error.to_string())
}
