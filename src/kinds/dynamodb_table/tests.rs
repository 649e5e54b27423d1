use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    AttributeType, Billing, Capacity, Desired, DynamodbTable, Encryption, Index, Key, KeyAttribute, Live, Op,
    Projection, StreamView, TableClass, arbitrary,
    diff::{diff, objection},
    simulate::simulate,
};
use crate::{
    kinds::{Kind, Operation, World},
    model::{Address, Change, Identity, Ownership, Reason, Refusal, Scope, owner},
};

fn at() -> Address {
    Scope::new("s", "dev").address(DynamodbTable::NAME, "t")
}

fn attribute(name: &str, kind: AttributeType) -> KeyAttribute {
    KeyAttribute { name: name.to_owned(), kind }
}

fn key(hash: &str) -> Key {
    Key { hash: attribute(hash, AttributeType::S), range: None }
}

fn basic() -> Desired {
    Desired {
        name: at().name(),
        key: key("username"),
        indexes: BTreeMap::new(),
        local_indexes: BTreeMap::new(),
        billing: Billing::OnDemand,
        ttl: None,
        stream: None,
        point_in_time_recovery: false,
        deletion_protection: false,
        class: TableClass::Standard,
        encryption: Encryption::AwsOwned,
        kms_key: None,
        tags: owner::tags(&at(), &BTreeMap::new()),
    }
}

fn index(hash: &str) -> Index {
    Index { key: key(hash), projection: Projection::All, capacity: None }
}

fn with_indexes(hashes: &[(&str, &str)]) -> Desired {
    let indexes = hashes.iter().map(|(name, hash)| ((*name).to_owned(), index(hash)));
    Desired { indexes: indexes.collect(), ..basic() }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn step(op: &Op, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    let identity = Identity::new("123456789012", "eu-west-1");
    simulate(op, live, &World::local(&identity, &BTreeMap::new(), &|length| "x".repeat(length)))
}

fn run<'a>(ops: impl IntoIterator<Item = &'a Op>, live: Option<Live>) -> Option<Live> {
    ops.into_iter().fold(live, |live, op| step(op, live).expect("accepted"))
}

fn apply(change: Change<Op>, live: Option<Live>) -> Option<Live> {
    run(&ops(change), live)
}

fn made(desired: &Desired) -> Live {
    apply(diff(Some(desired), None, false), None).expect("a table")
}

/// Makes `live` deletable, as whoever wants to replace or remove it has to.
fn unprotected(live: Live) -> Live {
    Live { deletion_protection: false, ..live }
}

fn calls(ops: &[Op]) -> Vec<String> {
    ops.iter().map(Operation::describe).collect()
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(before in arbitrary::desired(), after in arbitrary::desired()) {
        let live = made(&before);
        prop_assert_eq!(diff(Some(&before), Some(&live), false), Change::None);
        prop_assert_eq!(DynamodbTable::ownership(&at(), &live), Ownership::Ours);
        let live = unprotected(live);
        let live = apply(diff(Some(&after), Some(&live), true), Some(live)).expect("a table");
        prop_assert_eq!(diff(Some(&after), Some(&live), false), Change::None);
        let live = unprotected(live);
        prop_assert_eq!(apply(diff(None, Some(&live), false), Some(live)), None);
    }

    #[test]
    fn any_prefix_of_a_change_is_continued(before in arbitrary::desired(), after in arbitrary::desired(), cut in 0..10_usize) {
        let live = unprotected(made(&before));
        let half = ops(diff(Some(&after), Some(&live), true));
        let live = run(half.iter().take(cut), Some(live)).map(unprotected);
        let live = apply(diff(Some(&after), live.as_ref(), true), live).expect("a table");
        prop_assert_eq!(diff(Some(&after), Some(&live), true), Change::None);
    }

    #[test]
    fn nothing_is_deleted_without_leave(before in arbitrary::desired(), after in arbitrary::desired()) {
        let live = made(&before);
        let deletes = |replace| ops(diff(Some(&after), Some(&live), replace)).iter().any(|op| matches!(op, Op::Delete { .. }));
        prop_assert!(!deletes(false));
        let fixed = before.key == after.key && before.local_indexes == after.local_indexes;
        prop_assert_eq!(deletes(true), !fixed);
        prop_assert_eq!(objection(&at(), Some(&after), &live, false).is_some(), !fixed);
        prop_assert_eq!(objection(&at(), Some(&after), &live, true).is_some(), !fixed && before.deletion_protection);
        prop_assert_eq!(objection(&at(), None, &live, false).is_some(), before.deletion_protection);
    }

    #[test]
    fn indexes_are_made_with_the_types_of_all_keys_there_are(before in arbitrary::desired(), after in arbitrary::desired()) {
        let after = Desired { key: before.key.clone(), local_indexes: before.local_indexes.clone(), ..after };
        let mut live = Some(made(&before));
        for op in ops(diff(Some(&after), live.as_ref(), false)) {
            if let Op::CreateIndex { attributes, definition, .. } = &op {
                let there = live.as_ref().expect("a table");
                let indexes = there.indexes.values().chain([definition]);
                prop_assert_eq!(attributes, &super::definition::attributes(&there.key, indexes, there.local_indexes.values()));
            }
            live = step(&op, live).expect("accepted");
        }
    }

    #[test]
    fn what_is_stored_is_what_was_made(desired in arbitrary::desired()) {
        let live = made(&desired);
        let stored: Live = serde_json::from_value(serde_json::to_value(&live).expect("json")).expect("a table");
        prop_assert_eq!(live, stored);
    }
}

#[test]
fn one_call_for_each_change() {
    let capacity = |read_units, write_units| Capacity { read_units, write_units };
    let indexed = with_indexes(&[("by_mail", "mail")]);
    let paid = |table: &Desired, units| {
        let billing = Billing::Provisioned(capacity(units, units));
        let indexes = table.indexes.iter().map(|(name, index)| (name.clone(), index.paid(billing))).collect();
        Desired { billing, indexes, ..table.clone() }
    };
    let key = "arn:aws:kms:eu-west-1:123456789012:key/k";
    let table: Vec<(Desired, Desired, Vec<&str>)> = vec![
        (basic(), indexed.clone(), vec!["create index by_mail (hash mail (S), projection all)"]),
        (indexed.clone(), basic(), vec!["delete index by_mail"]),
        (
            indexed.clone(),
            with_indexes(&[("by_mail", "email"), ("by_name", "name")]),
            vec![
                "delete index by_mail",
                "create index by_mail (hash email (S), projection all)",
                "create index by_name (hash name (S), projection all)",
            ],
        ),
        (
            indexed.clone(),
            paid(&indexed, 2),
            vec!["set billing to 2 read and 2 write units, index by_mail: 2 read and 2 write units"],
        ),
        (paid(&indexed, 2), indexed.clone(), vec!["set billing to on_demand"]),
        (
            basic(),
            Desired { stream: Some(StreamView::NewImage), ..basic() },
            vec!["stream changes (new_image)"],
        ),
        (
            Desired { stream: Some(StreamView::NewImage), ..basic() },
            Desired { stream: Some(StreamView::KeysOnly), ..basic() },
            vec!["end the stream", "stream changes (keys_only)"],
        ),
        (
            basic(),
            Desired { ttl: Some("until".into()), ..basic() },
            vec!["set tags gatewright:ttl", "let items expire at until"],
        ),
        (
            Desired { ttl: Some("until".into()), ..basic() },
            basic(),
            vec!["let items no longer expire at until", "remove tags gatewright:ttl"],
        ),
        (
            basic(),
            Desired { point_in_time_recovery: true, deletion_protection: true, ..basic() },
            vec!["set tags gatewright:backups", "protect against deletion", "keep point-in-time recovery"],
        ),
        (
            basic(),
            Desired { class: TableClass::StandardInfrequentAccess, ..basic() },
            vec!["move to the class standard_infrequent_access"],
        ),
        (
            basic(),
            Desired { encryption: Encryption::Customer, kms_key: Some(key.into()), ..basic() },
            vec!["encrypt with the customer's own key"],
        ),
    ];
    for (before, after, expected) in table {
        let live = made(&before);
        let change = diff(Some(&after), Some(&live), false);
        assert!(matches!(change, Change::Act { reason: Reason::FieldsDiffer(_), .. }), "{expected:?}");
        assert_eq!(calls(&ops(change)), expected);
    }
}

#[test]
fn another_key_is_refused_in_words() {
    let live = made(&basic());
    let after = Desired { key: key("email"), ..basic() };
    let objection = objection(&at(), Some(&after), &live, false).expect("refused");
    assert_eq!(
        objection.to_string(),
        "s/dev/dynamodb_table/t: the table `s-dev-t` cannot be changed in place: key (hash username (S) -> hash email (S)). It would be deleted and made again, and all its items would be lost"
    );
    assert!(objection.hint.contains("--replace"));
    let replaced = ops(diff(Some(&after), Some(&live), true));
    assert_eq!(
        calls(&replaced),
        ["delete table s-dev-t with all its items", "create table s-dev-t (hash email (S))"]
    );
}

fn refused(table: Vec<(Op, Option<Live>, &str, &str)>) {
    for (op, live, code, words) in table {
        let refusal = step(&op, live).expect_err("refused");
        assert_eq!(refusal.code, code, "{op:?}");
        assert!(refusal.message.contains(words), "{}", refusal.message);
    }
}

#[test]
fn what_dynamodb_refuses_to_make() {
    let create = |table: Desired| Op::Create { table: Box::new(table) };
    let local = super::LocalIndex { range: attribute("r", AttributeType::S), projection: Projection::All };
    let local = [("l".to_owned(), local)].into();
    let twice = Key { range: Some(attribute("username", AttributeType::S)), ..key("username") };
    let many = (0..21).map(|number| (format!("index{number}"), index("a"))).collect();
    let (invalid, in_use) = ("ValidationException", "ResourceInUseException");
    refused(vec![
        (create(basic()), Some(made(&basic())), in_use, "Table already exists: s-dev-t"),
        (create(Desired { name: "ab".into(), ..basic() }), None, invalid, "greater than or equal to 3"),
        (create(Desired { key: twice, ..basic() }), None, invalid, "have the same name"),
        (create(Desired { local_indexes: local, ..basic() }), None, invalid, "does not have a range key"),
        (create(Desired { indexes: many, ..basic() }), None, invalid, "limit of 20"),
    ]);
}

#[test]
fn what_dynamodb_refuses_to_change() {
    let live = || Some(made(&with_indexes(&[("by_mail", "mail")])));
    let name = || at().name();
    let protected = live().map(|live| Live { deletion_protection: true, ..live });
    let again = Op::CreateIndex {
        name: name(),
        index: "by_mail".into(),
        definition: index("mail"),
        attributes: BTreeMap::new(),
    };
    let same = Op::SetBilling { name: name(), billing: Some(Billing::OnDemand), indexes: BTreeMap::new() };
    let no_ttl = Op::SetTtl { name: name(), attribute: "x".into(), on: false };
    let (invalid, absent) = ("ValidationException", "ResourceNotFoundException");
    refused(vec![
        (Op::DeleteIndex { name: name(), index: "none".into() }, live(), absent, "not found"),
        (Op::Delete { name: name() }, None, absent, "Table: s-dev-t not found"),
        (Op::Delete { name: name() }, protected, invalid, "protected against deletion"),
        (no_ttl, live(), invalid, "TimeToLive is already disabled"),
        (Op::SetStream { name: name(), view: None }, live(), invalid, "no stream"),
        (same, live(), invalid, "will not change"),
        (again, live(), invalid, "already exists"),
    ]);
}

#[test]
fn attributes_of_a_table() {
    let identity = Identity::new("123456789012", "eu-west-1");
    let live = made(&Desired { stream: Some(StreamView::NewImage), ..basic() });
    let of = |name: &str| DynamodbTable::attribute(&live, name, &identity);
    assert_eq!(of("arn").as_deref(), Some("arn:aws:dynamodb:eu-west-1:123456789012:table/s-dev-t"));
    assert!(of("stream_arn").is_some_and(|arn| arn.contains(":table/s-dev-t/stream/")));
    assert_eq!(DynamodbTable::attribute(&made(&basic()), "stream_arn", &identity), None);
}
