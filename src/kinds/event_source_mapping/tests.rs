use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Desired, EventSourceMapping, Live, Op, Settings, arbitrary, canonical, diff::diff, key, simulate::simulate};
use crate::{
    kinds::{Kind, LambdaFunction, Live as AnyLive, Member, Operation, World, lambda_alias},
    model::{Address, Change, Identity, Reason, Refusal, Repeat, Scope},
};

const STREAM: &str = "arn:aws:dynamodb:eu-west-1:111122223333:table/s-dev-orders/stream/2026-01-01T00:00:00.000";

fn at() -> Address {
    Scope::new("s", "dev").address(EventSourceMapping::NAME, "f/orders")
}

fn desired() -> Desired {
    Desired {
        function_name: "s-dev-f".into(),
        source_arn: STREAM.into(),
        starting_position: "LATEST".into(),
        on_failure_arn: None,
        settings: Settings::default(),
        tags: BTreeMap::new(),
    }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, sweep, .. } => ops.into_iter().chain(sweep).collect(),
    }
}

fn apply_in(ops: Vec<Op>, live: Option<Live>, mut objects: BTreeMap<Address, AnyLive>) -> Result<Option<Live>, Refusal> {
    let identity = Identity::new("111122223333", "eu-west-1");
    let function = lambda_alias::arbitrary::live_function(128);
    objects.insert(Scope::new("s", "dev").address(LambdaFunction::NAME, "f"), LambdaFunction::wrap(function));
    let mint = |length: usize| "x".repeat(length);
    let world = World::local(&identity, &objects, &mint);
    ops.iter().try_fold(live, |live, op| simulate(op, live, &world))
}

fn apply(ops: Vec<Op>, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    apply_in(ops, live, BTreeMap::new())
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(desired in arbitrary::desired(), live in prop::option::of(arbitrary::live())) {
        let after = apply(ops(diff(Some(&desired), live.as_ref())), live).expect("accepted");
        prop_assert_eq!(diff(Some(&desired), after.as_ref()), Change::None);
    }

    #[test]
    fn removing_leaves_nothing(live in arbitrary::live()) {
        prop_assert_eq!(apply(ops(diff(None, Some(&live))), Some(live)).expect("accepted"), None);
    }
}

#[test]
fn settings_change_in_place_and_a_new_stream_is_a_new_mapping() {
    let live = apply(ops(diff(Some(&desired()), None)), None).expect("accepted").expect("there");
    let slower = Desired { settings: Settings { batch_size: 5, ..Settings::default() }, ..desired() };
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops: changes, .. } = diff(Some(&slower), Some(&live)) else {
        panic!("expected a change of fields");
    };
    assert_eq!(fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["batch_size"]);
    assert!(matches!(changes.as_slice(), [Op::Update { .. }]), "{changes:?}");
    let anew = Desired { source_arn: STREAM.replace("01T", "02T").into(), ..desired() };
    let changes = ops(diff(Some(&anew), Some(&live)));
    assert!(matches!(changes.as_slice(), [Op::Delete { .. }, Op::Create { .. }]), "{changes:?}");
    assert_eq!(changes[1].repeat(), Repeat::RefusedByName);
}

#[test]
fn a_mapping_is_named_by_function_and_table() {
    let scope = Scope::new("s", "dev");
    assert_eq!(key(&scope, "f", STREAM).as_deref(), Some("f/orders"));
    assert_eq!(key(&scope, "f", &STREAM.replace("s-dev-", "x-")).as_deref(), Some("f/x-orders"));
    assert_eq!(key(&scope, "f", "arn:aws:sqs:eu-west-1:111122223333:queue"), None);
    assert_eq!(at().key, "f/orders");
}

#[test]
fn what_lambda_refuses() {
    let create = |change: &dyn Fn(&mut Desired)| {
        let mut desired = desired();
        change(&mut desired);
        ops(diff(Some(&desired), None))
    };
    let refused = |ops: Vec<Op>| apply(ops, None).expect_err("refused").to_string();
    assert_eq!(
        refused(create(&|desired| desired.function_name = "s-dev-g".into())),
        "InvalidParameterValueException: Function does not exist"
    );
    assert!(refused(create(&|desired| desired.settings.batch_size = 1001)).contains("batch window"));
    assert!(refused(create(&|desired| desired.settings.batch_size = 10_001)).contains("10000"));
    assert!(refused(create(&|desired| desired.settings.filters = vec!["{}".into(); 6])).contains("filters"));
    let live = apply(create(&|_| {}), None).expect("accepted").expect("there");
    let other = BTreeMap::from([(at(), EventSourceMapping::wrap(live))]);
    let refusal = apply_in(create(&|_| {}), None, other).expect_err("refused");
    assert_eq!(refusal.code, "ResourceConflictException");
    assert!(refusal.message.contains("already exists"), "{refusal}");
    let update = Op::Update {
        id: "x".into(),
        function_name: "s-dev-f".into(),
        on_failure_arn: "".into(),
        settings: Settings::default(),
    };
    assert_eq!(apply(vec![update], None).expect_err("refused").code, "ResourceNotFoundException");
}

#[test]
fn patterns_are_compared_by_what_they_say() {
    assert_eq!(canonical("{ \"b\": [1],\n \"a\": {} }"), "{\"a\":{},\"b\":[1]}");
    assert_eq!(canonical("not json"), "not json");
}
