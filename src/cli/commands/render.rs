//! `render`: what API Gateway would make of a mapping template.

use std::path::Path;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Context;
use crate::{
    cli::{Exit, error::CommandError},
    gateway::vtl::{self, Inputs, Phase},
    view::Report,
};

/// A request as the file describes it; everything may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Given {
    /// The payload, as text.
    body: String,
    headers: IndexMap<String, String>,
    querystring: IndexMap<String, String>,
    path: IndexMap<String, String>,
    stage_variables: IndexMap<String, String>,
    context: Option<Value>,
}

pub(super) fn run(
    context: &Context,
    template: &Path,
    request: Option<&Path>,
    response: bool,
) -> Result<Exit, CommandError> {
    let text = read(template)?;
    let given: Given = match request {
        Some(path) => serde_json::from_str(&read(path)?)
            .map_err(|error| CommandError::Usage(format!("{}: {error}", path.display())))?,
        None => Given::default(),
    };
    let parsed = match vtl::parse(&text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let place = format!("{}:{}:{}", template.display(), error.line, error.column);
            context.view.report(
                &Report::new("the template cannot be read").detail(format!("{place}: {}", error.message)),
            );
            return Ok(Exit::StackFile);
        }
    };
    let inputs = Inputs {
        phase: if response { Phase::Response } else { Phase::Request },
        body: given.body.into_bytes(),
        path: given.path,
        querystring: given.querystring,
        header: given.headers,
        stage_variables: given.stage_variables,
        context: given.context.unwrap_or_else(|| json!({})),
        ..Inputs::default()
    };
    let rendered = match parsed.render(&inputs) {
        Ok(rendered) => rendered,
        Err(error) => {
            context.view.report(&Report::new("API Gateway would answer 500").detail(error.to_string()));
            return Ok(Exit::Failed);
        }
    };
    for unknown in &rendered.undefined {
        let (line, column) = (unknown.line, unknown.column);
        context.view.say(format!(
            "{}:{line}:{column}: {} has no value: empty text",
            template.display(),
            unknown.reference
        ));
    }
    if context.view.is_json() {
        context.view.emit(&json!({
            "text": rendered.text,
            "requestOverride": rendered.request_override,
            "responseOverride": rendered.response_override,
        }));
    } else {
        context.view.data(&rendered.text);
        if !rendered.text.ends_with('\n') {
            context.view.data("\n");
        }
    }
    Ok(Exit::Done)
}

fn read(path: &Path) -> Result<String, CommandError> {
    std::fs::read_to_string(path)
        .map_err(|error| CommandError::Io { what: format!("read {}", path.display()), error })
}
