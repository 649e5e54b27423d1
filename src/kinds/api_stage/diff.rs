//! Comparison of stages.

use std::collections::{BTreeMap, BTreeSet};

use super::{Desired, Live, MethodSettings, Op, Patch, settings, without_defaults};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason, Shown, Text},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => {
            let (api_id, stage_name) = (live.api_id.clone(), live.stage_name.clone());
            Change::act(Reason::NotInStackFile, vec![Op::Delete { api_id, stage_name }])
        }
        // A stage of an API that is another one by now went with it.
        (Some(desired), live) => match live.filter(|live| desired.api_id.matches(&live.api_id)) {
            None => Change::act(Reason::Missing, create(desired)),
            Some(live) if live.stage_name != desired.stage_name => rename(desired, live),
            Some(live) => update(desired, live),
        },
    }
}

fn create(desired: &Desired) -> Vec<Op> {
    let create = Op::Create {
        api_id: desired.api_id.clone(),
        stage_name: desired.stage_name.clone(),
        deployment_id: desired.deployment_id.clone(),
        description: desired.description.clone(),
        variables: desired.variables.clone(),
        cache_size_gb: desired.cache_size_gb.clone(),
        tracing: desired.tracing,
        tags: desired.tags.clone(),
    };
    let mut changes = Changes::default();
    access_log(desired, None, &mut changes);
    method_settings(desired, &BTreeMap::new(), &mut changes);
    [create].into_iter().chain(changes.op(desired)).collect()
}

/// A stage cannot be renamed: the old one goes before the new one comes.
fn rename(desired: &Desired, live: &Live) -> Change<Op> {
    let mut compare = Compare::default();
    compare.value("name", &live.stage_name, &desired.stage_name);
    let gone = Op::Delete { api_id: live.api_id.clone(), stage_name: live.stage_name.clone() };
    Change::fields(compare.finish(), [gone].into_iter().chain(create(desired)).collect())
}

fn update(desired: &Desired, live: &Live) -> Change<Op> {
    let mut changes = Changes::default();
    if changes.compare.text("deployment", &live.deployment_id, &desired.deployment_id) {
        changes.replace("/deploymentId", desired.deployment_id.clone());
    }
    if changes.compare.option("description", &live.description, &desired.description) {
        changes.replace("/description", desired.description.clone().unwrap_or_default());
    }
    variables(desired, live, &mut changes);
    cache(desired, live, &mut changes);
    if changes.compare.value("tracing", &live.tracing, &desired.tracing) {
        changes.replace("/tracingEnabled", desired.tracing.to_string());
    }
    access_log(desired, Some(live), &mut changes);
    method_settings(desired, &live.methods, &mut changes);
    if changes.compare.option("client_certificate", &live.client_certificate, &None) {
        changes.replace("/clientCertificateId", "");
    }
    if changes.compare.option("canary", &live.canary, &None) {
        changes.patches.push(Patch::remove("/canarySettings"));
    }
    let mut ops: Vec<Op> = changes.op(desired).into_iter().collect();
    if changes.compare.tags(&live.tags, &desired.tags) {
        ops.push(Op::Tag {
            api_id: desired.api_id.clone(),
            stage_name: desired.stage_name.clone(),
            tags: desired.tags.clone(),
        });
    }
    Change::fields(changes.compare.finish(), ops)
}

/// Fields that differ, and the patches that mend them.
#[derive(Default)]
struct Changes {
    compare: Compare,
    patches: Vec<Patch>,
}

impl Changes {
    fn replace(&mut self, path: &str, value: impl Into<Text>) {
        self.patches.push(Patch::replace(path, value));
    }

    /// One call for all patches.
    fn op(&self, desired: &Desired) -> Option<Op> {
        (!self.patches.is_empty()).then(|| Op::Update {
            api_id: desired.api_id.clone(),
            stage_name: desired.stage_name.clone(),
            patches: self.patches.clone(),
        })
    }
}

fn variables(desired: &Desired, live: &Live, changes: &mut Changes) {
    if !changes.compare.exclusive_map("variables", &live.variables, &desired.variables, false) {
        return;
    }
    for (name, value) in &desired.variables {
        if live.variables.get(name).is_none_or(|live| !value.matches(live)) {
            changes.patches.push(Patch::replace(format!("/variables/{name}"), value.clone()));
        }
    }
    for name in live.variables.keys().filter(|name| !desired.variables.contains_key(*name)) {
        changes.patches.push(Patch::remove(format!("/variables/{name}")));
    }
}

fn cache(desired: &Desired, live: &Live, changes: &mut Changes) {
    if !changes.compare.option("cache_size_gb", &live.cache_size_gb, &desired.cache_size_gb) {
        return;
    }
    match (&live.cache_size_gb, &desired.cache_size_gb) {
        (Some(_), Some(size)) => changes.replace("/cacheClusterSize", size.clone()),
        (None, Some(size)) => {
            changes.replace("/cacheClusterEnabled", "true");
            changes.replace("/cacheClusterSize", size.clone());
        }
        (_, None) => changes.replace("/cacheClusterEnabled", "false"),
    }
}

fn access_log(desired: &Desired, live: Option<&Live>, changes: &mut Changes) {
    let live = live.and_then(|live| live.access_log.as_ref());
    let Some(wanted) = &desired.access_log else {
        if let Some(live) = live {
            let gone = || (Shown::from(live.destination_arn.as_str()), Shown::Absent);
            changes.compare.note(true, "access_log", gone);
            changes.patches.push(Patch::remove("/accessLogSettings"));
        }
        return;
    };
    let destination = live.map(|live| live.destination_arn.as_str());
    if changes.compare.optional_text("access_log.destination", destination, Some(&wanted.destination_arn)) {
        changes.replace("/accessLogSettings/destinationArn", wanted.destination_arn.clone());
    }
    let format = live.map(|live| live.format.clone());
    if changes.compare.option("access_log.format", &format, &Some(wanted.format.clone())) {
        changes.replace("/accessLogSettings/format", wanted.format.clone());
    }
}

fn method_settings(desired: &Desired, live: &BTreeMap<String, MethodSettings>, changes: &mut Changes) {
    let desired = without_defaults(desired.methods.clone());
    let keys: BTreeSet<&String> = live.keys().chain(desired.keys()).collect();
    for key in keys {
        let (before, after) = (live.get(key), desired.get(key));
        note_settings(key, before, after, &mut changes.compare);
        match after {
            Some(after) => changes.patches.extend(settings::patches(key, before, after)),
            None => changes.patches.push(Patch::remove(settings::patch_path(key))),
        }
    }
}

/// Names each setting that differs; of an entry that comes or goes, each that is not AWS's default.
fn note_settings(
    key: &str,
    before: Option<&MethodSettings>,
    after: Option<&MethodSettings>,
    compare: &mut Compare,
) {
    let field = |word: &str| match key {
        super::ALL_METHODS => format!("settings.{word}"),
        key => format!("settings.{key}.{word}"),
    };
    let default = MethodSettings::default();
    let (was, is) = (before.unwrap_or(&default).leaves(), after.unwrap_or(&default).leaves());
    let mut noted = false;
    for (was, is) in was.into_iter().zip(is) {
        noted |= compare.value(&field(is.word), &was.value, &is.value);
    }
    // An entry of nothing but defaults: only that it is there, or is not, can be shown.
    if !noted && before.is_some() != after.is_some() {
        let shown = |there: bool| if there { Shown::from("AWS's defaults") } else { Shown::Absent };
        compare.note(true, &format!("settings.{key}"), || (shown(before.is_some()), shown(after.is_some())));
    }
}
