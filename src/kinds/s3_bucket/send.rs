//! One op, one SDK call; only emptying takes as many as there are thousands of versions.

use aws_sdk_s3::types::{
    AbortIncompleteMultipartUpload, BucketLifecycleConfiguration, CorsConfiguration, CorsRule as AwsCorsRule,
    ErrorDocument, Event, ExpirationStatus, FilterRule, FilterRuleName, IndexDocument, LambdaFunctionConfiguration,
    LifecycleExpiration, LifecycleRule as AwsRule, LifecycleRuleFilter, NoncurrentVersionExpiration,
    NotificationConfiguration, NotificationConfigurationFilter, ObjectOwnership as AwsOwnership, OwnershipControls,
    OwnershipControlsRule, Protocol, RedirectAllRequestsTo, S3KeyFilter, Transition, TransitionStorageClass,
    WebsiteConfiguration,
};

use super::{
    Action, CorsRule, LifecycleRule, Live, Notification, Op, Website,
    calls::{self, unbuilt},
    diff::new,
    empty::empty,
};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Call, CloudError},
};

/// How often a bucket is emptied again because someone goes on writing into it.
const EMPTIED_AGAIN_MAX: usize = 5;

pub(in crate::kinds) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let name = op.name.as_str();
    match &op.action {
        Action::Create { tags } => {
            let there = calls::create(aws, name, tags).await?;
            if there != *tags {
                return Ok(Sent::Observed(Some(new(name, there))));
            }
        }
        Action::Tag { tags } => calls::put_tags(aws, name, tags).await?,
        Action::BlockPublicAccess(block) => calls::put_public_access_block(aws, name, *block).await?,
        Action::Version(versioned) => calls::put_versioning(aws, name, *versioned).await?,
        Action::Encrypt(encryption) => calls::put_encryption(aws, name, encryption).await?,
        Action::PutPolicy(policy) => calls::put_policy(aws, name, &policy.to_wire()).await?,
        Action::PutLifecycle(rules) => {
            let rules = rules.iter().map(|(id, rule)| lifecycle_rule(id, rule, &op.call()));
            let rules = rules.collect::<Result<Vec<_>, _>>()?;
            let rules = BucketLifecycleConfiguration::builder().set_rules(Some(rules)).build();
            calls::put_lifecycle(aws, name, rules.map_err(|error| unbuilt(&op.call(), error))?).await?;
        }
        Action::Empty => empty(aws, name, "").await?,
        Action::Delete { empty } => delete(aws, op, *empty).await?,
        _ => put(aws, op).await?,
    }
    Ok(Sent::done())
}

/// The calls that no other kind has.
async fn put(aws: &Aws, op: &Op) -> Result<(), CloudError> {
    let (call, repeat, s3, name) = (op.call(), op.repeat(), &aws.s3, op.name.as_str());
    let owner = aws.identity.account_id.as_str();
    let failed = |error| unbuilt(&call, error);
    match &op.action {
        Action::Own(ownership) => {
            let rule = OwnershipControlsRule::builder().object_ownership(AwsOwnership::from(ownership.as_str())).build();
            let rule = rule.map_err(failed)?;
            let controls = OwnershipControls::builder().rules(rule).build().map_err(failed)?;
            let put = || s3.put_bucket_ownership_controls().ownership_controls(controls.clone());
            aws.call(&call, repeat, || put().bucket(name).expected_bucket_owner(owner).send()).await.map(drop)
        }
        Action::PutCors(rules) => {
            let rules = rules.iter().map(cors_rule).collect::<Result<Vec<_>, _>>().map_err(failed)?;
            let cors = CorsConfiguration::builder().set_cors_rules(Some(rules)).build().map_err(failed)?;
            let put = || s3.put_bucket_cors().cors_configuration(cors.clone());
            aws.call(&call, repeat, || put().bucket(name).expected_bucket_owner(owner).send()).await.map(drop)
        }
        Action::PutWebsite(website) => {
            let website = website_configuration(website).map_err(failed)?;
            let put = || s3.put_bucket_website().website_configuration(website.clone());
            aws.call(&call, repeat, || put().bucket(name).expected_bucket_owner(owner).send()).await.map(drop)
        }
        Action::Notify(notifications) => {
            let functions = notifications.iter().map(function).collect::<Result<Vec<_>, _>>().map_err(failed)?;
            let all = NotificationConfiguration::builder().set_lambda_function_configurations(Some(functions)).build();
            let put = || s3.put_bucket_notification_configuration().notification_configuration(all.clone());
            aws.call(&call, repeat, || put().bucket(name).expected_bucket_owner(owner).send()).await.map(drop)
        }
        Action::DeleteLifecycle => {
            let gone = || s3.delete_bucket_lifecycle().bucket(name).expected_bucket_owner(owner).send();
            aws.call(&call, repeat, gone).await.map(drop)
        }
        Action::DeleteCors => {
            let gone = || s3.delete_bucket_cors().bucket(name).expected_bucket_owner(owner).send();
            aws.call(&call, repeat, gone).await.map(drop)
        }
        Action::DeleteWebsite => {
            let gone = || s3.delete_bucket_website().bucket(name).expected_bucket_owner(owner).send();
            aws.call(&call, repeat, gone).await.map(drop)
        }
        Action::DeletePolicy => {
            let gone = || s3.delete_bucket_policy().bucket(name).expected_bucket_owner(owner).send();
            aws.call(&call, repeat, gone).await.map(drop)
        }
        _ => Ok(()),
    }
}

/// Deletes the bucket; one that is gone is deleted. `again`: what was written meanwhile goes too.
async fn delete(aws: &Aws, op: &Op, again: bool) -> Result<(), CloudError> {
    let (name, owner) = (op.name.as_str(), aws.identity.account_id.as_str());
    let mut left = if again { EMPTIED_AGAIN_MAX } else { 0 };
    loop {
        let gone = aws
            .call(&op.call(), op.repeat(), || {
                aws.s3.delete_bucket().bucket(name).expected_bucket_owner(owner).send()
            })
            .await;
        match gone {
            Err(error) if error.code.as_deref() == Some("BucketNotEmpty") && left > 0 => {
                left -= 1;
                empty(aws, name, "").await?;
            }
            Err(error) if !error.is_absent() => return Err(error),
            _ => return Ok(()),
        }
    }
}

type Built<T> = Result<T, aws_sdk_s3::error::BuildError>;

fn cors_rule(rule: &CorsRule) -> Built<AwsCorsRule> {
    let some = |list: &[String]| (!list.is_empty()).then(|| list.to_vec());
    AwsCorsRule::builder()
        .set_allowed_origins(Some(rule.origins.clone()))
        .set_allowed_methods(Some(rule.methods.clone()))
        .set_allowed_headers(some(&rule.headers))
        .set_expose_headers(some(&rule.expose_headers))
        .set_max_age_seconds(rule.max_age_seconds)
        .build()
}

fn website_configuration(website: &Website) -> Built<WebsiteConfiguration> {
    Ok(match website {
        Website::Pages { index, error } => WebsiteConfiguration::builder()
            .index_document(IndexDocument::builder().suffix(index).build()?)
            .set_error_document(error.as_ref().map(|key| ErrorDocument::builder().key(key).build()).transpose()?)
            .build(),
        Website::Redirect { host, protocol } => {
            let protocol = protocol.as_deref().map(Protocol::from);
            let redirect = RedirectAllRequestsTo::builder().host_name(host).set_protocol(protocol).build()?;
            WebsiteConfiguration::builder().redirect_all_requests_to(redirect).build()
        }
    })
}

fn function(notification: &Notification) -> Built<LambdaFunctionConfiguration> {
    let filters = [(FilterRuleName::Prefix, &notification.prefix), (FilterRuleName::Suffix, &notification.suffix)];
    let rules = filters
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| FilterRule::builder().name(name).value(value).build());
    let rules: Vec<FilterRule> = rules.collect();
    let filter = (!rules.is_empty()).then(|| {
        let key = S3KeyFilter::builder().set_filter_rules(Some(rules)).build();
        NotificationConfigurationFilter::builder().key(key).build()
    });
    LambdaFunctionConfiguration::builder()
        .lambda_function_arn(notification.function_arn.settled())
        .set_events(Some(notification.events.iter().map(|event| Event::from(event.as_str())).collect()))
        .set_filter(filter)
        .build()
}

fn lifecycle_rule(id: &str, rule: &LifecycleRule, call: &Call) -> Result<AwsRule, CloudError> {
    let transitions = rule.transitions.iter().map(|(class, days)| {
        let class = TransitionStorageClass::from(class.as_str());
        Transition::builder().days(*days).storage_class(class).build()
    });
    let transitions: Vec<Transition> = transitions.collect();
    AwsRule::builder()
        .id(id)
        .status(if rule.enabled { ExpirationStatus::Enabled } else { ExpirationStatus::Disabled })
        .filter(LifecycleRuleFilter::builder().prefix(&rule.prefix).build())
        .set_expiration(rule.expire_days.map(|days| LifecycleExpiration::builder().days(days).build()))
        .set_noncurrent_version_expiration(
            rule.expire_old_versions_days
                .map(|days| NoncurrentVersionExpiration::builder().noncurrent_days(days).build()),
        )
        .set_abort_incomplete_multipart_upload(
            rule.abort_uploads_days
                .map(|days| AbortIncompleteMultipartUpload::builder().days_after_initiation(days).build()),
        )
        .set_transitions((!transitions.is_empty()).then_some(transitions))
        .build()
        .map_err(|error| unbuilt(call, error))
}
