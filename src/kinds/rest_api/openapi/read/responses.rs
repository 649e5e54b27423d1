//! What a method may answer.

use std::collections::BTreeMap;

use super::{Document, Version, method::Operation, node::Node, notes::clip};
use crate::kinds::rest_api::definition::MethodResponse;

impl<'d> Document<'d> {
    pub(super) fn responses(&mut self, operation: &Operation<'_, 'd>) -> BTreeMap<u16, MethodResponse> {
        let mut responses = BTreeMap::new();
        let Some(node) = operation.node.get("responses").filter(|node| self.notes.is_object(node)) else {
            return responses;
        };
        for (key, response) in node.entries().filter(|(key, _)| !key.starts_with("x-")) {
            let Some(status) = self.status(key, &response) else { continue };
            let Some(response) = self.resolved(response).filter(|node| self.notes.is_object(node)) else {
                continue;
            };
            let response = self.response(operation, status, &response);
            responses.insert(status, response);
        }
        responses
    }

    fn status(&mut self, key: &str, response: &Node<'d>) -> Option<u16> {
        let digits = key.len() == 3 && key.bytes().all(|byte| byte.is_ascii_digit());
        if let Some(status) = key.parse::<u16>().ok().filter(|status| digits && (100..600).contains(status)) {
            return Some(status);
        }
        let range = key.len() == 3 && key.to_ascii_uppercase().ends_with("XX");
        if key == "default" || range {
            let detail = format!("A method answers with exact statuses; the response `{key}` is left out.");
            self.notes.warning(response, detail, None);
        } else {
            self.notes.problem(response, format!("`{}` is not a status.", clip(key)), None);
        }
        None
    }

    fn response(&mut self, operation: &Operation<'_, 'd>, status: u16, node: &Node<'d>) -> MethodResponse {
        let hint = format!("{}Response{status}", self.schema_hint(operation));
        let models = match self.version {
            Version::OpenApi3 => self.content(node, &hint),
            Version::Swagger2 => match node.get("schema") {
                Some(schema) => {
                    let kinds = self.media_types(operation, "produces");
                    self.same_for_all(&schema, &hint, kinds)
                }
                None => BTreeMap::new(),
            },
        };
        let mut parameters = BTreeMap::new();
        if let Some(headers) = node.get("headers").filter(|headers| self.notes.is_object(headers)) {
            for (name, header) in headers.entries() {
                let Some(header) = self.resolved(header) else { continue };
                let required = self.notes.flag_of(&header, "required");
                parameters.insert(format!("method.response.header.{name}"), required);
            }
        }
        MethodResponse { parameters, models }
    }
}
