use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    Body, Desired, File, HEADERS_TAG, Headers, Live, Op, Rules, StaticSite, arbitrary, arbitrary::NAME, diff::diff, md5_hex,
    simulate::simulate,
};
use crate::{
    kinds::{Content, Kind, Operation, World, s3_bucket::Website},
    model::{Address, Change, Identity, Reason, Refusal, Scope, Text, owner},
};

fn identity() -> Identity {
    Identity::new("123456789012", "eu-west-1")
}

fn at() -> Address {
    Scope::new("s", "dev").address(StaticSite::NAME, "site")
}

fn parts(change: Change<Op>) -> (Vec<Op>, Vec<Op>) {
    match change {
        Change::None => Default::default(),
        Change::Act { ops, sweep, .. } => (ops, sweep),
    }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    let (ops, sweep) = parts(change);
    ops.into_iter().chain(sweep).collect()
}

fn step(op: &Op, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    let none = BTreeMap::new();
    simulate(op, live, &World::local(&identity(), &none, &|length| "x".repeat(length)))
}

fn run(ops: &[Op], live: Option<Live>) -> Option<Live> {
    ops.iter().fold(live, |live, op| step(op, live).unwrap_or_else(|refusal| panic!("{op:?}: {refusal}")))
}

fn stored(text: &str) -> Body {
    Body::Stored { sha256_hex: format!("sha of {text}"), md5_hex: md5_hex(text.as_bytes()), size_bytes: text.len() as u64 }
}

fn site(rules: &Rules, files: &[(&str, Body)]) -> Desired {
    let website = Website::Pages { index: "index.html".into(), error: None };
    let tags = owner::tags(&at(), &BTreeMap::new());
    let mut desired = Desired::new(NAME.into(), &identity(), website, Vec::new(), rules, tags);
    let file = |body: &Body| File { body: body.clone(), headers: Headers::default() };
    desired.files = files.iter().map(|(key, body)| ((*key).to_owned(), file(body))).collect();
    desired
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
        let live = run(&ops(diff(Some(&desired), live.as_ref())), live).expect("a site");
        prop_assert_eq!(diff(Some(&desired), Some(&live)), Change::None);
        for (key, file) in &desired.files {
            let object = &live.objects[key];
            prop_assert_eq!(file.body.identity(), Some((object.md5_hex.clone(), object.size_bytes)));
        }
    }

    #[test]
    fn deletion_leaves_nothing(live in arbitrary::live(&at())) {
        prop_assert_eq!(run(&ops(diff(None, Some(&live))), Some(live)), None);
    }
}

#[test]
fn only_what_differs_is_uploaded_and_what_is_gone_goes_last() {
    let rules = Rules::default();
    let first = site(&rules, &[("index.html", stored("one")), ("a.js", stored("a")), ("old.css", stored("old"))]);
    let made = ops(diff(Some(&first), None));
    let expected =
        ["CreateBucket", "PutPublicAccessBlock", "PutBucketWebsite", "PutBucketPolicy", "PutObject"];
    assert_eq!(calls(&made), expected);
    assert_eq!(made[4].requests(), 3);
    assert_eq!(made[4].describe(), "upload 3 files, 7 bytes");
    let live = run(&made, None).expect("a site");
    let second = site(&rules, &[("index.html", stored("two!")), ("a.js", stored("a"))]);
    let (apply, sweep) = parts(diff(Some(&second), Some(&live)));
    assert_eq!(apply.len(), 1);
    assert_eq!(apply[0].describe(), "upload index.html, 4 bytes");
    assert_eq!(sweep, [Op::Remove { bucket: NAME.into(), keys: vec!["old.css".into()] }]);
}

#[test]
fn other_rules_upload_everything_and_are_noted_after_that() {
    let files = [("index.html", stored("one")), ("a.js", stored("a"))];
    let live = run(&ops(diff(Some(&site(&Rules::default(), &files)), None)), None).expect("a site");
    let rules = Rules { cache_control: vec![("**/*.js".into(), "no-store".into())], content_types: BTreeMap::new() };
    let ops = ops(diff(Some(&site(&rules, &files)), Some(&live)));
    assert_eq!(calls(&ops), ["PutObject", "PutBucketTagging"]);
    assert_eq!(ops[0].requests(), 2);
    let half = run(&ops[..1], Some(live)).expect("a site");
    assert_ne!(half.bucket.tags[HEADERS_TAG], rules.digest(), "a run that stops here uploads them again");
}

#[test]
fn objects_of_others_stay_where_they_are_named() {
    let live = run(&ops(diff(Some(&site(&Rules::default(), &[("theirs/x.png", stored("x"))])), None)), None);
    let mut desired = site(&Rules::default(), &[]);
    desired.keep = vec!["theirs/**".into()];
    assert_eq!(diff(Some(&desired), live.as_ref()), Change::None);
    desired.keep.clear();
    assert_eq!(calls(&ops(diff(Some(&desired), live.as_ref()))), ["DeleteObjects"]);
}

#[test]
fn a_text_that_is_not_known_yet_is_told_so() {
    let pending = Text::pending(Scope::new("s", "dev").address("rest_api", "api"), "id");
    let live = run(&ops(diff(Some(&site(&Rules::default(), &[("config.js", Body::Text("x".into()))])), None)), None);
    let desired = site(&Rules::default(), &[("config.js", Body::Text(pending))]);
    let Change::Act { reason: Reason::FieldsDiffer(fields), .. } = diff(Some(&desired), live.as_ref()) else {
        panic!("a text that is not known differs from everything");
    };
    let field = fields.iter().next().expect("one");
    assert_eq!((field.field.as_str(), field.after.to_string().as_str()), ("files.config.js", "(known after deploy)"));
}

#[test]
fn uploads_are_kept_under_their_digests() {
    let desired = site(&Rules::default(), &[("a.js", stored("a")), ("config.js", Body::Text("b".into()))]);
    let made = ops(diff(Some(&desired), None));
    let uploads = made.last().expect("the upload").uploads();
    assert_eq!(uploads[0].name, format!("{}.object", md5_hex(b"a")));
    assert_eq!(uploads[0].content, Content::File("sha of a.file".into()));
    assert_eq!(uploads[1].content, Content::Bytes(b"b".to_vec()));
}
