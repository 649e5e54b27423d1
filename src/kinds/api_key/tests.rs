use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{ApiKey, Desired, Field, Live, Op, arbitrary, diff::diff, id_attribute, simulate::simulate};
use crate::{
    kinds::{Kind, Live as AnyLive, Member, Operation, World},
    model::{Address, Change, Identity, Part, Reason, Refusal, Scope, Text, text::resolve_json},
};

fn identity() -> Identity {
    Identity::new("111122223333", "eu-west-1")
}

fn at() -> Address {
    Scope::new("s", "dev").address(ApiKey::NAME, "k")
}

fn secret(place: usize) -> Text {
    let (source, value) = arbitrary::SECRETS[place];
    Text::from_parts([Part::Secret { source: source.into(), digest: crate::model::text::digest(source, value) }])
}

fn desired(value: Option<Text>) -> Desired {
    let tags = crate::model::owner::tags(&at(), &BTreeMap::new());
    Desired { name: "s-dev-k".into(), description: None, enabled: true, value, tags }
}

fn settled(op: &Op) -> Op {
    let mut json = serde_json::to_value(op).expect("JSON");
    resolve_json(&mut json, &|part| match part {
        Part::Secret { source, .. } => {
            arbitrary::SECRETS.iter().find(|(known, _)| known == source).map(|(_, value)| (*value).to_owned())
        }
        _ => None,
    });
    serde_json::from_value(json).expect("an op")
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn apply(ops: &[Op], live: Option<Live>, objects: &BTreeMap<Address, AnyLive>) -> Result<Option<Live>, Refusal> {
    let identity = identity();
    let mint = |length: usize| "m".repeat(length);
    let world = World::local(&identity, objects, &mint);
    ops.iter().try_fold(live, |live, op| simulate(&settled(op), live, &world))
}

fn made(desired: &Desired) -> Live {
    apply(&ops(diff(Some(desired), None)), None, &BTreeMap::new()).expect("accepted").expect("there")
}

#[test]
fn a_value_that_nobody_gave_is_made_and_stays() {
    let live = made(&desired(None));
    assert_eq!(live.value.as_ref().map(|value| value.reveal().len()), Some(40));
    assert_eq!(diff(Some(&desired(None)), Some(&live)), Change::None);
    // Neither is a value that was never read taken for a wrong one.
    let unread = Live { value: None, ..live };
    assert_eq!(diff(Some(&desired(Some(secret(0)))), Some(&unread)), Change::None);
}

#[test]
fn another_value_is_another_key() {
    let live = made(&desired(Some(secret(0))));
    let change = diff(Some(&desired(Some(secret(1)))), Some(&live));
    let text = format!("{change:?} {}", serde_json::to_string(&ops(change.clone())).expect("JSON"));
    assert!(!text.contains("one-one") && !text.contains("two-two"), "{text}");
    let Change::Act { reason: Reason::FieldsDiffer(_), ops, .. } = change else { panic!("a change") };
    assert_eq!(ops.iter().map(|op| op.call().operation.into_owned()).collect::<Vec<_>>(), ["DeleteApiKey", "CreateApiKey"]);
    // What refers to the id waits for the new key.
    let (old, new) = (id_attribute(Some(&secret(0))), id_attribute(Some(&secret(1))));
    assert_eq!(ApiKey::attribute(&live, &old, &identity()), Some(live.id.clone()));
    assert_eq!(ApiKey::attribute(&live, &new, &identity()), None);
    assert_eq!(id_attribute(None), "id");
}

#[test]
fn only_what_differs_is_sent() {
    let live = made(&desired(None));
    let off = Desired { enabled: false, ..desired(None) };
    assert_eq!(ops(diff(Some(&off), Some(&live))), [Op::Update { fields: vec![Field::Enabled(false)] }]);
}

#[test]
fn refusals() {
    let create = |value: &str| Op::Create {
        name: "k".into(),
        description: None,
        enabled: true,
        value: Some(value.into()),
        tags: BTreeMap::new(),
    };
    let refused = |op: &Op, objects: &BTreeMap<Address, AnyLive>| {
        let refusal = apply(std::slice::from_ref(op), None, objects).expect_err("refused");
        (refusal.status, refusal.code, refusal.message)
    };
    let nothing = BTreeMap::new();
    assert_eq!(
        refused(&create("short"), &nothing),
        (400, "BadRequestException", "API Key value should be at least 20 characters".to_owned())
    );
    assert_eq!(refused(&create(&"x".repeat(129)), &nothing).0, 400);
    let taken = BTreeMap::from([(at(), ApiKey::wrap(made(&desired(Some(secret(0))))))]);
    assert_eq!(refused(&create(arbitrary::SECRETS[0].1), &taken), (409, "ConflictException", "API Key already exists".to_owned()));
    let update = Op::Update { fields: vec![Field::Enabled(true)] };
    assert_eq!(refused(&update, &nothing).2, "Invalid API Key identifier specified");
}

#[test]
fn the_value_is_stored_and_never_shown() {
    let live = made(&desired(Some(secret(0))));
    assert!(!format!("{live:?}").contains("one-one"));
    assert!(serde_json::to_string(&live).expect("JSON").contains("one-one"));
}

proptest! {
    #[test]
    fn one_key_becomes_another(before in arbitrary::desired(), after in arbitrary::desired()) {
        let nothing = BTreeMap::new();
        let live = made(&before);
        let steps = ops(diff(Some(&after), Some(&live)));
        let settled = apply(&steps, Some(live), &nothing).expect("accepted").expect("there");
        prop_assert_eq!(diff(Some(&after), Some(&settled)), Change::None);
        let gone = ops(diff(None, Some(&settled)));
        prop_assert_eq!(apply(&gone, Some(settled), &nothing).expect("accepted"), None);
        prop_assert_eq!(diff(None, None), Change::None);
    }
}
