//! Strategies for DNS records.

use proptest::{collection, prelude::*, sample};

use super::{Content, Desired};
use crate::model::{Scope, Text};

fn content() -> impl Strategy<Value = Content<Text>> {
    let alias = (sample::select(vec!["d-a.example", "d-b.example"]), sample::select(vec!["Z1", "Z2"]), any::<bool>()).prop_map(
        |(target, zone_id, evaluate_health)| Content::Alias { target: target.into(), zone_id: zone_id.into(), evaluate_health },
    );
    let values = (sample::select(vec![60, 300]), collection::btree_set("10\\.0\\.0\\.[1-9]", 1..4)).prop_map(
        |(ttl_seconds, values)| Content::Values { ttl_seconds, values: values.into_iter().rev().map(Into::into).collect() },
    );
    prop_oneof![alias, values]
}

/// Records of the key `r`.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (
        sample::select(vec!["Z123", "example.com"]),
        sample::select(vec!["www.example.com", "*.example.com"]),
        sample::select(vec!["A", "AAAA"]),
        content(),
    )
        .prop_map(|(zone, name, kind, content)| Desired {
            zone: zone.to_owned(),
            name: name.to_owned(),
            kind: kind.to_owned(),
            content,
            owner: Scope::new("s", "dev").address("route53_record", "r").to_string(),
        })
}
