//! The order of items: each starts when what it waits for is done.

use std::collections::BTreeSet;

use futures::{StreamExt, stream::FuturesUnordered};
use tokio::sync::Mutex;

use super::{
    Event, Events, Failure, Outcome,
    item::{ItemEnd, run_item},
};
use crate::{
    account::Account,
    kinds::{Context, Snapshot},
    ledger::{LedgerError, LedgerFile, RENEW_SECONDS},
    model::{Address, Call, Env, Repeat},
    planner::{AnyPlan, Graph, Secrets},
};

/// What an execution works with.
pub struct Run<'a> {
    /// Where the objects live.
    pub account: &'a dyn Account,
    /// What is asked for.
    pub graph: &'a Graph,
    /// What to do.
    pub plan: &'a AnyPlan,
    /// What comparisons depend on.
    pub context: &'a Context,
    /// Secret values.
    pub secrets: &'a Secrets,
    /// Where events go.
    pub events: Events,
    /// Clock, randomness, stop.
    pub env: &'a Env,
}

/// What the items of one run share.
pub(super) struct Shared<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) snapshot: Mutex<Snapshot>,
    /// `None` where the plan needs no lock.
    pub(super) ledger: Option<Mutex<&'a mut LedgerFile>>,
    /// Announced calls that were sent and not plainly refused.
    pub(super) sent: Mutex<BTreeSet<(Address, Call)>>,
}

/// Executes the plan. `ledger` holds the lock already; `None` where the plan needs none.
pub async fn execute<'a>(
    run: &'a Run<'a>,
    snapshot: Snapshot,
    ledger: Option<&'a mut LedgerFile>,
) -> Outcome {
    let shared = Shared {
        run,
        snapshot: Mutex::new(snapshot),
        ledger: ledger.map(Mutex::new),
        sent: Mutex::default(),
    };
    let work = Schedule::new(run.plan).work(&shared);
    let (ends, lost) = tokio::select! {
        ends = work => (ends, None),
        error = keep_lock(&shared) => (Vec::new(), Some(error)),
        () = run.env.stop.reached(2) => (Vec::new(), None),
    };
    let sent = shared.sent.into_inner();
    let mut outcome = summary(run, ends, shared.snapshot.into_inner());
    outcome.unsent = intents(run.plan).into_iter().filter(|intent| !sent.contains(intent)).collect();
    if let Some(error) = lost {
        let address = run.plan.scope.address("ledger", "lock");
        outcome.failures.push(Failure { address, step: None, cause: error.into() });
    }
    outcome
}

/// The calls of `plan` that make nameless objects: announced when the lock is taken.
pub fn intents(plan: &AnyPlan) -> Vec<(Address, Call)> {
    plan.ops()
        .filter(|(_, op)| op.repeat() == Repeat::Duplicates)
        .map(|(address, op)| (address.clone(), op.call()))
        .collect()
}

/// Renews the lock of a long run. Ends only when the lock is lost.
async fn keep_lock(shared: &Shared<'_>) -> LedgerError {
    let Some(ledger) = &shared.ledger else { return std::future::pending().await };
    loop {
        tokio::time::sleep(std::time::Duration::from_secs(RENEW_SECONDS)).await;
        if let Err(error) = ledger.lock().await.renew(shared.run.account, shared.run.env).await {
            return error;
        }
    }
}

struct Schedule {
    waiting: BTreeSet<usize>,
    done: BTreeSet<usize>,
}

impl Schedule {
    fn new(plan: &AnyPlan) -> Self {
        Self { waiting: (0..plan.items.len()).collect(), done: BTreeSet::new() }
    }

    /// Runs items until nothing more can start. An item whose needs failed never starts; others go on.
    async fn work(mut self, shared: &Shared<'_>) -> Vec<(usize, ItemEnd)> {
        let plan = shared.run.plan;
        let mut ends = Vec::new();
        let mut running = FuturesUnordered::new();
        loop {
            if !shared.run.env.stop.draining() {
                for place in self.ready(plan) {
                    self.waiting.remove(&place);
                    running.push(async move { (place, run_item(shared, &plan.items[place]).await) });
                }
            }
            let Some((place, end)) = running.next().await else { return ends };
            if matches!(end, ItemEnd::Done { .. }) {
                self.done.insert(place);
            }
            ends.push((place, end));
        }
    }

    fn ready(&self, plan: &AnyPlan) -> Vec<usize> {
        let ready =
            |place: &&usize| plan.items[**place].after.iter().all(|before| self.done.contains(before));
        self.waiting.iter().filter(ready).copied().collect()
    }
}

fn summary(run: &Run<'_>, ends: Vec<(usize, ItemEnd)>, snapshot: Snapshot) -> Outcome {
    let total = run.plan.ops().count();
    let mut outcome = Outcome {
        done: 0,
        not_started: 0,
        failures: Vec::new(),
        stopped: run.env.stop.draining(),
        snapshot,
        unsent: Vec::new(),
    };
    let mut tried = 0;
    for (_, end) in ends {
        match end {
            ItemEnd::Done { steps } => outcome.done += steps,
            ItemEnd::Stopped { steps } => outcome.done += steps,
            ItemEnd::Failed { steps, failure } => {
                outcome.done += steps;
                tried += 1;
                run.events.emit(Event::ItemFailed {
                    address: failure.address.clone(),
                    error: match &failure.cause {
                        super::FailureCause::Cloud(error) => Some(error.clone()),
                        _ => None,
                    },
                    message: failure.cause.to_string(),
                });
                outcome.failures.push(*failure);
            }
        }
    }
    outcome.not_started = total.saturating_sub(outcome.done + tried);
    if outcome.not_started == 0 && outcome.failures.is_empty() {
        // The signal came when everything was done already.
        outcome.stopped = false;
    }
    outcome
}
