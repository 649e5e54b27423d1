//! Comparison of layers.

use std::collections::BTreeSet;

use super::{Architecture, Desired, Live, Op, Version};
use crate::{
    kinds::compare::Compare,
    model::{Address, Change, FieldChange, FieldChanges, Reason, Shown},
};

pub(super) fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => {
            let all = live.versions.iter().map(|version| delete(live, version));
            Change::act(Reason::NotInStackFile, all.collect())
        }
        (Some(desired), None) => Change::act(Reason::Missing, publish(desired)),
        (Some(desired), Some(live)) => compare(desired, live),
    }
}

fn compare(desired: &Desired, live: &Live) -> Change<Op> {
    let (mut fields, mut ops) = (Vec::new(), Vec::new());
    let wanted = live.of(desired).map(|version| version.number);
    if wanted.is_none() {
        fields = live.versions.last().map(|newest| differences(desired, newest)).unwrap_or_default();
        ops = publish(desired);
    }
    let old: Vec<&Version> = live.versions.iter().filter(|version| Some(version.number) != wanted).collect();
    if let Some(oldest) = old.first().filter(|_| fields.is_empty()) {
        fields.push(FieldChange::new("old_version", oldest.number.to_string(), Shown::Absent));
    }
    let sweep = old.into_iter().map(|version| delete(live, version)).collect();
    match FieldChanges::new(fields) {
        Some(fields) => Change::with_sweep(Reason::FieldsDiffer(fields), ops, sweep),
        // There is a live layer, and none of its versions is left.
        None => Change::with_sweep(Reason::Missing, ops, sweep),
    }
}

fn differences(desired: &Desired, newest: &Version) -> Vec<FieldChange> {
    let mut compare = Compare::default();
    let short = |digest: &str| format!("sha256 {}", digest.get(..12).unwrap_or(digest));
    compare.note(newest.sha256_hex != desired.code.sha256_hex, "code", || {
        (short(&newest.sha256_hex).into(), short(&desired.code.sha256_hex).into())
    });
    let (before, after) = (&newest.settings, &desired.settings);
    let words = |words: &BTreeSet<String>| -> Shown {
        if words.is_empty() { Shown::Absent } else { words.iter().cloned().collect::<Vec<_>>().join(", ").into() }
    };
    compare.note(before.compatible_runtimes != after.compatible_runtimes, "compatible_runtimes", || {
        (words(&before.compatible_runtimes), words(&after.compatible_runtimes))
    });
    let names = |all: &BTreeSet<Architecture>| words(&all.iter().map(ToString::to_string).collect());
    compare.note(
        before.compatible_architectures != after.compatible_architectures,
        "compatible_architectures",
        || (names(&before.compatible_architectures), names(&after.compatible_architectures)),
    );
    compare.option("license", &before.license, &after.license);
    compare.option("description", &before.description, &after.description);
    compare.finish()
}

fn publish(desired: &Desired) -> Vec<Op> {
    let Desired { name, code, settings } = desired.clone();
    let upload = Op::Upload { sha256_hex: code.sha256_hex.clone(), size_bytes: code.size_bytes };
    vec![upload, Op::Publish { name, code, settings }]
}

fn delete(live: &Live, version: &Version) -> Op {
    Op::Delete { name: live.name.clone(), number: version.number }
}
