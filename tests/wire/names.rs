//! Two stacks whose names run together: stack `a` in stage `b-c`, stack `a-b` in stage `c`. What the first made under such a name is
//! not the second's.

use gatewright::{engine, kinds::Live, model::Env, planner::Graph};
use serde_json::{Value as Json, json};

use super::{
    common::{aws, graph_in, must_run, plan, request, run, secrets, wire::Wire},
    support::Emulator,
};

/// One of each kind whose name follows from stack, stage and key and is taken once in an account.
fn stack() -> Json {
    json!({
        "roles": { "shared": { "statements": [{ "actions": "dynamodb:*", "resources": "*" }] } },
        "layers": { "words": { "code": "code" } },
        "tables": { "notes": { "key": "id" } },
        "buckets": { "data": {} },
        "sites": { "site": { "folder": "pages" } },
        "functions": { "one": {
            "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "role": "shared", "log_retention_days": 7,
            "layers": ["words"], "events": [{ "schedule": "rate(5 minutes)" }],
        } },
        "user_pools": { "people": {} },
        "api": {
            "routes": { "GET /a": { "mock": true, "responses": { "200": {} } } },
            "stage": { "access_log": { "log_retention_days": 7 } },
        },
        "api_keys": { "partner": {} },
    })
}

fn named(name: &str, parts: &[&str]) -> String {
    let mut stack = stack();
    let members = stack.as_object_mut().expect("an object");
    members.retain(|key, _| parts.is_empty() || parts.contains(&key.as_str()));
    members.insert("stack".to_owned(), name.into());
    stack.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stack_whose_name_runs_into_another_touches_nothing_of_it() {
    let (emulator, dir, env) = (Emulator::ministack(), tempfile::tempdir().expect("a folder"), Env::fixed(6));
    let wire = Wire::new();
    let cloud = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    let graph = |name: &str, stage: &str, parts: &[&str]| {
        graph_in(dir.path(), &named(name, parts), stage, "one", &cloud.identity).graph
    };
    let first = graph("a", "b-c", &[]);
    must_run(&cloud, &first, &env).await;
    let before = emulator.inventory();

    let second = graph("a-b", "c", &[]);
    wire.clear();
    let refused = run(&cloud, &second, &env).await.err().expect("a refusal").to_string();
    assert_eq!(wire.writes(), [], "{refused}");
    let told: Vec<&str> = refused.split(": ").last().expect("a list").split(", ").collect();
    let expected = [
        "dynamodb_table/notes",
        "iam_role/shared",
        "lambda_function/one",
        "log_group/api/access",
        "s3_bucket/data",
        "static_site/site",
    ];
    for at in expected {
        assert!(told.contains(&format!("a-b/c/{at}").as_str()), "{at}: {refused}");
    }
    let rules = told.iter().filter(|at| at.starts_with("a-b/c/event_rule/")).count();
    assert_eq!(rules, 1, "{refused}");

    // APIs, keys, pools and layers may have a name twice: each stack has its own, and removes its own.
    let beside = graph("a-b", "c", &["api_keys", "user_pools", "layers"]);
    must_run(&cloud, &beside, &env).await;
    must_run(&cloud, &Graph::empty(beside.scope.clone()), &env).await;
    assert_eq!(emulator.inventory(), before);
    assert!(plan(&cloud, &first, &env).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_group_of_an_access_log_is_one_stacks_until_the_other_takes_it_over() {
    let (emulator, dir, env) = (Emulator::ministack(), tempfile::tempdir().expect("a folder"), Env::fixed(7));
    let cloud = aws(emulator.endpoint(), &Wire::new(), dir.path(), env.clone()).await;
    let graph = |name: &str, stage: &str| {
        graph_in(dir.path(), &named(name, &["api"]), stage, "one", &cloud.identity).graph
    };
    let (first, second) = (graph("a", "b-c"), graph("a-b", "c"));
    must_run(&cloud, &first, &env).await;
    let refused = run(&cloud, &second, &env).await.err().expect("a refusal").to_string();
    assert_eq!(refused, "1 object is there already and not made by this stack: a-b/c/log_group/api/access");

    let secrets = secrets();
    let adopting = engine::Request { adopt: true, ..request(&cloud, &second, &secrets, &env) };
    let adopted = engine::deploy(&adopting, &|_, _| true).await.unwrap_or_else(|error| panic!("{error}"));
    assert!(adopted.outcome.is_complete(), "{:#?}", adopted.outcome.failures);
    let taken = adopted.outcome.snapshot.iter().find_map(|(_, found)| match &found.live {
        Live::LogGroup(live) => Some(live.of_another),
        _ => None,
    });
    assert_eq!(taken, Some(false));
    assert!(plan(&cloud, &second, &env).await.is_empty());

    // It is the second's now: the first neither has it nor removes it.
    let refused = run(&cloud, &first, &env).await.err().expect("a refusal").to_string();
    assert!(refused.ends_with(": a/b-c/log_group/api/access"), "{refused}");
    let groups = || emulator.inventory_of(&["log_groups"])["log_groups"].as_array().map(Vec::len);
    must_run(&cloud, &Graph::empty(first.scope.clone()), &env).await;
    assert_eq!(groups(), Some(1));
    must_run(&cloud, &Graph::empty(second.scope.clone()), &env).await;
    assert_eq!(groups(), Some(0));
}
