//! Single reads of a bucket's settings. S3 answers 404 for a setting that was never made, each with a code of its own.

use std::collections::BTreeMap;

use aws_sdk_s3::types::{
    BucketVersioningStatus, CorsRule as AwsCorsRule, ExpirationStatus, FilterRuleName, LambdaFunctionConfiguration,
    LifecycleRule as AwsRule, ServerSideEncryption, ServerSideEncryptionByDefault,
};

use super::{
    CorsRule, Encryption, Feature, LifecycleRule, Notification, ObjectOwnership, PublicAccessBlock, Settings, Website,
};
use crate::{
    account::aws::Aws,
    kinds::iam_role::Document,
    model::{Class, CloudError},
};

/// The settings named by `features`, and public access, which is always looked at; defaults for the rest.
pub(super) async fn settings(aws: &Aws, name: &str, features: impl Fn(Feature) -> bool) -> Result<Settings, CloudError> {
    let ifused = |feature| features(feature).then_some(name);
    let (public_access_block, object_ownership, versioned, encryption, website, policy, cors, lifecycle, notifications) = futures::try_join!(
        public_access_block(aws, name),
        some(ifused(Feature::Ownership), |name| object_ownership(aws, name)),
        some(ifused(Feature::Versioning), |name| versioned(aws, name)),
        some(ifused(Feature::Encryption), |name| encryption(aws, name)),
        some(ifused(Feature::Website), |name| website(aws, name)),
        some(ifused(Feature::Policy), |name| policy(aws, name)),
        some(ifused(Feature::Cors), |name| cors(aws, name)),
        some(ifused(Feature::Lifecycle), |name| lifecycle(aws, name)),
        some(ifused(Feature::Notifications), |name| notifications(aws, name)),
    )?;
    Ok(Settings {
        public_access_block,
        object_ownership,
        versioned,
        encryption,
        website,
        policy,
        cors,
        lifecycle,
        notifications,
    })
}

/// What `read` says of the bucket, or the default without a call.
async fn some<'a, T: Default, F>(name: Option<&'a str>, read: impl FnOnce(&'a str) -> F) -> Result<T, CloudError>
where
    F: Future<Output = Result<T, CloudError>>,
{
    match name {
        Some(name) => read(name).await,
        None => Ok(T::default()),
    }
}

/// The tags, but AWS's own; `None` where there is no such bucket.
///
/// # Errors
/// `Class::Denied`, in words, where the bucket is another account's.
pub(in crate::kinds) async fn tags(aws: &Aws, name: &str) -> Result<Option<BTreeMap<String, String>>, CloudError> {
    let owner = aws.identity.account_id.as_str();
    let answer = aws
        .read("s3", "GetBucketTagging", || {
            aws.s3.get_bucket_tagging().bucket(name).expected_bucket_owner(owner).send()
        })
        .await;
    let tags = match answer {
        Ok(answer) => answer.tag_set,
        Err(error) if error.code.as_deref() == Some("NoSuchBucket") => return Ok(None),
        Err(error) if error.is_absent() => Vec::new(),
        Err(error) if error.class == Class::Denied && error.status == Some(403) => return Err(strangers(error, name)),
        Err(error) => return Err(error),
    };
    Ok(Some(tags.into_iter().map(|tag| (tag.key, tag.value)).filter(|(key, _)| !key.starts_with("aws:")).collect()))
}

/// The name is taken by another account: nothing that a second look could change.
pub(in crate::kinds) fn strangers(error: CloudError, name: &str) -> CloudError {
    let message = format!(
        "the bucket {name} is another account's, or this caller may not read it: names of buckets are shared by all of AWS. Choose \
         another name for it, or ask for s3:GetBucketTagging on it to make sure"
    );
    CloudError { class: Class::Denied, message, ..error }
}

pub(in crate::kinds) async fn public_access_block(aws: &Aws, name: &str) -> Result<PublicAccessBlock, CloudError> {
    let answer =
        aws.read("s3", "GetPublicAccessBlock", || aws.s3.get_public_access_block().bucket(name).send()).await;
    let block = unset(answer)?.and_then(|answer| answer.public_access_block_configuration);
    Ok(block.map_or(PublicAccessBlock::OFF, |block| PublicAccessBlock {
        block_public_acls: block.block_public_acls == Some(true),
        ignore_public_acls: block.ignore_public_acls == Some(true),
        block_public_policy: block.block_public_policy == Some(true),
        restrict_public_buckets: block.restrict_public_buckets == Some(true),
    }))
}

async fn object_ownership(aws: &Aws, name: &str) -> Result<ObjectOwnership, CloudError> {
    let answer = aws
        .read("s3", "GetBucketOwnershipControls", || aws.s3.get_bucket_ownership_controls().bucket(name).send())
        .await;
    let controls = unset(answer)?.and_then(|answer| answer.ownership_controls);
    let rule = controls.and_then(|controls| controls.rules.into_iter().next());
    Ok(rule.map_or_else(ObjectOwnership::default, |rule| ObjectOwnership::named(rule.object_ownership.as_str())))
}

pub(in crate::kinds) async fn versioned(aws: &Aws, name: &str) -> Result<bool, CloudError> {
    let answer =
        aws.read("s3", "GetBucketVersioning", || aws.s3.get_bucket_versioning().bucket(name).send()).await?;
    Ok(answer.status == Some(BucketVersioningStatus::Enabled))
}

/// How objects are encrypted unless their writer says otherwise; `None` where S3 does not say.
pub(in crate::kinds) async fn default_encryption(
    aws: &Aws,
    name: &str,
) -> Result<Option<ServerSideEncryptionByDefault>, CloudError> {
    let answer =
        aws.read("s3", "GetBucketEncryption", || aws.s3.get_bucket_encryption().bucket(name).send()).await;
    let rules = unset(answer)?.and_then(|answer| answer.server_side_encryption_configuration);
    Ok(rules.and_then(|rules| rules.rules.into_iter().find_map(|rule| rule.apply_server_side_encryption_by_default)))
}

async fn encryption(aws: &Aws, name: &str) -> Result<Encryption, CloudError> {
    Ok(match default_encryption(aws, name).await? {
        Some(encryption) if encryption.sse_algorithm == ServerSideEncryption::AwsKms => {
            Encryption::Kms { key: encryption.kms_master_key_id.map(Into::into) }
        }
        _ => Encryption::S3,
    })
}

async fn website(aws: &Aws, name: &str) -> Result<Option<Website>, CloudError> {
    let answer = aws.read("s3", "GetBucketWebsite", || aws.s3.get_bucket_website().bucket(name).send()).await;
    let Some(answer) = unset(answer)? else { return Ok(None) };
    Ok(Some(match answer.redirect_all_requests_to {
        Some(redirect) => Website::Redirect {
            host: redirect.host_name,
            protocol: redirect.protocol.map(|protocol| protocol.as_str().to_owned()),
        },
        None => Website::Pages {
            index: answer.index_document.map(|index| index.suffix).unwrap_or_default(),
            error: answer.error_document.map(|error| error.key),
        },
    }))
}

pub(in crate::kinds) async fn policy(aws: &Aws, name: &str) -> Result<Option<Document>, CloudError> {
    let answer = aws.read("s3", "GetBucketPolicy", || aws.s3.get_bucket_policy().bucket(name).send()).await;
    Ok(unset(answer)?.and_then(|answer| answer.policy).and_then(|text| Document::from_wire(&text)))
}

async fn cors(aws: &Aws, name: &str) -> Result<Vec<CorsRule>, CloudError> {
    let answer = aws.read("s3", "GetBucketCors", || aws.s3.get_bucket_cors().bucket(name).send()).await;
    let rules = unset(answer)?.and_then(|answer| answer.cors_rules).unwrap_or_default();
    let ours = |rule: AwsCorsRule| CorsRule {
        origins: rule.allowed_origins,
        methods: rule.allowed_methods,
        headers: rule.allowed_headers.unwrap_or_default(),
        expose_headers: rule.expose_headers.unwrap_or_default(),
        max_age_seconds: rule.max_age_seconds,
    };
    Ok(rules.into_iter().map(ours).collect())
}

/// The rules as S3 has them.
pub(in crate::kinds) async fn lifecycle_rules(aws: &Aws, name: &str) -> Result<Vec<AwsRule>, CloudError> {
    let answer = aws
        .read("s3", "GetBucketLifecycleConfiguration", || {
            aws.s3.get_bucket_lifecycle_configuration().bucket(name).send()
        })
        .await;
    Ok(unset(answer)?.and_then(|answer| answer.rules).unwrap_or_default())
}

async fn lifecycle(aws: &Aws, name: &str) -> Result<BTreeMap<String, LifecycleRule>, CloudError> {
    let rules = lifecycle_rules(aws, name).await?;
    Ok(rules.into_iter().map(|rule| (rule.id.clone().unwrap_or_default(), lifecycle_rule(rule))).collect())
}

fn lifecycle_rule(rule: AwsRule) -> LifecycleRule {
    let transitions = rule.transitions.unwrap_or_default().into_iter();
    let class = |transition: aws_sdk_s3::types::Transition| {
        Some((transition.storage_class?.as_str().to_owned(), transition.days.unwrap_or_default()))
    };
    LifecycleRule {
        enabled: rule.status == ExpirationStatus::Enabled,
        prefix: rule.filter.and_then(|filter| filter.prefix).unwrap_or_default(),
        expire_days: rule.expiration.and_then(|expiration| expiration.days),
        expire_old_versions_days: rule.noncurrent_version_expiration.and_then(|expiration| expiration.noncurrent_days),
        abort_uploads_days: rule.abort_incomplete_multipart_upload.and_then(|abort| abort.days_after_initiation),
        transitions: transitions.filter_map(class).collect(),
    }
}

async fn notifications(aws: &Aws, name: &str) -> Result<Vec<Notification>, CloudError> {
    let answer = aws
        .read("s3", "GetBucketNotificationConfiguration", || {
            aws.s3.get_bucket_notification_configuration().bucket(name).send()
        })
        .await?;
    let functions = answer.lambda_function_configurations.unwrap_or_default();
    let mut all: Vec<Notification> = functions.into_iter().map(notification).collect();
    all.sort();
    Ok(all)
}

fn notification(configuration: LambdaFunctionConfiguration) -> Notification {
    let key = configuration.filter.and_then(|filter| filter.key);
    let rules = key.and_then(|key| key.filter_rules).unwrap_or_default();
    // S3 answers the names as `Prefix` and `Suffix`, whatever they were written as.
    let value = |name: &FilterRuleName| {
        let same = |rule: &&aws_sdk_s3::types::FilterRule| {
            rule.name.as_ref().is_some_and(|word| word.as_str().eq_ignore_ascii_case(name.as_str()))
        };
        rules.iter().find(same).and_then(|rule| rule.value.clone()).unwrap_or_default()
    };
    let mut events: Vec<String> = configuration.events.iter().map(|event| event.as_str().to_owned()).collect();
    events.sort();
    Notification {
        function_arn: configuration.lambda_function_arn.into(),
        events,
        prefix: value(&FilterRuleName::Prefix),
        suffix: value(&FilterRuleName::Suffix),
    }
}

fn unset<T>(answer: Result<T, CloudError>) -> Result<Option<T>, CloudError> {
    match answer {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.is_absent() => Ok(None),
        Err(error) => Err(error),
    }
}
