//! `destroy`: everything that the stage has goes. Shows the list first, asks for the stage's name, refuses a protected stage and
//! one whose outputs other stacks use.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Instant,
};

use super::{Context, deploy::summary};
use crate::{
    account::Account,
    cli::{
        Exit,
        error::{CommandError, refused},
        load, target,
    },
    engine::{Request, deploy},
    model::{CloudError, Scope},
    planner::{AnyPlan, Estimate, Graph, Secrets},
};

/// The command's own flags.
pub(super) struct Flags {
    pub(super) yes: bool,
    pub(super) force: bool,
    pub(super) wait: bool,
}

pub(super) async fn run(context: &Context, files: &[PathBuf], flags: &Flags) -> Result<Exit, CommandError> {
    let mut stacks = load::names(context, files)?;
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
    if !flags.force {
        let going: BTreeSet<Scope> = stacks.iter().map(|stack| stack.scope.clone()).collect();
        let used = users(account.as_ref(), &going).await?;
        refuse_used(&used)?;
    }
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

/// Deployed stacks of the same stage that use outputs of those that are `going`, and do not go themselves: by the stack they use.
pub(super) async fn users(
    account: &dyn Account,
    going: &BTreeSet<Scope>,
) -> Result<BTreeMap<Scope, BTreeSet<Scope>>, CloudError> {
    let deployed: BTreeSet<Scope> = account.scopes(None).await?.into_iter().collect();
    let others = deployed.iter().filter(|scope| {
        let same_stage = going.iter().any(|going| going.stage == scope.stage);
        same_stage && !going.contains(scope)
    });
    let recorded = others.map(|scope| async move { Ok((scope, account.recorded(scope).await?)) });
    let mut used: BTreeMap<Scope, BTreeSet<Scope>> = BTreeMap::new();
    for (user, recorded) in futures::future::try_join_all(recorded).await? {
        for stack in recorded.into_iter().flat_map(|recorded| recorded.uses) {
            let stack = Scope::new(stack, user.stage.clone());
            // What is not deployed can be destroyed, which does nothing, whoever once used it.
            if going.contains(&stack) && deployed.contains(&stack) {
                used.entry(stack).or_default().insert(user.clone());
            }
        }
    }
    Ok(used)
}

fn refuse_used(used: &BTreeMap<Scope, BTreeSet<Scope>>) -> Result<(), CommandError> {
    let Some((scope, users)) = used.first_key_value() else { return Ok(()) };
    let list = |scopes: &BTreeSet<Scope>| {
        scopes.iter().map(|scope| format!("`{scope}`")).collect::<Vec<_>>().join(", ")
    };
    let why = match used.len() {
        1 => format!("was not destroyed: {} its outputs", uses(users, &list(users))),
        _ => {
            let each = used.iter().map(|(scope, users)| format!("those of `{scope}` by {}", list(users)));
            format!("was not destroyed: outputs are used, {}", each.collect::<Vec<_>>().join(", "))
        }
    };
    let hint = "destroy its users first, or name their stack files in the same command; `--force` destroys it all the same, and they go on with values that mean nothing any more";
    Err(refused(scope, &why, hint))
}

fn uses(users: &BTreeSet<Scope>, list: &str) -> String {
    if users.len() == 1 { format!("{list} uses") } else { format!("{list} use") }
}
