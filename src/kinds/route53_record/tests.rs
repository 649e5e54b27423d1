use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    Content, Desired, Live, Op, Route53Record, arbitrary, diff::diff, is_zone_id, marker_name, normal_name, simulate::simulate,
};
use crate::{
    kinds::{Kind, Live as AnyLive, Member, Operation, World},
    model::{Address, Change, Identity, Ownership, Refusal, Repeat, Scope},
};

type Objects = BTreeMap<Address, AnyLive>;

fn at() -> Address {
    Scope::new("s", "dev").address(Route53Record::NAME, "r")
}

fn apply(ops: &[Op], live: Option<Live>, objects: &Objects) -> Result<Option<Live>, Refusal> {
    let identity = Identity::new("111122223333", "eu-west-1");
    let mint = |length: usize| "m".repeat(length);
    let world = World::local(&identity, objects, &mint);
    ops.iter().try_fold(live, |live, op| simulate(op, live, &world))
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn desired(value: &str) -> Desired {
    Desired {
        zone: "example.com".into(),
        name: "www.example.com".into(),
        kind: "A".into(),
        content: Content::Values { ttl_seconds: 300, values: vec![value.into()] },
        owner: at().to_string(),
    }
}

fn made(desired: &Desired) -> Live {
    apply(&ops(diff(Some(desired), None)), None, &Objects::new()).expect("accepted").expect("there")
}

#[test]
fn what_someone_else_put_there_is_not_written_over() {
    let theirs = Live { owner: None, ..made(&desired("10.0.0.9")) };
    assert_eq!(Route53Record::ownership(&at(), &theirs), Ownership::Foreign);
    let other = Scope::new("other", "dev").address(Route53Record::NAME, "x");
    let objects = Objects::from([(other, Route53Record::wrap(theirs.clone()))]);
    let refusal = apply(&ops(diff(Some(&desired("10.0.0.1")), None)), None, &objects).expect_err("refused");
    assert_eq!(
        (refusal.code, refusal.message.as_str()),
        (
            "InvalidChangeBatch",
            "[Tried to create resource record set [name='www.example.com.', type='A'] but it already exists]"
        )
    );
    // Adopted, it is remembered by the ledger as if it had been made.
    let steps = ops(diff(Some(&desired("10.0.0.9")), Some(&theirs)));
    assert_eq!((steps[0].repeat(), steps[0].describe().as_str()), (Repeat::Duplicates, "take over record A www.example.com"));
    let ours = apply(&steps, Some(theirs), &Objects::new()).expect("accepted").expect("there");
    assert_eq!(Route53Record::ownership(&at(), &ours), Ownership::Ours);
    let steps = ops(diff(Some(&desired("10.0.0.2")), Some(&ours)));
    assert_eq!((steps[0].repeat(), steps[0].describe().as_str()), (Repeat::Safe, "change record A www.example.com"));
}

#[test]
fn names_and_zones() {
    assert_eq!(marker_name("api.example.com", "AAAA"), "_gatewright-aaaa.api.example.com");
    assert_eq!(normal_name("\\052.Example.com."), "*.example.com");
    assert!(is_zone_id("Z123ABC") && !is_zone_id("example.com") && !is_zone_id("zebra"));
    let live = made(&desired("10.0.0.1"));
    let id = Route53Record::attribute(&live, "id", &Identity::new("1", "eu-west-1"));
    assert_eq!(id.as_deref(), Some("ZMMMMMMMMMMMMM/www.example.com/A"));
}

proptest! {
    #[test]
    fn one_record_becomes_another(before in arbitrary::desired(), after in arbitrary::desired()) {
        let nothing = Objects::new();
        let live = made(&before);
        prop_assert_eq!(diff(Some(&before), Some(&live)), Change::None);
        let steps = ops(diff(Some(&after), Some(&live)));
        let settled = apply(&steps, Some(live), &nothing).expect("accepted").expect("there");
        prop_assert_eq!(diff(Some(&after), Some(&settled)), Change::None);
        let gone = ops(diff(None, Some(&settled)));
        prop_assert_eq!(apply(&gone, Some(settled), &nothing).expect("accepted"), None);
    }
}
