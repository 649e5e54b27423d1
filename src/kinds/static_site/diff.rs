//! Comparison of sites: the bucket's settings, then the objects by their digests.

use std::collections::BTreeMap;

use super::{Body, Desired, File, HEADERS_TAG, Live, Object, Op};
use crate::{
    kinds::s3_bucket::{self, Action, diff as bucket},
    model::{Change, FieldChange, Globs, Reason, Shown},
};

/// So many digits of a digest tell two versions of a file apart in a plan.
const SHOWN_DIGITS: usize = 8;

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, wrapped(bucket::removal(&live.bucket))),
        (Some(desired), None) => {
            let mut ops = wrapped(bucket::creation(&desired.bucket));
            ops.extend(upload(desired, desired.files.clone()));
            Change::act(Reason::Missing, ops)
        }
        (Some(desired), Some(live)) => compared(desired, live),
    }
}

fn wrapped(ops: Vec<s3_bucket::Op>) -> Vec<Op> {
    ops.into_iter().map(Op::Bucket).collect()
}

fn upload(desired: &Desired, files: BTreeMap<String, File>) -> Option<Op> {
    (!files.is_empty()).then(|| Op::Upload { bucket: desired.bucket.name.clone(), files })
}

fn compared(desired: &Desired, live: &Live) -> Change<Op> {
    // The digest of the rules stays as it is until everything has been uploaded by the new ones.
    let mut held = desired.bucket.clone();
    let replaced = desired.bucket.name != live.bucket.name;
    let digest = live.bucket.tags.get(HEADERS_TAG).filter(|_| !replaced);
    let ruled = digest == desired.bucket.tags.get(HEADERS_TAG);
    if let Some(digest) = digest {
        held.tags.insert(HEADERS_TAG.to_owned(), digest.clone());
    }
    let (mut fields, ops) = bucket::changes(&held, &live.bucket);
    let mut ops = wrapped(ops);
    let nothing = BTreeMap::new();
    let objects = if replaced { &nothing } else { &live.objects };
    let mut files = BTreeMap::new();
    for (key, file) in &desired.files {
        let object = objects.get(key);
        if differs(file, object) {
            fields.push(FieldChange::new(format!("files.{key}"), shown(object), shown_file(file)));
        }
        if differs(file, object) || !ruled {
            files.insert(key.clone(), file.clone());
        }
    }
    ops.extend(upload(desired, files));
    if let (Some(before), false) = (digest, ruled) {
        let after = Shown::option(desired.bucket.tags.get(HEADERS_TAG));
        fields.push(FieldChange::new("headers", before.as_str(), after));
        let tags = live.bucket.tags.clone().into_iter().chain(desired.bucket.tags.clone()).collect();
        ops.push(Op::Bucket(Action::Tag { tags }.on(&desired.bucket.name)));
    }
    let keep = Globs::new(&desired.keep).unwrap_or_default();
    let gone = objects.iter().filter(|(key, _)| !desired.files.contains_key(*key) && !keep.fit(key));
    let mut keys = Vec::new();
    for (key, object) in gone {
        fields.push(FieldChange::new(format!("files.{key}"), shown(Some(object)), Shown::Absent));
        keys.push(key.clone());
    }
    let removal = (!keys.is_empty()).then(|| Op::Remove { bucket: desired.bucket.name.clone(), keys });
    match crate::model::FieldChanges::new(fields) {
        Some(fields) => {
            Change::with_sweep(Reason::FieldsDiffer(fields), ops, removal.into_iter().collect())
        }
        None => Change::None,
    }
}

/// A text that is not known yet equals nothing.
fn differs(file: &File, object: Option<&Object>) -> bool {
    let there = object.map(|object| (object.md5_hex.as_str(), object.size_bytes));
    let wanted = file.body.identity();
    there.is_none() || wanted.as_ref().map(|(md5_hex, size)| (md5_hex.as_str(), *size)) != there
}

fn shown(object: Option<&Object>) -> Shown {
    object.map_or(Shown::Absent, |object| version(&object.md5_hex, object.size_bytes))
}

fn shown_file(file: &File) -> Shown {
    match (&file.body, file.body.identity()) {
        (_, Some((md5_hex, size_bytes))) => version(&md5_hex, size_bytes),
        (Body::Text(text), None) => text.into(),
        (Body::Stored { .. }, None) => Shown::Hidden,
    }
}

fn version(md5_hex: &str, size_bytes: u64) -> Shown {
    let digits = md5_hex.get(..SHOWN_DIGITS).unwrap_or(md5_hex);
    Shown::Value(format!("{digits} ({size_bytes} bytes)"))
}
