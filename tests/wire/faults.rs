//! A fault at each call of a deploy, through the real SDK clients: whatever happens, the next deploy ends well, with one of each.

use std::{collections::BTreeMap, time::Duration};

use gatewright::{model::Env, planner::Graph};

use super::{
    common::{
        aws, graph_of, must_run, plan, run,
        wire::{Fault, Wire},
    },
    stacks,
    support::Emulator,
};

fn faults() -> Vec<(&'static str, Fault)> {
    vec![
        ("lost answer", Fault::LostAnswer),
        ("refused connection", Fault::Refused),
        ("throttled", Fault::Throttled),
        ("unavailable", Fault::Unavailable),
        ("slow", Fault::Slow(Duration::from_millis(300))),
        ("denied", Fault::Error(403, "AccessDeniedException", "User is not authorized to perform this")),
    ]
}

struct Trial<'a> {
    emulator: &'a Emulator,
    dir: &'a std::path::Path,
    text: &'a str,
}

impl Trial<'_> {
    /// A deploy in which the call number `at` meets `fault`; then one without a fault. Answers how many calls the first made.
    async fn run(&self, name: &str, fault: &Fault, at: usize) -> usize {
        self.emulator.reset();
        let broken = fault.clone();
        let wire = Wire::new().breaking(move |number, _| (number == at).then(|| broken.clone()));
        let env = Env::fixed(at as u64 + 1);
        let what = format!("{name} at call {at}");
        let target = gatewright::account::aws::Target {
            endpoint_url: Some(self.emulator.endpoint().to_owned()),
            profile: None,
            region: Some("us-east-1".to_owned()),
            credentials: Some(aws_credential_types::Credentials::new("test", "test", None, None, "tests")),
        };
        let artifacts = self.dir.join("artifacts");
        let connected =
            gatewright::account::aws::Aws::connect(&target, artifacts, env.clone(), Some(wire.client()))
                .await;
        if let Ok(mut account) = connected {
            account.patience = patience(account.patience);
            let graph = self.graph(&account.identity);
            // Some faults are waited out, others end the deploy: both are right, as long as the next one ends well.
            let _ = run(&account, &graph, &env).await;
        }
        let calls = wire.seen().len();
        self.check(&what).await;
        calls
    }

    fn graph(&self, identity: &gatewright::model::Identity) -> Graph {
        graph_of(self.dir, self.text, "one", identity).graph
    }

    async fn check(&self, what: &str) {
        let env = Env::fixed(1000);
        let account = aws(self.emulator.endpoint(), &Wire::new(), self.dir, env.clone()).await;
        let graph = self.graph(&account.identity);
        must_run(&account, &graph, &env).await;
        let rest = plan(&account, &graph, &env).await;
        assert!(rest.is_empty(), "{what}: {:#?}", rest.items);
        let wanted =
            |kind: &str| graph.nodes.keys().filter(|at| at.scope == graph.scope && at.kind == kind).count();
        let kinds = [
            ("iam_role", "roles"),
            ("lambda_function", "functions"),
            ("lambda_permission", "permissions"),
            ("log_group", "log_groups"),
            ("rest_api", "rest_apis"),
        ];
        let inventory = self.emulator.inventory_of(&kinds.map(|(_, listed)| listed));
        for (kind, listed) in kinds {
            let there = inventory[listed].as_array().map_or(0, Vec::len);
            assert_eq!(
                there,
                wanted(kind),
                "{what}: {listed} as another client sees them: {}",
                inventory[listed]
            );
        }
    }
}

fn patience(patience: gatewright::account::aws::Patience) -> gatewright::account::aws::Patience {
    gatewright::account::aws::Patience {
        backoff_ms: 10,
        backoff_max_ms: 100,
        poll_ms: 50,
        unknown_seconds: 1,
        ..patience
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_fault_at_every_call() {
    let faults = faults();
    // Most of a trial is waiting for the emulator: two of them keep two cores busy.
    let halves = faults.chunks(faults.len().div_ceil(2)).map(<[_]>::to_vec);
    let each: Vec<_> = halves.map(|faults| tokio::spawn(every_call(faults))).collect();
    let mut trials = 0;
    for half in each {
        for (name, calls) in half.await.expect("every trial ends well") {
            println!("{name}: {calls} calls");
            trials += calls + 1;
        }
    }
    assert!(trials > 100, "{trials} trials");
}

/// Each of `faults` at each call, on an emulator of its own. Answers how many calls each was tried at.
async fn every_call(faults: Vec<(&'static str, Fault)>) -> Vec<(&'static str, usize)> {
    let emulator = Emulator::ministack();
    let dir = tempfile::tempdir().expect("a folder");
    let text = stacks::small();
    let trial = Trial { emulator: &emulator, dir: dir.path(), text: &text };
    let mut tried = Vec::new();
    for (name, fault) in faults {
        let mut at = 0;
        while trial.run(name, &fault, at).await > at {
            at += 1;
        }
        tried.push((name, at));
    }
    tried
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_not_known_yet_and_objects_that_are_busy_are_waited_for() {
    let emulator = Emulator::ministack();
    let dir = tempfile::tempdir().expect("a folder");
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let wire = Wire::new().breaking(move |_, seen| {
        let count = times.entry(seen.operation.clone()).or_default();
        *count += 1;
        match (seen.operation.as_str(), *count) {
            ("CreateFunction", 1..=3) => Some(Fault::Error(
                400,
                "InvalidParameterValueException",
                "The role defined for the function cannot be assumed by Lambda.",
            )),
            ("CreateDeployment", 1..=2) => Some(Fault::Error(
                409,
                "ConflictException",
                "Unable to complete operation due to concurrent modification. Please try again later.",
            )),
            ("CreateResource", 1) => Some(Fault::Throttled),
            _ => None,
        }
    });
    let env = Env::fixed(5);
    let account = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    let graph = graph_of(dir.path(), &stacks::small(), "one", &account.identity).graph;
    must_run(&account, &graph, &env).await;
    let failed = wire.seen().iter().filter(|seen| matches!(seen.status, 400 | 409 | 429)).count();
    assert!(failed >= 6, "the faults were met: {failed}");
    assert!(plan(&account, &graph, &env).await.is_empty());
}
