//! Uploads side by side; calls on the bucket as for any other.

use std::time::Duration;

use aws_sdk_s3::{config::timeout::TimeoutConfig, primitives::ByteStream, types::ObjectIdentifier};
use futures::{StreamExt, TryStreamExt, stream};

use super::{
    Body, File, Live, Op, is_page,
    op::{DELETED_MAX, stored_name},
};
use crate::{
    account::aws::{Aws, unusable_input},
    kinds::{
        Operation, Sent,
        lambda_function::base64_of,
        s3_bucket::{self, delete_objects},
    },
    model::{Call, Class, CloudError, Repeat},
};

/// Uploads under way at one time.
const SIDE_BY_SIDE: usize = 16;
/// A large file over a slow line, in seconds: the answer comes only after the last byte has gone.
const UPLOAD_SECONDS: u64 = 1800;

pub(super) async fn send(aws: &Aws, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
    match op {
        Op::Bucket(op) => {
            let objects = || live.map(|live| live.objects.clone()).unwrap_or_default();
            return Ok(match s3_bucket::send::send(aws, op).await? {
                Sent::Fold(ids) => Sent::Fold(ids),
                Sent::Observed(bucket) => Sent::Observed(bucket.map(|bucket| Live { bucket, objects: objects() })),
            });
        }
        Op::Upload { bucket, files } => {
            // A page goes after what it loads: nobody gets one whose parts are not there yet.
            let (pages, parts): (Vec<_>, Vec<_>) = files.iter().partition(|(key, _)| is_page(key));
            let call = op.call();
            for group in [parts, pages] {
                let puts = group.into_iter().map(|(key, file)| put(aws, &call, bucket, key, file));
                let puts: Vec<_> = puts.collect();
                stream::iter(puts).buffer_unordered(SIDE_BY_SIDE).try_collect::<()>().await?;
            }
        }
        Op::Remove { bucket, keys } => {
            for keys in keys.chunks(DELETED_MAX) {
                let objects = keys.iter().filter_map(|key| ObjectIdentifier::builder().key(key).build().ok());
                delete_objects(aws, bucket, objects.collect()).await?;
            }
        }
    }
    Ok(Sent::done())
}

/// Puts one object; its file is read while it is sent, and S3 checks what it gets.
async fn put(aws: &Aws, call: &Call, bucket: &str, key: &str, file: &File) -> Result<(), CloudError> {
    let owner = aws.identity.account_id.as_str();
    let (path, text, sha256) = match &file.body {
        Body::Text(text) => (None, text.settled(), None),
        Body::Stored { sha256_hex, .. } => {
            let path = aws.artifacts_dir.join(stored_name(sha256_hex));
            if !path.is_file() {
                let message = format!("the packaged file {} ({key}) is gone", path.display());
                return Err(CloudError::new(call.clone(), Class::Invalid, message));
            }
            (Some(path), "", base64_of(sha256_hex))
        }
    };
    let patience = TimeoutConfig::builder().read_timeout(Duration::from_secs(UPLOAD_SECONDS)).build();
    aws.call(call, Repeat::Safe, || async {
        let body = match &path {
            Some(path) => ByteStream::from_path(path).await.map_err(unusable_input)?,
            None => ByteStream::from(text.as_bytes().to_vec()),
        };
        aws.s3
            .put_object()
            .bucket(bucket)
            .key(key)
            .expected_bucket_owner(owner)
            .content_type(&file.headers.content_type)
            .cache_control(&file.headers.cache_control)
            .set_content_encoding(file.headers.content_encoding.clone())
            .set_checksum_sha256(sha256.clone())
            .body(body)
            .customize()
            .config_override(aws_sdk_s3::config::Builder::new().timeout_config(patience.clone()))
            .send()
            .await
    })
    .await
    .map(drop)
}
