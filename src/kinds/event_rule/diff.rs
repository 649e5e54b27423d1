//! Comparison of rules.

use std::collections::BTreeMap;

use super::{Desired, Live, Op, target_id};
use crate::{
    kinds::compare::Compare,
    model::{Address, Change, Reason, Shown},
};

pub(super) fn diff(at: &Address, desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => {
            let targets = remove(live, live.targets.keys().cloned().collect());
            let gone = Op::Delete { name: live.name.clone() };
            Change::act(Reason::NotInStackFile, targets.into_iter().chain([gone]).collect())
        }
        (Some(desired), None) => {
            let rule = put(desired, desired.tags.clone());
            Change::act(Reason::Missing, vec![rule, put_target(at, desired)])
        }
        (Some(desired), Some(live)) => compare(at, desired, live),
    }
}

fn compare(at: &Address, desired: &Desired, live: &Live) -> Change<Op> {
    let mut compare = Compare::default();
    let mut ops = Vec::new();
    let mut differs = compare.value("schedule", &live.schedule, &desired.schedule);
    differs |= compare.value("enabled", &live.enabled, &desired.enabled);
    differs |= compare.option("description", &live.description, &desired.description);
    let id = target_id(at);
    // What invokes it must be right before it fires.
    let same = live.targets.get(&id).map(|target| {
        let arn = compare.text("function", &target.arn, &desired.target_arn);
        arn | compare.option("input", &target.input, &desired.input)
    });
    if same.is_none() {
        compare.note(true, "function", || (Shown::Absent, (&desired.target_arn).into()));
    }
    ops.extend(same.unwrap_or(true).then(|| put_target(at, desired)));
    ops.extend(differs.then(|| put(desired, BTreeMap::new())));
    let others: Vec<String> = live.targets.keys().filter(|other| **other != id).cloned().collect();
    compare.note(!others.is_empty(), "targets", || (others.join(", ").into(), Shown::Absent));
    ops.extend(remove(live, others));
    Change::fields(compare.finish(), ops)
}

fn put(desired: &Desired, tags: BTreeMap<String, String>) -> Op {
    Op::Put {
        name: desired.name.clone(),
        schedule: desired.schedule.clone(),
        enabled: desired.enabled,
        description: desired.description.clone().unwrap_or_default(),
        tags,
    }
}

fn put_target(at: &Address, desired: &Desired) -> Op {
    Op::PutTarget {
        rule: desired.name.clone(),
        id: target_id(at),
        arn: desired.target_arn.clone(),
        input: desired.input.clone(),
    }
}

fn remove(live: &Live, ids: Vec<String>) -> Option<Op> {
    (!ids.is_empty()).then(|| Op::RemoveTargets { rule: live.name.clone(), ids })
}
