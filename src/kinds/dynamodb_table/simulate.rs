//! What a call makes of a table, with the refusals of DynamoDB.
//!
//! Texts: DynamoDB API reference and developer guide ("Error handling", "Quotas"); where these give only the code, the words that
//! MiniStack and moto have.

use std::collections::BTreeSet;

use super::{Billing, Desired, Live, Op};
use crate::{
    kinds::World,
    model::{Class, Refusal},
};

/// Quotas of one table.
const INDEXES_MAX: usize = 20;
const LOCAL_INDEXES_MAX: usize = 5;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    if let Op::Create { table } = op {
        return match live {
            Some(live) => Err(in_use(Class::Exists, format!("Table already exists: {}", live.name))),
            None => create(table, world).map(Some),
        };
    }
    let Some(mut live) = live else { return Err(absent(op.table())) };
    match op {
        Op::Create { .. } => {}
        Op::SetBilling { billing, indexes, .. } => {
            if indexes.keys().any(|index| !live.indexes.contains_key(index)) {
                return Err(absent(op.table()));
            }
            let same_table = billing.is_none_or(|billing| billing == live.billing);
            let same = |(index, capacity): (&String, _)| {
                live.indexes.get(index).is_some_and(|live| live.capacity == Some(capacity))
            };
            if same_table && indexes.iter().all(|(index, capacity)| same((index, *capacity))) {
                return Err(invalid(Class::Precondition, NOTHING_CHANGES));
            }
            live.billing = billing.unwrap_or(live.billing);
            for (index, definition) in &mut live.indexes {
                definition.capacity = indexes.get(index).copied().or(definition.capacity);
                *definition = definition.paid(live.billing);
            }
        }
        Op::CreateIndex { index, definition, .. } => create_index(&mut live, index, definition)?,
        Op::DeleteIndex { index, .. } => {
            live.indexes.remove(index).ok_or_else(|| absent(op.table()))?;
        }
        Op::SetStream { view, .. } => {
            if view.is_some() == live.stream.is_some() {
                let state =
                    if view.is_some() { "already has an enabled stream" } else { "has no stream to disable" };
                return Err(invalid(Class::Precondition, format!("Table {state}: TableName: {}", live.name)));
            }
            live.stream = *view;
            live.stream_label = view.map(|_| world.id(24));
        }
        Op::SetEncryption { encryption, kms_key, .. } => {
            live.encryption = *encryption;
            live.kms_key = kms_key.as_ref().map(|key| key.settled().to_owned());
        }
        Op::SetClass { class, .. } => live.class = *class,
        Op::Protect { on, .. } => live.deletion_protection = *on,
        Op::SetTtl { attribute, on, .. } => set_ttl(&mut live, attribute, *on)?,
        Op::SetBackups { on, .. } => live.point_in_time_recovery = *on,
        Op::Tag { tags, .. } => live.tags.extend(tags.clone()),
        Op::Untag { keys, .. } => live.tags.retain(|key, _| !keys.contains(key)),
        Op::Delete { .. } if live.deletion_protection => {
            let message = "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.";
            return Err(invalid(Class::Invalid, message));
        }
        Op::Delete { .. } => return Ok(None),
    }
    Ok(Some(live))
}

const NOTHING_CHANGES: &str =
    "The provisioned throughput for the table will not change. The requested value equals the current value.";

fn create(table: &Desired, world: &World<'_>) -> Result<Live, Refusal> {
    let wrong = |what: &str| {
        Err(invalid(Class::Invalid, format!("One or more parameter values were invalid: {what}")))
    };
    if !(3..=255).contains(&table.name.len()) {
        let rule =
            if table.name.len() < 3 { "greater than or equal to 3" } else { "less than or equal to 255" };
        let message = format!(
            "1 validation error detected: Value '{}' at 'tableName' failed to satisfy constraint: Member must have length {rule}",
            table.name
        );
        return Err(invalid(Class::Invalid, message));
    }
    if table.key.range.as_ref().is_some_and(|range| range.name == table.key.hash.name) {
        return wrong("Both the Hash Key and the Range Key element in the KeySchema have the same name");
    }
    if table.indexes.len() > INDEXES_MAX {
        return wrong(&format!("GlobalSecondaryIndex count exceeds the per-table limit of {INDEXES_MAX}"));
    }
    if table.local_indexes.len() > LOCAL_INDEXES_MAX {
        return wrong(&format!(
            "LocalSecondaryIndex count exceeds the per-table limit of {LOCAL_INDEXES_MAX}"
        ));
    }
    if !table.local_indexes.is_empty() && table.key.range.is_none() {
        return wrong(
            "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex",
        );
    }
    let names: BTreeSet<&String> = table.indexes.keys().collect();
    if let Some(twice) = table.local_indexes.keys().find(|name| names.contains(name)) {
        return wrong(&format!("Duplicate index name: {twice}"));
    }
    let provisioned = matches!(table.billing, Billing::Provisioned(_));
    if let Some((name, _)) = table.indexes.iter().find(|(_, index)| index.capacity.is_some() != provisioned) {
        let state = if provisioned { "must be specified" } else { "should not be specified" };
        return wrong(&format!("ProvisionedThroughput {state} for index: {name}"));
    }
    Ok(Live {
        name: table.name.clone(),
        key: table.key.clone(),
        indexes: table.indexes.clone(),
        local_indexes: table.local_indexes.clone(),
        billing: table.billing,
        ttl: None,
        stream: table.stream,
        stream_label: table.stream.map(|_| world.id(24)),
        point_in_time_recovery: false,
        deletion_protection: table.deletion_protection,
        class: table.class,
        encryption: table.encryption,
        kms_key: table.kms_key.as_ref().map(|key| key.settled().to_owned()),
        tags: table.tags.clone(),
    })
}

fn create_index(live: &mut Live, index: &str, definition: &super::Index) -> Result<(), Refusal> {
    if live.indexes.contains_key(index) || live.local_indexes.contains_key(index) {
        return Err(invalid(Class::Exists, "Attempting to create an index which already exists"));
    }
    if live.indexes.len() >= INDEXES_MAX {
        let message = format!("GlobalSecondaryIndex count exceeds the per-table limit of {INDEXES_MAX}");
        return Err(Refusal::new(Class::Invalid, 400, "LimitExceededException", message));
    }
    live.indexes.insert(index.to_owned(), definition.paid(live.billing));
    Ok(())
}

fn set_ttl(live: &mut Live, attribute: &str, on: bool) -> Result<(), Refusal> {
    match (&live.ttl, on) {
        (Some(_), true) => return Err(invalid(Class::Precondition, "TimeToLive is already enabled")),
        (None, false) => return Err(invalid(Class::Precondition, "TimeToLive is already disabled")),
        (Some(other), false) if other != attribute => {
            let message = format!(
                "TimeToLive is active on a different AttributeName: current AttributeName is {other}"
            );
            return Err(invalid(Class::Precondition, message));
        }
        _ => {}
    }
    live.ttl = on.then(|| attribute.to_owned());
    Ok(())
}

fn absent(table: &str) -> Refusal {
    let message = format!("Requested resource not found: Table: {table} not found");
    Refusal::new(Class::Absent, 400, "ResourceNotFoundException", message)
}

fn in_use(class: Class, message: String) -> Refusal {
    Refusal::new(class, 400, "ResourceInUseException", message)
}

fn invalid(class: Class, message: impl Into<String>) -> Refusal {
    Refusal::new(class, 400, "ValidationException", message)
}
