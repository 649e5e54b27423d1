//! Strategies for API keys.

use proptest::{collection, option, prelude::*};

use super::Desired;
use crate::model::{Part, Scope, owner, text::digest};

/// Where a secret value comes from, and what it is.
pub(crate) const SECRETS: [(&str, &str); 2] =
    [("ssm:/one", "one-one-one-one-one-one"), ("env:TWO", "two-two-two-two-two-two")];

/// Keys `s-dev-k`.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    let value = prop::sample::select(SECRETS.to_vec()).prop_map(|(source, value)| {
        let part = Part::Secret { source: source.to_owned(), digest: digest(source, value) };
        crate::model::Text::from_parts([part])
    });
    (
        prop::sample::select(vec!["s-dev-k", "other"]),
        option::of("[a-z]{1,5}"),
        any::<bool>(),
        option::of(value),
        collection::btree_map("[x-z]", "[a-z]{0,3}", 0..3),
    )
        .prop_map(|(name, description, enabled, value, tags)| {
            let at = Scope::new("s", "dev").address("api_key", "k");
            Desired { name: name.to_owned(), description, enabled, value, tags: owner::tags(&at, &tags) }
        })
}
