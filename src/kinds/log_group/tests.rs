use std::collections::BTreeMap;

use super::{ACCESS_LOG_KEY, Desired, Live, LogGroup, Op, diff::diff, simulate::simulate};
use crate::{
    kinds::Kind,
    model::{Change, Ownership, Reason, Scope},
};

fn desired(retention_days: Option<i32>) -> Desired {
    Desired { name: "/aws/lambda/s-dev-f".into(), retention_days, tags: BTreeMap::new() }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

#[test]
fn applying_the_change_empties_it() {
    let at = Scope::new("s", "dev").address(LogGroup::NAME, "f");
    for (before, after) in [(None, Some(14)), (Some(14), None), (Some(7), Some(14)), (None, None)] {
        let mut live = None;
        for step in [before, after] {
            for op in ops(diff(&at, Some(&desired(step)), live.as_ref())) {
                live = simulate(&op, live).expect("accepted");
            }
            assert_eq!(live.as_ref().and_then(|live| live.retention_days), step);
            assert_eq!(diff(&at, Some(&desired(step)), live.as_ref()), Change::None);
        }
    }
}

#[test]
fn retention_changed_by_hand_is_put_back_with_its_reason() {
    let at = Scope::new("s", "dev").address(LogGroup::NAME, "f");
    let live = Live { name: "/aws/lambda/s-dev-f".into(), retention_days: Some(1), of_another: false };
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, .. } = diff(&at, Some(&desired(Some(14))), Some(&live))
    else {
        panic!("expected a change of fields");
    };
    assert_eq!(fields.iter().map(|field| field.field.as_str()).collect::<Vec<_>>(), ["log_retention_days"]);
    assert_eq!(ops, [Op::PutRetention { name: "/aws/lambda/s-dev-f".into(), days: 14 }]);
}

#[test]
fn the_group_of_another_stack_is_tagged_when_it_is_taken_over() {
    let at = Scope::new("s", "dev").address(LogGroup::NAME, ACCESS_LOG_KEY);
    let live = Live { name: "/aws/apigateway/s-dev".into(), retention_days: Some(14), of_another: true };
    assert_eq!(LogGroup::ownership(&at, &live), Ownership::Foreign);
    let wanted = Desired { name: live.name.clone(), ..desired(Some(14)) };
    let [tag] = &ops(diff(&at, Some(&wanted), Some(&live)))[..] else { panic!("expected one call") };
    assert_eq!(tag, &Op::Tag { name: live.name.clone(), tags: BTreeMap::new() });
    let live = simulate(tag, Some(live)).expect("accepted").expect("a group");
    assert_eq!(LogGroup::ownership(&at, &live), Ownership::Ours);
}

#[test]
fn a_group_cannot_be_made_twice() {
    let op = Op::Create { name: "/aws/lambda/s-dev-f".into(), tags: BTreeMap::new() };
    let live = simulate(&op, None).expect("accepted");
    assert_eq!(simulate(&op, live).expect_err("refused").code, "ResourceAlreadyExistsException");
}
