//! Strategies for the bucket.

use proptest::{collection, option, prelude::*};

use super::{Desired, Lifecycle, Live, address};
use crate::{
    kinds::iam_role::Document,
    model::{Identity, owner},
};

/// The bucket of `identity`, with and without TLS.
pub(crate) fn desired(identity: &Identity) -> impl Strategy<Value = Desired> + use<> {
    let (name, at) = (identity.artifacts_bucket(), address(identity));
    any::<bool>().prop_map(move |tls_only| Desired {
        name: name.clone(),
        tls_only,
        tags: owner::tags(&at, &Default::default()),
    })
}

/// A bucket of that name that someone has worked on by hand.
pub(crate) fn live(identity: &Identity) -> impl Strategy<Value = Live> + use<> {
    let name = identity.artifacts_bucket();
    let policy = prop_oneof![Just("TlsOnly"), Just("Theirs")].prop_map(|sid| {
        Document::from(serde_json::json!({
            "Version": "2012-10-17",
            "Statement": { "Sid": sid, "Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": "*" },
        }))
        .normal()
    });
    let lifecycle = (option::of(1..60), option::of(1..60))
        .prop_map(|(noncurrent_days, abort_multipart_days)| Lifecycle { noncurrent_days, abort_multipart_days });
    (
        any::<[bool; 3]>(),
        option::of(policy),
        option::of(lifecycle),
        collection::btree_map("[a-c]", "[a-z]{0,3}", 0..3),
    )
        .prop_map(move |([public_access_blocked, versioned, encrypted], policy, lifecycle, tags)| Live {
            name: name.clone(),
            public_access_blocked,
            versioned,
            encrypted,
            policy,
            lifecycle,
            tags,
        })
}
