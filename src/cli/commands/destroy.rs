//! `destroy`: everything that the stage has goes. Shows the list first, asks for the stage's name, refuses a protected stage.

use std::{path::PathBuf, time::Instant};

use super::{Context, deploy::summary};
use crate::{
    cli::{
        Exit,
        error::{CommandError, refused},
        load, target,
    },
    engine::{Request, deploy},
    planner::{AnyPlan, Estimate, Graph, Secrets},
};

/// The command's own flags.
pub(super) struct Flags {
    pub(super) yes: bool,
    pub(super) wait: bool,
}

pub(super) async fn run(context: &Context, files: &[PathBuf], flags: &Flags) -> Result<Exit, CommandError> {
    let mut stacks = load::read(context, files)?;
    // What refers to others goes before what it refers to.
    stacks.reverse();
    if let Some(stack) = stacks.iter().find(|stack| stack.protect) {
        let hint = format!(
            "remove `protect: true` from stage `{}` in {} first",
            stack.scope.stage,
            stack.path.display()
        );
        return Err(refused(&stack.scope, "is protected and was not destroyed", hint));
    }
    if !flags.yes && !context.view.can_ask() {
        return Err(refused(
            &stacks[0].scope,
            "was not destroyed: nobody can be asked",
            "pass `--yes` to destroy without a question",
        ));
    }
    let account = target::open(&context.global, &context.env).await?;
    for stack in &stacks {
        let started = Instant::now();
        let graph = Graph::empty(stack.scope.clone());
        let secrets = Secrets::default();
        let request = Request {
            account: account.as_ref(),
            graph: &graph,
            secrets: &secrets,
            env: &context.env,
            events: context.view.events(),
            adopt: false,
            replace: false,
            wait: flags.wait,
        };
        let approve = |plan: &AnyPlan, estimate: &Estimate| {
            context.view.plan(plan, estimate);
            if flags.yes || plan.is_empty() {
                return true;
            }
            let stage = &stack.scope.stage;
            let question =
                format!("All of `{}` is deleted. Type the stage's name (`{stage}`) to go on:", stack.scope);
            context.view.ask(&question).is_some_and(|answer| answer == *stage)
        };
        let deployed = deploy(&request, &approve).await?;
        context.view.finish_progress();
        if !deployed.outcome.is_complete() {
            let outcome = Box::new(deployed.outcome);
            return Err(CommandError::Partly { outcome, command: "gatewright destroy", places: Vec::new() });
        }
        context.view.summary(&summary(context, &deployed, started, "destroy", account.identity()));
    }
    Ok(Exit::Done)
}
