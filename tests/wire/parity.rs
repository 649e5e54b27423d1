//! The local account and an emulator end in the same objects after each step of the same story.

use std::collections::BTreeMap;

use gatewright::{account::Account, model::Env, planner::Graph};
use serde_json::{Value as Json, json};

use super::{
    common::{Place, aws, graph_of, must_run, plan, snapshot, wire::Wire},
    support::{Emulator, EmulatorKind},
};

/// What the inventory of an emulator must not have after the removal.
const KINDS: [&str; 5] = ["roles", "functions", "permissions", "rest_apis", "log_groups"];

/// The story: made, changed in many ways, changed back, removed.
fn versions() -> Vec<(&'static str, String)> {
    let base = json!({
        "stack": "story",
        "roles": { "shared": {
            "managed_policies": ["service-role/AWSLambdaBasicExecutionRole"],
            "statements": [{ "actions": "s3:GetObject", "resources": "arn:aws:s3:::bucket/*" }],
        } },
        "functions": {
            "one": { "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "role": "shared",
                     "environment": { "AA": "1", "BB": "2" }, "log_retention_days": 14 },
            "two": { "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "timeout_seconds": 9 },
        },
        "api": {
            "authorizers": { "jwt": { "type": "token", "function": "two", "result_ttl_seconds": 60 } },
            "routes": {
                "GET /users/{id}": { "function": "one", "authorizer": "jwt" },
                "POST /users": { "function": "one", "integration": "custom",
                    "request_templates": { "application/json": "{\"a\": $input.json('$.a')}" },
                    "responses": { "200": {}, "400": { "when": ".*bad.*", "headers": { "X-Kind": "'bad'" } } } },
                "GET /health": { "mock": true, "responses": { "200": {} } },
            },
            "stage": { "description": "first", "variables": { "v": "1" } },
        },
        "outputs": { "url": "${api.url}" },
    });
    let mut changed = base.clone();
    changed["functions"]["one"]["environment"] = json!({ "AA": "9", "CC": "3" });
    changed["functions"]["one"]["log_retention_days"] = json!(7);
    changed["functions"]["two"]["memory_mb"] = json!(512);
    changed["roles"]["shared"]["statements"][0]["actions"] = json!(["s3:GetObject", "s3:PutObject"]);
    changed["api"]["routes"]["GET /things/{proxy+}"] = json!({ "function": "two" });
    changed["api"]["routes"].as_object_mut().expect("routes").remove("GET /health");
    changed["api"]["stage"] = json!({ "description": "second", "variables": { "w": "2" } });
    vec![("made", base.to_string()), ("changed", changed.to_string()), ("changed back", base.to_string())]
}

fn comparable(
    snapshot: &gatewright::kinds::Snapshot,
    identity: &gatewright::model::Identity,
) -> BTreeMap<String, Json> {
    let mut objects = BTreeMap::new();
    // Ids that stand inside other texts: in ARNs, in trust policies.
    let pools = snapshot.iter().filter(|(at, _)| at.kind.starts_with("cognito_"));
    let ids: Vec<String> = pools.filter_map(|(_, found)| found.live.attribute("id", identity)).collect();
    for (at, found) in snapshot.iter().filter(|(at, _)| at.scope.stack == "story") {
        let mut json = serde_json::to_value(&found.live).expect("JSON");
        mask(&mut json, identity);
        let text = ids.iter().fold(json.to_string(), |text, id| {
            // The region in an id is masked already.
            text.replace(&id.replace(&identity.region, "(region)"), "(id)")
        });
        let json: Json = serde_json::from_str(&text).expect("JSON");
        objects.insert(at.to_string(), json);
    }
    objects
}

/// Ids by the fields that hold them; account and region by their text.
fn mask(value: &mut Json, identity: &gatewright::model::Identity) {
    match value {
        Json::Object(map) => {
            // What a client sends with an API key is not read from AWS.
            if map.contains_key("enabled") {
                map.remove("value");
            }
            for (key, member) in map.iter_mut() {
                match key.as_str() {
                    "target" | "zone_id" | "id" | "api_id" | "deployment_id" | "source_arn"
                    | "revision_id" => *member = "(id)".into(),
                    "resource_ids" | "authorizer_ids" | "validator_ids" => {
                        for id in member.as_object_mut().into_iter().flat_map(|ids| ids.values_mut()) {
                            *id = "(id)".into();
                        }
                    }
                    "stream_label" | "dkim_tokens" => *member = "(made by AWS)".into(),
                    "callback_urls" => *member = "(hold an id)".into(),
                    "values" if member.is_object() && !member["ttl_seconds"].is_number() => {
                        *member = "(holds an id)".into();
                    }
                    "key_ids" => {
                        let ids = member.as_array().map_or(0, Vec::len);
                        *member = format!("{ids} ids").into();
                    }
                    "targets" => {
                        let endpoints = member
                            .as_object()
                            .map(|by_endpoint| by_endpoint.keys().cloned().collect::<Vec<_>>());
                        *member = endpoints.into();
                    }
                    // Of a usage plan, by API and stage.
                    "stages" if member.is_object() => {
                        let stages = member.as_object().into_iter().flatten();
                        let named = stages.map(|(id, rates)| {
                            (id.split(':').next_back().unwrap_or_default().to_owned(), rates.clone())
                        });
                        *member = Json::Object(named.collect());
                    }
                    // A hash of texts that hold the account's number.
                    "content_hash" => *member = "(hash)".into(),
                    _ => mask(member, identity),
                }
            }
            // How objects are served is in no listing of S3; the tag that stands for it is compared.
            if map.contains_key("md5_hex") {
                map.remove("headers");
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| mask(item, identity)),
        Json::String(text) => {
            *text = text.replace(&identity.account_id, "(account)").replace(&identity.region, "(region)");
        }
        _ => {}
    }
}

/// Tells `versions` of the stack `story` to the local account and to `emulator`; after the removal its inventory has none of `kinds`.
pub(crate) async fn same_story(emulator: &Emulator, versions: &[(&'static str, String)], kinds: &[&str]) {
    same_story_of(emulator, versions, kinds, None).await;
}

/// The same, of which only the objects of `compared` are compared: an emulator may keep something else of the others.
pub(crate) async fn same_story_of(
    emulator: &Emulator,
    versions: &[(&'static str, String)],
    kinds: &[&str],
    compared: Option<&[&str]>,
) {
    let place = Place::new(1);
    let dir = tempfile::tempdir().expect("a folder");
    let env = Env::fixed(2);
    let cloud = aws(emulator.endpoint(), &Wire::new(), dir.path(), env.clone()).await;
    for (step, text) in versions {
        let here = graph_of(place.dir.path(), text, step, place.account.identity()).graph;
        let there = graph_of(dir.path(), text, step, &cloud.identity).graph;
        must_run(&place.account, &here, &place.env).await;
        must_run(&cloud, &there, &env).await;
        if emulator.kind() == EmulatorKind::MiniStack {
            // Its DeleteResource leaves the children, which AWS deletes with their parent: the next deploy finds them.
            must_run(&cloud, &there, &env).await;
        }
        let is_compared = |kind: &str| compared.is_none_or(|compared| compared.contains(&kind));
        let mut rest = plan(&cloud, &there, &env).await;
        rest.items.retain(|item| is_compared(&item.address.kind));
        assert!(rest.is_empty(), "{step}: a second deploy would still change {:#?}", rest.items);
        let mut ours = comparable(&snapshot(&place.account, &here).await, place.account.identity());
        let mut theirs = comparable(&snapshot(&cloud, &there).await, &cloud.identity);
        for objects in [&mut ours, &mut theirs] {
            objects.retain(|at, _| is_compared(at.split('/').nth(2).unwrap_or_default()));
        }
        for (at, live) in &ours {
            let other = theirs.get(at).unwrap_or(&Json::Null);
            assert_eq!(
                serde_json::to_string_pretty(live).expect("JSON"),
                serde_json::to_string_pretty(other).expect("JSON"),
                "{step}: {at}"
            );
        }
        assert_eq!(ours.len(), theirs.len(), "{step}");
    }
    let nothing = Graph::empty(gatewright::model::Scope::new("story", "dev"));
    must_run(&cloud, &nothing, &env).await;
    let left = emulator.inventory_of(kinds);
    for kind in kinds {
        assert_eq!(left[*kind], json!([]), "{kind} left behind");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack_tells_the_same_story() {
    same_story(&Emulator::ministack(), &versions(), &KINDS).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn localstack_tells_the_same_story() {
    same_story(&Emulator::localstack(), &versions(), &KINDS).await;
}
