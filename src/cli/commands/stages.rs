//! `stages`: what is deployed in the account.

use std::path::Path;

use super::Context;
use crate::cli::{Exit, error::CommandError, load, target};

pub(super) async fn run(context: &Context, file: Option<&Path>) -> Result<Exit, CommandError> {
    let stack = match file {
        Some(file) => Some(load::stack_name(file)?),
        None => None,
    };
    let account = target::open(&context.global, &context.env).await?;
    let scopes = account.scopes(stack.as_deref()).await?;
    if context.view.is_json() {
        context.view.emit(&scopes);
    } else if scopes.is_empty() {
        context.view.say("no stage is deployed here; `gatewright deploy STACK_FILE` deploys one");
    }
    if !context.view.is_json() {
        for scope in scopes {
            context.view.data(&format!("{scope}\n"));
        }
    }
    Ok(Exit::Done)
}
