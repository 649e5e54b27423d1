//! A ledger that is lost hides nothing: what only it remembered is found by owner tags.

use gatewright::{model::Env, planner::Graph};
use serde_json::json;

use super::{
    common::{aws, graph_of, must_run, plan, wire::Wire},
    support::Emulator,
};

/// What nothing lists for a stage. MiniStack's tagging API knows these; keys, plans, domains, mail identities and the tags with which
/// an identity pool is made it does not.
const STACK: &str = "
stack: story
tables: { users: { key: username } }
user_pools: { people: { client: {} } }
buckets: { data: {}, named: { name: a-name-of-its-own } }
sites: { site: { folder: pages } }
";

const KINDS: [&str; 4] = ["tables", "user_pools", "user_pool_clients", "stack_buckets"];

async fn without_ledger(next: &str) {
    let emulator = Emulator::ministack();
    let dir = tempfile::tempdir().expect("a folder");
    let (env, wire) = (Env::fixed(1), Wire::new());
    let account = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    let graph = graph_of(dir.path(), STACK, "one", &account.identity).graph;
    must_run(&account, &graph, &env).await;
    for kind in KINDS {
        assert_ne!(emulator.inventory_of(&[kind])[kind], json!([]), "{kind}");
    }
    let nothing = Graph::empty(graph.scope.clone());
    let planned = plan(&account, &nothing, &env).await;
    let artifacts = account.identity.artifacts_bucket();
    gatewright::kinds::s3_bucket::empty(&account, &artifacts, "ledger/").await.expect("deleted");
    assert_eq!(plan(&account, &nothing, &env).await.items, planned.items, "no plan is another");
    assert!(plan(&account, &graph, &env).await.is_empty(), "what is wanted is there");

    let next = match next {
        "" => nothing,
        next => graph_of(dir.path(), next, "one", &account.identity).graph,
    };
    must_run(&account, &next, &env).await;
    let left = emulator.inventory_of(&KINDS);
    for kind in KINDS {
        assert_eq!(left[kind], json!([]), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_destroy() {
    without_ledger("").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_a_deploy_that_wants_something_else() {
    without_ledger("{ stack: story, roles: { other: { trust: lambda.amazonaws.com } } }").await;
}
