//! Comparison of DNS records.

use super::{Content, Desired, Live, Op, Record};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason, Text},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, vec![delete(live)]),
        (Some(desired), None) => Change::act(Reason::Missing, vec![Op::Create(record(desired))]),
        (Some(desired), Some(live)) => {
            let mut compare = Compare::default();
            let moved = [
                compare.value("zone", &live.zone, &desired.zone),
                compare.value("name", &live.name, &desired.name),
                compare.value("type", &live.kind, &desired.kind),
            ];
            if moved.contains(&true) {
                return Change::fields(compare.finish(), vec![delete(live), Op::Create(record(desired))]);
            }
            let adopts = compare.option("owner", &live.owner, &Some(desired.owner.clone()));
            content(&mut compare, &live.content, &desired.content);
            Change::fields(compare.finish(), vec![Op::Put { record: record(desired), adopts }])
        }
    }
}

fn delete(live: &Live) -> Op {
    Op::Delete(Box::new(live.clone()))
}

fn record(desired: &Desired) -> Record {
    Record {
        zone: desired.zone.clone(),
        name: desired.name.clone(),
        kind: desired.kind.clone(),
        content: desired.content.clone(),
        owner: desired.owner.clone(),
    }
}

fn content(compare: &mut Compare, live: &Content<String>, desired: &Content<Text>) {
    match (live, desired) {
        (
            Content::Alias { target, zone_id, evaluate_health },
            Content::Alias { target: to, zone_id: to_zone, evaluate_health: health },
        ) => {
            compare.text("alias.target", target, to);
            compare.text("alias.zone_id", zone_id, to_zone);
            compare.value("alias.evaluate_health", evaluate_health, health);
        }
        (Content::Values { ttl_seconds, values }, Content::Values { ttl_seconds: ttl, values: wanted }) => {
            compare.value("ttl_seconds", ttl_seconds, ttl);
            let same = values.len() == wanted.len()
                && values.iter().all(|live| wanted.iter().any(|text| text.matches(live)));
            compare.note(!same, "values", || (values.join(", ").into(), shown(wanted).into()));
        }
        (Content::Values { values, .. }, Content::Alias { target, .. }) => {
            compare.note(true, "alias.target", || (values.join(", ").into(), target.into()));
        }
        (Content::Alias { target, .. }, Content::Values { values, .. }) => {
            compare.note(true, "values", || (target.as_str().into(), shown(values).into()));
        }
    }
}

fn shown(values: &[Text]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
