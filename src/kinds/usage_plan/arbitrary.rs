//! Strategies for usage plans.

use std::collections::BTreeMap;

use proptest::{collection, option, prelude::*, sample};

use super::{Desired, Period, Quota, Stage, Throttle};
use crate::model::{Scope, owner};

/// The stages there are.
pub(crate) const STAGES: [&str; 3] = ["api1:dev", "api1:prod", "api2:dev"];
/// The keys there are.
pub(crate) const KEYS: [&str; 3] = ["key1", "key2", "key3"];

fn throttle() -> impl Strategy<Value = Throttle> {
    (sample::select(vec![0.5, 10.0, 10_000.0]), sample::select(vec![1, 20])).prop_map(|(rate, burst)| Throttle { rate, burst })
}

fn quota() -> impl Strategy<Value = Quota> {
    (sample::select(vec![1, 1000]), 0..28_i32, sample::select(Period::ALL.to_vec()))
        .prop_map(|(limit, offset, period)| Quota { limit, offset: offset.min(period.offset_max()), period })
}

fn stages() -> impl Strategy<Value = Vec<Stage>> {
    let methods = collection::btree_map(sample::select(vec!["//GET".to_owned(), "/a/{b}/POST".to_owned(), "/a~b/ANY".to_owned()]), throttle(), 0..3);
    let stages = collection::btree_map(sample::select(STAGES.to_vec()), methods, 0..3);
    stages.prop_map(|stages: BTreeMap<&str, _>| {
        stages.into_iter().map(|(id, methods)| Stage { id: id.into(), methods }).collect()
    })
}

/// Plans `s-dev-p`.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (
        sample::select(vec!["s-dev-p", "other"]),
        option::of("[a-z]{1,5}"),
        (option::of(throttle()), option::of(quota()), option::of("[a-z]{3}")),
        stages(),
        sample::subsequence(KEYS.to_vec(), 0..=3),
        collection::btree_map("[x-z]", "[a-z]{0,3}", 0..3),
    )
        .prop_map(|(name, description, (throttle, quota, product_code), stages, keys, tags)| {
            let at = Scope::new("s", "dev").address("usage_plan", "p");
            Desired {
                name: name.to_owned(),
                description,
                throttle,
                quota,
                product_code,
                stages,
                keys: keys.into_iter().map(Into::into).collect(),
                tags: owner::tags(&at, &tags),
            }
        })
}
