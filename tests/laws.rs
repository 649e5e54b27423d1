//! Laws that hold for every stack: property tests over generated ones, on the local account.

mod common;

use std::collections::BTreeMap;

use common::{Place, addresses, block_on, generate, graph_of, must_run, plan, snapshot};
use gatewright::{
    account::{Account, LedgerState},
    kinds::{Context, Op},
    model::{Phase, Plan},
    planner::{self, AnyPlan, Graph},
};
use proptest::prelude::*;

fn cases() -> ProptestConfig {
    ProptestConfig { cases: 40, max_shrink_iters: 200, ..ProptestConfig::default() }
}

/// Everything an item waits for stands before it, and what its object needs and also changes is among it, directly or not.
fn check_order(plan: &AnyPlan, graph: &Graph) {
    for (place, item) in plan.items.iter().enumerate() {
        assert!(
            item.after.iter().all(|before| *before < place),
            "{} waits for something later",
            item.address
        );
        if item.phase != Phase::Apply {
            continue;
        }
        let mut reached = item.after.clone();
        let mut next = 0;
        while next < reached.len() {
            let more = plan.items[reached[next]].after.clone();
            reached.extend(more);
            next += 1;
        }
        for need in graph.needs(&item.address) {
            let changes =
                plan.items.iter().position(|other| other.address == need && other.phase == Phase::Apply);
            if let Some(changes) = changes {
                assert!(reached.contains(&changes), "{} does not wait for {need}", item.address);
            }
        }
    }
}

fn check_round_trip(plan: &AnyPlan) {
    let text = serde_json::to_string(plan).expect("a plan is JSON");
    let again: Plan<Op> = serde_json::from_str(&text).expect("and comes back");
    assert_eq!(&again, plan);
    assert_eq!(serde_json::to_string(&again).expect("JSON"), text, "byte for byte");
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn applying_a_plan_empties_it_and_destroying_leaves_nothing(one in generate::stack(), two in generate::stack()) {
        block_on(async {
            let place = Place::new(1);
            let identity = place.account.identity().clone();
            for generated in [&one, &two, &one] {
                let graph = graph_of(place.dir.path(), &generated.text, &generated.code, &identity).graph;
                let first = plan(&place.account, &graph, &place.env).await;
                check_order(&first, &graph);
                check_round_trip(&first);
                prop_assert_eq!(&plan(&place.account, &graph, &place.env).await, &first, "a plan is repeatable");
                must_run(&place.account, &graph, &place.env).await;
                let rest = plan(&place.account, &graph, &place.env).await;
                prop_assert!(rest.is_empty(), "left over: {:#?}", rest.items);
                let wanted: std::collections::BTreeSet<_> =
                    graph.nodes.keys().filter(|at| at.scope == graph.scope).cloned().collect();
                prop_assert_eq!(addresses(&place.account, &graph.scope), wanted);
            }
            let nothing = Graph::empty(gatewright::model::Scope::new("s", "dev"));
            let goes = plan(&place.account, &nothing, &place.env).await;
            check_order(&goes, &nothing);
            must_run(&place.account, &nothing, &place.env).await;
            prop_assert!(addresses(&place.account, &nothing.scope).is_empty());
            let ledger = place.account.load_ledger(&nothing.scope).await.expect("readable");
            prop_assert_eq!(ledger, LedgerState::Absent);
            Ok(())
        })?;
    }

    #[test]
    fn losing_the_ledger_changes_no_plan(one in generate::stack(), two in generate::stack()) {
        block_on(async {
            let place = Place::new(2);
            let identity = place.account.identity().clone();
            let before = graph_of(place.dir.path(), &one.text, &one.code, &identity).graph;
            let after = graph_of(place.dir.path(), &two.text, &two.code, &identity).graph;
            must_run(&place.account, &before, &place.env).await;
            let with = plan(&place.account, &after, &place.env).await;
            let LedgerState::Present(stored) = place.account.load_ledger(&after.scope).await.expect("readable") else {
                panic!("a deploy leaves a ledger");
            };
            place.account.forget_scope(&after.scope, &stored.version).await.expect("removed");
            prop_assert_eq!(plan(&place.account, &after, &place.env).await, with);
            Ok(())
        })?;
    }

    #[test]
    fn both_ways_to_an_api_end_in_the_same_objects(one in generate::stack(), two in generate::stack()) {
        block_on(async {
            let mut ends = Vec::new();
            for put_rest_api in [true, false] {
                let place = Place::new(3);
                let identity = place.account.identity().clone();
                for generated in [&one, &two] {
                    let graph = graph_of(place.dir.path(), &generated.text, &generated.code, &identity).graph;
                    let account = Ways { inner: &place.account, put_rest_api };
                    must_run(&account, &graph, &place.env).await;
                    let context = Context { identity: identity.clone(), put_rest_api, adopt: false, replace: false };
                    let rest = planner::plan(&graph, &snapshot(&place.account, &graph).await, &context);
                    prop_assert!(rest.expect("a plan").is_empty());
                }
                ends.push(without_ids(&place));
            }
            prop_assert_eq!(&ends[0], &ends[1]);
            Ok(())
        })?;
    }
}

/// Every object of the account with its ids left out.
fn without_ids(place: &Place) -> BTreeMap<String, serde_json::Value> {
    let objects = place.account.objects().expect("objects");
    // Ids that stand inside other texts: in ARNs, in names of providers.
    let pools = objects.iter().filter(|(at, _)| at.kind.starts_with("cognito_"));
    let ids: Vec<String> =
        pools.filter_map(|(_, live)| live.attribute("id", place.account.identity())).collect();
    objects
        .into_iter()
        .map(|(at, live)| {
            let mut json = serde_json::to_value(&live).expect("JSON");
            mask(&mut json);
            let text = ids.iter().fold(json.to_string(), |text, id| text.replace(id.as_str(), "(id)"));
            (at.to_string(), serde_json::from_str(&text).expect("JSON"))
        })
        .collect()
}

/// Ids made by the account are told by the fields that hold them.
fn mask(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            // What a client sends with an API key.
            if map.contains_key("enabled") {
                map.remove("value");
            }
            for (key, member) in map.iter_mut() {
                match key.as_str() {
                    "id" | "api_id" | "deployment_id" | "source_arn" | "revision_id" => {
                        *member = "(id)".into()
                    }
                    "resource_ids" | "authorizer_ids" | "validator_ids" => {
                        if let Some(ids) = member.as_object_mut() {
                            ids.values_mut().for_each(|id| *id = "(id)".into());
                        }
                    }
                    "stream_label" | "dkim_tokens" => *member = "(ids)".into(),
                    // A page that holds the API's URL.
                    "config.js" => member["md5_hex"] = "(of an id)".into(),
                    "url" | "values" => *member = "(holds an id)".into(),
                    "key_ids" | "targets" | "target" | "zone_id" => *member = "(ids)".into(),
                    // Of a usage plan, by API and stage.
                    "stages" if member.is_object() => *member = "(by id)".into(),
                    _ => mask(member),
                }
            }
        }
        serde_json::Value::Array(items) => items.iter_mut().for_each(mask),
        _ => {}
    }
}

/// The local account with or without `PutRestApi`.
struct Ways<'a> {
    inner: &'a dyn Account,
    put_rest_api: bool,
}

#[async_trait::async_trait]
impl Account for Ways<'_> {
    fn identity(&self) -> &gatewright::model::Identity {
        self.inner.identity()
    }
    async fn put_rest_api(&self) -> Result<bool, gatewright::model::CloudError> {
        Ok(self.put_rest_api)
    }
    async fn without_ledger(
        &self,
        scope: &gatewright::model::Scope,
    ) -> Result<BTreeMap<gatewright::model::Address, gatewright::model::Hint>, gatewright::model::CloudError>
    {
        self.inner.without_ledger(scope).await
    }
    async fn observe(
        &self,
        asked: &gatewright::account::Asked<'_>,
    ) -> Result<gatewright::kinds::Snapshot, gatewright::model::CloudError> {
        self.inner.observe(asked).await
    }
    async fn send(
        &self,
        at: &gatewright::model::Address,
        op: &Op,
        live: Option<&gatewright::kinds::Live>,
    ) -> Result<gatewright::account::Answer, gatewright::model::CloudError> {
        assert!(self.put_rest_api || op.call().operation != "PutRestApi", "the endpoint does not know it");
        self.inner.send(at, op, live).await
    }
    async fn load_ledger(
        &self,
        scope: &gatewright::model::Scope,
    ) -> Result<LedgerState, gatewright::model::CloudError> {
        self.inner.load_ledger(scope).await
    }
    async fn store_ledger(
        &self,
        scope: &gatewright::model::Scope,
        bytes: Vec<u8>,
        expected: Option<&gatewright::account::Version>,
    ) -> Result<gatewright::account::Version, gatewright::model::CloudError> {
        self.inner.store_ledger(scope, bytes, expected).await
    }
    async fn forget_scope(
        &self,
        scope: &gatewright::model::Scope,
        expected: &gatewright::account::Version,
    ) -> Result<(), gatewright::model::CloudError> {
        self.inner.forget_scope(scope, expected).await
    }
    async fn recorded(
        &self,
        scope: &gatewright::model::Scope,
    ) -> Result<Option<gatewright::kinds::stack_outputs::Recorded>, gatewright::model::CloudError> {
        self.inner.recorded(scope).await
    }
    async fn scopes(
        &self,
        stack: Option<&str>,
    ) -> Result<Vec<gatewright::model::Scope>, gatewright::model::CloudError> {
        self.inner.scopes(stack).await
    }
    async fn secret(&self, source: &str) -> Result<Option<String>, gatewright::model::CloudError> {
        self.inner.secret(source).await
    }

    async fn keys(
        &self,
        stages: &std::collections::BTreeSet<String>,
    ) -> Result<gatewright::account::Keys, gatewright::model::CloudError> {
        self.inner.keys(stages).await
    }
}

/// Between the deletion and the creation of a table whose key changes there is just a missing table: the next deploy makes it, and
/// needs no leave for that.
#[test]
fn a_table_that_is_made_again_survives_a_kill_at_any_point() {
    let text = |key: &str| {
        format!(
            "{{\"stack\": \"s\", \"tables\": {{\"users\": {{\"key\": \"{key}\", \"ttl\": \"until\"}}}}, \"outputs\": {{\"arn\": \"${{tables.users.arn}}\"}}}}"
        )
    };
    block_on(async {
        for kill_at in 0.. {
            let place = Place::new(4);
            let identity = place.account.identity().clone();
            let before = graph_of(place.dir.path(), &text("username"), "one", &identity).graph;
            let after = graph_of(place.dir.path(), &text("email"), "one", &identity).graph;
            must_run(&place.account, &before, &place.env).await;
            let chaos = common::chaos::Chaos::new(&place.account, Some(kill_at));
            let (secrets, env) = (common::secrets(), gatewright::model::Env::fixed(5));
            let request = common::request(&chaos, &after, &secrets, &env);
            let request = gatewright::engine::Request { replace: true, ..request };
            let killed = tokio::select! {
                biased;
                () = chaos.killed() => true,
                done = gatewright::engine::deploy(&request, &|_, _| true) => {
                    assert!(done.unwrap_or_else(|error| panic!("{error}")).outcome.is_complete());
                    false
                }
            };
            let later = gatewright::model::Env::fixed(6);
            let at = after.scope.address("dynamodb_table", "users");
            let key = |account: &gatewright::account::local::LocalAccount| {
                let table = account.objects().expect("objects").remove(&at)?;
                Some(
                    serde_json::to_value(table).expect("JSON")["dynamodb_table"]["key"]["hash"]["name"]
                        .clone(),
                )
            };
            if key(&place.account) == Some("username".into()) {
                let refused = common::run(&place.account, &after, &later).await;
                assert!(
                    matches!(refused, Err(gatewright::engine::DeployError::Refused(_))),
                    "{kill_at}: it still has its items"
                );
                continue;
            }
            must_run(&place.account, &after, &later).await;
            assert_eq!(key(&place.account), Some("email".into()), "{kill_at}");
            assert!(plan(&place.account, &after, &later).await.is_empty(), "{kill_at}");
            if !killed {
                assert!(kill_at > 6, "it was killed at points between");
                return;
            }
        }
    });
}

/// AWS lets a key open a stage by one plan only: two plans that exchange their keys both let go before either takes.
#[test]
fn plans_exchange_their_keys_in_one_deploy() {
    let text = |one: &str, two: &str| {
        format!(
            "{{\"stack\": \"s\", \"api_keys\": {{\"a\": {{}}, \"b\": {{}}}}, \"api\": {{\"routes\": {{\"GET /\": {{\"mock\": true, \"responses\": {{\"200\": {{}}}}}}}}}}, \
             \"usage_plans\": {{\"one\": {{\"keys\": [\"{one}\"]}}, \"two\": {{\"keys\": [\"{two}\"], \"description\": \"{two}\"}}}}}}"
        )
    };
    block_on(async {
        let place = Place::new(5);
        let graph = |text: &str| graph_of(place.dir.path(), text, "one", place.account.identity()).graph;
        must_run(&place.account, &graph(&text("a", "b")), &place.env).await;
        let exchanged = graph(&text("b", "a"));
        let planned = plan(&place.account, &exchanged, &place.env).await;
        let phases: Vec<Phase> = planned.items.iter().map(|item| item.phase).collect();
        assert_eq!(phases, [Phase::Release, Phase::Release, Phase::Apply, Phase::Apply]);
        assert_eq!(planned.ops().count(), 5, "two keys go, two come, and a description");
        assert_eq!(planned.counts(), (0, 2, 0), "two objects, whatever the items");
        let nothing = Graph::empty(exchanged.scope.clone());
        let goes = plan(&place.account, &nothing, &place.env).await;
        assert!(
            goes.items.iter().all(|item| item.phase == Phase::Sweep),
            "nobody waits for what goes with all"
        );
        must_run(&place.account, &exchanged, &place.env).await;
        assert!(plan(&place.account, &exchanged, &place.env).await.is_empty());
    });
}
