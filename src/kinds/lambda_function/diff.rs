//! Comparison of functions.

use std::collections::BTreeMap;

use base64::Engine;

use super::{Desired, Fields, Live, MARKS, Op, RESERVED_TAG, RESERVED_TAG_VALUE, Vpc, default_log_group};
use crate::{
    kinds::compare::Compare,
    model::{Change, FieldChange, FieldChanges, Reason, Shown, Text},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, vec![delete(live)]),
        (Some(desired), None) => Change::act(Reason::Missing, create(desired)),
        (Some(desired), Some(live)) => match replaced_because(live) {
            Some(why) => {
                let ops = std::iter::once(delete(live)).chain(create(desired)).collect();
                FieldChanges::new(vec![why])
                    .map_or(Change::None, |why| Change::act(Reason::FieldsDiffer(why), ops))
            }
            None => update(desired, live),
        },
    }
}

fn delete(live: &Live) -> Op {
    Op::Delete { name: live.name.clone() }
}

/// A container image cannot become a zip, and a function whose creation failed can only be deleted.
fn replaced_because(live: &Live) -> Option<FieldChange> {
    match (live.image, live.failed) {
        (true, _) => Some(FieldChange::new("package_type", "Image", "Zip")),
        (_, true) => Some(FieldChange::new("state", "Failed", "Active")),
        _ => None,
    }
}

fn create(desired: &Desired) -> Vec<Op> {
    let name = desired.name.clone();
    let mut ops = vec![
        upload(desired),
        Op::Create {
            name: name.clone(),
            code: desired.code.clone(),
            architecture: desired.architecture,
            fields: Fields::creating(desired),
            tags: tags(desired),
        },
    ];
    ops.extend(desired.reserved_concurrency.map(|reserved| Op::PutConcurrency { name, reserved }));
    ops
}

fn upload(desired: &Desired) -> Op {
    Op::UploadCode { sha256_hex: desired.code.sha256_hex.clone(), size_bytes: desired.code.size_bytes }
}

/// The desired tags, with the mark of a declared reservation.
fn tags(desired: &Desired) -> BTreeMap<String, String> {
    let mut tags = desired.tags.clone();
    if desired.reserved_concurrency.is_some() {
        tags.insert(RESERVED_TAG.to_owned(), RESERVED_TAG_VALUE.to_owned());
    }
    tags
}

fn update(desired: &Desired, live: &Live) -> Change<Op> {
    let mut compare = Compare::default();
    let mut ops = Vec::new();
    let name = || desired.name.clone();
    let code_differs = code(&mut compare, desired, live);
    let fields = fields(&mut compare, desired, live);
    let reservation = reservation(&mut compare, desired, live);
    let wanted = tags(desired);
    // The mark comes first: an adopted function is ours before anything of it changes.
    let tagged = compare.tags(&live.tags, if reservation.is_empty() { &wanted } else { &desired.tags });
    let missing: BTreeMap<_, _> =
        wanted.into_iter().filter(|(key, value)| live.tags.get(key) != Some(value)).collect();
    if tagged || !missing.is_empty() {
        ops.push(Op::Tag { name: name(), tags: missing });
    }
    if code_differs {
        let (code, architecture) = (desired.code.clone(), desired.architecture);
        let revision_id = live.revision.0.clone().filter(|_| ops.is_empty());
        ops.extend([upload(desired), Op::UpdateCode { name: name(), code, architecture, revision_id }]);
    }
    if fields != Fields::default() {
        ops.push(Op::UpdateConfiguration { name: name(), fields });
    }
    ops.extend(reservation);
    // A mark goes when what it leads to has gone: a run that stops in between still finds it.
    let stale: Vec<String> = MARKS
        .iter()
        .filter(|mark| live.tags.contains_key(**mark) && !desired.tags.contains_key(**mark))
        .map(|mark| (*mark).to_owned())
        .collect();
    for mark in &stale {
        compare.note(true, &format!("tags.{mark}"), || (Shown::option(live.tags.get(mark)), Shown::Absent));
    }
    let sweep = (!stale.is_empty()).then(|| Op::Untag { name: name(), keys: stale }).into_iter().collect();
    match FieldChanges::new(compare.finish()) {
        Some(fields) => Change::with_sweep(Reason::FieldsDiffer(fields), ops, sweep),
        None => Change::None,
    }
}

/// Whether a published version is what `desired` asks for. Versions have neither tags nor a reservation.
pub(in crate::kinds) fn is_version_of(desired: &Desired, version: &Live) -> bool {
    let mut compare = Compare::default();
    !code(&mut compare, desired, version) && fields(&mut compare, desired, version) == Fields::default()
}

fn code(compare: &mut Compare, desired: &Desired, live: &Live) -> bool {
    let differs = live.code_sha256_base64 != desired.code.sha256_base64;
    compare.note(differs, "code", || {
        (short(&live.code_sha256_base64).into(), short(&desired.code.sha256_base64).into())
    });
    compare.value("architecture", &live.architecture, &desired.architecture) || differs
}

/// The first twelve hexadecimal digits of a digest in base64: what the zip's file name begins with.
fn short(sha256_base64: &str) -> String {
    let bytes = base64::engine::general_purpose::STANDARD.decode(sha256_base64).unwrap_or_default();
    match bytes.get(..6) {
        Some(bytes) => format!("sha256 {}", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
        None => "unknown".to_owned(),
    }
}

/// The fields that differ, and nothing else.
fn fields(compare: &mut Compare, desired: &Desired, live: &Live) -> Fields {
    let mut fields = Fields::default();
    if compare.text("role", &live.role_arn, &desired.role_arn) {
        fields.role_arn = Some(desired.role_arn.clone());
    }
    if compare.value("runtime", &live.runtime, &desired.runtime) {
        fields.runtime = Some(desired.runtime.clone());
    }
    if compare.value("handler", &live.handler, &desired.handler) {
        fields.handler = Some(desired.handler.clone());
    }
    // Values of the account are compared in memory and never shown: they may be secrets, whatever the stack file calls them.
    let variables = live.environment.iter().map(|(key, value)| (key.clone(), value.reveal().to_owned())).collect();
    if compare.exclusive_map("environment", &variables, &desired.environment, true) {
        fields.environment = Some(desired.environment.clone());
    }
    if compare.value("memory_mb", &live.memory_mb, &desired.memory_mb) {
        fields.memory_mb = Some(desired.memory_mb);
    }
    if compare.value("timeout_seconds", &live.timeout_seconds, &desired.timeout_seconds) {
        fields.timeout_seconds = Some(desired.timeout_seconds);
    }
    if compare.value("ephemeral_storage_mb", &live.ephemeral_storage_mb, &desired.ephemeral_storage_mb) {
        fields.ephemeral_storage_mb = Some(desired.ephemeral_storage_mb);
    }
    if layers(compare, desired, live) {
        fields.layers = Some(desired.layers.clone());
    }
    if compare.optional_text("dead_letter", live.dead_letter_arn.as_deref(), desired.dead_letter_arn.as_ref()) {
        fields.dead_letter_arn = Some(desired.dead_letter_arn.clone().unwrap_or_default());
    }
    let vpc = desired.vpc.clone().and_then(Vpc::some);
    if compare.option("vpc", &live.vpc, &vpc) {
        fields.vpc = Some(vpc.unwrap_or_default());
    }
    if compare.value("tracing", &live.tracing, &desired.tracing) {
        fields.tracing = Some(desired.tracing);
    }
    let description = desired.description.clone().filter(|text| !text.is_empty());
    if compare.option("description", &live.description, &description) {
        fields.description = Some(description.unwrap_or_default());
    }
    let own = default_log_group(&desired.name);
    let group = desired.log_group.clone().unwrap_or_else(|| own.clone());
    if compare.value("log_group", &live.log_group.clone().unwrap_or(own), &group) {
        fields.log_group = Some(group);
    }
    fields
}

fn layers(compare: &mut Compare, desired: &Desired, live: &Live) -> bool {
    let same = live.layers.len() == desired.layers.len()
        && live.layers.iter().zip(&desired.layers).all(|(live, desired)| desired.matches(live));
    compare.note(!same, "layers", || {
        let after = desired.layers.iter().map(Text::to_string).collect::<Vec<_>>();
        (list(&live.layers), list(&after))
    })
}

fn list(items: &[String]) -> Shown {
    if items.is_empty() { Shown::Absent } else { items.join(", ").into() }
}

/// A reservation is ours where it is declared, or where our mark says that it was.
fn reservation(compare: &mut Compare, desired: &Desired, live: &Live) -> Vec<Op> {
    let name = || desired.name.clone();
    let marked = live.tags.contains_key(RESERVED_TAG);
    match desired.reserved_concurrency {
        Some(reserved) => {
            let differs =
                compare.option("reserved_concurrency", &live.reserved_concurrency, &desired.reserved_concurrency);
            differs.then(|| Op::PutConcurrency { name: name(), reserved }).into_iter().collect()
        }
        None if marked => {
            let reserved = live.reserved_concurrency;
            compare.note(true, "reserved_concurrency", || (Shown::option(reserved), Shown::Absent));
            let taken_away = reserved.map(|_| Op::DeleteConcurrency { name: name() });
            // The mark goes last: a run that stops in between still knows what is left to do.
            taken_away.into_iter().chain([Op::Untag { name: name(), keys: vec![RESERVED_TAG.to_owned()] }]).collect()
        }
        None => Vec::new(),
    }
}
