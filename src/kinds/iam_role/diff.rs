//! Comparison of roles.

use super::{Desired, Live, Op, user_tags};
use crate::{
    kinds::compare::Compare,
    model::{Address, Change, FieldChange, FieldChanges, Reason, Shown},
};

/// How many managed policies a role may have. AWS's default quota.
pub(super) const MANAGED_POLICIES: usize = 10;

pub(super) fn diff(at: &Address, desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, delete(live)),
        (Some(desired), None) => Change::act(Reason::Missing, create(desired)),
        (Some(desired), Some(live)) if live.path != at.scope.iam_path() => replace(at, desired, live),
        (Some(desired), Some(live)) => update(desired, live),
    }
}

/// A path cannot be changed: an adopted role is made again under ours.
fn replace(at: &Address, desired: &Desired, live: &Live) -> Change<Op> {
    let path = FieldChange::new("path", live.path.as_str(), at.scope.iam_path());
    let ops = delete(live).into_iter().chain(create(desired)).collect();
    FieldChanges::new(vec![path]).map_or(Change::None, |why| Change::act(Reason::FieldsDiffer(why), ops))
}

/// IAM deletes a role only once it has no policies left.
fn delete(live: &Live) -> Vec<Op> {
    let name = || live.name.clone();
    let attached = live.managed_policies.iter().map(|arn| Op::Detach { name: name(), arn: arn.clone() });
    let inline = live.inline_policies.keys().map(|policy| Op::DeletePolicy { name: name(), policy: policy.clone() });
    attached.chain(inline).chain([Op::Delete { name: name() }]).collect()
}

fn create(desired: &Desired) -> Vec<Op> {
    let create = Op::Create {
        name: desired.name.clone(),
        trust: desired.trust.clone(),
        description: description(desired),
        permissions_boundary: desired.permissions_boundary.clone(),
        max_session_seconds: desired.max_session_seconds,
        tags: desired.tags.clone(),
    };
    let attached = desired.managed_policies.iter().map(|arn| attach(desired, arn));
    let inline = desired.inline_policies.keys().filter_map(|policy| put(desired, policy));
    std::iter::once(create).chain(attached).chain(inline).collect()
}

fn description(desired: &Desired) -> Option<String> {
    desired.description.clone().filter(|text| !text.is_empty())
}

fn attach(desired: &Desired, arn: &str) -> Op {
    Op::Attach { name: desired.name.clone(), arn: arn.to_owned() }
}

fn put(desired: &Desired, policy: &str) -> Option<Op> {
    let document = desired.inline_policies.get(policy)?.clone();
    Some(Op::PutPolicy { name: desired.name.clone(), policy: policy.to_owned(), document })
}

fn update(desired: &Desired, live: &Live) -> Change<Op> {
    let mut compare = Compare::default();
    let mut ops = Vec::new();
    let name = || desired.name.clone();
    let trusted = desired.trust.matches(&live.trust);
    if compare.note(!trusted, "trust", || (live.trust.shown(), desired.trust.shown())) {
        ops.push(Op::UpdateTrust { name: name(), trust: desired.trust.clone() });
    }
    let described = compare.option("description", &live.description, &description(desired));
    let lasting = compare.value("max_session_seconds", &live.max_session_seconds, &desired.max_session_seconds);
    if described || lasting {
        let description = description(desired).unwrap_or_default();
        ops.push(Op::Update { name: name(), description, max_session_seconds: desired.max_session_seconds });
    }
    if let Some(arn) = &desired.permissions_boundary
        && compare.option("permissions_boundary", &live.permissions_boundary, &desired.permissions_boundary)
    {
        ops.push(Op::PutBoundary { name: name(), arn: arn.clone() });
    }
    ops.extend(inline(&mut compare, desired, live));
    ops.extend(managed(&mut compare, desired, live));
    let wanted = user_tags(&desired.tags);
    if compare.tags(&live.tags, &wanted) {
        let differs = |(key, value): &(String, String)| live.tags.get(key) != Some(value);
        ops.push(Op::Tag { name: name(), tags: wanted.into_iter().filter(differs).collect() });
    }
    Change::fields(compare.finish(), ops)
}

/// New permissions come before old ones go, so that a running function never lacks both.
fn inline(compare: &mut Compare, desired: &Desired, live: &Live) -> Vec<Op> {
    let mut ops = Vec::new();
    for (policy, document) in &desired.inline_policies {
        let before = live.inline_policies.get(policy);
        let same = before.is_some_and(|before| document.matches(before));
        let shown = || (before.map_or(Shown::Absent, |before| before.shown()), document.shown());
        if compare.note(!same, &format!("policies.{policy}"), shown) {
            ops.extend(put(desired, policy));
        }
    }
    for (policy, document) in &live.inline_policies {
        let extra = !desired.inline_policies.contains_key(policy);
        if compare.note(extra, &format!("policies.{policy}"), || (document.shown(), Shown::Absent)) {
            ops.push(Op::DeletePolicy { name: desired.name.clone(), policy: policy.clone() });
        }
    }
    ops
}

fn managed(compare: &mut Compare, desired: &Desired, live: &Live) -> Vec<Op> {
    let mut attach_ops = Vec::new();
    for arn in desired.managed_policies.difference(&live.managed_policies) {
        compare.note(true, "managed_policies", || (Shown::Absent, arn.as_str().into()));
        attach_ops.push(attach(desired, arn));
    }
    let mut detach_ops = Vec::new();
    for arn in live.managed_policies.difference(&desired.managed_policies) {
        compare.note(true, "managed_policies", || (arn.as_str().into(), Shown::Absent));
        detach_ops.push(Op::Detach { name: desired.name.clone(), arn: arn.clone() });
    }
    // Where both do not fit side by side, the old ones make room first.
    if live.managed_policies.len() + attach_ops.len() > MANAGED_POLICIES {
        detach_ops.into_iter().chain(attach_ops).collect()
    } else {
        attach_ops.into_iter().chain(detach_ops).collect()
    }
}
