//! What a call makes of the bucket, with S3's refusals.

use super::{ArtifactsBucket, Desired, Live, Op, diff::new};
use crate::{
    kinds::World,
    model::{Class, Refusal},
};

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    let Op::Create { name } = op else { return change(op, live).map(Some) };
    let taken = world.objects.is_some() && world.has::<ArtifactsBucket>(|_, other| other.name == *name);
    match live {
        // In us-east-1, and only there, making a bucket again is accepted.
        Some(live) if world.identity.region == "us-east-1" || world.objects.is_none() => Ok(Some(live)),
        None if !taken => Ok(Some(new(&Desired { name: name.clone(), tls_only: false, tags: Default::default() }))),
        _ => Err(Refusal::new(
            Class::Exists,
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
        )),
    }
}

fn change(op: &Op, live: Option<Live>) -> Result<Live, Refusal> {
    let Some(mut live) = live else {
        return Err(Refusal::new(Class::Absent, 404, "NoSuchBucket", "The specified bucket does not exist"));
    };
    match op {
        Op::Create { .. } => {}
        Op::BlockPublicAccess { .. } => live.public_access_blocked = true,
        Op::Version { .. } => live.versioned = true,
        Op::Encrypt { .. } => live.encrypted = true,
        Op::Tag { tags, .. } => live.tags = tags.clone(),
        Op::PutLifecycle { lifecycle, .. } => live.lifecycle = Some(*lifecycle),
        Op::PutPolicy { policy, .. } => live.policy = Some(policy.normal()),
    }
    Ok(live)
}
