//! Comparison of tables.

use std::collections::BTreeMap;

use super::{
    BACKUPS_TAG, Billing, Capacity, Desired, Encryption, Index, Live, MANAGED_KEY_TAG, Op, TAG_VALUE,
    TTL_TAG, definition::attributes,
};
use crate::{
    kinds::compare::Compare,
    model::{Address, Change, FieldChange, FieldChanges, Objection, Reason, Shown},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>, replace: bool) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, vec![delete(live)]),
        (Some(desired), None) => Change::act(Reason::Missing, create(desired)),
        (Some(desired), Some(live)) => match FieldChanges::new(fixed(desired, live)) {
            // Without leave to replace there is no plan. Should the table turn out to be another one while a plan is executed,
            // the creation is refused, which says so, and nothing is deleted.
            Some(why) => {
                let gone = replace.then(|| delete(live));
                let ops = gone.into_iter().chain(create(desired)).collect();
                Change::act(Reason::FieldsDiffer(why), ops)
            }
            None => update(desired, live),
        },
    }
}

pub(super) fn objection(
    at: &Address,
    desired: Option<&Desired>,
    live: &Live,
    replace: bool,
) -> Option<Objection> {
    let object = |why: String, hint: String| Some(Objection { address: at.clone(), why, hint });
    let changes = match desired {
        Some(desired) => fixed(desired, live),
        None if live.deletion_protection => {
            return object(
                format!("the table `{}` is protected against deletion", live.name),
                format!("set `deletion_protection: false` under `tables.{}` and deploy that first", at.key),
            );
        }
        None => return None,
    };
    let what =
        changes.iter().map(|change| format!("{} ({} -> {})", change.field, change.before, change.after));
    let what = what.collect::<Vec<_>>().join(", ");
    match (changes.is_empty(), replace, live.deletion_protection) {
        (true, ..) | (false, true, false) => None,
        (false, true, true) => object(
            format!("the table `{}` is protected against deletion and would have to be made again", live.name),
            format!("deploy once with the old key and `deletion_protection: false` under `tables.{}`", at.key),
        ),
        (false, false, _) => object(
            format!(
                "the table `{}` cannot be changed in place: {what}. It would be deleted and made again, and all its items would be lost",
                live.name
            ),
            "to keep the items, declare a second table under another key, copy them, and remove this one later; to lose them, pass `--replace`"
                .to_owned(),
        ),
    }
}

/// What cannot be changed once the table is there.
fn fixed(desired: &Desired, live: &Live) -> Vec<FieldChange> {
    let mut compare = Compare::default();
    compare.value("key", &live.key, &desired.key);
    for (name, index) in &desired.local_indexes {
        compare.option(&format!("local_indexes.{name}"), &live.local_indexes.get(name), &Some(index));
    }
    for (name, index) in
        live.local_indexes.iter().filter(|(name, _)| !desired.local_indexes.contains_key(*name))
    {
        compare.option(&format!("local_indexes.{name}"), &Some(index), &None);
    }
    compare.finish()
}

fn delete(live: &Live) -> Op {
    Op::Delete { name: live.name.clone() }
}

fn create(desired: &Desired) -> Vec<Op> {
    let name = || desired.name.clone();
    let table = Desired { tags: tags(desired), ..desired.clone() };
    let mut ops = vec![Op::Create { table: Box::new(table) }];
    ops.extend(desired.ttl.clone().map(|attribute| Op::SetTtl { name: name(), attribute, on: true }));
    ops.extend(desired.point_in_time_recovery.then(|| Op::SetBackups { name: name(), on: true }));
    ops
}

/// The tags, with those that tell what else is to be read.
fn tags(desired: &Desired) -> BTreeMap<String, String> {
    let marks = marks(desired).into_iter().filter(|(_, wanted)| *wanted);
    let marks = marks.map(|(mark, _)| (mark.to_owned(), TAG_VALUE.to_owned()));
    desired.tags.clone().into_iter().chain(marks).collect()
}

fn marks(desired: &Desired) -> [(&'static str, bool); 3] {
    [
        (TTL_TAG, desired.ttl.is_some()),
        (BACKUPS_TAG, desired.point_in_time_recovery),
        (MANAGED_KEY_TAG, desired.encryption == Encryption::AwsManaged),
    ]
}

fn update(desired: &Desired, live: &Live) -> Change<Op> {
    let mut compare = Compare::default();
    let mut ops = Vec::new();
    let name = || desired.name.clone();
    let tags = tags(desired);
    // The marks come first: they tell what else is to be read should this run end before its time.
    if compare.tags(&live.tags, &tags) {
        let tags = tags.into_iter().filter(|(key, value)| live.tags.get(key) != Some(value)).collect();
        ops.push(Op::Tag { name: name(), tags });
    }
    if compare.value("deletion_protection", &live.deletion_protection, &desired.deletion_protection) {
        ops.push(Op::Protect { name: name(), on: desired.deletion_protection });
    }
    let kept = indexes(&mut compare, desired, live, &mut ops);
    ops.extend(billing(&mut compare, desired, live, &kept));
    ops.extend(new_indexes(desired, kept));
    if compare.option("stream", &live.stream, &desired.stream) {
        ops.extend(live.stream.map(|_| Op::SetStream { name: name(), view: None }));
        ops.extend(desired.stream.map(|view| Op::SetStream { name: name(), view: Some(view) }));
    }
    if compare.value("table_class", &live.class, &desired.class) {
        ops.push(Op::SetClass { name: name(), class: desired.class });
    }
    let other_sort = compare.value("encryption", &live.encryption, &desired.encryption);
    if compare.optional_text("encryption.kms_key", live.kms_key.as_deref(), desired.kms_key.as_ref())
        || other_sort
    {
        let (encryption, kms_key) = (desired.encryption, desired.kms_key.clone());
        ops.push(Op::SetEncryption { name: name(), encryption, kms_key });
    }
    if compare.option("ttl", &live.ttl, &desired.ttl) {
        let ttl = |attribute: &String, on| Op::SetTtl { name: name(), attribute: attribute.clone(), on };
        ops.extend(live.ttl.iter().map(|attribute| ttl(attribute, false)));
        ops.extend(desired.ttl.iter().map(|attribute| ttl(attribute, true)));
    }
    if compare.value("point_in_time_recovery", &live.point_in_time_recovery, &desired.point_in_time_recovery)
    {
        ops.push(Op::SetBackups { name: name(), on: desired.point_in_time_recovery });
    }
    let stale: Vec<String> = marks(desired)
        .into_iter()
        .filter(|(mark, wanted)| !wanted && live.tags.contains_key(*mark))
        .map(|(mark, _)| mark.to_owned())
        .collect();
    for mark in &stale {
        compare.note(true, &format!("tags.{mark}"), || (TAG_VALUE.into(), Shown::Absent));
    }
    if !stale.is_empty() {
        ops.push(Op::Untag { name: name(), keys: stale });
    }
    Change::fields(compare.finish(), ops)
}

/// Compares indexes and deletes those that are not wanted or differ in more than capacity. Answers those that stay, as they are.
fn indexes<'l>(
    compare: &mut Compare,
    desired: &Desired,
    live: &'l Live,
    ops: &mut Vec<Op>,
) -> BTreeMap<&'l String, &'l Index> {
    let mut kept = BTreeMap::new();
    for (index, there) in &live.indexes {
        let wanted = desired.indexes.get(index);
        if compare.option(&format!("indexes.{index}"), &Some(there.shape()), &wanted.map(Index::shape)) {
            ops.push(Op::DeleteIndex { name: desired.name.clone(), index: index.clone() });
        } else {
            kept.insert(index, there);
        }
    }
    for (index, wanted) in desired.indexes.iter().filter(|(index, _)| !live.indexes.contains_key(*index)) {
        compare.option(&format!("indexes.{index}"), &None, &Some(wanted.shape()));
    }
    kept
}

fn billing(
    compare: &mut Compare,
    desired: &Desired,
    live: &Live,
    kept: &BTreeMap<&String, &Index>,
) -> Option<Op> {
    let changes = compare.value("billing", &live.billing, &desired.billing);
    let mut indexes: BTreeMap<String, Capacity> = BTreeMap::new();
    for (index, there) in kept {
        let wanted = desired.indexes.get(*index).and_then(|index| index.capacity);
        if compare.option(&format!("indexes.{index}.capacity"), &there.capacity, &wanted) {
            indexes.extend(wanted.map(|wanted| ((*index).clone(), wanted)));
        }
    }
    let billing = changes.then_some(desired.billing);
    (billing.is_some() || !indexes.is_empty()).then(|| Op::SetBilling {
        name: desired.name.clone(),
        billing,
        indexes,
    })
}

/// The creation of what is missing, one call each: AWS makes one index at a time.
fn new_indexes<'d>(desired: &'d Desired, mut there: BTreeMap<&'d String, &'d Index>) -> Vec<Op> {
    let missing = desired.indexes.iter().filter(|(index, _)| !there.contains_key(index)).collect::<Vec<_>>();
    let mut ops = Vec::new();
    for (index, definition) in missing {
        let mut all: Vec<&Index> = there.values().copied().collect();
        all.push(definition);
        let attributes = attributes(&desired.key, all, desired.local_indexes.values());
        ops.push(Op::CreateIndex {
            name: desired.name.clone(),
            index: index.clone(),
            definition: definition.clone(),
            attributes,
        });
        there.extend(desired.indexes.get_key_value(index));
    }
    ops
}

impl Index {
    /// What cannot be changed of it.
    fn shape(&self) -> String {
        self.to_string()
    }

    /// The same index in a table that is paid as `billing` says.
    pub(super) fn paid(&self, billing: Billing) -> Self {
        let capacity = match billing {
            Billing::OnDemand => None,
            Billing::Provisioned(table) => Some(self.capacity.unwrap_or(table)),
        };
        Self { capacity, ..self.clone() }
    }
}
