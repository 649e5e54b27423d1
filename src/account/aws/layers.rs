//! The content of layer versions, ours and others', as a file of this machine.

use std::path::Path;

use axum::body::{Body, to_bytes};
use base64::{Engine, prelude::BASE64_STANDARD};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::{client::legacy::Client, rt::TokioExecutor};
use sha2::{Digest, Sha256};

use super::Aws;
use crate::model::{Call, Class, CloudError};

/// What a layer may weigh: Lambda's limit for what it unzips to.
const CONTENT_BYTES_MAX: usize = 262_144_000;

impl Aws {
    /// Puts the zip of the layer version `arn` into the artifacts folder, under its content's name. Answers that name: the
    /// SHA-256 in lower-case hexadecimal. `None` where there is no such version.
    pub(in crate::account) async fn download_layer(&self, arn: &str) -> Result<Option<String>, CloudError> {
        let call = Call::new("lambda", "GetLayerVersionByArn");
        let answer = self
            .read_optional("lambda", "GetLayerVersionByArn", || {
                self.lambda.get_layer_version_by_arn().arn(arn).send()
            })
            .await?;
        let Some(content) = answer.and_then(|answer| answer.content) else { return Ok(None) };
        let unusable = |message: String| CloudError::new(call.clone(), Class::Invalid, message);
        let digest = content.code_sha256.as_deref().and_then(|digest| BASE64_STANDARD.decode(digest).ok());
        let sha256_hex = hexadecimal(
            &digest
                .filter(|digest| !digest.is_empty())
                .ok_or_else(|| unusable(format!("the answer for {arn} does not say what its content is")))?,
        );
        let place = self.artifacts_dir.join(format!("{sha256_hex}.zip"));
        if place.is_file() {
            return Ok(Some(sha256_hex));
        }
        let zip = get(content.location.as_deref().unwrap_or_default())
            .await
            .map_err(|why| unusable(format!("the content of {arn} cannot be fetched: {why}")))?;
        if hexadecimal(&Sha256::digest(&zip)) != sha256_hex {
            return Err(unusable(format!("the content of {arn} is not what it is said to be")));
        }
        keep(&place, &zip)
            .map_err(|error| unusable(format!("{} cannot be written: {error}", place.display())))?;
        Ok(Some(sha256_hex))
    }
}

/// A GET whose address is all the permission it needs.
async fn get(url: &str) -> Result<Vec<u8>, String> {
    let uri = url.parse().map_err(|_| "the answer holds no address".to_owned())?;
    let connector = HttpsConnectorBuilder::new().with_native_roots().map_err(|error| error.to_string())?;
    let client: Client<_, Body> =
        Client::builder(TokioExecutor::new()).build(connector.https_or_http().enable_http1().build());
    let answer = client.get(uri).await.map_err(|error| error.to_string())?;
    if !answer.status().is_success() {
        return Err(format!("status {}", answer.status().as_u16()));
    }
    let body = to_bytes(Body::new(answer.into_body()), CONTENT_BYTES_MAX).await;
    body.map(|bytes| bytes.to_vec()).map_err(|error| error.to_string())
}

/// Writes beside the place and renames: a zip is whole whenever it exists.
fn keep(place: &Path, bytes: &[u8]) -> std::io::Result<()> {
    place.parent().map_or(Ok(()), std::fs::create_dir_all)?;
    let draft = place.with_extension(format!("{}.tmp", std::process::id()));
    std::fs::write(&draft, bytes)?;
    std::fs::rename(&draft, place)
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
