//! Comparison of aliases and versions.

use std::collections::{BTreeMap, BTreeSet};

use super::{Alias, Desired, Live, Op, description, is_ours, op::Pointer};
use crate::{
    kinds::compare::Compare,
    model::{Change, FieldChange, FieldChanges, Reason, Shown},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, remove_all(live)),
        (Some(desired), None) => {
            let nothing = Live::none(&desired.function.name);
            Change::act(Reason::Missing, vec![publish(desired), Op::Create(pointer(desired, &nothing, None))])
        }
        (Some(desired), Some(live)) => compare(desired, live),
    }
}

fn compare(desired: &Desired, live: &Live) -> Change<Op> {
    let (mut ops, mut sweep) = (Vec::new(), Vec::new());
    let wanted = live.version_of(desired);
    if wanted.is_none() {
        ops.push(publish(desired));
    }
    let to = pointer(desired, live, wanted);
    let mut fields = match live.alias(&desired.name) {
        Some(alias) => {
            let fields = differences(alias, &to);
            ops.extend((!fields.is_empty()).then_some(Op::Update(to)));
            fields
        }
        None => {
            ops.push(Op::Create(to));
            vec![FieldChange::new("alias", Shown::Absent, desired.name.as_str())]
        }
    };
    for other in live.aliases.iter().filter(|alias| alias.name != desired.name && is_ours(&alias.description)) {
        fields.push(FieldChange::new("alias", other.name.as_str(), Shown::Absent));
        sweep.push(delete_alias(live, &other.name));
    }
    let old = superfluous(desired, live, wanted);
    if !old.is_empty() {
        let before = live.versions.len() - usize::from(wanted.is_some());
        fields.push(FieldChange::new("old_versions", before.to_string(), (before - old.len()).to_string()));
    }
    sweep.extend(old.into_iter().map(|number| delete_version(live, number)));
    match FieldChanges::new(fields) {
        Some(fields) => Change::with_sweep(Reason::FieldsDiffer(fields), ops, sweep),
        None => Change::None,
    }
}

/// Where the alias is to point once the wanted version is there.
fn pointer(desired: &Desired, live: &Live, version: Option<i64>) -> Pointer {
    let before = previous(live, version).filter(|_| desired.previous_percent > 0);
    Pointer {
        function_name: desired.function.name.clone(),
        name: desired.name.clone(),
        version,
        description: description(desired.description.as_deref()),
        previous: before.map(|number| (number, desired.previous_percent)),
    }
}

/// The version before `version`: the newest of the others.
fn previous(live: &Live, version: Option<i64>) -> Option<i64> {
    live.versions.iter().rev().map(|other| other.number).find(|number| Some(*number) != version)
}

fn differences(alias: &Alias, to: &Pointer) -> Vec<FieldChange> {
    let mut compare = Compare::default();
    compare.note(to.version != Some(alias.version), "version", || {
        let after = to.version.map_or(Shown::KnownAfterDeploy, |number| Shown::Value(number.to_string()));
        (alias.version.to_string().into(), after)
    });
    compare.value("description", &alias.description, &to.description);
    let percents: BTreeMap<i64, u8> = to.previous.into_iter().collect();
    let shown = |percents: &BTreeMap<i64, u8>| {
        Shown::option(percents.iter().next().map(|(number, percent)| format!("{percent} to version {number}")))
    };
    compare.note(alias.percents != percents, "previous_percent", || (shown(&alias.percents), shown(&percents)));
    compare.finish()
}

/// The versions that go once the alias has moved on, oldest first.
fn superfluous(desired: &Desired, live: &Live, wanted: Option<i64>) -> Vec<i64> {
    let used: BTreeSet<i64> = wanted.into_iter().chain(live.held.iter().copied()).collect();
    let keep = (desired.keep_versions as usize).max(usize::from(desired.previous_percent > 0));
    let others: Vec<i64> =
        live.versions.iter().map(|version| version.number).filter(|number| !used.contains(number)).collect();
    let beyond = others.len().saturating_sub(keep);
    others.into_iter().take(beyond).collect()
}

fn remove_all(live: &Live) -> Vec<Op> {
    let aliases = live.aliases.iter().filter(|alias| is_ours(&alias.description));
    let aliases = aliases.map(|alias| delete_alias(live, &alias.name));
    let others = live.aliases.iter().filter(|alias| !is_ours(&alias.description));
    let held: BTreeSet<i64> = others
        .flat_map(|alias| std::iter::once(alias.version).chain(alias.percents.keys().copied()))
        .chain(live.held.iter().copied())
        .collect();
    let versions = live.versions.iter().map(|version| version.number).filter(|number| !held.contains(number));
    aliases.chain(versions.map(|number| delete_version(live, number))).collect()
}

fn publish(desired: &Desired) -> Op {
    let function = &desired.function;
    Op::Publish { function_name: function.name.clone(), code_sha256_base64: function.code.sha256_base64.clone() }
}

fn delete_alias(live: &Live, name: &str) -> Op {
    Op::DeleteAlias { function_name: live.function_name.clone(), name: name.to_owned() }
}

fn delete_version(live: &Live, number: i64) -> Op {
    Op::DeleteVersion { function_name: live.function_name.clone(), number }
}
