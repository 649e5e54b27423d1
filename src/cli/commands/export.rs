//! `export`: the API of a deployed stage as an OpenAPI document.

use std::{collections::BTreeMap, path::PathBuf};

use super::Context;
use crate::{
    account::Asked,
    cli::{
        Exit,
        args::ExportFormat,
        error::{CommandError, refused},
        load, target,
    },
    kinds::{
        Kind, RestApi,
        rest_api::{
            self,
            openapi::{Flavor, export},
        },
    },
};

/// What the document is to be.
pub(super) struct Flags {
    pub(super) format: ExportFormat,
    pub(super) yaml: bool,
    pub(super) extensions: bool,
}

pub(super) async fn run(context: &Context, files: &[PathBuf], flags: &Flags) -> Result<Exit, CommandError> {
    let stacks = load::names(context, files)?;
    let [stack] = stacks.as_slice() else {
        return Err(CommandError::Usage("`export` writes one document: name one stack file".to_owned()));
    };
    let account = target::open(&context.global, &context.env).await?;
    let (wanted, hints) = (BTreeMap::new(), BTreeMap::new());
    let kinds = Some([RestApi::NAME].into());
    let asked = Asked { scope: &stack.scope, wanted: &wanted, hints: &hints, kinds };
    let snapshot = account.observe(&asked).await?;
    let at = stack.scope.address(RestApi::NAME, rest_api::KEY);
    let Some(live) = snapshot.get::<RestApi>(&at) else {
        return Err(refused(&stack.scope, "has no API", "deploy it first: `gatewright deploy`"));
    };
    let flavor = match flags.format {
        ExportFormat::Openapi3 => Flavor::OpenApi3,
        ExportFormat::Swagger2 => Flavor::Swagger2,
    };
    let url = account.identity().stage_url(&live.id, &stack.scope.stage);
    let document = export(&live.name, &live.settings, &live.definition, Some(&url), flavor, flags.extensions);
    if context.view.is_json() {
        context.view.emit(&document);
    } else {
        context.view.data(&text(&document, flags.yaml)?);
    }
    Ok(Exit::Done)
}

/// The document as text that ends in a line break.
fn text(document: &serde_json::Value, yaml: bool) -> Result<String, CommandError> {
    let text = if yaml {
        serde_yaml::to_string(document).map_err(|error| error.to_string())
    } else {
        serde_json::to_string_pretty(document).map_err(|error| error.to_string())
    };
    let text = text.map_err(|error| CommandError::Io {
        what: "write the document".to_owned(),
        error: std::io::Error::other(error),
    })?;
    Ok(format!("{}\n", text.trim_end()))
}
