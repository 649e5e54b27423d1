use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{ArtifactsBucket, Desired, Live, Op, address, arbitrary, diff::diff, simulate::simulate};
use crate::{
    kinds::{Context, Kind, Operation, World},
    model::{Change, Identity, Refusal},
};

fn identity() -> Identity {
    Identity::new("123456789012", "eu-west-1")
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn step(op: &Op, live: Option<Live>, identity: &Identity) -> Result<Option<Live>, Refusal> {
    let none = BTreeMap::new();
    simulate(op, live, &World::local(identity, &none, &|length| "x".repeat(length)))
}

fn run<'a>(ops: impl IntoIterator<Item = &'a Op>, mut live: Option<Live>) -> Option<Live> {
    for op in ops {
        live = step(op, live, &identity()).expect("accepted");
    }
    live
}

fn apply(change: Change<Op>, live: Option<Live>) -> Option<Live> {
    run(&ops(change), live)
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(
        desired in arbitrary::desired(&identity()),
        live in proptest::option::of(arbitrary::live(&identity())),
        cut in 0..10_usize,
    ) {
        let half = ops(diff(&desired, live.as_ref(), &identity()));
        let live = run(half.iter().take(cut), live);
        let theirs = live.as_ref().map(|live| live.tags.clone()).unwrap_or_default();
        let live = apply(diff(&desired, live.as_ref(), &identity()), live).expect("a bucket");
        prop_assert_eq!(diff(&desired, Some(&live), &identity()), Change::None);
        prop_assert!(theirs.iter().all(|(key, value)| live.tags.get(key) == Some(value)), "tags of others stay");
    }
}

#[test]
fn a_new_bucket_is_closed_before_anything_is_put_into_it() {
    let made = ops(diff(&Desired::of(&identity()), None, &identity()));
    let calls: Vec<_> = made.iter().map(|op| op.call().operation.into_owned()).collect();
    let expected = [
        "CreateBucket",
        "PutPublicAccessBlock",
        "PutBucketVersioning",
        "PutBucketEncryption",
        "PutBucketTagging",
        "PutBucketLifecycleConfiguration",
        "PutBucketPolicy",
    ];
    assert_eq!(calls, expected);
}

#[test]
fn statements_of_others_stay_in_the_policy() {
    let desired = Desired::of(&identity());
    let mut live = apply(diff(&desired, None, &identity()), None).expect("a bucket");
    let theirs = serde_json::json!({ "Sid": "Theirs", "Effect": "Deny", "Principal": "*", "Action": "s3:Put*", "Resource": "*" });
    live.policy = Some(serde_json::json!({ "Version": "2012-10-17", "Statement": theirs }).into());
    let live = apply(diff(&desired, Some(&live), &identity()), Some(live)).expect("a bucket");
    let statements = live.policy.expect("a policy").json()["Statement"].clone();
    let names: Vec<_> = statements.as_array().expect("a list").iter().map(|statement| statement["Sid"].clone()).collect();
    assert!(names.contains(&"Theirs".into()) && names.contains(&"TlsOnly".into()) && names.len() == 2, "{names:?}");
}

#[test]
fn an_endpoint_without_tls_gets_no_policy_that_would_shut_it_out() {
    let mut identity = identity();
    identity.endpoint = Some("http://127.0.0.1:4566".into());
    let made = ops(diff(&Desired::of(&identity), None, &identity));
    assert!(!made.iter().any(|op| matches!(op, Op::PutPolicy { .. })));
    identity.endpoint = Some("https://localhost:4566".into());
    assert!(Desired::of(&identity).tls_only);
}

#[test]
fn the_bucket_is_never_removed() {
    let identity = identity();
    let live = apply(diff(&Desired::of(&identity), None, &identity), None);
    let context = Context { identity: identity.clone(), put_rest_api: true, adopt: false, replace: false };
    assert_eq!(ArtifactsBucket::diff(&address(&identity), None, live.as_ref(), &context), Change::None);
}

#[test]
fn a_bucket_is_made_twice_only_in_us_east_1() {
    let op = Op::Create { name: "b".into() };
    for (region, refused) in [("eu-west-1", true), ("us-east-1", false)] {
        let identity = Identity::new("123456789012", region);
        let live = step(&op, None, &identity).expect("accepted");
        let again = step(&op, live, &identity);
        assert_eq!(again.is_err(), refused, "{region}");
        if let Err(refusal) = again {
            assert_eq!((refusal.status, refusal.code), (409, "BucketAlreadyOwnedByYou"));
        }
    }
    let missing = step(&Op::Version { name: "b".into() }, None, &identity()).expect_err("no bucket");
    assert_eq!(missing.code, "NoSuchBucket");
}

#[test]
fn it_belongs_to_the_region_and_to_no_stack() {
    assert_eq!(address(&identity()).to_string(), "gatewright/eu-west-1/artifacts_bucket/artifacts");
    assert_eq!(Desired::of(&identity()).name, "gatewright-123456789012-eu-west-1");
}
