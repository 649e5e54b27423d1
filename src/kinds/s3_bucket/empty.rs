//! Emptying: every version of every object, a thousand at a time.

use aws_sdk_s3::types::{Delete, ObjectIdentifier};

use crate::{
    account::aws::Aws,
    model::{Call, Class, CloudError, Repeat},
};

/// Removes every version of every object of `bucket` whose key begins with `prefix`: in a bucket that keeps versions a plain
/// delete would leave all of it behind. A bucket that is not there is empty.
///
/// # Errors
/// Failed calls, and objects that may not be deleted.
pub async fn empty(aws: &Aws, bucket: &str, prefix: &str) -> Result<(), CloudError> {
    let owner = aws.identity.account_id.as_str();
    loop {
        let page = aws
            .read_optional("s3", "ListObjectVersions", || {
                aws.s3.list_object_versions().bucket(bucket).prefix(prefix).expected_bucket_owner(owner).send()
            })
            .await?;
        let Some(page) = page else { return Ok(()) };
        let versions = page.versions.unwrap_or_default().into_iter().map(|version| (version.key, version.version_id));
        let markers =
            page.delete_markers.unwrap_or_default().into_iter().map(|marker| (marker.key, marker.version_id));
        let objects: Vec<_> = versions
            .chain(markers)
            .filter_map(|(key, version)| ObjectIdentifier::builder().key(key?).set_version_id(version).build().ok())
            .collect();
        if objects.is_empty() {
            return Ok(());
        }
        delete(aws, bucket, objects).await?;
        if page.is_truncated != Some(true) {
            return Ok(());
        }
    }
}

/// Deletes `objects`, a thousand at most: what is gone already counts as deleted.
pub(in crate::kinds) async fn delete(
    aws: &Aws,
    bucket: &str,
    objects: Vec<ObjectIdentifier>,
) -> Result<(), CloudError> {
    let call = Call::new("s3", "DeleteObjects");
    let owner = aws.identity.account_id.as_str();
    let delete = Delete::builder().set_objects(Some(objects)).quiet(true).build();
    let delete = delete.map_err(|error| CloudError::new(call.clone(), Class::Invalid, error.to_string()))?;
    let answer = aws
        .call(&call, Repeat::Safe, || {
            aws.s3.delete_objects().bucket(bucket).expected_bucket_owner(owner).delete(delete.clone()).send()
        })
        .await?;
    // A quiet answer names what was not deleted, with status 200.
    match answer.errors.unwrap_or_default().into_iter().next() {
        None => Ok(()),
        Some(error) => {
            let key = error.key.unwrap_or_default();
            let message = format!("{key}: {}", error.message.unwrap_or_default());
            Err(CloudError { code: error.code, ..CloudError::new(call, Class::Invalid, message) })
        }
    }
}
