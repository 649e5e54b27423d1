//! Reads the bucket's settings; only where the bucket is wanted, because nothing else needs them.

use std::collections::BTreeMap;

use aws_sdk_s3::types::{BucketVersioningStatus, ExpirationStatus, LifecycleRule, PublicAccessBlockConfiguration};

use super::{ArtifactsBucket, Lifecycle, Live, send::strangers};
use crate::{
    account::aws::Aws,
    kinds::{Ask, iam_role::Document},
    model::{Class, CloudError, Found, Ownership},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, ArtifactsBucket>) -> Result<Vec<Found<Live>>, CloudError> {
    let mut found = Vec::new();
    for (at, desired) in &ask.wanted {
        if exists(aws, &desired.name).await? {
            let live = live(aws, &desired.name).await?;
            found.push(Found { address: (*at).clone(), live, ownership: Ownership::Ours, listed: true });
        }
    }
    Ok(found)
}

/// Whether the bucket is there and this account's.
///
/// # Errors
/// `Class::Denied`, in words, where it is another account's.
pub(super) async fn exists(aws: &Aws, name: &str) -> Result<bool, CloudError> {
    let owner = aws.identity.account_id.as_str();
    let head = aws
        .read_optional("s3", "HeadBucket", || aws.s3.head_bucket().bucket(name).expected_bucket_owner(owner).send())
        .await;
    match head {
        Ok(head) => Ok(head.is_some()),
        // An answer to HEAD has no body, so no words of its own.
        Err(error) if error.class == Class::Denied && error.status == Some(403) => Err(strangers(error, name)),
        Err(error) => Err(error),
    }
}

async fn live(aws: &Aws, name: &str) -> Result<Live, CloudError> {
    let (public_access_blocked, versioned, encrypted, policy, lifecycle, tags) = futures::try_join!(
        public_access_blocked(aws, name),
        versioned(aws, name),
        encrypted(aws, name),
        policy(aws, name),
        lifecycle(aws, name),
        tags(aws, name),
    )?;
    Ok(Live { name: name.to_owned(), public_access_blocked, versioned, encrypted, policy, lifecycle, tags })
}

async fn public_access_blocked(aws: &Aws, name: &str) -> Result<bool, CloudError> {
    let answer = aws
        .read("s3", "GetPublicAccessBlock", || aws.s3.get_public_access_block().bucket(name).send())
        .await;
    let all = |block: PublicAccessBlockConfiguration| {
        let sorts = [
            block.block_public_acls,
            block.ignore_public_acls,
            block.block_public_policy,
            block.restrict_public_buckets,
        ];
        sorts.iter().all(|sort| *sort == Some(true))
    };
    Ok(unset(answer)?.and_then(|answer| answer.public_access_block_configuration).is_some_and(all))
}

async fn versioned(aws: &Aws, name: &str) -> Result<bool, CloudError> {
    let answer =
        aws.read("s3", "GetBucketVersioning", || aws.s3.get_bucket_versioning().bucket(name).send()).await?;
    Ok(answer.status == Some(BucketVersioningStatus::Enabled))
}

async fn encrypted(aws: &Aws, name: &str) -> Result<bool, CloudError> {
    let answer = aws.read("s3", "GetBucketEncryption", || aws.s3.get_bucket_encryption().bucket(name).send()).await;
    let rules = unset(answer)?.and_then(|answer| answer.server_side_encryption_configuration);
    Ok(rules.is_some_and(|rules| {
        rules.rules.iter().any(|rule| rule.apply_server_side_encryption_by_default.is_some())
    }))
}

async fn policy(aws: &Aws, name: &str) -> Result<Option<Document>, CloudError> {
    let answer = aws.read("s3", "GetBucketPolicy", || aws.s3.get_bucket_policy().bucket(name).send()).await;
    Ok(unset(answer)?.and_then(|answer| answer.policy).and_then(|text| Document::from_wire(&text)))
}

async fn lifecycle(aws: &Aws, name: &str) -> Result<Option<Lifecycle>, CloudError> {
    let answer = aws
        .read("s3", "GetBucketLifecycleConfiguration", || {
            aws.s3.get_bucket_lifecycle_configuration().bucket(name).send()
        })
        .await;
    let rules: Vec<LifecycleRule> = unset(answer)?.and_then(|answer| answer.rules).unwrap_or_default();
    // Only what concerns the whole bucket counts; a rule about a part of it is nobody's promise about the rest.
    let whole: Vec<_> = rules.into_iter().filter(concerns_all).collect();
    Ok((!whole.is_empty()).then(|| Lifecycle {
        noncurrent_days: whole
            .iter()
            .find_map(|rule| rule.noncurrent_version_expiration.as_ref()?.noncurrent_days),
        abort_multipart_days: whole
            .iter()
            .find_map(|rule| rule.abort_incomplete_multipart_upload.as_ref()?.days_after_initiation),
    }))
}

fn concerns_all(rule: &LifecycleRule) -> bool {
    let filtered = rule.filter.as_ref().is_some_and(|filter| {
        filter.prefix.as_ref().is_some_and(|prefix| !prefix.is_empty())
            || filter.tag.is_some()
            || filter.and.is_some()
            || filter.object_size_greater_than.is_some()
            || filter.object_size_less_than.is_some()
    });
    rule.status == ExpirationStatus::Enabled && !filtered
}

async fn tags(aws: &Aws, name: &str) -> Result<BTreeMap<String, String>, CloudError> {
    let answer = aws.read("s3", "GetBucketTagging", || aws.s3.get_bucket_tagging().bucket(name).send()).await;
    let tags = unset(answer)?.map(|answer| answer.tag_set).unwrap_or_default();
    Ok(tags.into_iter().map(|tag| (tag.key, tag.value)).filter(|(key, _)| !key.starts_with("aws:")).collect())
}

/// S3 answers 404 for a setting that was never made, each with a code of its own.
fn unset<T>(answer: Result<T, CloudError>) -> Result<Option<T>, CloudError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}
