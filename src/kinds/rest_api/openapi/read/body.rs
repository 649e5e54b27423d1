//! Bodies of requests, and what is common to all bodies: models by content type.

use std::collections::BTreeMap;

use super::{Document, Version, method::Operation, node::Node, parameters::Parameters};

/// What a body is taken for where nothing is said.
const JSON: &str = "application/json";

impl<'d> Document<'d> {
    /// The models of the request body by content type.
    pub(super) fn request_models(
        &mut self,
        operation: &Operation<'_, 'd>,
        parameters: &Parameters<'d>,
    ) -> BTreeMap<String, String> {
        let hint = format!("{}Request", self.schema_hint(operation));
        match self.version {
            Version::Swagger2 => {
                let Some(schema) = parameters.body.as_ref().and_then(|body| body.get("schema")) else {
                    return BTreeMap::new();
                };
                let kinds = self.media_types(operation, "consumes");
                self.same_for_all(&schema, &hint, kinds)
            }
            Version::OpenApi3 => {
                let body = operation.node.get("requestBody").and_then(|body| self.resolved(body));
                let Some(body) = body.filter(|body| self.notes.is_object(body)) else {
                    return BTreeMap::new();
                };
                self.content(&body, &hint)
            }
        }
    }

    /// The models of OpenAPI's `content`.
    pub(super) fn content(&mut self, owner: &Node<'d>, hint: &str) -> BTreeMap<String, String> {
        let mut models = BTreeMap::new();
        let Some(content) = owner.get("content").filter(|content| self.notes.is_object(content)) else {
            return models;
        };
        for (kind, media) in content.entries() {
            if let Some(schema) = media.get("schema")
                && let Some(model) = self.schema_model(&schema, hint)
            {
                models.insert(kind.to_owned(), model);
            }
        }
        models
    }

    /// The one model of Swagger's `schema` for each of `kinds`.
    pub(super) fn same_for_all(
        &mut self,
        schema: &Node<'d>,
        hint: &str,
        kinds: Vec<String>,
    ) -> BTreeMap<String, String> {
        let Some(model) = self.schema_model(schema, hint) else { return BTreeMap::new() };
        kinds.into_iter().map(|kind| (kind, model.clone())).collect()
    }

    /// Swagger's `consumes` or `produces`: the operation's, or else the document's.
    pub(super) fn media_types(&mut self, operation: &Operation<'_, 'd>, key: &str) -> Vec<String> {
        let list = operation.node.get(key).or_else(|| self.root.get(key));
        let kinds = list.map(|list| self.notes.texts(&list)).unwrap_or_default();
        if kinds.is_empty() { vec![JSON.to_owned()] } else { kinds }
    }
}
