use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::{
    Desired, LambdaLayer, Live, Op, Settings, Version, arbitrary, description, diff::diff,
    simulate::simulate, taken_apart,
};
use crate::{
    kinds::{Upload, Kind, Operation, World, lambda_function::Code},
    model::{Address, Change, Identity, Reason, Refusal, Repeat, Scope},
};

fn at() -> Address {
    Scope::new("s", "dev").address(LambdaLayer::NAME, "l")
}

fn desired(byte: u8) -> Desired {
    let code = Code { sha256_hex: format!("{byte:02x}").repeat(32), sha256_base64: String::new(), size_bytes: 10 };
    Desired { name: at().name(), code, settings: Settings::default() }
}

fn steps(change: Change<Op>) -> (Vec<Op>, Vec<Op>) {
    match change {
        Change::None => Default::default(),
        Change::Act { ops, sweep, .. } => (ops, sweep),
    }
}

fn apply(ops: Vec<Op>, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    let (identity, objects) = (Identity::new("111122223333", "eu-west-1"), BTreeMap::new());
    let mint = |length: usize| "x".repeat(length);
    let world = World::local(&identity, &objects, &mint);
    ops.iter().try_fold(live, |live, op| simulate(&at(), op, live, &world))
}

fn arn(live: &Option<Live>, desired: &Desired) -> Option<String> {
    let identity = Identity::new("111122223333", "eu-west-1");
    live.as_ref().and_then(|live| LambdaLayer::attribute(live, &desired.arn_attribute(), &identity))
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(desired in arbitrary::desired(), live in prop::option::of(arbitrary::live())) {
        let (ops, sweep) = steps(diff(&at(), Some(&desired), live.as_ref()));
        let after = apply(ops.into_iter().chain(sweep).collect(), live).expect("accepted");
        prop_assert_eq!(diff(&at(), Some(&desired), after.as_ref()), Change::None);
        prop_assert_eq!(after.map(|live| live.versions.len()), Some(1));
    }

    #[test]
    fn the_wanted_version_is_there_before_old_ones_go(
        desired in arbitrary::desired(), live in prop::option::of(arbitrary::live())
    ) {
        let before: BTreeSet<i64> = live.iter().flat_map(|live| &live.versions).map(|one| one.number).collect();
        let (ops, sweep) = steps(diff(&at(), Some(&desired), live.as_ref()));
        let applied = apply(ops, live).expect("accepted");
        let kept: BTreeSet<i64> = applied.iter().flat_map(|live| &live.versions).map(|one| one.number).collect();
        prop_assert!(kept.is_superset(&before));
        prop_assert!(arn(&applied, &desired).is_some());
        let swept = apply(sweep, applied.clone()).expect("accepted");
        prop_assert_eq!(arn(&applied, &desired), arn(&swept, &desired));
    }

    #[test]
    fn removing_leaves_nothing(live in arbitrary::live()) {
        let (ops, _) = steps(diff(&at(), None, Some(&live)));
        prop_assert_eq!(apply(ops, Some(live)).expect("accepted"), None);
    }

    #[test]
    fn a_description_gives_back_what_it_was_made_of(words in prop::option::of("[ -~é]{1,20}"), byte in any::<u8>()) {
        let (scope, digest) = (Scope::new("s", "dev"), format!("{byte:02x}").repeat(32));
        let text = description(&scope, &digest, words.as_deref());
        prop_assert_eq!(taken_apart(&scope, &text), Some((words, digest)));
        prop_assert_eq!(taken_apart(&Scope::new("s", "de"), &text), None);
    }
}

#[test]
fn what_others_published_is_not_ours() {
    let scope = Scope::new("s", "dev");
    for text in ["", "my layer", "gatewright", "gatewright 12345678 abc", "gatewright 12345678 (x)"] {
        assert_eq!(taken_apart(&scope, text), None, "{text}");
    }
}

#[test]
fn the_mark_leaves_room_for_the_words() {
    let words = "w".repeat(super::DESCRIPTION_CHARS_MAX);
    let text = description(&Scope::new("a".repeat(31), "b".repeat(128)), &"0".repeat(64), Some(&words));
    assert!(text.chars().count() <= 256, "{}", text.len());
}

#[test]
fn other_content_is_a_version_more_and_the_old_one_goes_at_the_end() {
    let live = apply(steps(diff(&at(), Some(&desired(1)), None)).0, None).expect("accepted").expect("there");
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, sweep } = diff(&at(), Some(&desired(2)), Some(&live))
    else {
        panic!("expected a change of fields");
    };
    assert_eq!(fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["code"]);
    assert!(matches!(ops.as_slice(), [Op::Upload { .. }, Op::Publish { .. }]), "{ops:?}");
    assert_eq!(ops[0].uploads(), [Upload::file(format!("{}.zip", "02".repeat(32)))]);
    assert_eq!((ops[0].repeat(), ops[1].repeat()), (Repeat::Safe, Repeat::Duplicates));
    assert_eq!(sweep, [Op::Delete { name: at().name(), number: 1 }]);
    let after = apply(ops, Some(live)).expect("accepted").expect("there");
    assert_eq!(after.versions.iter().map(|version| version.number).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn a_second_version_of_one_content_goes() {
    let version = |number| Version { number, sha256_hex: "01".repeat(32), settings: Settings::default() };
    let live = Live { name: at().name(), versions: vec![version(3), version(5)] };
    let (ops, sweep) = steps(diff(&at(), Some(&desired(1)), Some(&live)));
    assert_eq!((ops, sweep), (vec![], vec![Op::Delete { name: at().name(), number: 5 }]));
}

#[test]
fn what_lambda_refuses() {
    let publish = |change: &dyn Fn(&mut Desired)| {
        let mut desired = desired(1);
        change(&mut desired);
        apply(steps(diff(&at(), Some(&desired), None)).0, None).expect_err("refused").to_string()
    };
    let runtimes = (0..16).map(|number| format!("nodejs{number}.x")).collect::<BTreeSet<_>>();
    assert_eq!(
        publish(&|desired| desired.settings.compatible_runtimes = runtimes.clone()),
        "InvalidParameterValueException: CompatibleRuntimes list length exceeds maximum allowed length of 15."
    );
    assert_eq!(
        publish(&|desired| desired.code.size_bytes = 262_144_001),
        "InvalidParameterValueException: Unzipped size must be smaller than 262144000 bytes"
    );
    let long = publish(&|desired| desired.settings.license = Some("l".repeat(513)));
    assert!(long.contains("'licenseInfo'") && long.contains("less than or equal to 512"), "{long}");
}
