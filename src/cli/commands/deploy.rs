//! `deploy`: make the account match the stack files.

use std::{path::PathBuf, time::Instant};

use super::Context;
use crate::{
    account::Account,
    cli::{Exit, error::CommandError, load, prepare, target},
    engine::{Deployed, Request, deploy},
    model::Action,
    planner::resolve::resolve_text,
    view::Summary,
};

/// The command's own flags.
pub(super) struct Flags {
    pub(super) yes: bool,
    pub(super) wait: bool,
    pub(super) adopt: bool,
    pub(super) replace: bool,
}

pub(super) async fn run(context: &Context, files: &[PathBuf], flags: &Flags) -> Result<Exit, CommandError> {
    let stacks = load::read(context, files)?;
    let account = target::open(&context.global, &context.env).await?;
    let mut known = prepare::Known::default();
    for stack in &stacks {
        one(context, account.as_ref(), stack, &mut known, flags).await?;
    }
    Ok(Exit::Done)
}

/// Deploys one stack and tells how it went. `known` gets its outputs.
pub(super) async fn one(
    context: &Context,
    account: &dyn Account,
    stack: &load::Loaded,
    known: &mut prepare::Known,
    flags: &Flags,
) -> Result<Deployed, CommandError> {
    let started = Instant::now();
    let prepared = prepare::graph(context, account, stack, known).await?;
    let request = Request {
        account,
        graph: &prepared.graph,
        secrets: &prepared.secrets,
        env: &context.env,
        events: context.view.events(),
        adopt: flags.adopt,
        replace: flags.replace,
        wait: flags.wait,
    };
    let approve = |plan: &crate::planner::AnyPlan, estimate: &crate::planner::Estimate| {
        context.view.plan(plan, estimate);
        let deletes = plan.items.iter().any(|item| item.action == Action::Delete);
        // Making and changing can be undone by the next deploy; deleting is asked about where someone can be asked.
        if flags.yes || !deletes || !context.view.can_ask() {
            return true;
        }
        let answer = context.view.ask("This deletes objects. Go on? [y/N]");
        answer.is_some_and(|answer| answer.eq_ignore_ascii_case("y"))
    };
    let deployed = deploy(&request, &approve).await?;
    context.view.finish_progress();
    if !deployed.outcome.is_complete() {
        let outcome = Box::new(deployed.outcome);
        let (command, places) = ("gatewright deploy", prepared.places);
        return Err(CommandError::Partly { outcome, command, places });
    }
    known.done(&deployed.graph, &deployed.outcome.snapshot, account.identity());
    context.view.summary(&summary(context, &deployed, started, "deploy", account.identity()));
    Ok(deployed)
}

/// The end of a run in numbers and URLs.
pub(super) fn summary(
    context: &Context,
    deployed: &Deployed,
    started: Instant,
    command: &'static str,
    identity: &crate::model::Identity,
) -> Summary {
    let (created, changed, deleted) = deployed.plan.counts();
    let snapshot = &deployed.outcome.snapshot;
    let outputs = deployed.graph.outputs.iter().filter_map(|(name, text)| {
        let text = resolve_text(text, &deployed.graph, snapshot, identity);
        Some((name.clone(), text.known()?.to_owned()))
    });
    let scope = deployed.plan.scope.clone();
    let stage = scope.address("api_stage", "api");
    let url = snapshot.live(&stage).and_then(|live| live.attribute("url", identity));
    let next = (command == "deploy" && created + changed + deleted > 0).then(|| {
        if context.global.local {
            return "Next: `gatewright dev` with the same stack files serves it here, `gatewright destroy --local` removes it.".to_owned();
        }
        "Next: `gatewright status` compares the stage with its stack file, `gatewright destroy` removes it.".to_owned()
    });
    let notes = if command == "deploy" { notes(snapshot, &deployed.graph, identity) } else { Vec::new() };
    Summary {
        scope,
        command,
        created,
        changed,
        deleted,
        calls: calls(deployed),
        outputs: if command == "deploy" { outputs.collect() } else { Default::default() },
        url: url.filter(|_| command == "deploy"),
        notes,
        seconds: started.elapsed().as_secs_f64(),
        next,
    }
}

/// The requests that were made: as many as the plan foretold, where it was done to the end.
fn calls(deployed: &Deployed) -> usize {
    match deployed.outcome.is_complete() {
        true => deployed.plan.ops().map(|(_, op)| op.requests()).sum(),
        false => deployed.outcome.done,
    }
}

/// What people have still to do about the objects that `graph` wants.
pub(super) fn notes(
    snapshot: &crate::kinds::Snapshot,
    graph: &crate::planner::Graph,
    identity: &crate::model::Identity,
) -> Vec<String> {
    graph.nodes.keys().filter_map(|at| snapshot.live(at)?.note(identity)).collect()
}
