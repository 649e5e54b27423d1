//! Comparison of recorded outputs.

use super::{Desired, Live, Op};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(_)) => Change::act(Reason::NotInStackFile, vec![Op::Delete]),
        (Some(desired), None) => Change::act(Reason::Missing, vec![Op::Put { values: desired.values.clone() }]),
        (Some(desired), Some(live)) => {
            let mut compare = Compare::default();
            compare.exclusive_map("outputs", &live.values, &desired.values, false);
            Change::fields(compare.finish(), vec![Op::Put { values: desired.values.clone() }])
        }
    }
}
