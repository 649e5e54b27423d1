//! Request validators and gateway responses.

use std::collections::BTreeMap;

use super::{Document, notes::clip, values::meant};
use crate::kinds::rest_api::definition::{GatewayResponse, Validator};

/// API Gateway's `GatewayResponseType`.
const TYPES: [&str; 22] = [
    "ACCESS_DENIED",
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "BAD_REQUEST_BODY",
    "BAD_REQUEST_PARAMETERS",
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "EXPIRED_TOKEN",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "INVALID_API_KEY",
    "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN",
    "QUOTA_EXCEEDED",
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "THROTTLED",
    "UNAUTHORIZED",
    "UNSUPPORTED_MEDIA_TYPE",
    "WAF_ERROR",
    "WAF_FILTERED",
];

impl Document<'_> {
    /// `x-amazon-apigateway-request-validators`.
    pub(super) fn validators(&mut self) -> BTreeMap<String, Validator> {
        let mut validators = BTreeMap::new();
        let Some(node) = self.root.get("x-amazon-apigateway-request-validators") else { return validators };
        if !self.notes.is_object(&node) {
            return validators;
        }
        for (name, validator) in node.entries().filter(|(_, validator)| validator.value().is_object()) {
            let known = ["validateRequestBody", "validateRequestParameters"];
            self.notes.known_keys(&validator, &known, "a request validator");
            let body = self.notes.flag_of(&validator, "validateRequestBody");
            let parameters = self.notes.flag_of(&validator, "validateRequestParameters");
            validators.insert(name.to_owned(), Validator { body, parameters });
        }
        for (_, wrong) in node.entries().filter(|(_, validator)| !validator.value().is_object()) {
            self.notes.is_object(&wrong);
        }
        validators
    }

    /// `x-amazon-apigateway-gateway-responses`.
    pub(super) fn gateway_responses(&mut self) -> BTreeMap<String, GatewayResponse> {
        let mut responses = BTreeMap::new();
        let Some(node) = self.root.get("x-amazon-apigateway-gateway-responses") else { return responses };
        if !self.notes.is_object(&node) {
            return responses;
        }
        let notes = &mut self.notes;
        for (kind, response) in node.entries() {
            if !TYPES.contains(&kind) {
                let detail = format!("API Gateway has no response type `{}`.", clip(kind));
                notes.problem(&response, detail, meant(kind, TYPES));
                continue;
            }
            if !notes.is_object(&response) {
                continue;
            }
            let known = ["statusCode", "responseParameters", "responseTemplates"];
            notes.known_keys(&response, &known, "a gateway response");
            let status = response.get("statusCode").and_then(|status| notes.number(&status, 100, 599));
            let parameters = notes.text_map(&response, "responseParameters");
            if let Some(wrong) = parameters.keys().find(|name| !name.starts_with("gatewayresponse.header.")) {
                let at = response.get("responseParameters").unwrap_or_else(|| response.clone());
                let detail = format!("`{}` is not a parameter of a gateway response.", clip(wrong));
                notes.problem(&at, detail, Some("`gatewayresponse.header.X`".into()));
            }
            let templates = notes.text_map(&response, "responseTemplates");
            let status = status.and_then(|status| u16::try_from(status).ok());
            responses.insert(kind.to_owned(), GatewayResponse { status, parameters, templates });
        }
        responses
    }
}
