//! Strategies for outputs.

use proptest::{collection, prelude::*};

use super::Desired;

/// Settled outputs.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    collection::btree_map("[a-d]", "[ -~]{0,10}", 0..4).prop_map(|values| Desired {
        values: values.into_iter().map(|(name, value)| (name, value.into())).collect(),
    })
}
