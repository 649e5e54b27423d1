//! A whole deploy or destroy of one stage: read, plan, take the lock, execute, give the lock back.

use std::{collections::BTreeMap, time::Duration};

use super::{Events, Outcome, Run, execute, run::intents};
use crate::{
    account::{Account, Asked},
    discover::bootstrap,
    kinds::{self, Context, Op, Snapshot},
    ledger::{LedgerError, LedgerFile},
    model::{Address, CloudError, Env, Identity, Ownership, Plan},
    planner::{self, AnyPlan, Estimate, Graph, PlanRefused, Secrets},
};

/// How often a plan is made anew because someone else deployed in between.
const REPLANS_MAX: usize = 5;

/// What is to be deployed, and how.
pub struct Request<'a> {
    /// Where to.
    pub account: &'a dyn Account,
    /// What is asked for; an empty graph destroys.
    pub graph: &'a Graph,
    /// Secret values.
    pub secrets: &'a Secrets,
    /// Clock, randomness, stop.
    pub env: &'a Env,
    /// Where events go.
    pub events: Events,
    /// Take over objects that carry our names and not our mark.
    pub adopt: bool,
    /// Delete and make again what holds data and cannot be changed in place.
    pub replace: bool,
    /// Wait for a lock that someone else holds.
    pub wait: bool,
}

/// A plan and all that was read to make it.
pub struct Planned {
    /// What will be done.
    pub plan: AnyPlan,
    /// What it will cost.
    pub estimate: Estimate,
    /// What it depends on.
    pub context: Context,
    /// What was asked for, the artifacts bucket included where it is needed.
    pub graph: Graph,
    /// What there is.
    pub snapshot: Snapshot,
    ledger: LedgerFile,
}

/// How a deploy ended.
pub struct Deployed {
    /// What was planned.
    pub plan: AnyPlan,
    /// What was asked for.
    pub graph: Graph,
    /// How it went.
    pub outcome: Outcome,
}

/// A deploy that did not come to execute anything.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// The plan must not be made.
    #[error(transparent)]
    Refused(#[from] PlanRefused),
    /// The ledger or the lock cannot be had.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The account cannot be read.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The person said no.
    #[error("nothing was changed")]
    Declined,
    /// Others deploy this stage again and again.
    #[error("the stage was deployed by others {REPLANS_MAX} times while this plan was made")]
    Overtaken,
    /// A signal came before anything was done.
    #[error("stopped before anything was changed")]
    Stopped,
}

/// Reads ledger and account and makes the plan. Changes nothing.
pub async fn prepare(request: &Request<'_>) -> Result<Planned, DeployError> {
    let run = format!("{:016x}", request.env.random());
    let ledger = free_ledger(request, &run).await?;
    let mut graph = request.graph.clone();
    if !ledger.exists() && !graph.nodes.is_empty() {
        bootstrap::add_artifacts_bucket(&mut graph, request.account.identity());
    }
    let hints = match ledger.exists() {
        true => ledger.ledger.hints(),
        // A first deploy, or a ledger that was lost.
        false => request.account.without_ledger(&graph.scope).await?,
    };
    let wanted = graph.wanted();
    let asked =
        Asked { scope: &graph.scope, wanted: &wanted, hints: &hints, kinds: bootstrap::kinds(&graph) };
    let snapshot = request.account.observe(&asked).await?;
    let identity = request.account.identity().clone();
    let mut context =
        Context { identity, put_rest_api: true, adopt: request.adopt, replace: request.replace };
    let mut plan = planner::plan(&graph, &snapshot, &context)?;
    if imports(&plan) && !request.account.put_rest_api().await? {
        context.put_rest_api = false;
        plan = planner::plan(&graph, &snapshot, &context)?;
    }
    let estimate = planner::estimate::estimate(&plan, bootstrap::is_edge(&graph));
    Ok(Planned { plan, estimate, context, graph, snapshot, ledger })
}

/// Plans, asks `approve`, and executes.
pub async fn deploy(
    request: &Request<'_>,
    approve: &(dyn Fn(&AnyPlan, &Estimate) -> bool + Send + Sync),
) -> Result<Deployed, DeployError> {
    for attempt in 0..REPLANS_MAX {
        let mut planned = prepare(request).await?;
        if attempt == 0 && !approve(&planned.plan, &planned.estimate) {
            return Err(DeployError::Declined);
        }
        if request.env.stop.draining() {
            return Err(DeployError::Stopped);
        }
        if planned.plan.is_empty() {
            return finish_empty(request, planned).await;
        }
        if planner::needs_no_lock(&planned.plan) {
            let outcome = run(request, &planned, &planned.plan, planned.snapshot.clone(), None).await;
            return Ok(Deployed { plan: planned.plan, graph: planned.graph, outcome });
        }
        let (before, rest) = bootstrap::split(planned.plan.clone());
        let mut snapshot = planned.snapshot.clone();
        if !before.is_empty() {
            let outcome = run(request, &planned, &before, snapshot, None).await;
            if !outcome.is_complete() {
                let outcome = Outcome { not_started: outcome.not_started + rest.ops().count(), ..outcome };
                return Ok(Deployed { plan: planned.plan, graph: planned.graph, outcome });
            }
            snapshot = outcome.snapshot;
        }
        let announced = intents(&rest);
        let scope_objects = remembered(&planned.graph, &snapshot, request.account.identity());
        planned.ledger.ledger.objects = scope_objects;
        match planned.ledger.lock(request.account, request.env, &planned.snapshot, &announced).await {
            Ok(()) => return locked(request, planned, rest, snapshot).await,
            // Someone deployed since the plan was made: it is no longer true.
            Err(LedgerError::Lost(_)) => {}
            Err(LedgerError::Held(_)) if request.wait => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(DeployError::Overtaken)
}

/// Executes with the lock in hand, and gives it back.
async fn locked(
    request: &Request<'_>,
    mut planned: Planned,
    rest: AnyPlan,
    snapshot: Snapshot,
) -> Result<Deployed, DeployError> {
    let mut ledger = std::mem::replace(&mut planned.ledger, LedgerFile::detached(&planned.plan.scope));
    let mut outcome = run(request, &planned, &rest, snapshot, Some(&mut ledger)).await;
    outcome.done += planned.plan.ops().count() - rest.ops().count();
    let objects = remembered(&planned.graph, &outcome.snapshot, request.account.identity());
    if outcome.is_complete() {
        ledger.ledger.objects = objects;
    } else {
        ledger.ledger.objects.extend(objects);
    }
    let released = if outcome.is_complete() && request.graph.nodes.is_empty() {
        ledger.remove(request.account).await
    } else {
        ledger.release(request.account, &outcome.unsent).await
    };
    match released {
        // A lock that was lost is not ours to give back; that is told already.
        Err(LedgerError::Lost(_)) if !outcome.failures.is_empty() => {}
        Err(error) => return Err(error.into()),
        Ok(()) => {}
    }
    Ok(Deployed { plan: planned.plan, graph: planned.graph, outcome })
}

/// Nothing to do: no lock, no write; but a destroyed stage leaves no ledger behind.
async fn finish_empty(request: &Request<'_>, mut planned: Planned) -> Result<Deployed, DeployError> {
    if request.graph.nodes.is_empty() && planned.ledger.exists() {
        planned.ledger.remove(request.account).await?;
    }
    let outcome = Outcome {
        done: 0,
        not_started: 0,
        failures: Vec::new(),
        stopped: false,
        snapshot: planned.snapshot,
        unsent: Vec::new(),
    };
    Ok(Deployed { plan: planned.plan, graph: planned.graph, outcome })
}

/// The objects of the scope that the ledger has to remember: those that are wanted, and those that are there and are ours.
fn remembered(graph: &Graph, snapshot: &Snapshot, identity: &Identity) -> BTreeMap<Address, Option<String>> {
    let wanted = graph.nodes.iter().map(|(at, node)| {
        let live = snapshot.live(at).and_then(|live| live.attribute("id", identity));
        (at.clone(), live.or_else(|| node.desired.computed(at, "id", identity)))
    });
    let ours = snapshot.iter().filter(|(_, found)| found.ownership == Ownership::Ours);
    let ours = ours.map(|(at, found)| (at.clone(), found.live.attribute("id", identity)));
    let concerns = |at: &Address| at.scope == graph.scope && kinds::is_remembered(&at.kind);
    ours.chain(wanted).filter(|(at, _)| concerns(at)).collect()
}

async fn run(
    request: &Request<'_>,
    planned: &Planned,
    plan: &AnyPlan,
    snapshot: Snapshot,
    ledger: Option<&mut LedgerFile>,
) -> Outcome {
    let run = Run {
        account: request.account,
        graph: &planned.graph,
        plan,
        context: &planned.context,
        secrets: request.secrets,
        events: request.events.clone(),
        env: request.env,
    };
    execute(&run, snapshot, ledger).await
}

/// Reads the ledger; waits while someone holds the lock where that is wished.
async fn free_ledger(request: &Request<'_>, run: &str) -> Result<LedgerFile, DeployError> {
    loop {
        let ledger = LedgerFile::load(request.account, &request.graph.scope, run).await?;
        match ledger.check_free(request.env) {
            Ok(()) => return Ok(ledger),
            Err(LedgerError::Held(_)) if request.wait && !request.env.stop.draining() => {
                tokio::time::sleep(Duration::from_millis(500)).await;
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn imports(plan: &Plan<Op>) -> bool {
    plan.ops().any(|(_, op)| op.call().operation == "PutRestApi")
}
