//! Comparison of usage plans.

use std::collections::BTreeMap;

use super::{Desired, Live, Op, Patch, Quota, Stage, Throttle, patch::method_path};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason, Shown, Text},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, delete(live)),
        (Some(desired), None) => Change::act(Reason::Missing, create(desired)),
        (Some(desired), Some(live)) => update(desired, live),
    }
}

/// A plan with stages is not deleted by AWS.
fn delete(live: &Live) -> Vec<Op> {
    let patches: Vec<Patch> = live.stages.keys().map(|id| Patch::remove_stage(id.as_str())).collect();
    let first = (!patches.is_empty()).then_some(Op::Update { patches });
    first.into_iter().chain([Op::Delete { id: live.id.clone() }]).collect()
}

fn create(desired: &Desired) -> Vec<Op> {
    let create = Op::Create {
        name: desired.name.clone(),
        description: desired.description.clone(),
        throttle: desired.throttle,
        quota: desired.quota,
        stages: desired.stages.clone(),
        tags: desired.tags.clone(),
    };
    let product = desired.product_code.as_deref().map(|code| Op::Update { patches: vec![Patch::replace("/productCode", code)] });
    let keys = desired.keys.iter().map(|key_id| Op::AddKey { key_id: key_id.clone() });
    [create].into_iter().chain(product).chain(keys).collect()
}

fn update(desired: &Desired, live: &Live) -> Change<Op> {
    let mut compare = Compare::default();
    let mut patches = Vec::new();
    if compare.value("name", &live.name, &desired.name) {
        patches.push(Patch::replace("/name", desired.name.as_str()));
    }
    if compare.option("description", &live.description, &desired.description) {
        patches.push(Patch::replace("/description", desired.description.clone().unwrap_or_default()));
    }
    throttle(&mut compare, &mut patches, desired.throttle, live.throttle);
    quota(&mut compare, &mut patches, desired.quota, live.quota);
    if compare.option("product_code", &live.product_code, &desired.product_code) {
        patches.push(match desired.product_code.as_deref() {
            Some(code) => Patch::replace("/productCode", code),
            None => Patch::remove("/productCode"),
        });
    }
    stages(&mut compare, &mut patches, &desired.stages, live);
    let mut ops = Vec::new();
    if !patches.is_empty() {
        ops.push(Op::Update { patches });
    }
    ops.extend(keys(&mut compare, desired, live));
    if compare.tags(&live.tags, &desired.tags) {
        let missing = desired.tags.iter().filter(|(key, value)| live.tags.get(*key) != Some(value));
        ops.push(Op::Tag { tags: missing.map(|(key, value)| (key.clone(), value.clone())).collect() });
    }
    Change::fields(compare.finish(), ops)
}

fn throttle(compare: &mut Compare, patches: &mut Vec<Patch>, desired: Option<Throttle>, live: Option<Throttle>) {
    let differs = compare.option("throttling", &live.map(|it| it.to_string()), &desired.map(|it| it.to_string()));
    match desired.filter(|_| differs) {
        Some(Throttle { rate, burst }) => patches.extend([
            Patch::replace("/throttle/rateLimit", rate.to_string()),
            Patch::replace("/throttle/burstLimit", burst.to_string()),
        ]),
        None if differs => patches.push(Patch::remove("/throttle")),
        None => {}
    }
}

fn quota(compare: &mut Compare, patches: &mut Vec<Patch>, desired: Option<Quota>, live: Option<Quota>) {
    let differs = compare.option("quota", &live.map(|it| it.to_string()), &desired.map(|it| it.to_string()));
    match desired.filter(|_| differs) {
        // Together: an offset is checked against the period beside it.
        Some(Quota { limit, offset, period }) => patches.extend([
            Patch::replace("/quota/limit", limit.to_string()),
            Patch::replace("/quota/offset", offset.to_string()),
            Patch::replace("/quota/period", period.as_aws()),
        ]),
        None if differs => patches.push(Patch::remove("/quota")),
        None => {}
    }
}

fn stages(compare: &mut Compare, patches: &mut Vec<Patch>, desired: &[Stage], live: &Live) {
    let wanted = |id: &str| desired.iter().any(|stage| stage.id.matches(id));
    for id in live.stages.keys().filter(|id| !wanted(id)) {
        compare.note(true, "stages", || (id.as_str().into(), Shown::Absent));
        patches.push(Patch::remove_stage(id.as_str()));
    }
    let none = BTreeMap::new();
    for stage in desired {
        let before = live.stages.iter().find(|(id, _)| stage.id.matches(id)).map(|(_, methods)| methods);
        if before.is_none() {
            compare.note(true, "stages", || (Shown::Absent, (&stage.id).into()));
            patches.push(Patch::add_stage(stage.id.clone()));
        }
        methods(compare, patches, stage, before.unwrap_or(&none));
    }
}

fn methods(compare: &mut Compare, patches: &mut Vec<Patch>, stage: &Stage, live: &BTreeMap<String, Throttle>) {
    for method in live.keys().filter(|method| !stage.methods.contains_key(*method)) {
        compare.note(true, &format!("methods.{method}"), || (live[method].to_string().into(), Shown::Absent));
        patches.push(Patch::remove(method_path(&stage.id, method, None)));
    }
    for (method, rate) in &stage.methods {
        let before = live.get(method);
        let differs = compare.note(before != Some(rate), &format!("methods.{method}"), || {
            (Shown::option(before), rate.to_string().into())
        });
        if differs {
            let place = |leaf| method_path(&stage.id, method, Some(leaf));
            patches.push(Patch::replace(place("rateLimit"), rate.rate.to_string()));
            patches.push(Patch::replace(place("burstLimit"), rate.burst.to_string()));
        }
    }
}

/// Keys go before keys come: the two may open the same stage.
fn keys(compare: &mut Compare, desired: &Desired, live: &Live) -> Vec<Op> {
    let mut ops = Vec::new();
    for id in live.key_ids.iter().filter(|id| !desired.keys.iter().any(|key| key.matches(id))) {
        compare.note(true, "keys", || (id.as_str().into(), Shown::Absent));
        ops.push(Op::RemoveKey { key_id: id.clone() });
    }
    for key in desired.keys.iter().filter(|key: &&Text| !live.key_ids.iter().any(|id| key.matches(id))) {
        compare.note(true, "keys", || (Shown::Absent, key.into()));
        ops.push(Op::AddKey { key_id: key.clone() });
    }
    ops
}
