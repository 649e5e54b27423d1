//! The one form of what can be said in two ways.

use super::{Definition, IntegrationType, Settings, path_part};
use crate::model::Text;

impl Settings {
    /// Nothing is `None`, not an empty text.
    pub fn normal(mut self) -> Self {
        self.description = filled(self.description);
        self.policy = filled(self.policy);
        self
    }
}

impl<S> Definition<S> {
    /// Empty texts are `None`, and what a `MOCK` integration does not use is not there.
    pub fn normal(mut self) -> Self {
        for method in self.resources.values_mut().flat_map(|methods| methods.values_mut()) {
            method.operation_name = filled(method.operation_name.take());
            let Some(integration) = &mut method.integration else { continue };
            if integration.kind == IntegrationType::Mock {
                integration.uri = None;
                integration.http_method = None;
                integration.credentials = None;
            }
            for response in integration.responses.values_mut() {
                response.selection_pattern = filled(response.selection_pattern.take());
            }
        }
        for (kind, response) in &mut self.gateway_responses {
            response.status = response.status.filter(|status| own_status(kind) != Some(*status));
            if response.templates.len() == 1
                && response.templates.get("application/json").is_some_and(|template| template == OWN_TEMPLATE)
            {
                response.templates.clear();
            }
        }
        for model in self.models.values_mut() {
            model.description = filled(model.description.take());
        }
        for authorizer in self.authorizers.values_mut() {
            authorizer.validation_expression = filled(authorizer.validation_expression.take());
        }
        self
    }
}

impl Definition<Text> {
    /// API Gateway's importer declares the variable of a method's own resource. It is always there, so declaring it changes nothing:
    /// all ways of making a method do so.
    pub fn with_variables(mut self) -> Self {
        for (path, methods) in &mut self.resources {
            let variable = path_part(path).strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            let Some(variable) = variable.filter(|variable| !variable.ends_with('+')) else { continue };
            for method in methods.values_mut() {
                method.request_parameters.insert(format!("method.request.path.{variable}"), true);
            }
        }
        self
    }
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// What API Gateway answers where a gateway response has no template.
const OWN_TEMPLATE: &str = r#"{"message":$context.error.messageString}"#;

/// The status that API Gateway gives a gateway response of the type `kind` by itself; the two defaults have none.
fn own_status(kind: &str) -> Option<u16> {
    Some(match kind {
        "BAD_REQUEST_BODY" | "BAD_REQUEST_PARAMETERS" => 400,
        "UNAUTHORIZED" => 401,
        "ACCESS_DENIED" | "EXPIRED_TOKEN" | "INVALID_API_KEY" | "INVALID_SIGNATURE" => 403,
        "MISSING_AUTHENTICATION_TOKEN" | "WAF_FILTERED" => 403,
        "RESOURCE_NOT_FOUND" => 404,
        "REQUEST_TOO_LARGE" => 413,
        "UNSUPPORTED_MEDIA_TYPE" => 415,
        "QUOTA_EXCEEDED" | "THROTTLED" => 429,
        "API_CONFIGURATION_ERROR" | "AUTHORIZER_CONFIGURATION_ERROR" | "AUTHORIZER_FAILURE" => 500,
        "INTEGRATION_FAILURE" | "INTEGRATION_TIMEOUT" => 504,
        _ => return None,
    })
}
