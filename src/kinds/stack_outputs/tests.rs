use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{Desired, Live, Op, Recorded, StackOutputs, address, arbitrary, decode, diff::diff, encode, simulate::simulate};
use crate::{
    kinds::Kind,
    model::{Change, Identity, Reason, Scope, Shown, Text},
};

fn apply(change: Change<Op>, live: Option<Live>) -> Option<Live> {
    match change {
        Change::None => live,
        Change::Act { ops, .. } => ops.iter().fold(live, |_, op| simulate(op)),
    }
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(before in arbitrary::desired(), after in arbitrary::desired()) {
        let live = apply(diff(Some(&before), None), None);
        prop_assert_eq!(diff(Some(&before), live.as_ref()), Change::None);
        let live = apply(diff(Some(&after), live.as_ref()), live);
        prop_assert_eq!(diff(Some(&after), live.as_ref()), Change::None);
        prop_assert_eq!(apply(diff(None, live.as_ref()), live), None);
    }

    #[test]
    fn the_document_says_what_was_recorded(
        outputs in proptest::collection::btree_map(".{0,5}|outputs|uses", ".{0,20}", 0..5),
        uses in proptest::collection::btree_set("[a-z]{1,5}", 0..3),
    ) {
        let flat = serde_json::to_vec(&outputs).expect("JSON");
        prop_assert_eq!(decode(&flat), Some(Recorded { outputs: outputs.clone(), uses: BTreeSet::new() }));
        let recorded = Recorded { outputs, uses };
        prop_assert_eq!(decode(&encode(&recorded)), Some(recorded));
    }
}

#[test]
fn each_output_is_compared_by_itself() {
    let at = Scope::new("s", "dev").address("rest_api", "api");
    let values = [("a", "1"), ("b", "2"), ("old", "3")].map(|(k, v)| (k.into(), v.into())).into();
    let live = Live { values, uses: BTreeSet::new() };
    let values = BTreeMap::from([
        ("a".to_owned(), Text::from("1")),
        ("b".to_owned(), "two".into()),
        ("url".to_owned(), Text::pending(at, "url")),
    ]);
    let uses = BTreeSet::from(["other".to_owned()]);
    let desired = Desired { values: values.clone(), uses: uses.clone() };
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, .. } = diff(Some(&desired), Some(&live)) else {
        panic!("expected a change");
    };
    let shown: Vec<_> = fields.iter().map(|field| (field.field.as_str(), field.before.clone(), field.after.clone())).collect();
    assert_eq!(
        shown,
        [
            ("outputs.b", "2".into(), "two".into()),
            ("outputs.url", Shown::Absent, Shown::KnownAfterDeploy),
            ("outputs.old", "3".into(), Shown::Absent),
            ("uses", Shown::Absent, "other".into()),
        ]
    );
    assert_eq!(ops, [Op::Put { values, uses }]);
}

#[test]
fn an_output_is_an_attribute() {
    let live = Live { values: [("url".to_owned(), "https://x".to_owned())].into(), uses: BTreeSet::new() };
    let identity = Identity::new("123456789012", "eu-west-1");
    assert_eq!(StackOutputs::attribute(&live, "url", &identity).as_deref(), Some("https://x"));
    assert_eq!(StackOutputs::attribute(&live, "none", &identity), None);
}

#[test]
fn a_foreign_document_is_not_taken_for_outputs() {
    assert_eq!(decode(b"[1]"), None);
    assert_eq!(decode(b"{\"a\":{\"b\":1}}"), None);
}

#[test]
fn a_scope_has_one_such_object() {
    assert_eq!(address(&Scope::new("s", "dev")).to_string(), "s/dev/stack_outputs/outputs");
}
