//! `status`: the objects of a stage, and whether each is as the stack file says.

use std::{collections::BTreeMap, path::PathBuf};

use serde_json::json;

use super::Context;
use crate::{
    cli::{Exit, error::CommandError, load, prepare, target},
    engine::{Events, Planned, Request, prepare as make_plan},
    model::{Action, Address},
};

pub(super) async fn run(context: &Context, files: &[PathBuf]) -> Result<Exit, CommandError> {
    let stacks = load::read(context, files)?;
    let account = target::open(&context.global, &context.env).await?;
    let mut known = prepare::Known::default();
    for stack in &stacks {
        let prepared = prepare::graph(context, account.as_ref(), stack, &known).await?;
        let request = Request {
            account: account.as_ref(),
            graph: &prepared.graph,
            secrets: &prepared.secrets,
            env: &context.env,
            events: Events::ignored(),
            adopt: false,
            replace: false,
            wait: false,
        };
        let planned = make_plan(&request).await?;
        known.plan(&prepared.graph, &planned.snapshot, account.identity());
        show(context, &planned);
    }
    Ok(Exit::Done)
}

fn show(context: &Context, planned: &Planned) {
    let mut states: BTreeMap<&Address, &'static str> =
        planned.snapshot.iter().map(|(at, _)| (at, "as in the stack file")).collect();
    for item in &planned.plan.items {
        states.insert(
            &item.address,
            match item.action {
                Action::Create => "missing",
                Action::Update => "differs",
                Action::Delete => "not in the stack file",
            },
        );
    }
    if context.view.is_json() {
        let objects: Vec<_> =
            states.iter().map(|(at, state)| json!({"address": at, "state": state})).collect();
        context.view.emit(&json!({"event": "status", "scope": planned.plan.scope, "objects": objects}));
        return;
    }
    context.view.data(&format!("{}\n", planned.plan.scope));
    let width = states.keys().map(|at| at.kind.len() + at.key.len() + 1).max().unwrap_or(0);
    for (at, state) in states {
        let name = format!("{} {}", at.kind, at.key);
        context.view.data(&format!("  {name:width$}  {state}\n"));
    }
}
