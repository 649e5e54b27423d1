//! Comparison of base path mappings.

use super::{Desired, Live, Op};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, vec![delete(live)]),
        (Some(desired), None) => Change::act(Reason::Missing, vec![create(desired)]),
        (Some(desired), Some(live)) if (&desired.domain, &desired.base_path) != (&live.domain, &live.base_path) => {
            let mut compare = Compare::default();
            compare.value("domain", &live.domain, &desired.domain);
            compare.value("base_path", &live.base_path, &desired.base_path);
            Change::fields(compare.finish(), vec![delete(live), create(desired)])
        }
        (Some(desired), Some(live)) => {
            let mut compare = Compare::default();
            let api = compare.text("api", &live.api_id, &desired.api_id).then(|| desired.api_id.clone());
            let wanted = Some(desired.stage.clone());
            let stage = compare.option("stage", &live.stage, &wanted).then(|| desired.stage.clone());
            let (domain, base_path) = (desired.domain.clone(), desired.base_path.clone());
            Change::fields(compare.finish(), vec![Op::Update { domain, base_path, api_id: api, stage }])
        }
    }
}

fn create(desired: &Desired) -> Op {
    Op::Create {
        domain: desired.domain.clone(),
        base_path: desired.base_path.clone(),
        api_id: desired.api_id.clone(),
        stage: desired.stage.clone(),
    }
}

fn delete(live: &Live) -> Op {
    Op::Delete { domain: live.domain.clone(), base_path: live.base_path.clone() }
}
