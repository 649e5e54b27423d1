//! API keys, usage plans, domains and DNS records.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

/// Keys, and plans of which no two have a key in common: a later version of the stack moves keys from one to the other.
pub fn keys_and_plans() -> impl Strategy<Value = Json> {
    let key = (
        any::<bool>(),
        any::<bool>(),
        prop::option::of("[a-z]{1,6}"),
        prop::sample::select(vec!["p0", "p1"]),
    );
    let keys = prop::collection::btree_map(prop::sample::select(vec!["k1", "k2", "k3"]), key, 0..4);
    let plan = (prop::option::of((1..50_i32, 1..50_i32)), prop::option::of(1..1000_i32), any::<bool>());
    let plans = prop::collection::btree_map(prop::sample::select(vec!["p0", "p1"]), plan, 0..3);
    (keys, plans).prop_map(|(keys, plans)| {
        let mut all = Map::new();
        for (name, (enabled, given, description, _)) in &keys {
            let mut key = json!({ "enabled": enabled });
            if *given {
                key["value"] = json!(format!("${{env:THE_VALUE_OF_THE_KEY_{name}}}"));
            }
            if let Some(text) = description {
                key["description"] = json!(text);
            }
            all.insert((*name).to_owned(), key);
        }
        let mut made = Map::new();
        for (name, (throttling, quota, weekly)) in &plans {
            let own = keys.iter().filter(|(_, (.., plan))| plan == name).map(|(key, _)| *key);
            let mut plan = json!({ "keys": own.collect::<Vec<_>>() });
            if let Some((rate, burst)) = throttling {
                plan["throttling"] = json!({ "rate": rate, "burst": burst });
            }
            if let Some(limit) = quota {
                let (period, offset) = if *weekly { ("week", 2) } else { ("day", 0) };
                plan["quota"] = json!({ "limit": limit, "period": period, "offset": offset });
            }
            made.insert((*name).to_owned(), plan);
        }
        json!({ "api_keys": all, "usage_plans": made })
    })
}

/// A domain, and records that lead to it and elsewhere.
pub fn domains_and_records() -> impl Strategy<Value = Json> {
    let domain = (any::<bool>(), any::<bool>(), prop::sample::select(vec!["a", "b"]));
    let record = prop::collection::btree_set("10\\.0\\.0\\.[1-9]", 1..3);
    (prop::option::of(domain), prop::option::of(record), any::<bool>()).prop_map(|(domain, values, text)| {
        let (mut domains, mut records) = (Map::new(), Map::new());
        if let Some((edge, old, certificate)) = domain {
            let mut main = json!({
                "name": "api.example.com",
                "certificate_arn": format!("arn:aws:acm:us-east-1:111122223333:certificate/{certificate}"),
                "endpoint": if edge { "edge" } else { "regional" },
            });
            if old {
                main["security_policy"] = json!("tls_1_0");
            }
            domains.insert("main".to_owned(), main);
            records.insert("api".to_owned(), json!({ "zone": "example.com", "name": "api.example.com", "alias": { "domain": "main" } }));
        }
        if let Some(values) = values {
            records.insert("www".to_owned(), json!({ "zone": "Z123", "name": "www.example.com", "type": "A", "values": values }));
        }
        if text {
            records.insert("txt".to_owned(), json!({ "zone": "example.com", "name": "example.com", "type": "TXT", "values": ["v=spf1 -all"] }));
        }
        json!({ "domains": domains, "records": records })
    })
}
