//! Identity pools and user pools against emulators: the same story as in the local account, and no second pool after a lost answer.

use gatewright::{kinds::Kind, model::Env, planner::Graph};
use serde_json::{Value as Json, json};

use super::{
    common::{
        aws, graph_of, must_run, run,
        wire::{Fault, Wire},
    },
    parity::same_story,
    support::Emulator,
    trial::{At, Trial},
};

/// What is left of these after a removal is a mistake.
const KINDS: [&str; 4] = ["identity_pools", "user_pools", "roles", "rest_apis"];

/// Who may take a role: users of the identity pool `visitors`, by the id that it gets.
fn trust(amr: &str) -> Json {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": { "Federated": "cognito-identity.amazonaws.com" },
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {
            "StringEquals": { "cognito-identity.amazonaws.com:aud": "${identity_pools.visitors.id}" },
            "ForAnyValue:StringLike": { "cognito-identity.amazonaws.com:amr": amr },
        },
    }] })
}

fn base() -> Json {
    json!({
        "stack": "story",
        "roles": {
            "member": { "trust": trust("authenticated"), "statements": [{ "actions": "execute-api:Invoke", "resources": "*" }] },
            "guest": { "trust": trust("unauthenticated") },
        },
        "user_pools": { "people": {
            "username_attributes": ["email"], "auto_verified": ["email"],
            "attributes": { "email": { "required": true }, "plan": { "maximum": 20 } },
            "client": { "auth_flows": ["user_password", "refresh_token"], "id_token": "30 minutes" },
            "tags": { "team": "a" },
        } },
        "identity_pools": { "visitors": {
            "allow_unauthenticated": true, "developer_provider": "login.example.app",
            "user_pools": [{ "user_pool": "people" }],
            "roles": { "authenticated": "member", "unauthenticated": "guest" },
        } },
        "functions": { "one": { "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "environment": {
            "POOL": "${user_pools.people.id}", "CLIENT": "${user_pools.people.client_id}", "IDENTITIES": "${pool.arn}",
        } } },
        "api": {
            "authorizers": { "people": { "type": "cognito", "user_pools": ["people"] } },
            "routes": { "GET /me": { "function": "one", "authorizer": "people" } },
        },
        "outputs": { "issuer": "${user_pool.issuer}" },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn pools_tell_the_same_story() {
    let base = base();
    let mut changed = base.clone();
    let people = &mut changed["user_pools"]["people"];
    people["password"] = json!({ "minimum_length": 12, "symbols": false, "temporary_days": 2 });
    people["mfa"] = json!("optional");
    people["account_recovery"] = json!(["verified_phone_number", "verified_email"]);
    people["email"] = json!({ "identity": "arn:aws:ses:ap-south-1:999988887777:identity/a.example", "from": "a@a.example" });
    people["attributes"]["seats"] = json!({ "type": "number", "minimum": 1, "mutable": false });
    people["deletion_protection"] = json!(true);
    people["domain"] = json!("story-sign-in");
    people["client"] = json!({
        "oauth_flows": ["code"], "oauth_scopes": ["openid", "email"], "callback_urls": ["https://a.example/back", "${api.url}"],
        "logout_urls": ["https://a.example"], "refresh_token": "7 days", "hide_user_existence": false,
    });
    let visitors = &mut changed["identity_pools"]["visitors"];
    visitors["allow_unauthenticated"] = json!(false);
    visitors["classic_flow"] = json!(true);
    visitors["login_providers"] = json!({ "graph.facebook.com": "123" });
    visitors["user_pools"][0]["server_side_token_check"] = json!(true);
    visitors["roles"] = json!({ "authenticated": "member" });
    visitors["role_mappings"] = json!([
        { "user_pool": "people", "type": "rules", "otherwise": "deny", "rules": [
            { "claim": "cognito:groups", "match": "contains", "value": "guests", "role": "guest" } ] },
        { "provider": "graph.facebook.com", "type": "token" },
    ]);
    let mut smaller = base.clone();
    smaller["identity_pools"]["visitors"].as_object_mut().expect("a pool").remove("roles");
    smaller["user_pools"]["people"].as_object_mut().expect("a pool").remove("client");
    smaller["identity_pools"]["visitors"].as_object_mut().expect("a pool").remove("user_pools");
    smaller["functions"]["one"]["environment"] = json!({});
    let versions = vec![
        ("made", base.to_string()),
        ("changed", changed.to_string()),
        ("changed back", base.to_string()),
        ("without roles and client", smaller.to_string()),
    ];
    same_story(&Emulator::ministack(), &versions, &KINDS).await;
}

/// moto answers 500 to `SetIdentityPoolRoles`, does not know the classic flow, and forgets the user names of a user pool at its first
/// update: only what is left of identity pools is told to it.
#[tokio::test(flavor = "multi_thread")]
async fn an_identity_pool_tells_the_same_story_to_moto() {
    let base = json!({
        "stack": "story",
        "identity_pools": { "visitors": { "allow_unauthenticated": true, "developer_provider": "login.example.app" } },
    });
    let mut changed = base.clone();
    changed["identity_pools"]["visitors"] = json!({
        "developer_provider": "login.example.app", "login_providers": { "graph.facebook.com": "123" },
        "openid_connect_providers": ["arn:aws:iam::999988887777:oidc-provider/a.example"], "tags": { "team": "a" },
    });
    let versions = vec![
        ("made", base.to_string()),
        ("changed", changed.to_string()),
        ("changed back", base.to_string()),
    ];
    same_story(&Emulator::moto(), &versions, &KINDS).await;
}

/// One pool of each sort: small enough to be deployed at every fault.
fn small() -> String {
    json!({
        "stack": "story",
        "roles": { "member": { "trust": trust("authenticated") } },
        "user_pools": { "people": { "mfa": "optional", "client": {} } },
        "identity_pools": { "visitors": { "user_pools": [{ "user_pool": "people" }], "roles": { "authenticated": "member" } } },
    })
    .to_string()
}

fn counted(emulator: &Emulator) -> [usize; 3] {
    let inventory = emulator.inventory_of(&["identity_pools", "user_pools", "user_pool_clients"]);
    ["identity_pools", "user_pools", "user_pool_clients"]
        .map(|kind| inventory[kind].as_array().map_or(0, Vec::len))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_at_each_call_leaves_one_of_each() {
    let emulator = Emulator::ministack();
    let counts = [("identity_pools", 1), ("user_pools", 1), ("user_pool_clients", 1), ("roles", 1)];
    let trial = Trial { emulator: &emulator, text: &small(), counts: &counts, at: At::EveryCall };
    for (name, fault) in [
        ("lost answer", Fault::LostAnswer),
        ("refused connection", Fault::Refused),
        ("unavailable", Fault::Unavailable),
        ("denied", Fault::Error(400, "NotAuthorizedException", "User is not authorized to perform this")),
    ] {
        let calls = trial.each(name, &fault).await;
        assert!(calls > 10, "{name}: {calls} calls");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pools_cost_few_calls_and_none_where_there_are_none() {
    let emulator = Emulator::ministack();
    let dir = tempfile::tempdir().expect("a folder");
    let (wire, env) = (Wire::new(), Env::fixed(1));
    let account = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    let graph = graph_of(dir.path(), &small(), "one", &account.identity).graph;
    must_run(&account, &graph, &env).await;
    wire.clear();
    must_run(&account, &graph, &env).await;
    let cognito = || -> Vec<String> {
        let seen = wire.seen().into_iter().filter(|seen| seen.service.contains("cognito"));
        let mut calls: Vec<String> = seen.map(|seen| seen.operation).collect();
        calls.sort();
        calls
    };
    assert_eq!(
        cognito(),
        [
            "DescribeIdentityPool",
            "DescribeUserPool",
            "DescribeUserPoolClient",
            "GetIdentityPoolRoles",
            "GetUserPoolMfaConfig",
            "ListIdentityPools",
            "ListUserPoolClients",
            "ListUserPools",
        ]
    );
    // The ledger knows what the stack no longer wants, though no listing of tags does.
    let without = json!({ "stack": "story", "roles": { "member": {} } }).to_string();
    let without = graph_of(dir.path(), &without, "one", &account.identity).graph;
    must_run(&account, &without, &env).await;
    assert_eq!(counted(&emulator), [0, 0, 0]);
    must_run(&account, &without, &env).await;
    wire.clear();
    must_run(&account, &without, &env).await;
    assert_eq!(cognito(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_protected_pool_stops_a_removal_before_anything_is_deleted() {
    let emulator = Emulator::ministack();
    let dir = tempfile::tempdir().expect("a folder");
    let (wire, env) = (Wire::new(), Env::fixed(1));
    let account = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    let mut protected: Json = serde_json::from_str(&small()).expect("JSON");
    protected["user_pools"]["people"]["deletion_protection"] = json!(true);
    let graph = graph_of(dir.path(), &protected.to_string(), "one", &account.identity).graph;
    must_run(&account, &graph, &env).await;
    wire.clear();
    let nothing = Graph::empty(graph.scope.clone());
    let refused = run(&account, &nothing, &env).await.err().expect("a refusal").to_string();
    let at = graph.scope.address(gatewright::kinds::CognitoUserPool::NAME, "people");
    assert!(refused.contains(&at.to_string()) && refused.contains("protected from deletion"), "{refused}");
    assert_eq!(wire.writes(), []);
    assert_eq!(counted(&emulator), [1, 1, 1]);
    let open = graph_of(dir.path(), &small(), "one", &account.identity).graph;
    must_run(&account, &open, &env).await;
    must_run(&account, &nothing, &env).await;
    assert_eq!(counted(&emulator), [0, 0, 0]);
}
