use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::json;

use super::{Desired, Document, IamRole, Live, Op, arbitrary, diff::diff, simulate::simulate};
use crate::{
    kinds::{self, Kind, Member, World},
    model::{Address, Change, Identity, Ownership, Part, Reason, Refusal, Scope, Text, owner, text},
};

fn at() -> Address {
    Scope::new("s", "dev").address(IamRole::NAME, "r")
}

fn identity() -> Identity {
    Identity::new("123456789012", "eu-west-1")
}

fn basic() -> Desired {
    Desired {
        name: at().name(),
        trust: Document::trust("lambda.amazonaws.com"),
        managed_policies: [identity().managed_policy_arn("service-role/AWSLambdaBasicExecutionRole")].into(),
        inline_policies: BTreeMap::new(),
        description: None,
        permissions_boundary: None,
        max_session_seconds: 3600,
        tags: owner::tags(&at(), &BTreeMap::new()),
    }
}

fn policy(resource: &str) -> Document {
    json!({ "Version": "2012-10-17", "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Resource": resource }] })
        .into()
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

/// Applies `op` in an account that holds `others` besides.
fn step(op: &Op, live: Option<Live>, others: &BTreeMap<Address, kinds::Live>) -> Result<Option<Live>, Refusal> {
    let identity = identity();
    simulate(&at(), op, live, &World::local(&identity, others, &|length| "x".repeat(length)))
}

fn run<'a>(ops: impl IntoIterator<Item = &'a Op>, mut live: Option<Live>) -> Option<Live> {
    let none = BTreeMap::new();
    for op in ops {
        live = step(op, live, &none).expect("accepted");
    }
    live
}

fn apply(change: Change<Op>, live: Option<Live>) -> Option<Live> {
    run(&ops(change), live)
}

fn made(desired: &Desired) -> Live {
    apply(diff(&at(), Some(desired), None), None).expect("a role")
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(before in arbitrary::desired(), after in arbitrary::desired(), stray in arbitrary::strangers_tags()) {
        let mut live = made(&before);
        prop_assert_eq!(diff(&at(), Some(&before), Some(&live)), Change::None);
        live.tags.extend(stray);
        let live = apply(diff(&at(), Some(&after), Some(&live)), Some(live)).expect("a role");
        prop_assert_eq!(diff(&at(), Some(&after), Some(&live)), Change::None);
        prop_assert_eq!(apply(diff(&at(), None, Some(&live)), Some(live)), None);
    }

    #[test]
    fn any_prefix_of_a_change_is_continued(before in arbitrary::desired(), after in arbitrary::desired(), cut in 0..30_usize) {
        let live = made(&before);
        let half = ops(diff(&at(), Some(&after), Some(&live)));
        let live = run(half.iter().take(cut), Some(live));
        let live = apply(diff(&at(), Some(&after), live.as_ref()), live).expect("a role");
        prop_assert_eq!(diff(&at(), Some(&after), Some(&live)), Change::None);
    }

    #[test]
    fn an_adopted_role_is_made_again_under_our_path(desired in arbitrary::desired()) {
        let stranger = Live { path: "/".into(), ..made(&desired) };
        prop_assert_eq!(IamRole::ownership(&at(), &stranger), Ownership::Foreign);
        let live = apply(diff(&at(), Some(&desired), Some(&stranger)), Some(stranger)).expect("a role");
        prop_assert_eq!(IamRole::ownership(&at(), &live), Ownership::Ours);
        prop_assert_eq!(diff(&at(), Some(&desired), Some(&live)), Change::None);
    }

    #[test]
    fn what_is_stored_is_what_was_made(desired in arbitrary::desired()) {
        let live = made(&desired);
        let stored: Live = serde_json::from_value(serde_json::to_value(&live).expect("json")).expect("a role");
        prop_assert_eq!(live, stored);
    }
}

#[test]
fn each_changed_field_is_one_call_with_its_reason() {
    let live = made(&basic());
    let cases: Vec<(Desired, &str, &[&str])> = vec![
        (Desired { trust: Document::trust("apigateway.amazonaws.com"), ..basic() }, "trust", &["UpdateAssumeRolePolicy"]),
        (Desired { description: Some("d".into()), ..basic() }, "description", &["UpdateRole"]),
        (Desired { max_session_seconds: 7200, ..basic() }, "max_session_seconds", &["UpdateRole"]),
        (
            Desired { permissions_boundary: Some("arn:aws:iam::aws:policy/b".into()), ..basic() },
            "permissions_boundary",
            &["PutRolePermissionsBoundary"],
        ),
        (
            Desired { inline_policies: [("p".to_owned(), policy("*"))].into(), ..basic() },
            "policies.p",
            &["PutRolePolicy"],
        ),
        (Desired { managed_policies: Default::default(), ..basic() }, "managed_policies", &["DetachRolePolicy"]),
        (
            Desired { tags: owner::tags(&at(), &[("team".to_owned(), "a".to_owned())].into()), ..basic() },
            "tags.team",
            &["TagRole"],
        ),
    ];
    for (desired, field, calls) in cases {
        let Change::Act { reason: Reason::FieldsDiffer(fields), ops, .. } = diff(&at(), Some(&desired), Some(&live))
        else {
            panic!("expected a change of {field}");
        };
        assert_eq!(fields.iter().map(|change| change.field.as_str()).collect::<Vec<_>>(), [field]);
        let sent: Vec<_> = ops.iter().map(|op| kinds::Operation::call(op).operation.into_owned()).collect();
        assert_eq!(sent, calls, "{field}");
    }
}

#[test]
fn policies_go_before_their_role() {
    let mut live = made(&Desired { inline_policies: [("p".to_owned(), policy("*"))].into(), ..basic() });
    let none = BTreeMap::new();
    let delete = Op::Delete { name: at().name() };
    let refused = step(&delete, Some(live.clone()), &none).expect_err("attached");
    assert_eq!((refused.code, refused.message.as_str()), ("DeleteConflict", "Cannot delete entity, must detach all policies first."));
    live.managed_policies.clear();
    let refused = step(&delete, Some(live.clone()), &none).expect_err("inline");
    assert_eq!(refused.message, "Cannot delete entity, must delete policies first.");
    live.inline_policies.clear();
    assert_eq!(step(&delete, Some(live), &none), Ok(None));
}

#[test]
fn a_name_is_taken_whatever_its_path_and_case() {
    let other = Scope::new("t", "dev").address(IamRole::NAME, "r");
    let taken = Live { name: "S-DEV-R".into(), path: "/gatewright/t/dev/".into(), ..made(&basic()) };
    let others = BTreeMap::from([(other, IamRole::wrap(taken))]);
    let create = ops(diff(&at(), Some(&basic()), None)).remove(0);
    assert_eq!(step(&create, None, &others).expect_err("taken").code, "EntityAlreadyExists");
}

#[test]
fn what_iam_refuses_is_refused() {
    let none = BTreeMap::new();
    let live = made(&basic());
    let name = || at().name();
    let statement = |statement: serde_json::Value| Document::from(json!({ "Version": "2012-10-17", "Statement": statement }));
    let long = "x".repeat(2048);
    let cases = [
        (Op::UpdateTrust { name: name(), trust: statement(json!([])) }, "MalformedPolicyDocument"),
        (Op::UpdateTrust { name: name(), trust: policy("*") }, "MalformedPolicyDocument"),
        (Op::UpdateTrust { name: name(), trust: Document::trust(&long) }, "LimitExceeded"),
        (
            Op::PutPolicy { name: name(), policy: "p".into(), document: Document::trust("lambda.amazonaws.com") },
            "MalformedPolicyDocument",
        ),
        (
            Op::PutPolicy { name: name(), policy: "p".into(), document: statement(json!({ "Effect": "Allow", "Action": "a:b" })) },
            "MalformedPolicyDocument",
        ),
        (
            Op::PutPolicy { name: name(), policy: "p".into(), document: policy(&"x".repeat(10_240)) },
            "LimitExceeded",
        ),
        (Op::Attach { name: name(), arn: "AWSLambdaExecute".into() }, "InvalidInput"),
        (Op::Detach { name: name(), arn: "arn:aws:iam::aws:policy/none".into() }, "NoSuchEntity"),
        (Op::DeletePolicy { name: name(), policy: "none".into() }, "NoSuchEntity"),
        (Op::Update { name: name(), description: String::new(), max_session_seconds: 900 }, "ValidationError"),
    ];
    for (op, code) in cases {
        assert_eq!(step(&op, Some(live.clone()), &none).expect_err("refused").code, code, "{op:?}");
    }
    let full = Live { managed_policies: (0..10).map(|n| format!("arn:aws:iam::aws:policy/{n}")).collect(), ..live };
    let op = Op::Attach { name: name(), arn: "arn:aws:iam::aws:policy/more".into() };
    assert_eq!(step(&op, Some(full), &none).expect_err("full").message, "Cannot exceed quota for PoliciesPerRole: 10");
}

#[test]
fn a_policy_about_something_not_made_yet_is_settled_by_the_walk() {
    let table = Scope::new("s", "dev").address("dynamodb_table", "t");
    let mut document = policy("*").json().clone();
    document["Statement"][0]["Resource"] = serde_json::to_value(Text::pending(table, "arn")).expect("json");
    let desired = Desired { inline_policies: [("p".to_owned(), document.into())].into(), ..basic() };
    let live = made(&Desired { inline_policies: [("p".to_owned(), policy("arn:t"))].into(), ..basic() });
    let Change::Act { reason: Reason::FieldsDiffer(fields), .. } = diff(&at(), Some(&desired), Some(&live)) else {
        panic!("expected a change");
    };
    assert!(fields.iter().any(|field| field.after.to_string().contains("(known after deploy)")));
    let mut json = serde_json::to_value(&desired).expect("json");
    text::resolve_json(&mut json, &|part| matches!(part, Part::Pending(_)).then(|| "arn:t".to_owned()));
    let settled: Desired = serde_json::from_value(json).expect("a role");
    assert_eq!(diff(&at(), Some(&settled), Some(&live)), Change::None);
}

#[test]
fn the_arn_is_known_before_the_role_is_there() {
    let arn = "arn:aws:iam::123456789012:role/gatewright/s/dev/s-dev-r";
    assert_eq!(IamRole::computed(&at(), &basic(), "arn", &identity()).as_deref(), Some(arn));
    assert_eq!(IamRole::attribute(&made(&basic()), "arn", &identity()).as_deref(), Some(arn));
}

#[test]
fn a_boundary_that_is_not_asked_for_stays() {
    let live = made(&Desired { permissions_boundary: Some("arn:aws:iam::aws:policy/b".into()), ..basic() });
    assert_eq!(diff(&at(), Some(&basic()), Some(&live)), Change::None);
}
