//! No call that the plan does not need.

use std::collections::BTreeMap;

use gatewright::model::Env;

use super::{
    common::{aws, graph_of, must_run, plan, wire::Wire},
    stacks,
    support::Emulator,
};

/// Names and how often.
fn tally(seen: &[super::common::wire::Seen]) -> BTreeMap<String, usize> {
    let mut tally = BTreeMap::new();
    for seen in seen {
        *tally.entry(format!("{}.{}", seen.service, seen.operation)).or_default() += 1;
    }
    tally
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_routes_over_ten_functions() {
    let emulator = Emulator::ministack();
    let dir = tempfile::tempdir().expect("a folder");
    let (wire, env) = (Wire::new(), Env::fixed(1));
    let account = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    let text = stacks::large(100, 10);
    let graph = graph_of(dir.path(), &text, "one", &account.identity).graph;

    let planned = plan(&account, &graph, &env).await;
    let estimate = gatewright::planner::estimate::estimate(&planned, false);
    wire.clear();
    let started = std::time::Instant::now();
    must_run(&account, &graph, &env).await;
    let writes = wire.writes();
    println!(
        "first deploy: {} calls, {} writes of {} planned",
        wire.seen().len(),
        writes.len(),
        estimate.calls
    );
    // The probe for PutRestApi asks about an API that cannot exist and changes nothing.
    let writes: Vec<_> =
        writes.into_iter().filter(|seen| seen.operation != "PutRestApi" || seen.status < 400).collect();
    let planned_writes = estimate.calls + estimate.ledger_writes;
    // A long run renews its lock: hundreds of single calls at ten a second take more than a minute.
    let renewals = started.elapsed().as_secs() / gatewright::ledger::RENEW_SECONDS;
    let extra = writes.len().saturating_sub(planned_writes) as u64;
    assert!(
        writes.len() >= planned_writes && extra <= renewals,
        "{extra} unplanned writes: {:#?}",
        tally(&writes)
    );

    wire.clear();
    let mut again = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    again.patience = account.patience;
    let done = must_run(&again, &graph, &env).await;
    println!("no-op deploy: {} calls {:#?}", wire.seen().len(), tally(&wire.seen()));
    assert!(done.plan.is_empty(), "{:#?}", done.plan.items);
    assert_eq!(wire.writes(), []);
    assert!(wire.seen().len() <= 25, "{:#?}", tally(&wire.seen()));

    // One function's code: its zip, and the call that puts it in service.
    let mut changed = graph_of(dir.path(), &text, "one", &account.identity).graph;
    let later = graph_of(dir.path(), &text, "two", &account.identity).graph;
    let one = changed.scope.address("lambda_function", "f3");
    changed.nodes.insert(one.clone(), later.nodes[&one].clone());
    wire.clear();
    let done = must_run(&account, &changed, &env).await;
    println!("one function's code: {} calls {:#?}", wire.seen().len(), tally(&wire.writes()));
    assert_eq!(done.plan.items.len(), 1);
    assert!(wire.writes().len() <= 3, "{:#?}", tally(&wire.writes()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_routes_at_the_documented_rates() {
    let emulator = Emulator::localstack();
    let dir = tempfile::tempdir().expect("a folder");
    let (wire, env) = (Wire::new().at_aws_rates(), Env::fixed(1));
    let account = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    let graph = graph_of(dir.path(), &stacks::large(100, 10), "one", &account.identity).graph;
    // The emulator loads each service at its first call, which takes it many seconds in all: a plan touches them. It also asks
    // whether there is an import, which AWS itself is never asked and which would hold up the first one for a second.
    plan(&account, &graph, &env).await;
    wire.clear();
    let started = std::time::Instant::now();
    must_run(&account, &graph, &env).await;
    println!(
        "first deploy at AWS's rates: {:.1} s, {} calls",
        started.elapsed().as_secs_f64(),
        wire.seen().len()
    );
    // What the time went into, for whoever reads the output: when each sort of call was sent first and last.
    let mut spans: BTreeMap<String, (f64, f64)> = BTreeMap::new();
    for seen in wire.seen() {
        let at = seen.at.duration_since(started).as_secs_f64();
        let span = spans.entry(format!("{}.{}", seen.service, seen.operation)).or_insert((at, at));
        span.1 = at;
    }
    println!("{spans:.1?}");
    let refused: Vec<_> = wire.seen().into_iter().filter(|seen| seen.status == 429).collect();
    assert_eq!(refused, [], "no 429: {:#?}", tally(&wire.seen()));
    assert!(
        wire.seen().iter().any(|seen| seen.operation == "PutRestApi"),
        "one import instead of hundreds of calls"
    );
}
