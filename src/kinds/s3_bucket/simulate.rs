//! What a call makes of a bucket, with the refusals of S3.

use super::{Action, Live, Op, diff::new, is_public};
use crate::{
    kinds::{ArtifactsBucket, LambdaPermission, S3Bucket, StaticSite, World, iam_role::Document, lambda_permission},
    model::{Class, Refusal},
};

/// Rules and bytes that S3 takes. Source: "Bucket restrictions", "CORS configuration", "Bucket policy size".
const CORS_RULES_MAX: usize = 100;
const LIFECYCLE_RULES_MAX: usize = 1000;
const POLICY_BYTES_MAX: usize = 20 * 1024;

/// `taken`: another object of the account has this name.
pub(in crate::kinds) fn simulate(
    op: &Op,
    live: Option<Live>,
    world: &World<'_>,
) -> Result<Option<Live>, Refusal> {
    let name = &op.name;
    match &op.action {
        Action::Create { tags } => {
            let taken = world.objects.is_some()
                && (live.as_ref().is_some_and(|live| live.name == *name)
                    || world.has::<S3Bucket>(|_, other| other.name == *name)
                    || world.has::<StaticSite>(|_, other| other.bucket.name == *name)
                    || world.has::<ArtifactsBucket>(|_, other| other.name == *name));
            if taken {
                let words = "Your previous request to create the named bucket succeeded and you already own it.";
                return Err(Refusal::new(Class::Exists, 409, "BucketAlreadyOwnedByYou", words));
            }
            Ok(Some(new(name, tags.clone())))
        }
        action => {
            let Some(mut live) = live.filter(|live| live.name == *name) else {
                let words = "The specified bucket does not exist";
                return Err(Refusal::new(Class::Absent, 404, "NoSuchBucket", words));
            };
            match action {
                Action::Empty => live.has_objects = false,
                Action::Delete { empty } if live.has_objects && !empty => {
                    let words = "The bucket you tried to delete is not empty";
                    return Err(Refusal::new(Class::Invalid, 409, "BucketNotEmpty", words));
                }
                Action::Delete { .. } => return Ok(None),
                action => change(action, &mut live, world)?,
            }
            Ok(Some(live))
        }
    }
}

fn change(action: &Action, live: &mut Live, world: &World<'_>) -> Result<(), Refusal> {
    let settings = &mut live.settings;
    match action {
        Action::Tag { tags } => live.tags.clone_from(tags),
        Action::BlockPublicAccess(block) => settings.public_access_block = *block,
        Action::Own(ownership) => settings.object_ownership = *ownership,
        Action::Version(versioned) => settings.versioned = *versioned,
        Action::Encrypt(encryption) => settings.encryption = encryption.clone(),
        Action::PutLifecycle(rules) if rules.is_empty() || rules.len() > LIFECYCLE_RULES_MAX => return Err(malformed()),
        Action::PutLifecycle(rules) => settings.lifecycle.clone_from(rules),
        Action::DeleteLifecycle => settings.lifecycle.clear(),
        Action::PutCors(rules) if rules.is_empty() || rules.len() > CORS_RULES_MAX => return Err(malformed()),
        Action::PutCors(rules) => settings.cors.clone_from(rules),
        Action::DeleteCors => settings.cors.clear(),
        Action::PutWebsite(website) => settings.website = Some(website.clone()),
        Action::DeleteWebsite => settings.website = None,
        Action::PutPolicy(policy) => {
            check_policy(policy, live, world)?;
            live.settings.policy = Some(policy.normal());
        }
        Action::DeletePolicy => settings.policy = None,
        Action::Notify(notifications) => {
            check_functions(notifications, world)?;
            settings.notifications.clone_from(notifications);
        }
        Action::Create { .. } | Action::Empty | Action::Delete { .. } => {}
    }
    Ok(())
}

fn malformed() -> Refusal {
    let words = "The XML you provided was not well-formed or did not validate against our published schema";
    Refusal::new(Class::Invalid, 400, "MalformedXML", words)
}

/// The text of the refusal is AWS's as people report it (hashicorp/terraform-provider-aws#636 and others).
fn check_policy(policy: &Document, live: &Live, world: &World<'_>) -> Result<(), Refusal> {
    if world.objects.is_none() {
        return Ok(());
    }
    if policy.bytes() > POLICY_BYTES_MAX {
        let words = "Policy exceeds the maximum allowed document size.";
        return Err(Refusal::new(Class::Invalid, 400, "PolicyTooLarge", words));
    }
    if is_public(policy) && live.settings.public_access_block.block_public_policy {
        let words = format!(
            "User is not authorized to perform: s3:PutBucketPolicy on resource: \"{}\" because public policies are \
             blocked by the BlockPublicPolicy block public access setting.",
            world.identity.bucket_arn(&live.name)
        );
        return Err(Refusal::new(Class::Denied, 403, "AccessDenied", words));
    }
    Ok(())
}

/// S3 tries each function before it accepts the notification.
fn check_functions(notifications: &[super::Notification], world: &World<'_>) -> Result<(), Refusal> {
    let known = |arn: &str| {
        // Who is of another account or region cannot be looked at from here.
        let Some(name) = arn.strip_prefix(&world.identity.function_arn("")) else { return true };
        let lets_s3 = |live: &lambda_permission::Live| live.function_name == name && live.principal == "s3.amazonaws.com";
        lambda_permission::is_there(name, world) && world.has::<LambdaPermission>(|_, live| lets_s3(live))
    };
    if notifications.iter().all(|notification| known(notification.function_arn.settled())) {
        return Ok(());
    }
    let words = "Unable to validate the following destination configurations";
    Err(Refusal::new(Class::Invalid, 400, "InvalidArgument", words))
}
