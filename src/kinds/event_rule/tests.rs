use proptest::prelude::*;

use super::{Desired, EventRule, Live, Op, arbitrary, diff::diff, simulate::simulate, target_id};
use crate::{
    kinds::Kind,
    model::{Address, Change, Ownership, Reason, Refusal, Scope},
};

fn at() -> Address {
    Scope::new("s", "dev").address(EventRule::NAME, "f-schedule")
}

fn desired() -> Desired {
    Desired {
        name: at().name(),
        schedule: "rate(5 minutes)".into(),
        enabled: true,
        description: None,
        target_arn: "arn:f".into(),
        input: None,
        tags: [("a".to_owned(), "b".to_owned())].into(),
    }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, sweep, .. } => ops.into_iter().chain(sweep).collect(),
    }
}

fn apply(ops: Vec<Op>, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    ops.iter().try_fold(live, |live, op| simulate(op, live))
}

fn made() -> Live {
    apply(ops(diff(&at(), Some(&desired()), None)), None).expect("accepted").expect("there")
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(desired in arbitrary::desired(), live in prop::option::of(arbitrary::live())) {
        let after = apply(ops(diff(&at(), Some(&desired), live.as_ref())), live).expect("accepted");
        prop_assert_eq!(diff(&at(), Some(&desired), after.as_ref()), Change::None);
        prop_assert_eq!(after.map(|live| EventRule::ownership(&at(), &live)), Some(Ownership::Ours));
    }

    #[test]
    fn removing_leaves_nothing(live in arbitrary::live()) {
        prop_assert_eq!(apply(ops(diff(&at(), None, Some(&live))), Some(live)).expect("accepted"), None);
    }
}

#[test]
fn a_rule_is_made_with_its_tags_and_changed_without() {
    let tags = |op: &Op| matches!(op, Op::Put { tags, .. } if !tags.is_empty());
    assert!(tags(&ops(diff(&at(), Some(&desired()), None))[0]));
    let other = Desired { schedule: "rate(1 hour)".into(), ..desired() };
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, .. } = diff(&at(), Some(&other), Some(&made())) else {
        panic!("expected a change of fields");
    };
    assert_eq!(fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["schedule"]);
    assert!(matches!(ops.as_slice(), [put @ Op::Put { .. }] if !tags(put)), "{ops:?}");
}

#[test]
fn another_function_is_another_target() {
    let other = Desired { target_arn: "arn:f:live".into(), input: Some("{}".into()), ..desired() };
    let ops = ops(diff(&at(), Some(&other), Some(&made())));
    assert!(matches!(ops.as_slice(), [Op::PutTarget { .. }]), "{ops:?}");
}

#[test]
fn a_rule_whose_target_is_not_ours_is_foreign() {
    let mut live = made();
    assert_eq!(EventRule::ownership(&at(), &live), Ownership::Ours);
    let target = live.targets.remove(&target_id(&at())).expect("there");
    assert_eq!(EventRule::ownership(&at(), &live), Ownership::Ours, "left halfway");
    live.targets.insert("theirs".into(), target);
    assert_eq!(EventRule::ownership(&at(), &live), Ownership::Foreign);
}

#[test]
fn what_eventbridge_refuses() {
    let refused = |op: Op, live| simulate(&op, live).expect_err("refused").to_string();
    assert_eq!(
        refused(Op::Delete { name: at().name() }, Some(made())),
        "ValidationException: Rule can't be deleted since it has targets."
    );
    let target = Op::PutTarget { rule: "r".into(), id: "i".into(), arn: "arn".into(), input: None };
    assert_eq!(refused(target, None), "ResourceNotFoundException: Rule r does not exist on EventBus default.");
    let put = |name: &str, schedule: &str| Op::Put {
        name: name.into(),
        schedule: schedule.into(),
        enabled: true,
        description: String::new(),
        tags: Default::default(),
    };
    assert_eq!(
        refused(put("r", "rate(5 minute)"), None),
        "ValidationException: Parameter ScheduleExpression is not valid."
    );
    assert!(refused(put(&"r".repeat(65), "rate(1 day)"), None).contains("less than or equal to 64"));
}
