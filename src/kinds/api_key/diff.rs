//! Comparison of API keys.

use super::{Desired, Field, Live, Op};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason, Shown},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, vec![Op::Delete { id: live.id.clone() }]),
        (Some(desired), None) => Change::act(Reason::Missing, vec![create(desired)]),
        (Some(desired), Some(live)) => match has_other_value(desired, live) {
            true => {
                let mut compare = Compare::default();
                compare.note(true, "value", || (Shown::Hidden, Shown::Hidden));
                let ops = vec![Op::Delete { id: live.id.clone() }, create(desired)];
                Change::fields(compare.finish(), ops)
            }
            false => update(desired, live),
        },
    }
}

/// Only where both are known: a value that was not read is taken for the right one.
fn has_other_value(desired: &Desired, live: &Live) -> bool {
    match (&desired.value, &live.value) {
        (Some(desired), Some(live)) => !desired.matches(live.reveal()),
        _ => false,
    }
}

fn create(desired: &Desired) -> Op {
    Op::Create {
        name: desired.name.clone(),
        description: desired.description.clone(),
        enabled: desired.enabled,
        value: desired.value.clone(),
        tags: desired.tags.clone(),
    }
}

fn update(desired: &Desired, live: &Live) -> Change<Op> {
    let mut compare = Compare::default();
    let mut fields = Vec::new();
    if compare.value("name", &live.name, &desired.name) {
        fields.push(Field::Name(desired.name.clone()));
    }
    if compare.option("description", &live.description, &desired.description) {
        fields.push(Field::Description(desired.description.clone().unwrap_or_default()));
    }
    if compare.value("enabled", &live.enabled, &desired.enabled) {
        fields.push(Field::Enabled(desired.enabled));
    }
    let mut ops = Vec::new();
    if !fields.is_empty() {
        ops.push(Op::Update { fields });
    }
    if compare.tags(&live.tags, &desired.tags) {
        let missing = desired.tags.iter().filter(|(key, value)| live.tags.get(*key) != Some(value));
        ops.push(Op::Tag { tags: missing.map(|(key, value)| (key.clone(), value.clone())).collect() });
    }
    Change::fields(compare.finish(), ops)
}
