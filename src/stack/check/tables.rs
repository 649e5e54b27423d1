//! DynamoDB tables.

use std::collections::BTreeSet;

use super::super::file::{Billing, Projection, Stack, Table, TableEncryption};
use super::super::reader::shape::At;
use super::super::reader::{Raw, Reader};
use super::super::source::Span;
use super::super::suggest::did_you_mean;
use super::super::template::Reference;
use super::each;

/// "Quotas in Amazon DynamoDB".
const INDEXES_MAX: usize = 20;
const LOCAL_INDEXES_MAX: usize = 5;
/// The longest name of an attribute in a key, and of the TTL attribute.
const ATTRIBUTE_CHARS_MAX: usize = 255;
/// Attributes that all indexes of a table name in their projections, together.
const PROJECTED_MAX: usize = 100;

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    each("tables", &stack.tables, reader, |entry, reader| {
        let table = &entry.value;
        let in_keys = key_attributes(table);
        for name in &in_keys {
            attribute_name(name, reader);
        }
        if let Some(ttl) = &table.ttl {
            attribute_name(ttl, reader);
        }
        types(table, &in_keys, reader);
        for (hash, range) in keys(table) {
            if let Some(range) = range.filter(|range| range.value == hash.value) {
                let detail = format!("`{}` is the hash key already.", range.value.0);
                reader
                    .error(range.span, "one attribute twice", detail)
                    .with_hint("leave `range` out, or name another attribute");
            }
        }
        indexes(table, reader);
        local_indexes(table, reader);
        encryption(table, reader);
    });
    streams(stack, reader);
}

/// Hash and range of the table and of its global indexes.
fn keys(table: &Table) -> impl Iterator<Item = (&At<Raw>, Option<&At<Raw>>)> {
    let indexes = table.indexes.iter().map(|index| (&index.value.hash, index.value.range.as_ref()));
    std::iter::once((&table.key.hash, table.key.range.as_ref())).chain(indexes)
}

fn key_attributes(table: &Table) -> Vec<&At<Raw>> {
    let local = table.local_indexes.iter().map(|index| &index.value.range);
    keys(table).flat_map(|(hash, range)| std::iter::once(hash).chain(range)).chain(local).collect()
}

fn attribute_name(name: &At<Raw>, reader: &mut Reader<'_>) {
    let length = name.chars().count();
    if length > ATTRIBUTE_CHARS_MAX || length == 0 && name.span != Span::default() {
        let detail = format!(
            "The name of an attribute has 1 to {ATTRIBUTE_CHARS_MAX} characters; this one has {length}."
        );
        reader.error(name.span, "invalid attribute", detail);
    }
}

/// DynamoDB takes a type only for attributes that a key has: any other attribute may differ from item to item.
fn types(table: &Table, in_keys: &[&At<Raw>], reader: &mut Reader<'_>) {
    let known: BTreeSet<&str> = in_keys.iter().map(|name| name.value.0.as_str()).collect();
    for declared in &table.attributes {
        if !known.contains(declared.key.as_str()) {
            let detail = format!(
                "No key of this table has the attribute `{}`; only those need a type.",
                *declared.key
            );
            let hint = did_you_mean(&declared.key, known.iter().copied());
            reader.error(declared.key.span, "unused attribute", detail).with_hint_of(
                hint.or_else(|| Some("remove it: other attributes may be of any type".to_owned())),
            );
        }
    }
}

fn indexes(table: &Table, reader: &mut Reader<'_>) {
    let on_demand =
        !matches!(table.billing.as_ref().map(|billing| &billing.value), Some(Billing::Provisioned(_)));
    if let Some(extra) = table.indexes.iter().nth(INDEXES_MAX) {
        let detail = format!(
            "There are {} global indexes; DynamoDB takes at most {INDEXES_MAX}.",
            table.indexes.len()
        );
        reader.error(extra.key.span, "too many indexes", detail);
    }
    for index in &table.indexes {
        index_name(&index.key, reader);
        if let Some(capacity) = index.value.capacity.as_ref().filter(|_| on_demand) {
            let detail = "The table is paid on demand, and so are its indexes.";
            reader
                .error(capacity.span, "capacity without billing", detail)
                .with_hint("give the table a capacity under `billing`, or leave this out");
        }
    }
    let projections = table.indexes.iter().map(|index| index.value.projection.as_ref());
    let local = table.local_indexes.iter().map(|index| index.value.projection.as_ref());
    let mut projected = 0;
    for projection in projections.chain(local).flatten() {
        if let Projection::Include(names) = &projection.value {
            projected += names.len();
            if names.is_empty() {
                reader
                    .error(projection.span, "empty list", "A projection must name something.")
                    .with_hint("`keys_only` holds nothing beside the keys");
            } else if projected > PROJECTED_MAX {
                let detail =
                    format!("All projections of a table may name {PROJECTED_MAX} attributes together.");
                reader.error(projection.span, "too many attributes", detail);
                break;
            }
        }
    }
}

fn local_indexes(table: &Table, reader: &mut Reader<'_>) {
    if let Some(extra) = table.local_indexes.iter().nth(LOCAL_INDEXES_MAX) {
        let count = table.local_indexes.len();
        let detail = format!("There are {count} local indexes; DynamoDB takes at most {LOCAL_INDEXES_MAX}.");
        reader.error(extra.key.span, "too many indexes", detail);
    }
    for index in &table.local_indexes {
        index_name(&index.key, reader);
        if table.key.range.is_none() {
            let detail = "A local index orders items of one partition key in another way, and this table has no `range` in its key.";
            reader
                .error(index.key.span, "local index without range", detail)
                .with_hint("make it one of `indexes`, or give the key a `range`");
        }
        if table.indexes.declares(&index.key) {
            let detail = format!("`{}` is the name of a global index too.", *index.key);
            reader.error(index.key.span, "two objects with one name", detail);
        }
        if index.value.range.value == table.key.hash.value {
            let detail = format!("`{}` is the hash key already.", index.value.range.value.0);
            reader.error(index.value.range.span, "one attribute twice", detail);
        }
    }
}

fn index_name(name: &At<String>, reader: &mut Reader<'_>) {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if !(3..=255).contains(&name.len()) || !name.chars().all(plain) {
        let detail = format!("`{}` cannot be the name of an index.", **name);
        reader
            .error(name.span, "invalid name", detail)
            .with_hint("3 to 255 letters, digits, `_`, `-` and `.`");
    }
}

fn encryption(table: &Table, reader: &mut Reader<'_>) {
    let Some(At { value: TableEncryption::Key(key), span }) = &table.encryption else { return };
    let Some(known) = key.known() else { return };
    if !(known.starts_with("arn:") && known.contains(":key/")) {
        let detail = format!("`{known}` is neither `aws_owned`, `aws_managed` nor the ARN of a key.");
        let hint = did_you_mean(known, ["aws_owned", "aws_managed"]).unwrap_or_else(|| {
            "such as `arn:aws:kms:eu-west-1:123456789012:key/…`; an alias may come to mean another key"
                .to_owned()
        });
        reader.error(*span, "invalid key", detail).with_hint(hint);
    }
}

/// `${tables.x.stream_arn}` of a table without one would wait for ever.
fn streams(stack: &Stack, reader: &mut Reader<'_>) {
    for mention in reader.mentions().to_vec() {
        let Reference::Object {
            section: super::super::template::Section::Tables,
            key,
            attribute: "stream_arn",
        } = &mention.reference
        else {
            continue;
        };
        let only = || stack.tables.iter().next().map(|entry| entry.key.value.clone());
        let Some(key) = key.clone().or_else(only) else { continue };
        if stack.tables.get(&key).is_some_and(|table| table.stream.is_none()) {
            let detail = format!("The table `{key}` has no stream.");
            reader
                .error(mention.span, "no stream", detail)
                .with_hint(format!("say `stream: new_and_old_images` under `tables.{key}`"));
        }
    }
}
