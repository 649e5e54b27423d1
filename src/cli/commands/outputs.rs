//! `outputs`: what a deployed stage recorded.

use std::path::PathBuf;

use super::Context;
use crate::cli::{
    Exit,
    error::{CommandError, refused},
    load, target,
};

pub(super) async fn run(
    context: &Context,
    files: &[PathBuf],
    name: Option<&str>,
) -> Result<Exit, CommandError> {
    let stacks = load::names(context, files)?;
    let account = target::open(&context.global, &context.env).await?;
    for stack in &stacks {
        let Some(outputs) = account.outputs(&stack.scope).await? else {
            let hint = "deploy it first, or declare `outputs` in the stack file";
            return Err(refused(&stack.scope, "has no recorded outputs", hint));
        };
        match name {
            Some(name) => {
                let Some(value) = outputs.get(name) else {
                    let names = outputs.keys().cloned().collect::<Vec<_>>().join(", ");
                    return Err(refused(
                        &stack.scope,
                        &format!("has no output `{name}`"),
                        format!("it has: {names}"),
                    ));
                };
                context.view.data(&format!("{value}\n"));
            }
            None if context.view.is_json() => context.view.emit(&outputs),
            None => {
                let width = outputs.keys().map(String::len).max().unwrap_or(0);
                for (name, value) in &outputs {
                    context.view.data(&format!("{name:width$}  {value}\n"));
                }
            }
        }
    }
    Ok(Exit::Done)
}
