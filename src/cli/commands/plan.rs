//! `plan`: what a deploy would do, and why.

use std::path::PathBuf;

use super::{Context, deploy::notes, destroy};
use crate::{
    cli::{Exit, error::CommandError, load, prepare, target},
    engine::{Events, Request, prepare as make_plan},
    planner::{Graph, Secrets},
};

/// The command's own flags.
pub(super) struct Flags {
    pub(super) exit_code: bool,
    pub(super) destroy: bool,
    pub(super) adopt: bool,
    pub(super) replace: bool,
}

pub(super) async fn run(context: &Context, files: &[PathBuf], flags: &Flags) -> Result<Exit, CommandError> {
    let mut stacks = load::read(context, files)?;
    if flags.destroy {
        stacks.reverse();
    }
    let account = target::open(&context.global, &context.env).await?;
    if flags.destroy {
        let going = stacks.iter().map(|stack| stack.scope.clone()).collect();
        for (scope, users) in destroy::users(account.as_ref(), &going).await? {
            let users = users.iter().map(|user| format!("`{user}`")).collect::<Vec<_>>().join(", ");
            context.view.say(format!(
                "note: `destroy` refuses `{scope}` without `--force`: its outputs are used by {users}"
            ));
        }
    }
    let mut changes = false;
    let mut known = prepare::Known::default();
    for stack in &stacks {
        let (graph, secrets) = if flags.destroy {
            (Graph::empty(stack.scope.clone()), Secrets::default())
        } else {
            let prepared = prepare::graph(context, account.as_ref(), stack, &known).await?;
            (prepared.graph, prepared.secrets)
        };
        let request = Request {
            account: account.as_ref(),
            graph: &graph,
            secrets: &secrets,
            env: &context.env,
            events: Events::ignored(),
            adopt: flags.adopt,
            replace: flags.replace,
            wait: false,
        };
        let planned = make_plan(&request).await?;
        context.view.plan(&planned.plan, &planned.estimate);
        for note in notes(&planned.snapshot, &planned.graph, account.identity()) {
            context.view.say(format!("note: {note}"));
        }
        changes |= !planned.plan.is_empty();
        known.plan(&graph, &planned.snapshot, account.identity());
    }
    if changes {
        context.view.say(format!(
            "\nRun `gatewright {}` to do it.",
            if flags.destroy { "destroy" } else { "deploy" }
        ));
    }
    Ok(if changes && flags.exit_code { Exit::Changes } else { Exit::Done })
}
