//! Buckets and sites: the same story here and at emulators; what a browser gets; how many calls it takes.

use std::collections::BTreeMap;

use gatewright::{engine::DeployError, model::Env, planner::Graph};
use serde_json::json;

use super::{
    common::{aws, graph_of, must_run, plan, run, wire::Wire},
    parity::same_story,
    support::Emulator,
};

/// Made, changed in every way, changed back.
fn versions() -> Vec<(&'static str, String)> {
    let base = json!({
        "stack": "story",
        "buckets": {
            "data": {
                "versioning": true, "empty_on_destroy": true, "tags": { "team": "one" },
                "lifecycle": { "old": { "prefix": "logs/", "expire_days": 30, "transitions": { "GLACIER": 10 } } },
            },
            "pages": { "public_read": true, "website": { "error": "404.html" } },
            "plain": {},
        },
        "sites": { "site": {
            "folder": "pages", "error": "error.html",
            "generated": { "config.js": { "values": { "apiUrl": "https://a.example", "n": [1, 2] } } },
        } },
    });
    let mut changed = base.clone();
    changed["buckets"]["data"] = json!({
        "encryption": "kms", "object_ownership": "bucket_owner_preferred", "empty_on_destroy": true,
        "cors": [{ "origins": ["https://a.example"], "methods": ["GET", "PUT"], "headers": ["*"], "expose_headers": ["ETag"],
                   "max_age_seconds": 60 }, { "origins": "*" }],
        "lifecycle": { "two": { "enabled": false, "expire_old_versions_days": 3, "abort_uploads_days": 1 } },
        "statements": [{ "effect": "deny", "principals": "*", "actions": "s3:DeleteBucket",
                         "conditions": { "StringEquals": { "aws:PrincipalTag/team": "none" } } }],
    });
    changed["buckets"]["pages"] =
        json!({ "website": { "redirect_to": "www.example.com", "protocol": "https" } });
    changed["buckets"].as_object_mut().expect("buckets").remove("plain");
    changed["sites"]["site"]["generated"]["config.js"]["values"]["apiUrl"] = json!("https://b.example");
    changed["sites"]["site"]["cache_control"] = json!({ "**/*.txt": "max-age=60" });
    vec![("made", base.to_string()), ("changed", changed.to_string()), ("changed back", base.to_string())]
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack_tells_the_same_story() {
    same_story(&Emulator::ministack(), &versions(), &["stack_buckets"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moto_tells_the_same_story() {
    same_story(&Emulator::moto(), &versions(), &["stack_buckets"]).await;
}

fn get(url: &str) -> (u16, BTreeMap<String, String>, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).accept_encoding("identity");
    let agent: ureq::Agent = config.build().into();
    let mut answer = agent.get(url).call().expect("an answer");
    let headers = answer.headers().iter();
    let headers =
        headers.filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    (answer.status().as_u16(), headers.collect(), answer.body_mut().read_to_string().expect("text"))
}

/// What a browser gets, and the calls of each deploy.
async fn served(emulator: &Emulator) {
    let dir = tempfile::tempdir().expect("a folder");
    let (wire, env) = (Wire::new(), Env::fixed(1));
    let account = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    let text = json!({
        "stack": "story",
        "sites": { "site": {
            "folder": "pages", "error": "error.html",
            "generated": { "config.js": { "values": { "apiUrl": "${api.url}", "site": "${site.url}" } } },
        } },
        "api": { "routes": { "GET /health": { "mock": true, "responses": { "200": {} } } } },
        "outputs": { "site": "${site.url}", "api": "${api.url}" },
    })
    .to_string();
    let graph = graph_of(dir.path(), &text, "one", &account.identity).graph;
    let done = must_run(&account, &graph, &env).await;
    let at = graph.scope.address("static_site", "site");
    let url = done
        .outcome
        .snapshot
        .live(&at)
        .and_then(|live| live.attribute("url", &account.identity))
        .expect("a URL");
    let (status, headers, body) = get(&format!("{url}/index.html"));
    assert_eq!((status, body.as_str()), (200, "one"));
    assert_eq!(headers["content-type"], "text/html; charset=utf-8");
    assert_eq!(headers["cache-control"], "no-cache");
    let (status, headers, body) = get(&format!("{url}/config.js"));
    let api = graph.scope.address("rest_api", "api");
    let api_id = done
        .outcome
        .snapshot
        .live(&api)
        .and_then(|live| live.attribute("id", &account.identity))
        .expect("an id");
    let expected = format!(
        "window.CONFIG = {{\n  \"apiUrl\": \"{}\",\n  \"site\": \"{url}\"\n}};\n",
        account.identity.stage_url(&api_id, "dev")
    );
    assert_eq!((status, body), (200, expected));
    assert_eq!(headers["content-type"], "text/javascript; charset=utf-8");

    wire.clear();
    let again = must_run(&account, &graph, &env).await;
    assert!(again.plan.is_empty(), "{:#?}", again.plan.items);
    let s3: Vec<String> = wire
        .seen()
        .into_iter()
        .filter(|seen| seen.service == "s3")
        .map(|seen| seen.operation.clone())
        .collect();
    assert!(s3.len() <= 7, "ledger, outputs, tags, public access, website, policy, one listing: {s3:?}");

    wire.clear();
    let changed = graph_of(dir.path(), &text, "two", &account.identity).graph;
    must_run(&account, &changed, &env).await;
    let (_, _, body) = get(&format!("{url}/index.html"));
    assert_eq!(body, "two");
    assert_eq!(get(&format!("{url}/one.txt")).0, 404, "what is gone from the folder is gone from the site");
    let puts = wire.writes().into_iter().filter(|seen| seen.operation.contains("x-id=PutObject")).count();
    assert_eq!(puts, 4, "the page, the file named by its content, and two writes of the ledger");
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack_serves_the_site() {
    served(&Emulator::ministack()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moto_serves_the_site() {
    served(&Emulator::moto()).await;
}

/// Objects that the stack did not make are not deleted, until the stack file says so; then all is gone, in every version.
#[tokio::test(flavor = "multi_thread")]
async fn data_is_deleted_only_where_the_stack_file_says_so() {
    let emulator = Emulator::ministack();
    let dir = tempfile::tempdir().expect("a folder");
    let (wire, env) = (Wire::new(), Env::fixed(1));
    let account = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    let text = |empty: bool| {
        let name = "story-of-${account}-data";
        json!({ "stack": "story", "buckets": { "data": { "name": name, "versioning": true, "empty_on_destroy": empty } } })
            .to_string()
    };
    let graph = graph_of(dir.path(), &text(false), "one", &account.identity).graph;
    must_run(&account, &graph, &env).await;
    let bucket = format!("story-of-{}-data", account.identity.account_id);
    for body in ["one", "two"] {
        account
            .s3
            .put_object()
            .bucket(&bucket)
            .key("theirs")
            .body(body.as_bytes().to_vec().into())
            .send()
            .await
            .expect("put");
    }
    account
        .s3
        .delete_object()
        .bucket(&bucket)
        .key("theirs")
        .send()
        .await
        .expect("deleted, in its last version");

    wire.clear();
    let nothing = Graph::empty(graph.scope.clone());
    // The name does not begin like the stack's: the ledger remembers it.
    let refused = run(&account, &nothing, &env).await;
    match refused {
        Err(DeployError::Refused(refused)) => {
            assert!(refused.hint().contains("empty_on_destroy"), "{refused}")
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it was destroyed"),
    }
    assert_eq!(wire.writes(), [], "nothing was touched");
    let gone = json!({ "stack": "story", "buckets": {} }).to_string();
    let without = graph_of(dir.path(), &gone, "one", &account.identity).graph;
    assert!(
        matches!(run(&account, &without, &env).await, Err(DeployError::Refused(_))),
        "the same by taking it out"
    );

    let told = graph_of(dir.path(), &text(true), "one", &account.identity).graph;
    assert_eq!(plan(&account, &told, &env).await.ops().count(), 1, "one tag");
    must_run(&account, &told, &env).await;
    must_run(&account, &nothing, &env).await;
    assert_eq!(emulator.inventory_of(&["stack_buckets"])["stack_buckets"], json!([]));
}
