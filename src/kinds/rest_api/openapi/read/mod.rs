//! OpenAPI 3.0 and Swagger 2.0 documents with `x-amazon-apigateway-*` extensions, read as API Gateway's importer reads them.
//!
//! Pure: JSON in, an API or problems out. Every problem names the place it is at, so that whoever knows where the text came from
//! can tell line and column. Where the importer drops something in silence, a warning tells it.

mod body;
mod extensions;
mod gateway;
mod integration;
mod method;
mod node;
mod notes;
mod own;
mod parameters;
mod paths;
mod references;
mod responses;
mod schemas;
mod security;
mod settings;
#[cfg(test)]
mod tests;
mod values;

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::super::definition::{Definition, Settings};
use node::Node;
use notes::Notes;
use schemas::Schemas;
use security::Schemes;

pub use notes::Problem;
pub(super) use own::KEY as OWN_KEY;
pub use paths::BasePath;

/// Lists and objects within each other; a deeper document is refused before anything else is looked at.
const DEPTH_MAX: usize = 128;

/// The API that a document describes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// `info.title`.
    pub name: String,
    /// What holds for the API as a whole; `info.description` is in it.
    pub settings: Settings,
    /// Methods, models, validators, authorizers, gateway responses.
    pub definition: Definition<String>,
    /// What is left out, or is probably not what was meant.
    pub warnings: Vec<Problem>,
}

/// Which of the two formats a document is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    /// `swagger: "2.0"`.
    Swagger2,
    /// `openapi: 3.…`.
    OpenApi3,
}

/// Reads `document`; its base path is ignored, as `basepath=ignore` does.
///
/// # Errors
/// Every problem of the document.
pub fn read(document: &Json) -> Result<Imported, Vec<Problem>> {
    read_with(document, BasePath::Ignore)
}

/// Reads `document`, with a choice of what becomes of its base path.
///
/// # Errors
/// Every problem of the document.
pub fn read_with(document: &Json, base_path: BasePath) -> Result<Imported, Vec<Problem>> {
    let root = Node::root(document);
    let mut notes = Notes::default();
    if let Some(deep) = node::deeper_than(&root, DEPTH_MAX) {
        notes.problem(&deep, format!("The document is nested more than {DEPTH_MAX} levels deep."), None);
        return Err(notes.problems);
    }
    let Some(version) = version(&root, &mut notes) else { return Err(notes.problems) };
    extensions::check(&root, &mut notes);
    let mut document = Document {
        schemas: Schemas::default(),
        schemes: Schemes::default(),
        operation_names: BTreeSet::new(),
        root,
        version,
        notes,
    };
    let (name, settings) = document.settings();
    let definition = document.definition(base_path);
    let Notes { problems, warnings, .. } = document.notes;
    if problems.is_empty() { Ok(Imported { name, settings, definition, warnings }) } else { Err(problems) }
}

fn version(root: &Node<'_>, notes: &mut Notes) -> Option<Version> {
    if !root.value().is_object() {
        notes.problem(root, "An OpenAPI document is an object.", None);
        return None;
    }
    let help = || Some("it starts with `openapi: 3.0.1` or `swagger: \"2.0\"`".to_owned());
    if let Some(node) = root.get("swagger") {
        let text = node.plain_text().unwrap_or_default();
        if !matches!(text.as_str(), "2.0" | "2") {
            notes.problem(&node, "Of Swagger only version 2.0 is known.", help());
            return None;
        }
        return Some(Version::Swagger2);
    }
    let Some(node) = root.get("openapi") else {
        notes.problem(root, "The document does not say which version of OpenAPI it is in.", help());
        return None;
    };
    let text = node.plain_text().unwrap_or_default();
    match text.split('.').next() {
        Some("3") => {
            if !text.starts_with("3.0") && text != "3" {
                let detail = format!(
                    "API Gateway knows OpenAPI 3.0; `{}` is read as if it were 3.0.",
                    notes::clip(&text)
                );
                notes.warning(&node, detail, None);
            }
            Some(Version::OpenApi3)
        }
        _ => {
            notes.problem(&node, "Of OpenAPI only version 3.0 is known.", help());
            None
        }
    }
}

/// The document while it is read.
struct Document<'d> {
    root: Node<'d>,
    version: Version,
    notes: Notes,
    schemas: Schemas,
    schemes: Schemes,
    /// Operation names so far: API Gateway's importer refuses one that is there twice.
    operation_names: BTreeSet<String>,
}

impl<'d> Document<'d> {
    fn definition(&mut self, base_path: BasePath) -> Definition<String> {
        self.read_schemas();
        self.read_schemes();
        let validators = self.validators();
        let gateway_responses = self.gateway_responses();
        let resources = self.resources(base_path, &validators);
        self.tell_ignored_words();
        Definition {
            resources,
            models: std::mem::take(&mut self.schemas).into_models(),
            validators,
            authorizers: std::mem::take(&mut self.schemes).into_authorizers(),
            gateway_responses,
        }
    }
}
