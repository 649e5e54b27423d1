//! Buckets and a site.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn bucket() -> impl Strategy<Value = Json> {
    (any::<[bool; 6]>(), prop::option::of(1..400_i32), prop::collection::btree_map("[a-z]{1,3}", "[a-z]{1,3}", 0..2))
        .prop_map(|([public, versioned, kms, website, cors, preferred], days, tags)| {
            // Tests destroy what they made.
            let mut bucket = json!({ "empty_on_destroy": true, "tags": tags, "public_read": public, "versioning": versioned });
            if kms {
                bucket["encryption"] = json!("kms");
            }
            if website {
                bucket["website"] = json!({ "error": "error.html" });
            }
            if cors {
                bucket["cors"] = json!([{ "origins": "*", "headers": ["*"] }]);
            }
            if preferred {
                bucket["object_ownership"] = json!("bucket_owner_preferred");
            }
            if let Some(days) = days {
                bucket["lifecycle"] = json!({ "old": { "prefix": "logs/", "expire_days": days } });
            }
            bucket
        })
}

/// `{"buckets": …, "sites": …}`, either or both empty.
pub(super) fn sections() -> BoxedStrategy<Json> {
    let sites = (any::<[bool; 3]>(), "[a-z]{0,3}").prop_map(|([there, spa, cached], value)| {
        if !there {
            return json!({});
        }
        let mut site = json!({
            "folder": "pages", "spa": spa,
            "generated": { "config.js": { "values": { "value": value, "bucket": "${site.bucket}", "nested": { "list": [1, true] } } } },
        });
        if cached {
            site["cache_control"] = json!({ "**/*.txt": "max-age=60" });
        }
        json!({ "site": site })
    });
    (prop::collection::btree_map("(in|out)", bucket(), 0..2), sites)
        .prop_map(|(buckets, sites)| json!({ "buckets": buckets, "sites": sites }))
        .boxed()
}
