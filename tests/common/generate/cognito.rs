//! User pools and identity pools.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

/// `user_pools` and `identity_pools`: some of one or two each. What is decided for ever is the same for each key, so that any stack may
/// follow any other.
pub fn pools() -> impl Strategy<Value = Json> {
    let users = prop::collection::btree_map(0..2_usize, user_pool(), 0..3);
    let identities = prop::collection::btree_map(0..2_usize, identity_pool(), 0..3);
    (users, identities).prop_map(|(users, identities)| {
        let with_client =
            |key: &usize| users.get(key).is_some_and(|pool: &Json| pool.get("client").is_some());
        let mut named = Map::new();
        for (key, mut pool) in identities {
            if with_client(&key) {
                pool["user_pools"] = json!([{ "user_pool": format!("users{key}") }]);
                if pool["allow_unauthenticated"] == true {
                    pool["role_mappings"] = json!([{ "user_pool": format!("users{key}"), "type": "token" }]);
                }
            }
            named.insert(format!("identities{key}"), pool);
        }
        let users: Map<String, Json> =
            users.into_iter().map(|(key, pool)| (format!("users{key}"), pool)).collect();
        json!({ "user_pools": users, "identity_pools": named })
    })
}

fn user_pool() -> impl Strategy<Value = Json> {
    let mfa = prop::sample::select(vec!["off", "optional", "on"]);
    (6..20_i32, any::<bool>(), mfa, any::<bool>(), any::<bool>(), prop::option::of(client())).prop_map(
        |(length, symbols, mfa, own, admin, client)| {
            let mut pool = json!({
                "username_attributes": ["email"], "auto_verified": ["email"], "mfa": mfa, "admin_create_only": admin,
                "password": { "minimum_length": length, "symbols": symbols },
                "attributes": { "email": { "required": true } },
            });
            if own {
                pool["attributes"]["plan"] = json!({ "maximum": 20 });
            }
            if let Some(client) = client {
                pool["client"] = client;
            }
            pool
        },
    )
}

fn client() -> impl Strategy<Value = Json> {
    (5..60_i32, any::<bool>(), any::<bool>()).prop_map(|(minutes, pages, hide)| {
        let mut client = json!({ "id_token": format!("{minutes} minutes"), "hide_user_existence": hide });
        if pages {
            client["oauth_flows"] = json!(["code"]);
            client["oauth_scopes"] = json!(["openid"]);
            client["callback_urls"] = json!(["https://a.example/back"]);
        }
        client
    })
}

fn identity_pool() -> impl Strategy<Value = Json> {
    let logins = prop::collection::btree_map("[a-c]\\.example", "[a-z]{1,4}", 0..3);
    (any::<bool>(), logins, any::<bool>(), any::<bool>()).prop_map(|(open, logins, roles, classic)| {
        let mut pool = json!({
            "allow_unauthenticated": open, "classic_flow": classic, "developer_provider": "login.example.app",
            "login_providers": logins,
        });
        if roles {
            pool["roles"] = json!({ "authenticated": "shared" });
        }
        pool
    })
}
