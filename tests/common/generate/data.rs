//! Tables and SES identities. A table's key follows from its name: another key would be another table, which is refused.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

/// Any tables and identities, but none that is protected: every generated stack is destroyed in the end.
pub fn data() -> impl Strategy<Value = Json> {
    let tables = prop::collection::btree_map(prop::sample::select(vec!["users", "events"]), table(), 0..3);
    let identities = prop::collection::btree_map("[ab]", identity(), 0..3);
    (tables, identities).prop_map(|(tables, identities)| {
        let tables: Map<String, Json> = tables.into_iter().map(|(name, table)| keyed(name, table)).collect();
        // An account has an identity only once.
        let identities: Map<String, Json> = identities
            .into_iter()
            .map(|(key, mut identity)| {
                let name = identity["identity"].as_str().unwrap_or_default().replace('*', &key);
                identity["identity"] = name.into();
                (key, identity)
            })
            .collect();
        json!({ "tables": tables, "ses_identities": identities })
    })
}

fn table() -> impl Strategy<Value = Json> {
    let capacity =
        || (1..3_i64, 1..3_i64).prop_map(|(read, write)| json!({ "read_units": read, "write_units": write }));
    let projection = prop_oneof![Just(json!("all")), Just(json!("keys_only")), Just(json!(["x", "y"]))];
    let index = (prop::sample::select(vec!["mail", "name"]), projection);
    (
        prop::option::of(capacity()),
        prop::collection::btree_map("by_[a-c]", index, 0..3),
        prop::option::of(prop::sample::select(vec!["expires", "until"])),
        prop::option::of(prop::sample::select(vec!["keys_only", "new_and_old_images"])),
        any::<[bool; 3]>(),
        prop::collection::btree_map("[x-z]", "[a-z]{1,3}", 0..2),
    )
        .prop_map(|(capacity, indexes, ttl, stream, [recovery, rare, managed], tags)| {
            let indexes: Map<String, Json> = indexes
                .into_iter()
                .map(|(name, (hash, projection))| (name, json!({ "hash": hash, "projection": projection })))
                .collect();
            let mut table = json!({ "indexes": indexes, "point_in_time_recovery": recovery, "tags": tags });
            if let Some(capacity) = capacity {
                table["billing"] = capacity;
            }
            if let Some(ttl) = ttl {
                table["ttl"] = ttl.into();
            }
            if let Some(stream) = stream {
                table["stream"] = stream.into();
            }
            if rare {
                table["table_class"] = "standard_infrequent_access".into();
            }
            if managed {
                table["encryption"] = "aws_managed".into();
            }
            table
        })
}

fn keyed(name: &str, mut table: Json) -> (String, Json) {
    if name == "events" {
        table["key"] = json!({ "hash": "channel", "range": "at" });
        table["attributes"] = json!({ "at": "N" });
        table["local_indexes"] = json!({ "by_size": { "range": "size", "projection": "keys_only" } });
    } else {
        table["key"] = "username".into();
    }
    (name.to_owned(), table)
}

fn identity() -> impl Strategy<Value = Json> {
    let domain = (any::<bool>(), prop::sample::select(vec![1024, 2048])).prop_map(|(signing, bits)| {
        json!({ "identity": "*.example.org", "dkim": { "signing": signing, "key_bits": bits } })
    });
    prop_oneof![Just(json!({ "identity": "*@example.com" })), domain]
}
