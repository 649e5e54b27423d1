//! `validate`: every problem of the stack files at once, and no call.

use std::path::PathBuf;

use serde_json::json;

use super::Context;
use crate::cli::{Exit, error::CommandError, load};

pub(super) fn run(context: &Context, files: &[PathBuf]) -> Result<Exit, CommandError> {
    let stacks = load::read(context, files)?;
    if context.view.is_json() {
        let names: Vec<&str> = stacks.iter().map(|stack| stack.scope.stack.as_str()).collect();
        context.view.emit(&json!({"event": "result", "result": {"command": "validate", "stacks": names}}));
    }
    for stack in &stacks {
        context.view.say(format!("{}: ok ({})", stack.path.display(), stack.scope));
    }
    Ok(Exit::Done)
}
