//! One operation as a method.

use std::collections::BTreeMap;

use super::{Document, node::Node, notes::clip, parameters::Parameters, values::meant};
use crate::kinds::rest_api::definition::{Method, Validator, Verb};

/// Keys of an operation that mean something, or that nobody expects to mean something.
const KEYS: [&str; 15] = [
    "operationId",
    "parameters",
    "requestBody",
    "responses",
    "security",
    "tags",
    "summary",
    "description",
    "externalDocs",
    "deprecated",
    "consumes",
    "produces",
    "schemes",
    "servers",
    "callbacks",
];

/// Which operation is being read: names of its own models are made of it.
pub(super) struct Operation<'p, 'd> {
    pub(super) path: &'p str,
    pub(super) verb: Verb,
    pub(super) node: Node<'d>,
}

impl<'d> Document<'d> {
    pub(super) fn method(
        &mut self,
        path: &str,
        verb: Verb,
        node: &Node<'d>,
        shared: &Parameters<'d>,
        validators: &BTreeMap<String, Validator>,
    ) -> Option<Method<String>> {
        if !self.notes.is_object(node) {
            return None;
        }
        self.notes.known_keys(node, &KEYS, "an operation");
        if let Some(callbacks) = node.get("callbacks") {
            self.notes.warning(&callbacks, "API Gateway calls nobody back; `callbacks` are ignored.", None);
        }
        let operation = Operation { path, verb, node: node.clone() };
        let parameters = self.parameters(path, node, shared);
        let request_models = self.request_models(&operation, &parameters);
        let (authorization, api_key_required) = self.authorization(node);
        let mut method = Method {
            authorization,
            api_key_required,
            operation_name: self.operation_name(node),
            request_parameters: parameters.required_by_name(),
            request_models,
            request_validator: self.validator(node, validators),
            responses: self.responses(&operation),
            integration: None,
        };
        self.own_method(node, &mut method);
        match node.get("x-amazon-apigateway-integration") {
            Some(integration) => method.integration = self.integration(&integration, &method),
            None => {
                let detail = "The operation has no `x-amazon-apigateway-integration`: nothing answers it, and an API with such a method cannot be deployed.";
                self.notes.warning(node, detail, None);
            }
        }
        Some(method)
    }

    fn operation_name(&mut self, node: &Node<'d>) -> Option<String> {
        let name = self.notes.text_of(node, "operationId")?;
        if !self.operation_names.insert(name.clone())
            && let Some(at) = node.get("operationId")
        {
            let detail = format!("Another operation is called `{}` too.", clip(&name));
            self.notes.warning(&at, detail, Some("OpenAPI wants each `operationId` once".into()));
        }
        Some(name)
    }

    /// The operation's validator, or else the document's.
    fn validator(&mut self, node: &Node<'d>, validators: &BTreeMap<String, Validator>) -> Option<String> {
        const KEY: &str = "x-amazon-apigateway-request-validator";
        let at = node.get(KEY).or_else(|| self.root.get(KEY))?;
        let name = self.notes.text(&at).filter(|name| !name.is_empty())?;
        if !validators.contains_key(&name) {
            let detail = format!("The document has no request validator `{}`.", clip(&name));
            let help = meant(&name, validators.keys().map(String::as_str))
                .unwrap_or_else(|| "declare it in `x-amazon-apigateway-request-validators`".into());
            self.notes.problem(&at, detail, Some(help));
            return None;
        }
        Some(name)
    }
}
