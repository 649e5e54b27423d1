//! DynamoDB tables.

use super::Builder;
use crate::{
    kinds::{
        DynamodbTable, Kind, Member,
        dynamodb_table::{self, Billing, Capacity, Encryption, Key, KeyAttribute, Projection, StreamView},
    },
    model::Address,
    stack::{
        file,
        reader::{At, Raw},
    },
};

impl Builder<'_> {
    pub(super) fn tables(&mut self) {
        let stack = self.stack;
        for entry in &stack.stack.tables {
            let at = self.scope().address(DynamodbTable::NAME, &entry.key);
            self.place(&at, entry.key.span);
            let desired = self.table(&at, &entry.value);
            self.graph.add(at, DynamodbTable::want(desired), []);
        }
    }

    fn table(&mut self, at: &Address, table: &file::Table) -> dynamodb_table::Desired {
        let billing = match table.billing.as_ref().map(|billing| &billing.value) {
            Some(file::Billing::Provisioned(reserved)) => Billing::Provisioned(capacity(reserved)),
            Some(file::Billing::OnDemand) | None => Billing::OnDemand,
        };
        let (encryption, kms_key) = match table.encryption.as_ref().map(|encryption| &encryption.value) {
            None | Some(file::TableEncryption::AwsOwned) => (Encryption::AwsOwned, None),
            Some(file::TableEncryption::AwsManaged) => (Encryption::AwsManaged, None),
            Some(file::TableEncryption::Key(key)) => {
                let span = table.encryption.as_ref().map(|encryption| encryption.span).unwrap_or_default();
                (Encryption::Customer, Some(self.texts.text(&At { value: key.clone(), span })))
            }
        };
        let is = |flag: &Option<At<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
        dynamodb_table::Desired {
            name: at.name(),
            key: key(table, &table.key.hash, table.key.range.as_ref()),
            indexes: table
                .indexes
                .iter()
                .map(|entry| (entry.key.value.clone(), index(table, &entry.value, billing)))
                .collect(),
            local_indexes: table
                .local_indexes
                .iter()
                .map(|entry| {
                    let range = attribute(table, &entry.value.range);
                    let projection = projection(entry.value.projection.as_ref());
                    (entry.key.value.clone(), dynamodb_table::LocalIndex { range, projection })
                })
                .collect(),
            billing,
            ttl: table.ttl.as_ref().map(|ttl| ttl.value.0.clone()),
            stream: table.stream.as_ref().map(|view| match view.value {
                file::StreamView::KeysOnly => StreamView::KeysOnly,
                file::StreamView::NewImage => StreamView::NewImage,
                file::StreamView::OldImage => StreamView::OldImage,
                file::StreamView::NewAndOldImages => StreamView::NewAndOldImages,
            }),
            point_in_time_recovery: is(&table.point_in_time_recovery),
            deletion_protection: is(&table.deletion_protection),
            class: match table.table_class.as_ref().map(|class| class.value) {
                Some(file::TableClass::StandardInfrequentAccess) => {
                    dynamodb_table::TableClass::StandardInfrequentAccess
                }
                _ => dynamodb_table::TableClass::Standard,
            },
            encryption,
            kms_key,
            tags: self.tags(at, &table.tags),
        }
    }
}

/// An attribute is text unless the table says otherwise.
fn attribute(table: &file::Table, name: &Raw) -> KeyAttribute {
    let kind = match table.attributes.get(name).map(|kind| kind.value) {
        Some(file::AttributeType::N) => dynamodb_table::AttributeType::N,
        Some(file::AttributeType::B) => dynamodb_table::AttributeType::B,
        Some(file::AttributeType::S) | None => dynamodb_table::AttributeType::S,
    };
    KeyAttribute { name: name.0.clone(), kind }
}

fn key(table: &file::Table, hash: &Raw, range: Option<&At<Raw>>) -> Key {
    Key { hash: attribute(table, hash), range: range.map(|range| attribute(table, range)) }
}

fn index(table: &file::Table, index: &file::Index, billing: Billing) -> dynamodb_table::Index {
    let own = index.capacity.as_ref().map(|own| capacity(own));
    dynamodb_table::Index {
        key: key(table, &index.hash, index.range.as_ref()),
        projection: projection(index.projection.as_ref()),
        capacity: match billing {
            Billing::OnDemand => None,
            Billing::Provisioned(of_table) => Some(own.unwrap_or(of_table)),
        },
    }
}

fn projection(projection: Option<&At<file::Projection>>) -> Projection {
    match projection.map(|projection| &projection.value) {
        None | Some(file::Projection::All) => Projection::All,
        Some(file::Projection::KeysOnly) => Projection::KeysOnly,
        Some(file::Projection::Include(names)) => {
            Projection::Include(names.iter().map(|name| name.value.0.clone()).collect())
        }
    }
}

fn capacity(capacity: &file::Capacity) -> Capacity {
    Capacity { read_units: capacity.read_units.0, write_units: capacity.write_units.0 }
}
