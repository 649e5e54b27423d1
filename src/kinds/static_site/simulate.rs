//! What a call makes of a site, with the refusals of S3.

use super::{Live, Object, Op};
use crate::{
    kinds::{
        World,
        s3_bucket::{self, Action},
    },
    model::{Class, Refusal},
};

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    let op = match op {
        Op::Bucket(op) => return of_bucket(op, live, world),
        other => other,
    };
    let Some(mut live) = live else {
        return Err(Refusal::new(Class::Absent, 404, "NoSuchBucket", "The specified bucket does not exist"));
    };
    match op {
        Op::Bucket(_) => {}
        Op::Upload { files, .. } => {
            let put = files.iter().filter_map(|(key, file)| {
                let (md5_hex, size_bytes) = file.body.identity()?;
                Some((key.clone(), Object { md5_hex, size_bytes, headers: Some(file.headers.clone()) }))
            });
            live.objects.extend(put);
        }
        // What is not there counts as deleted.
        Op::Remove { keys, .. } => live.objects.retain(|key, _| !keys.contains(key)),
    }
    Ok(Some(live))
}

fn of_bucket(op: &s3_bucket::Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    let (bucket, mut objects) = match live {
        Some(live) => (Some(live.bucket), live.objects),
        None => (None, Default::default()),
    };
    match &op.action {
        Action::Empty => objects.clear(),
        Action::Delete { empty: false } if !objects.is_empty() => {
            let words = "The bucket you tried to delete is not empty";
            return Err(Refusal::new(Class::Invalid, 409, "BucketNotEmpty", words));
        }
        Action::Create { .. } => objects.clear(),
        _ => {}
    }
    let bucket = s3_bucket::simulate::simulate(op, bucket, world)?;
    Ok(bucket.map(|bucket| Live { bucket, objects }))
}
