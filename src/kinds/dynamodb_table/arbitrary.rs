//! Strategies for tables.

use std::collections::BTreeMap;

use proptest::{collection, option, prelude::*};

use super::{
    AttributeType, Billing, Capacity, Desired, Encryption, Index, Key, KeyAttribute, LocalIndex, Projection,
    StreamView, TableClass,
};
use crate::model::{Scope, Text, owner};

/// Which attributes there are; one type each, as DynamoDB wants it.
type Types = [AttributeType; 5];

fn types() -> impl Strategy<Value = Types> {
    let kind = || prop_oneof![Just(AttributeType::S), Just(AttributeType::N), Just(AttributeType::B)];
    [kind(), kind(), kind(), kind(), kind()]
}

fn attribute(number: usize, types: &Types) -> KeyAttribute {
    KeyAttribute { name: ["a", "b", "c", "d", "e"][number].to_owned(), kind: types[number] }
}

fn key(hash: usize, range: Option<usize>, types: &Types) -> Key {
    let range = range.filter(|range| *range != hash).map(|range| attribute(range, types));
    Key { hash: attribute(hash, types), range }
}

fn projection() -> impl Strategy<Value = Projection> {
    prop_oneof![
        Just(Projection::All),
        Just(Projection::KeysOnly),
        collection::btree_set("[x-z]", 1..3).prop_map(Projection::Include),
    ]
}

fn capacity() -> impl Strategy<Value = Capacity> {
    (1..4_i64, 1..4_i64).prop_map(|(read_units, write_units)| Capacity { read_units, write_units })
}

fn billing() -> impl Strategy<Value = Billing> {
    prop_oneof![Just(Billing::OnDemand), capacity().prop_map(Billing::Provisioned)]
}

fn view() -> impl Strategy<Value = StreamView> {
    prop_oneof![Just(StreamView::KeysOnly), Just(StreamView::NewImage), Just(StreamView::NewAndOldImages)]
}

fn encryption() -> impl Strategy<Value = (Encryption, Option<Text>)> {
    prop_oneof![
        Just((Encryption::AwsOwned, None)),
        Just((Encryption::AwsManaged, None)),
        "[a-b]".prop_map(|id| (Encryption::Customer, Some(Text::from(format!("arn:aws:kms:r:1:key/{id}"))))),
    ]
}

/// Tables `s-dev-t` that DynamoDB accepts, settled.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    let keys = (types(), 0..5_usize, option::of(0..5_usize));
    let index = (0..5_usize, option::of(0..5_usize), projection(), option::of(capacity()));
    let indexes = collection::btree_map("idx[1-4]", index, 0..4);
    let local = collection::btree_map("local[1-2]", (0..5_usize, projection()), 0..2);
    let settings = (
        billing(),
        option::of("(expires|until)"),
        option::of(view()),
        any::<[bool; 3]>(),
        encryption(),
        collection::btree_map("[x-z]", "[a-z]{0,3}", 0..3),
    );
    (keys, indexes, local, settings).prop_map(|((types, hash, range), indexes, local, settings)| {
        let (billing, ttl, stream, [backups, protection, rare], (encryption, kms_key), tags) = settings;
        let at = Scope::new("s", "dev").address("dynamodb_table", "t");
        let key = key(hash, range, &types);
        let index =
            |(hash, range, projection, capacity): (usize, Option<usize>, Projection, Option<Capacity>)| {
                Index { key: self::key(hash, range, &types), projection, capacity }.paid(billing)
            };
        let local = local.into_iter().filter(|_| key.range.is_some());
        let local = local.map(|(name, (range, projection))| {
            (name, LocalIndex { range: attribute(range, &types), projection })
        });
        Desired {
            name: at.name(),
            local_indexes: local.collect::<BTreeMap<_, _>>(),
            key,
            indexes: indexes.into_iter().map(|(name, parts)| (name, index(parts))).collect(),
            billing,
            ttl,
            stream,
            point_in_time_recovery: backups,
            deletion_protection: protection,
            class: if rare { TableClass::StandardInfrequentAccess } else { TableClass::Standard },
            encryption,
            kms_key,
            tags: owner::tags(&at, &tags),
        }
    })
}
