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
            let adopts = compare.note(live.of_another, "owner", || ("another stack".into(), "this one".into()));
            let kept = compare.note(live.retention_days != desired.retention_days, "log_retention_days", || {
                (shown(live.retention_days), shown(desired.retention_days))
            });
            let name = desired.name.clone();
            let tag = Op::Tag { name: name.clone(), tags: desired.tags.clone() };
            let keep = match desired.retention_days {
                Some(days) => Op::PutRetention { name, days },
                None => Op::DeleteRetention { name },
            };
            let ops = [(adopts, tag), (kept, keep)].into_iter().filter(|(differs, _)| *differs).map(|(_, op)| op);
            Change::fields(compare.finish(), ops.collect())
        }
    }
}
