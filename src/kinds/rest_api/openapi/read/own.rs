//! `x-gatewright`: what neither OpenAPI nor API Gateway's extensions can say and an export keeps all the same, so that reading it
//! gives the API that was written.

use std::collections::BTreeMap;

use super::{Document, node::Node};
use crate::kinds::rest_api::definition::{Method, Model};

/// The key, at the root and in operations.
pub(in crate::kinds::rest_api::openapi) const KEY: &str = "x-gatewright";

impl<'d> Document<'d> {
    /// The content type and the description of a model.
    pub(super) fn own_model(&mut self, name: &str, model: &mut Model) {
        let Some(own) = self.root.at(&[KEY, "models", name]) else { return };
        if let Some(kind) = self.notes.text_of(&own, "contentType") {
            model.content_type = kind;
        }
        if let Some(description) = own.get("description").and_then(|text| self.notes.text(&text)) {
            model.description = Some(description).filter(|text| !text.is_empty());
        }
    }

    /// Parameters, models and headers of an operation.
    pub(super) fn own_method(&mut self, node: &Node<'d>, method: &mut Method<String>) {
        let Some(own) = node.get(KEY) else { return };
        if let Some(parameters) = own.get("requestParameters") {
            method.request_parameters.extend(self.flags(&parameters));
        }
        if own.get("requestModels").is_some() {
            method.request_models = self.notes.text_map(&own, "requestModels");
        }
        for (status, response) in own.get("responses").into_iter().flat_map(|responses| responses.entries()) {
            let Ok(status) = status.parse::<u16>() else { continue };
            let place = method.responses.entry(status).or_default();
            if let Some(parameters) = response.get("parameters") {
                place.parameters = self.flags(&parameters);
            }
            if response.get("models").is_some() {
                place.models = self.notes.text_map(&response, "models");
            }
        }
    }

    fn flags(&mut self, node: &Node<'d>) -> BTreeMap<String, bool> {
        node.entries().filter_map(|(name, flag)| Some((name.to_owned(), self.notes.flag(&flag)?))).collect()
    }
}
