//! Strategies for outputs.

use proptest::{collection, prelude::*};

use super::Desired;

/// Settled outputs.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    let values = collection::btree_map("[a-d]", "[ -~]{0,10}", 0..4);
    (values, collection::btree_set("[x-z]", 0..3)).prop_map(|(values, uses)| Desired {
        values: values.into_iter().map(|(name, value)| (name, value.into())).collect(),
        uses,
    })
}
