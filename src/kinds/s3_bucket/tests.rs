use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    Action, Desired, EMPTY_TAG, Encryption, Live, Notification, Op, PublicAccessBlock, S3Bucket, SETTINGS_TAG, Settings,
    Website, arbitrary, arbitrary::NAME, diff::diff, objection, of_statements, ownership, public_read_statement,
    simulate::simulate,
};
use crate::{
    kinds::{Kind, Operation, World},
    model::{Address, Change, Identity, Ownership, Reason, Refusal, Scope, owner},
};

fn identity() -> Identity {
    Identity::new("123456789012", "eu-west-1")
}

fn at() -> Address {
    Scope::new("s", "dev").address(S3Bucket::NAME, "b")
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn step(op: &Op, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    let none = BTreeMap::new();
    simulate(op, live, &World::local(&identity(), &none, &|length| "x".repeat(length)))
}

fn run(ops: &[Op], live: Option<Live>) -> Option<Live> {
    ops.iter().fold(live, |live, op| step(op, live).unwrap_or_else(|refusal| panic!("{op:?}: {refusal}")))
}

fn asked(settings: Settings, empty: bool) -> Desired {
    Desired::new(NAME.to_owned(), settings, empty, owner::tags(&at(), &BTreeMap::new()))
}

fn calls(ops: &[Op]) -> Vec<String> {
    ops.iter().map(|op| op.call().operation.into_owned()).collect()
}

proptest! {
    #[test]
    fn applying_the_change_empties_it_wherever_an_earlier_one_stopped(
        desired in arbitrary::desired(&at()),
        other in arbitrary::desired(&at()),
        live in proptest::option::of(arbitrary::live(&at())),
        cut in 0..12_usize,
    ) {
        let half = ops(diff(Some(&other), live.as_ref()));
        let live = run(&half[..cut.min(half.len())], live);
        let live = run(&ops(diff(Some(&desired), live.as_ref())), live).expect("a bucket");
        prop_assert_eq!(diff(Some(&desired), Some(&live)), Change::None);
        // Whatever is not at its default was named by the tag all the time: it would have been read.
        for feature in super::Feature::ALL {
            prop_assert!(!live.settings.uses(feature) || super::marks::named(&live.tags).contains(&feature));
        }
    }

    #[test]
    fn every_stop_leaves_what_the_tag_names(
        desired in arbitrary::desired(&at()),
        live in arbitrary::live(&at()),
        cut in 0..12_usize,
    ) {
        let all = ops(diff(Some(&desired), Some(&live)));
        let live = run(&all[..cut.min(all.len())], Some(live)).expect("a bucket");
        for feature in super::Feature::ALL {
            prop_assert!(!live.settings.uses(feature) || super::marks::named(&live.tags).contains(&feature), "{:?}", feature);
        }
    }

    #[test]
    fn deletion_leaves_nothing(live in arbitrary::live(&at())) {
        prop_assert_eq!(run(&ops(diff(None, Some(&live))), Some(live)), None);
    }
}

#[test]
fn a_new_bucket_is_closed_and_tagged_from_its_first_moment() {
    let made = ops(diff(Some(&asked(Settings::default(), false)), None));
    assert_eq!(calls(&made), ["CreateBucket", "PutPublicAccessBlock"]);
    let Action::Create { tags } = &made[0].action else { panic!("it is made first") };
    assert_eq!((tags[SETTINGS_TAG].as_str(), tags[EMPTY_TAG].as_str()), ("none", "false"));
    assert_eq!(tags["gatewright:key"], "b");
}

#[test]
fn public_access_opens_before_the_policy_and_shuts_after_it() {
    let public = Settings {
        public_access_block: PublicAccessBlock::PUBLIC_POLICY,
        policy: Some(of_statements(vec![public_read_statement(NAME, &identity())])),
        ..Settings::default()
    };
    let live = run(&ops(diff(Some(&asked(Settings::default(), false)), None)), None).expect("a bucket");
    let opened = ops(diff(Some(&asked(public.clone(), false)), Some(&live)));
    assert_eq!(calls(&opened), ["PutBucketTagging", "PutPublicAccessBlock", "PutBucketPolicy"]);
    let refused = step(&opened[2], Some(live.clone())).expect_err("public access is still blocked");
    assert_eq!((refused.status, refused.code), (403, "AccessDenied"));
    assert!(refused.message.contains("BlockPublicPolicy"), "{}", refused.message);
    let live = run(&opened, Some(live)).expect("a bucket");
    let shut = ops(diff(Some(&asked(Settings::default(), false)), Some(&live)));
    assert_eq!(calls(&shut), ["DeleteBucketPolicy", "PutPublicAccessBlock", "PutBucketTagging"]);
}

#[test]
fn only_what_differs_is_sent_and_told() {
    let website = |error: Option<&str>| Settings {
        website: Some(Website::Pages { index: "index.html".into(), error: error.map(str::to_owned) }),
        encryption: Encryption::Kms { key: None },
        ..Settings::default()
    };
    let live = run(&ops(diff(Some(&asked(website(None), false)), None)), None).expect("a bucket");
    let change = diff(Some(&asked(website(Some("404.html")), false)), Some(&live));
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, .. } = change else { panic!("a change of fields") };
    let fields: Vec<String> =
        fields.iter().map(|field| format!("{}: {} -> {}", field.field, field.before, field.after)).collect();
    assert_eq!(fields, ["website: index index.html -> index index.html, error 404.html"]);
    assert_eq!(calls(&ops), ["PutBucketWebsite"]);
}

#[test]
fn another_name_is_another_bucket() {
    let live = run(&ops(diff(Some(&asked(Settings::default(), true)), None)), None).expect("a bucket");
    let mut renamed = asked(Settings::default(), true);
    renamed.name = "other".to_owned();
    let ops = ops(diff(Some(&renamed), Some(&live)));
    assert_eq!(calls(&ops), ["DeleteObjects", "DeleteBucket", "CreateBucket", "PutPublicAccessBlock"]);
    assert_eq!(run(&ops, Some(live)).expect("a bucket").name, "other");
}

#[test]
fn what_the_stack_did_not_make_is_not_deleted() {
    let full = |empty: bool| {
        let desired = asked(Settings::default(), empty);
        Live { name: desired.name, settings: desired.settings, tags: desired.tags, has_objects: true }
    };
    let told = objection(&at(), None, &full(false)).expect("it would be lost");
    assert!(told.why.contains(NAME) && told.hint.contains("empty_on_destroy: true"), "{told}");
    assert_eq!(objection(&at(), None, &full(true)), None);
    assert_eq!(objection(&at(), Some(&asked(Settings::default(), false)), &full(false)), None, "it stays");
    let refused = step(&Action::Delete { empty: false }.on(NAME), Some(full(false))).expect_err("it is full");
    assert_eq!((refused.status, refused.code), (409, "BucketNotEmpty"));
}

#[test]
fn s3_refuses_what_it_refuses() {
    let live = run(&ops(diff(Some(&asked(Settings::default(), false)), None)), None);
    let again = step(&Action::Create { tags: BTreeMap::new() }.on(NAME), live.clone()).expect_err("it is there");
    assert_eq!((again.status, again.code), (409, "BucketAlreadyOwnedByYou"));
    let absent = step(&Action::Version(true).on(NAME), None).expect_err("no bucket");
    assert_eq!((absent.status, absent.code), (404, "NoSuchBucket"));
    let notification = Notification {
        function_arn: identity().function_arn("nobody").into(),
        events: vec!["s3:ObjectCreated:*".into()],
        prefix: String::new(),
        suffix: String::new(),
    };
    let refused = step(&Action::Notify(vec![notification]).on(NAME), live.clone()).expect_err("no such function");
    assert_eq!((refused.status, refused.code), (400, "InvalidArgument"));
    let refused = step(&Action::PutCors(Vec::new()).on(NAME), live).expect_err("no rules");
    assert_eq!((refused.status, refused.code), (400, "MalformedXML"));
}

#[test]
fn a_bucket_is_ours_by_its_tags() {
    let live = |name: &str, tags: BTreeMap<String, String>| Live {
        name: name.to_owned(),
        settings: Settings::default(),
        tags,
        has_objects: false,
    };
    let ours = owner::tags(&at(), &BTreeMap::new());
    assert_eq!(ownership(&at(), &live("any", ours)), Ownership::Ours);
    assert_eq!(ownership(&at(), &live(NAME, BTreeMap::new())), Ownership::Ours, "made, and not tagged yet");
    assert_eq!(ownership(&at(), &live("any", BTreeMap::new())), Ownership::Foreign);
    let theirs = BTreeMap::from([("team".to_owned(), "other".to_owned())]);
    assert_eq!(ownership(&at(), &live(NAME, theirs)), Ownership::Foreign);
}
