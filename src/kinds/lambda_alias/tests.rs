use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    Alias, Desired, LambdaAlias, Live, Op, Version, arbitrary, description, diff::diff, is_ours, op::Pointer,
    simulate::simulate,
};
use crate::{
    kinds::{Kind, LambdaFunction, Live as AnyLive, Member, Operation, World, lambda_function},
    model::{Address, Change, Identity, Reason, Refusal, Repeat, Scope},
};

fn steps(change: Change<Op>) -> (Vec<Op>, Vec<Op>) {
    match change {
        Change::None => Default::default(),
        Change::Act { ops, sweep, .. } => (ops, sweep),
    }
}

/// An account whose function `s-dev-f` is as wanted.
fn account(memory_mb: i32) -> BTreeMap<Address, AnyLive> {
    let at = Scope::new("s", "dev").address(LambdaFunction::NAME, "f");
    BTreeMap::from([(at, LambdaFunction::wrap(arbitrary::live_function(memory_mb)))])
}

fn apply(ops: Vec<Op>, live: Option<Live>, memory_mb: i32) -> Result<Option<Live>, Refusal> {
    let (identity, objects) = (Identity::new("123456789012", "eu-west-1"), account(memory_mb));
    let mint = |length: usize| "x".repeat(length);
    let world = World::local(&identity, &objects, &mint);
    ops.iter().try_fold(live, |live, op| simulate(op, live, &world))
}

fn desired(memory_mb: i32) -> Desired {
    Desired {
        function: arbitrary::function(memory_mb),
        name: "live".to_owned(),
        description: None,
        previous_percent: 0,
        keep_versions: 1,
    }
}

/// Deploys one after the other.
fn deployed(all: &[Desired]) -> Live {
    let live = all.iter().fold(None, |live, desired| {
        let (ops, sweep) = steps(diff(Some(desired), live.as_ref()));
        let memory = desired.function.memory_mb;
        apply(ops.into_iter().chain(sweep).collect(), live, memory).expect("accepted")
    });
    live.expect("there")
}

fn numbers(live: &Live) -> Vec<i64> {
    live.versions.iter().map(|version| version.number).collect()
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(desired in arbitrary::desired(), live in prop::option::of(arbitrary::live())) {
        let (ops, sweep) = steps(diff(Some(&desired), live.as_ref()));
        let memory = desired.function.memory_mb;
        // Strangers' aliases under another name stay, and hold their versions.
        let free = live.map(|live| Live { aliases: live.aliases.into_iter().filter(|alias| {
            alias.name == desired.name || is_ours(&alias.description)
        }).collect(), ..live });
        let (ops, sweep) = if free.is_some() { steps(diff(Some(&desired), free.as_ref())) } else { (ops, sweep) };
        let after = apply(ops.into_iter().chain(sweep).collect(), free, memory).expect("accepted").expect("there");
        prop_assert_eq!(diff(Some(&desired), Some(&after)), Change::None);
        let alias = after.alias(&desired.name).expect("there");
        prop_assert_eq!(Some(alias.version), after.version_of(&desired));
    }

    #[test]
    fn no_version_goes_before_the_alias_has_moved_on(
        desired in arbitrary::desired(), live in arbitrary::live()
    ) {
        let (ops, _) = steps(diff(Some(&desired), Some(&live)));
        let deletes = |op: &Op| matches!(op, Op::DeleteVersion { .. } | Op::DeleteAlias { .. });
        prop_assert!(!ops.iter().any(deletes));
    }

    #[test]
    fn removing_leaves_nothing_of_ours(live in arbitrary::live()) {
        let (ops, sweep) = steps(diff(None, Some(&live)));
        let after = apply(ops.into_iter().chain(sweep).collect(), Some(live), 128).expect("accepted");
        prop_assert!(after.as_ref().is_none_or(|live| live.aliases.iter().all(|alias| !is_ours(&alias.description))));
        prop_assert_eq!(diff(None, after.as_ref()), Change::None);
    }
}

#[test]
fn the_first_deploy_publishes_and_points() {
    let Change::Act { reason: Reason::Missing, ops, .. } = diff(Some(&desired(128)), None) else {
        panic!("it is missing");
    };
    assert!(matches!(ops.as_slice(), [Op::Publish { .. }, Op::Create(Pointer { version: None, .. })]), "{ops:?}");
    assert_eq!((ops[0].repeat(), ops[1].repeat()), (Repeat::Safe, Repeat::RefusedByName));
    assert_eq!(ops[1].describe(), "point alias live to the new version");
    let live = deployed(&[desired(128)]);
    assert_eq!((numbers(&live), live.aliases[0].version), (vec![1], 1));
}

#[test]
fn old_versions_beyond_those_kept_go_and_an_earlier_one_is_found_again() {
    let all = [desired(128), desired(256), desired(512)];
    let live = deployed(&all);
    assert_eq!((numbers(&live), live.aliases[0].version), (vec![2, 3], 3));
    let (ops, _) = steps(diff(Some(&desired(256)), Some(&live)));
    assert!(matches!(ops.as_slice(), [Op::Update(Pointer { version: Some(2), .. })]), "{ops:?}");
    assert!(matches!(steps(diff(Some(&desired(128)), Some(&live))).0[0], Op::Publish { .. }), "its version is gone");
}

#[test]
fn a_part_of_the_calls_stays_with_the_version_before() {
    let canary = |memory, previous_percent| Desired { previous_percent, keep_versions: 0, ..desired(memory) };
    let live = deployed(&[canary(128, 20), canary(256, 20)]);
    assert_eq!(live.aliases[0].percents, BTreeMap::from([(1, 20)]));
    let whole = deployed(&[canary(128, 20), canary(256, 20), canary(256, 0)]);
    assert_eq!((numbers(&whole), whole.aliases[0].percents.clone()), (vec![2], BTreeMap::new()));
}

#[test]
fn another_name_makes_an_alias_before_the_old_one_goes() {
    let renamed = Desired { name: "prod".to_owned(), ..desired(128) };
    let (ops, sweep) = steps(diff(Some(&renamed), Some(&deployed(&[desired(128)]))));
    assert!(matches!(ops.as_slice(), [Op::Create(Pointer { version: Some(1), .. })]), "{ops:?}");
    assert!(matches!(sweep.as_slice(), [Op::DeleteAlias { .. }]), "{sweep:?}");
}

#[test]
fn what_others_made_is_left_alone() {
    let mut live = deployed(&[desired(128)]);
    live.versions.insert(0, Version { number: 0, function: arbitrary::live_function(999) });
    live.held.insert(0);
    let none_kept = Desired { keep_versions: 0, ..desired(128) };
    assert_eq!(diff(Some(&none_kept), Some(&live)), Change::None);
    assert!(is_ours(&description(None)) && is_ours(&description(Some("a"))) && !is_ours("theirs"));
}

#[test]
fn what_lambda_refuses() {
    let live = deployed(&[desired(128)]);
    let name = |name: &str| {
        let (ops, _) = steps(diff(Some(&Desired { name: name.to_owned(), ..desired(128) }), Some(&live)));
        apply(ops, Some(live.clone()), 128).map(drop).map_err(|refusal| refusal.code)
    };
    assert_eq!(name("12"), Err("ValidationException"));
    assert_eq!(name("a.b"), Err("ValidationException"));
    assert_eq!(name("v12"), Ok(()));
    let delete = Op::DeleteVersion { function_name: "s-dev-f".into(), number: 1 };
    assert_eq!(
        apply(vec![delete], Some(live.clone()), 128).expect_err("refused").to_string(),
        "ResourceConflictException: Unable to delete version because the following aliases reference it: [live]"
    );
    let (ops, _) = steps(diff(Some(&desired(128)), None));
    let publish = |code: &str| Op::Publish { function_name: "s-dev-f".into(), code_sha256_base64: code.into() };
    assert_eq!(
        apply(vec![publish("BBBB")], None, 128).expect_err("refused").code,
        "InvalidParameterValueException"
    );
    // Nothing has changed since the last version: no other one is made.
    let again = apply(vec![publish("AAAA")], Some(live.clone()), 128).expect("accepted");
    assert_eq!(again.as_ref().map(numbers), Some(vec![1]));
    assert_eq!(apply(ops[1..].to_vec(), Some(live), 128).expect_err("refused").code, "ResourceConflictException");
}

#[test]
fn it_goes_with_its_function() {
    let live = deployed(&[desired(128)]);
    let function = |name: &str| {
        LambdaFunction::wrap(lambda_function::Live { name: name.to_owned(), ..arbitrary::live_function(128) })
    };
    assert!(LambdaAlias::dies_with(&live, &function("s-dev-f")));
    assert!(!LambdaAlias::dies_with(&live, &function("s-dev-g")));
    let alias = Alias { name: "x".into(), version: 1, description: String::new(), percents: BTreeMap::new() };
    assert_eq!(Live { aliases: vec![alias], versions: vec![], ..live }.or_nothing().map(|live| live.aliases.len()), Some(1));
}
