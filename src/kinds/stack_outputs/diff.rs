//! Comparison of recorded outputs.

use std::collections::BTreeSet;

use super::{Desired, Live, Op};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason, Shown},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(_)) => Change::act(Reason::NotInStackFile, vec![Op::Delete]),
        (Some(desired), None) => Change::act(Reason::Missing, vec![put(desired)]),
        (Some(desired), Some(live)) => {
            let mut compare = Compare::default();
            compare.exclusive_map("outputs", &live.values, &desired.values, false);
            let shown = |uses: &BTreeSet<String>| match uses.is_empty() {
                true => Shown::Absent,
                false => Shown::Value(uses.iter().cloned().collect::<Vec<_>>().join(", ")),
            };
            compare.note(live.uses != desired.uses, "uses", || (shown(&live.uses), shown(&desired.uses)));
            Change::fields(compare.finish(), vec![put(desired)])
        }
    }
}

fn put(desired: &Desired) -> Op {
    Op::Put { values: desired.values.clone(), uses: desired.uses.clone() }
}
