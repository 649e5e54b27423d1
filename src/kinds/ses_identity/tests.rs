use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Desired, Live, Op, SesIdentity, arbitrary, diff::diff, simulate::simulate};
use crate::{
    kinds::{Kind, Operation, World},
    model::{Address, Change, Identity, Ownership, Refusal, Scope, owner},
};

fn at() -> Address {
    Scope::new("s", "dev").address(SesIdentity::NAME, "m")
}

fn account() -> Identity {
    Identity::new("123456789012", "eu-west-1")
}

fn basic(identity: &str) -> Desired {
    Desired {
        identity: identity.to_owned(),
        dkim_signing: None,
        dkim_key_bits: None,
        configuration_set: None,
        tags: owner::tags(&at(), &BTreeMap::new()),
    }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn step(op: &Op, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    simulate(op, live, &World::local(&account(), &BTreeMap::new(), &|length| "x".repeat(length)))
}

fn run<'a>(ops: impl IntoIterator<Item = &'a Op>, live: Option<Live>) -> Option<Live> {
    ops.into_iter().fold(live, |live, op| step(op, live).expect("accepted"))
}

fn made(desired: &Desired) -> Live {
    run(&ops(diff(Some(desired), None)), None).expect("an identity")
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(before in arbitrary::desired(), after in arbitrary::desired(), cut in 0..4_usize) {
        let live = made(&before);
        prop_assert_eq!(diff(Some(&before), Some(&live)), Change::None);
        prop_assert_eq!(SesIdentity::ownership(&at(), &live), Ownership::Ours);
        let half = run(ops(diff(Some(&after), Some(&live))).iter().take(cut), Some(live));
        let live = run(&ops(diff(Some(&after), half.as_ref())), half);
        prop_assert_eq!(diff(Some(&after), live.as_ref()), Change::None);
        prop_assert_eq!(run(&ops(diff(None, live.as_ref())), live), None);
    }
}

#[test]
fn one_call_for_each_change() {
    let domain = basic("example.org");
    let table: Vec<(Desired, Desired, Vec<&str>)> = vec![
        (domain.clone(), Desired { dkim_signing: Some(false), ..domain.clone() }, vec!["do not sign mail"]),
        (
            domain.clone(),
            Desired { dkim_key_bits: Some(1024), ..domain.clone() },
            vec!["sign with keys of 1024 bits"],
        ),
        (
            domain.clone(),
            Desired { configuration_set: Some("bounces".into()), ..domain.clone() },
            vec!["use configuration set bounces"],
        ),
        (
            domain.clone(),
            basic("a@example.org"),
            vec![
                "delete identity example.org",
                "create identity a@example.org (AWS mails a link that verifies it)",
            ],
        ),
        (
            domain.clone(),
            Desired { tags: owner::tags(&at(), &[("team".to_owned(), "x".to_owned())].into()), ..domain },
            vec!["set tags team"],
        ),
    ];
    for (before, after, expected) in table {
        let calls: Vec<_> =
            ops(diff(Some(&after), Some(&made(&before)))).iter().map(Operation::describe).collect();
        assert_eq!(calls, expected);
    }
}

#[test]
fn what_ses_refuses() {
    let live = || Some(made(&basic("a@example.com")));
    let identity = || "a@example.com".to_owned();
    let create = Op::Create {
        identity: identity(),
        dkim_key_bits: None,
        configuration_set: None,
        tags: BTreeMap::new(),
    };
    let table: Vec<(Op, Option<Live>, &str)> = vec![
        (create, live(), "AlreadyExistsException"),
        (Op::Delete { identity: identity() }, None, "NotFoundException"),
        (Op::SetSigning { identity: identity(), on: true }, live(), "BadRequestException"),
    ];
    for (op, live, code) in table {
        assert_eq!(step(&op, live).expect_err("refused").code, code, "{op:?}");
    }
}

#[test]
fn what_is_left_to_do_is_told_until_it_is_done() {
    let address = made(&basic("a@example.com"));
    assert_eq!(SesIdentity::note(&address, &account()), None);
    let unverified =
        |live: Live| SesIdentity::note(&Live { verified: false, ..live }, &account()).expect("a note");
    assert!(unverified(address).contains("`a@example.com` until the link"));
    let records = unverified(made(&basic("example.org")));
    assert_eq!(records.matches("._domainkey.example.org CNAME ").count(), 3, "{records}");
}

#[test]
fn who_made_it_is_told_by_its_tags() {
    let live = Live { tags: BTreeMap::new(), ..made(&basic("a@example.com")) };
    assert_eq!(SesIdentity::ownership(&at(), &live), Ownership::Foreign);
    let other = Scope::new("s", "prod").address(SesIdentity::NAME, "m");
    let theirs = Live { tags: owner::tags(&other, &BTreeMap::new()), ..live };
    assert_eq!(SesIdentity::ownership(&at(), &theirs), Ownership::Foreign);
    assert_eq!(
        SesIdentity::attribute(&theirs, "arn", &account()).as_deref(),
        Some("arn:aws:ses:eu-west-1:123456789012:identity/a@example.com")
    );
}
