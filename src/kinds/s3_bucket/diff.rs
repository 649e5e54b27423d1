//! Comparison of buckets.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{
    Action, Desired, Feature, Live, Op, PublicAccessBlock, Settings,
    marks::{self, SETTINGS_TAG},
};
use crate::{
    kinds::compare::Compare,
    model::{Change, FieldChange, Reason, Shown},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, removal(live)),
        (Some(desired), None) => Change::act(Reason::Missing, creation(desired)),
        (Some(desired), Some(live)) => {
            let (fields, ops) = changes(desired, live);
            Change::fields(fields, ops)
        }
    }
}

/// How a bucket goes. What its tags do not allow to be emptied is found empty, or never gets here.
pub(in crate::kinds) fn removal(live: &Live) -> Vec<Op> {
    let empty = marks::empties(&live.tags);
    let emptied = empty.then(|| Action::Empty.on(&live.name));
    emptied.into_iter().chain([Action::Delete { empty }.on(&live.name)]).collect()
}

/// How a bucket comes into being.
pub(in crate::kinds) fn creation(desired: &Desired) -> Vec<Op> {
    let mut ops = vec![Action::Create { tags: desired.tags.clone() }.on(&desired.name)];
    ops.extend(changes(desired, &new(&desired.name, desired.tags.clone())).1);
    ops
}

/// A bucket as S3 makes it. All public access has been blocked since April 2023, but not everywhere where S3 is spoken: it is
/// always put.
pub(super) fn new(name: &str, tags: BTreeMap<String, String>) -> Live {
    let settings = Settings { public_access_block: PublicAccessBlock::OFF, ..Settings::default() };
    Live { name: name.to_owned(), settings, tags, has_objects: false }
}

/// The fields that differ and the calls that mend them. A bucket of another name is replaced: a name cannot be changed.
pub(in crate::kinds) fn changes(desired: &Desired, live: &Live) -> (Vec<FieldChange>, Vec<Op>) {
    if desired.name != live.name {
        let renamed = FieldChange::new("name", live.name.as_str(), desired.name.as_str());
        return (vec![renamed], removal(live).into_iter().chain(creation(desired)).collect());
    }
    let mut compare = Compare::default();
    let actions = settings(&desired.settings, &live.settings, &mut compare);
    let tags_differ = compare.tags(&live.tags, &desired.tags);
    let mut ops: Vec<Op> = actions.into_iter().map(|action| action.on(&desired.name)).collect();
    let all: BTreeMap<_, _> = live.tags.clone().into_iter().chain(desired.tags.clone()).collect();
    let (before, after) = (marks::named(&live.tags), marks::named(&desired.tags));
    let both: BTreeSet<Feature> = before.union(&after).copied().collect();
    if tags_differ {
        let tag = |features: &BTreeSet<Feature>| {
            let mut tags = all.clone();
            tags.insert(SETTINGS_TAG.to_owned(), marks::words(features));
            Action::Tag { tags }.on(&desired.name)
        };
        if both != before {
            ops.insert(0, tag(&both));
        }
        if both == before || both != after {
            ops.push(tag(&after));
        }
    }
    (compare.finish(), ops)
}

/// What differs, in an order in which S3 accepts it: a public policy between the opening and the closing of public access.
fn settings(desired: &Settings, live: &Settings, compare: &mut Compare) -> Vec<Action> {
    let mut actions = Vec::new();
    let (wanted, there) = (&desired.public_access_block, &live.public_access_block);
    let block = compare.value("block_public_access", there, wanted);
    let opens = !wanted.block_public_policy || !wanted.restrict_public_buckets;
    if block && opens {
        actions.push(Action::BlockPublicAccess(*wanted));
    }
    if note(compare, "object_ownership", &live.object_ownership, &desired.object_ownership) {
        actions.push(Action::Own(desired.object_ownership));
    }
    if compare.value("versioning", &live.versioned, &desired.versioned) {
        actions.push(Action::Version(desired.versioned));
    }
    if note(compare, "encryption", &live.encryption, &desired.encryption) {
        actions.push(Action::Encrypt(desired.encryption.clone()));
    }
    if note(compare, "lifecycle", &live.lifecycle, &desired.lifecycle) {
        let rules = desired.lifecycle.clone();
        actions.push(if rules.is_empty() { Action::DeleteLifecycle } else { Action::PutLifecycle(rules) });
    }
    if note(compare, "cors", &live.cors, &desired.cors) {
        let rules = desired.cors.clone();
        actions.push(if rules.is_empty() { Action::DeleteCors } else { Action::PutCors(rules) });
    }
    let shown = |website: &Option<super::Website>| Shown::option(website.as_ref());
    if compare.note(live.website != desired.website, "website", || (shown(&live.website), shown(&desired.website))) {
        actions.push(desired.website.clone().map_or(Action::DeleteWebsite, Action::PutWebsite));
    }
    actions.extend(policy(desired, live, compare));
    if block && !opens {
        actions.push(Action::BlockPublicAccess(*wanted));
    }
    let words = |all: &[super::Notification]| match all {
        [] => Shown::Absent,
        all => all.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ").into(),
    };
    let (there, wanted) = (&live.notifications, &desired.notifications);
    if compare.note(there != wanted, "notifications", || (words(there), words(wanted))) {
        actions.push(Action::Notify(wanted.clone()));
    }
    actions
}

fn policy(desired: &Settings, live: &Settings, compare: &mut Compare) -> Option<Action> {
    let same = match (&desired.policy, &live.policy) {
        (Some(desired), Some(live)) => desired.matches(live),
        (None, None) => true,
        _ => false,
    };
    let shown = |policy: &Option<crate::kinds::iam_role::Document>| {
        policy.as_ref().map_or(Shown::Absent, crate::kinds::iam_role::Document::shown)
    };
    compare
        .note(!same, "policy", || (shown(&live.policy), shown(&desired.policy)))
        .then(|| desired.policy.clone().map_or(Action::DeletePolicy, Action::PutPolicy))
}


/// Notes a field that is shown as JSON.
fn note<T: PartialEq + Serialize + Default>(compare: &mut Compare, field: &str, live: &T, desired: &T) -> bool {
    let shown = |value: &T| {
        if *value == T::default() {
            return Shown::Absent;
        }
        serde_json::to_string(value).map_or(Shown::Hidden, |text| Shown::Value(text.replace('"', "")))
    };
    compare.note(live != desired, field, || (shown(live), shown(desired)))
}
