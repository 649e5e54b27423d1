//! A zip's way into the artifacts bucket.

use std::time::Duration;

use aws_sdk_s3::{config::timeout::TimeoutConfig, primitives::ByteStream};
use base64::Engine;

use crate::{
    account::aws::{Aws, unusable_input},
    model::{Address, Call, Class, CloudError, Identity, Repeat},
};

/// A zip of 250 MB over a slow line, in seconds: the answer comes only after the last byte has gone.
const UPLOAD_SECONDS: u64 = 1800;

/// Puts the zip `sha256_hex` under its content's name, unless it is there. S3 checks the digest, so that what lies under the name
/// is what the name says; the bucket's owner is checked, so that no stranger's bucket of the same name receives code.
pub(in crate::kinds) async fn upload(
    aws: &Aws,
    at: &Address,
    call: &Call,
    sha256_hex: &str,
    size_bytes: u64,
) -> Result<(), CloudError> {
    let bucket = aws.identity.artifacts_bucket();
    let key = Identity::code_key(&at.scope, sha256_hex);
    let owner = aws.identity.account_id.as_str();
    let there = aws
        .read_optional("s3", "HeadObject", || {
            aws.s3.head_object().bucket(&bucket).key(&key).expected_bucket_owner(owner).send()
        })
        .await?;
    if there.and_then(|object| object.content_length) == i64::try_from(size_bytes).ok() {
        return Ok(());
    }
    let path = aws.artifacts_dir.join(format!("{sha256_hex}.zip"));
    if !path.is_file() {
        let message = format!("the packaged zip {} is gone", path.display());
        return Err(CloudError::new(call.clone(), Class::Invalid, message));
    }
    let checksum = base64_of(sha256_hex);
    let patience = TimeoutConfig::builder().read_timeout(Duration::from_secs(UPLOAD_SECONDS)).build();
    aws.call(call, Repeat::Safe, || async {
        let body = ByteStream::from_path(&path).await.map_err(unusable_input)?;
        aws.s3
            .put_object()
            .bucket(&bucket)
            .key(&key)
            .expected_bucket_owner(owner)
            .content_type("application/zip")
            .set_checksum_sha256(checksum.clone())
            .body(body)
            .customize()
            .config_override(aws_sdk_s3::config::Builder::new().timeout_config(patience.clone()))
            .send()
            .await
    })
    .await?;
    Ok(())
}

/// A digest in base64, as S3 wants it; `None` where it is no hexadecimal digest.
pub(in crate::kinds) fn base64_of(hex: &str) -> Option<String> {
    let digit = |at: usize| hex.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let bytes: Option<Vec<u8>> = (0..hex.len()).step_by(2).map(digit).collect();
    bytes.map(|bytes| base64::engine::general_purpose::STANDARD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_changes_its_notation() {
        assert_eq!(base64_of("00ff10").as_deref(), Some("AP8Q"));
        assert_eq!(base64_of("0g"), None);
    }
}
