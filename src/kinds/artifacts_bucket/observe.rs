//! Reads the bucket's settings; only where the bucket is wanted, because nothing else needs them.

use aws_sdk_s3::types::{ExpirationStatus, LifecycleRule};

use super::{ArtifactsBucket, Lifecycle, Live, send::strangers};
use crate::{
    account::aws::Aws,
    kinds::{
        Ask,
        s3_bucket::{PublicAccessBlock, read},
    },
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
    let (block, versioned, encryption, policy, lifecycle, tags) = futures::try_join!(
        read::public_access_block(aws, name),
        read::versioned(aws, name),
        read::default_encryption(aws, name),
        read::policy(aws, name),
        lifecycle(aws, name),
        read::tags(aws, name),
    )?;
    Ok(Live {
        name: name.to_owned(),
        public_access_blocked: block == PublicAccessBlock::ALL,
        versioned,
        encrypted: encryption.is_some(),
        policy,
        lifecycle,
        tags: tags.unwrap_or_default(),
    })
}

async fn lifecycle(aws: &Aws, name: &str) -> Result<Option<Lifecycle>, CloudError> {
    // Only what concerns the whole bucket counts; a rule about a part of it is nobody's promise about the rest.
    let rules = read::lifecycle_rules(aws, name).await?;
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
