//! Strategies for the roles of an identity pool.

use proptest::{collection, option, prelude::*};

use super::{Comparison, Desired, Mapping, Roles, Rule};
use crate::model::Text;

/// Roles of the pool `pool` that Cognito accepts, settled: the pool knows the providers `a` to `c`.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (option::of(role()), option::of(role()), collection::btree_set(mapping(), 0..3))
        .prop_filter("roles of nobody are no roles", |(one, other, mappings)| {
            one.is_some() || other.is_some() || !mappings.is_empty()
        })
        .prop_filter("one mapping for a provider", |(_, _, mappings)| {
            let providers: std::collections::BTreeSet<_> = mappings.iter().map(|of| of.provider.clone()).collect();
            providers.len() == mappings.len()
        })
        .prop_map(|(authenticated, unauthenticated, mappings)| Desired {
            pool_id: "pool".into(),
            roles: Roles { authenticated, unauthenticated, mappings },
        })
}

/// Of another account, so that nobody asks whether it is there.
fn role() -> impl Strategy<Value = Text> {
    (0..3_u8).prop_map(|n| format!("arn:aws:iam::999999999999:role/r{n}").into())
}

fn mapping() -> impl Strategy<Value = Mapping> {
    let compare = prop::sample::select(vec![
        Comparison::Equals,
        Comparison::NotEqual,
        Comparison::StartsWith,
        Comparison::Contains,
    ]);
    let rule = ("[a-c]", compare, "[a-c]", role())
        .prop_map(|(claim, compare, value, role)| Rule { claim, compare, value, role });
    ("[a-c]", option::of(collection::vec(rule, 1..3)), any::<bool>()).prop_map(|(provider, rules, deny_otherwise)| {
        Mapping { provider: provider.into(), rules, deny_otherwise }
    })
}
