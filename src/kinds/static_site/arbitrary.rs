//! Strategies for sites.

use std::collections::BTreeMap;

use proptest::{collection, prelude::*};

use super::{Body, Desired, File, Headers, Live, Object, Rules, md5_hex};
use crate::{
    kinds::s3_bucket::Website,
    model::{Address, Identity, owner},
};

/// The name of every generated site's bucket.
pub(crate) const NAME: &str = "s-dev-site-123456789012";

fn file() -> impl Strategy<Value = File> {
    let headers = Headers { content_type: "text/plain".into(), cache_control: "no-cache".into(), content_encoding: None };
    ("[a-c]{0,2}", any::<bool>()).prop_map(move |(text, stored)| {
        let body = match stored {
            true => Body::Stored {
                sha256_hex: format!("sha of {text}"),
                md5_hex: md5_hex(text.as_bytes()),
                size_bytes: text.len() as u64,
            },
            false => Body::Text(text.into()),
        };
        File { body, headers: headers.clone() }
    })
}

/// A site as a stack file may ask for it.
pub(crate) fn desired(at: &Address) -> impl Strategy<Value = Desired> + use<> {
    let (at, identity) = (at.clone(), Identity::new("123456789012", "eu-west-1"));
    (collection::btree_map("[a-c]\\.(html|js)", file(), 0..4), any::<bool>(), any::<bool>()).prop_map(
        move |(files, ruled, keep)| {
            let rules = Rules {
                cache_control: if ruled { vec![("**".into(), "no-store".into())] } else { Vec::new() },
                content_types: BTreeMap::new(),
            };
            let website = Website::Pages { index: "index.html".into(), error: None };
            let tags = owner::tags(&at, &BTreeMap::new());
            let mut desired = Desired::new(NAME.into(), &identity, website, Vec::new(), &rules, tags);
            desired.files = files;
            desired.keep = if keep { vec!["theirs/**".to_owned()] } else { Vec::new() };
            desired
        },
    )
}

/// A site as another deploy left it, with objects that someone has put there.
pub(crate) fn live(at: &Address) -> impl Strategy<Value = Live> + use<> {
    let theirs = collection::btree_map("(theirs/)?[a-d]\\.html", "[a-c]{0,2}", 0..3);
    (desired(at), theirs).prop_map(|(desired, theirs)| {
        let object = |bytes: String| Object {
            md5_hex: md5_hex(bytes.as_bytes()),
            size_bytes: bytes.len() as u64,
            headers: None,
        };
        let bucket = crate::kinds::s3_bucket::Live {
            name: desired.bucket.name,
            settings: desired.bucket.settings,
            tags: desired.bucket.tags,
            has_objects: false,
        };
        Live { bucket, objects: theirs.into_iter().map(|(key, bytes)| (key, object(bytes))).collect() }
    })
}
