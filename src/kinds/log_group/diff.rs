//! Comparison of log groups.

use super::{Desired, Live, Op};
use crate::{
    kinds::compare::Compare,
    model::{Address, Change, Reason, Shown},
};

pub(super) fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, vec![Op::Delete { name: live.name.clone() }]),
        (Some(desired), None) => {
            let mut ops = vec![Op::Create { name: desired.name.clone(), tags: desired.tags.clone() }];
            ops.extend(desired.retention_days.map(|days| Op::PutRetention { name: desired.name.clone(), days }));
            Change::act(Reason::Missing, ops)
        }
        (Some(desired), Some(live)) => {
            let mut compare = Compare::default();
            let shown = |days: Option<i32>| days.map_or(Shown::from("never"), |days| Shown::from(days.to_string()));
            compare.note(live.retention_days != desired.retention_days, "log_retention_days", || {
                (shown(live.retention_days), shown(desired.retention_days))
            });
            let name = desired.name.clone();
            let op = match desired.retention_days {
                Some(days) => Op::PutRetention { name, days },
                None => Op::DeleteRetention { name },
            };
            Change::fields(compare.finish(), vec![op])
        }
    }
}
