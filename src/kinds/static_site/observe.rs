//! Reads sites: the bucket as any other, and its objects by one listing for each thousand.

use std::collections::BTreeMap;

use super::{Live, Object, StaticSite, is_site};
use crate::{
    account::aws::Aws,
    kinds::{Ask, s3_bucket},
    model::{CloudError, Found},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, StaticSite>) -> Result<Vec<Found<Live>>, CloudError> {
    let wanted = ask.wanted.iter().map(|(at, desired)| (*at, &desired.bucket)).collect();
    let mut found = Vec::new();
    for bucket in s3_bucket::observe::buckets(aws, ask, &wanted).await? {
        let is_wanted = wanted.contains_key(&bucket.address);
        // One without tags is known by the ledger: a run stopped before it could tag it.
        if !is_wanted && !is_site(&bucket.live.tags) && !bucket.live.tags.is_empty() {
            continue;
        }
        // What is deleted as a whole need not be known in its parts.
        let objects = if is_wanted { objects(aws, &bucket.live.name).await? } else { BTreeMap::new() };
        found.push(Found {
            address: bucket.address,
            live: Live { bucket: bucket.live, objects },
            ownership: bucket.ownership,
            listed: bucket.listed,
        });
    }
    Ok(found)
}

async fn objects(aws: &Aws, bucket: &str) -> Result<BTreeMap<String, Object>, CloudError> {
    let owner = aws.identity.account_id.as_str();
    let mut objects = BTreeMap::new();
    let mut token: Option<String> = None;
    loop {
        let page = aws
            .read("s3", "ListObjectsV2", || {
                aws.s3
                    .list_objects_v2()
                    .bucket(bucket)
                    .expected_bucket_owner(owner)
                    .set_continuation_token(token.clone())
                    .send()
            })
            .await?;
        for object in page.contents.unwrap_or_default() {
            let Some(key) = object.key else { continue };
            let md5_hex = object.e_tag.unwrap_or_default().trim_matches('"').to_owned();
            let size_bytes = object.size.and_then(|size| u64::try_from(size).ok()).unwrap_or_default();
            objects.insert(key, Object { md5_hex, size_bytes, headers: None });
        }
        token = page.next_continuation_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(objects);
        }
    }
}
