//! `schema`: the JSON Schema of stack files.

use super::Context;
use crate::{
    cli::{Exit, error::CommandError},
    stack,
};

pub(super) fn run(context: &Context) -> Result<Exit, CommandError> {
    let schema = serde_json::to_string_pretty(&stack::schema()).unwrap_or_default();
    context.view.data(&format!("{schema}\n"));
    Ok(Exit::Done)
}
