//! Strategies for buckets.

use std::collections::BTreeMap;

use proptest::{collection, option, prelude::*};
use serde_json::json;

use super::{
    CorsRule, Desired, Encryption, LifecycleRule, Live, ObjectOwnership, PublicAccessBlock, Settings, Website,
    of_statements, public_read_statement,
};
use crate::model::{Address, Identity, owner};

/// The name of every generated bucket.
pub(crate) const NAME: &str = "s-dev-b-123456789012";

fn website() -> impl Strategy<Value = Website> {
    prop_oneof![
        option::of("[a-z]{1,4}\\.html")
            .prop_map(|error| Website::Pages { index: "index.html".to_owned(), error }),
        option::of(Just("https".to_owned()))
            .prop_map(|protocol| Website::Redirect { host: "www.example.com".to_owned(), protocol }),
    ]
}

fn cors() -> impl Strategy<Value = CorsRule> {
    (option::of(0..600), any::<bool>()).prop_map(|(max_age_seconds, all)| CorsRule {
        origins: vec![if all { "*" } else { "https://a.example" }.to_owned()],
        methods: vec!["GET".to_owned()],
        headers: if all { vec!["*".to_owned()] } else { Vec::new() },
        expose_headers: Vec::new(),
        max_age_seconds,
    })
}

fn rule() -> impl Strategy<Value = LifecycleRule> {
    (any::<bool>(), "[a-z]{0,3}", 1..90, option::of(1..90)).prop_map(|(enabled, prefix, days, old)| LifecycleRule {
        enabled,
        prefix,
        expire_days: Some(days),
        expire_old_versions_days: old,
        abort_uploads_days: None,
        transitions: BTreeMap::from([("STANDARD_IA".to_owned(), days)]),
    })
}

/// Any settings that S3 accepts together.
pub(crate) fn settings() -> impl Strategy<Value = Settings> {
    let identity = Identity::new("123456789012", "eu-west-1");
    let ownership = prop_oneof![
        Just(ObjectOwnership::BucketOwnerEnforced),
        Just(ObjectOwnership::BucketOwnerPreferred),
        Just(ObjectOwnership::ObjectWriter),
    ];
    let encryption =
        prop_oneof![Just(Encryption::S3), Just(Encryption::Kms { key: None }), Just(Encryption::Kms { key: Some("k".into()) })];
    let own = json!({ "Effect": "Deny", "Principal": { "AWS": "*" }, "Action": "s3:Put*", "Resource": "*" });
    let policy = 0..4_u8;
    (
        (ownership, any::<bool>(), encryption, policy, any::<bool>()),
        (
            option::of(website()),
            collection::vec(cors(), 0..3),
            collection::btree_map("[a-z]{1,2}", rule(), 0..3),
        ),
    )
        .prop_map(move |((object_ownership, versioned, encryption, policy, shut), (website, cors, lifecycle))| {
            let public = public_read_statement(NAME, &identity);
            let (statements, open) = match policy {
                0 => (Vec::new(), false),
                1 => (vec![own.clone()], false),
                2 => (vec![public.clone()], true),
                _ => (vec![public.clone(), own.clone()], true),
            };
            let public_access_block = match (open, shut) {
                (true, true) => PublicAccessBlock::PUBLIC_POLICY,
                (true, false) => PublicAccessBlock::OFF,
                (false, _) => PublicAccessBlock::ALL,
            };
            Settings {
                public_access_block,
                object_ownership,
                versioned,
                encryption,
                website,
                policy: (!statements.is_empty()).then(|| of_statements(statements).normal()),
                cors,
                lifecycle,
                notifications: Vec::new(),
            }
        })
}

/// A bucket as a stack file may ask for it.
pub(crate) fn desired(at: &Address) -> impl Strategy<Value = Desired> + use<> {
    let at = at.clone();
    (settings(), any::<bool>(), collection::btree_map("[a-c]", "[a-z]{1,3}", 0..3)).prop_map(
        move |(settings, empty, own)| Desired::new(NAME.to_owned(), settings, empty, owner::tags(&at, &own)),
    )
}

/// A bucket of the same name as the deploy of another stack file left it, to which someone has added tags by hand.
pub(crate) fn live(at: &Address) -> impl Strategy<Value = Live> + use<> {
    (desired(at), collection::btree_map("[x-z]", "[a-z]{1,3}", 0..2), any::<bool>()).prop_map(
        |(desired, theirs, full)| {
            let has_objects = full && super::marks::empties(&desired.tags);
            let tags = desired.tags.into_iter().chain(theirs).collect();
            Live { name: desired.name, settings: desired.settings, tags, has_objects }
        },
    )
}
