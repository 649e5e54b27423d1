//! What a route calls and how requests and answers are mapped.

use std::collections::{BTreeMap, BTreeSet};

use super::Builder;
use crate::{
    kinds::{
        Kind, LambdaAlias, LambdaFunction,
        rest_api::{
            ContentHandling, Integration, IntegrationResponse, IntegrationType, MethodResponse, Passthrough,
            Verb,
        },
    },
    model::{Address, Text},
    stack::{
        file::{self, IntegrationStyle, Response, Route},
        reader::{At, Keyed},
        template::Template,
    },
};

/// A function as an authorizer, a route or an event names it.
pub(super) struct Called {
    /// Its ARN, or its alias's.
    pub(super) arn: Text,
    /// Its name, with `:alias` where that is invoked.
    pub(super) name: String,
    /// What must be there before it can be invoked: the function or its alias, where it is the stack's own.
    pub(super) own: Option<Address>,
}

impl Called {
    /// The key of the permission to invoke it.
    pub(super) fn key(&self) -> String {
        permission_key(self.own.as_ref(), &self.name)
    }
}

/// The key of a permission: a function's own key, and its alias, or the name of another stack's function.
pub(super) fn permission_key(own: Option<&Address>, name: &str) -> String {
    match (own, name.split_once(':')) {
        (Some(own), Some((_, alias))) => format!("{}:{alias}", own.key),
        (Some(own), None) => own.key.clone(),
        (None, _) => name.to_owned(),
    }
}

impl Builder<'_> {
    /// A key of `functions`, or the ARN of another stack's function.
    pub(super) fn called(&mut self, function: &At<Template>) -> Called {
        let stack = self.stack;
        if let Some(key) = function.value.known().filter(|key| stack.functions().declares(key)) {
            return self.own_function(key);
        }
        let arn = self.texts.text(function);
        // `arn:aws:lambda:region:account:function:name`, perhaps with `:qualifier`.
        let name = arn.known().and_then(|arn| arn.splitn(7, ':').nth(6)).unwrap_or_default().to_owned();
        Called { arn, name, own: None }
    }

    /// The stack's function `key`, or its alias where it has one.
    pub(super) fn own_function(&self, key: &str) -> Called {
        let name = self.scope().name(key);
        let function = self.stack.functions().get(key);
        let (name, kind) = match function.and_then(|function| function.alias.as_ref()) {
            Some(alias) => (format!("{name}:{}", alias.name.0), LambdaAlias::NAME),
            None => (name, LambdaFunction::NAME),
        };
        let arn = self.inputs.identity.function_arn(&name).into();
        Called { arn, name, own: Some(self.scope().address(kind, key)) }
    }

    pub(super) fn integration(&mut self, verb: Verb, route: &Route) -> Integration<Text> {
        let custom = route.style() == IntegrationStyle::Custom;
        let mut integration = Integration {
            request_templates: templates(&route.request_templates),
            passthrough_behavior: match route.passthrough.as_ref().map(|passthrough| passthrough.value) {
                Some(file::Passthrough::WhenNoTemplates) => Passthrough::WhenNoTemplates,
                Some(file::Passthrough::Never) => Passthrough::Never,
                Some(file::Passthrough::WhenNoMatch) => Passthrough::WhenNoMatch,
                // Where templates are written, a body that none of them fits is a mistake of the caller.
                None if !route.request_templates.is_empty() => Passthrough::WhenNoTemplates,
                None => Passthrough::WhenNoMatch,
            },
            content_handling: route
                .content_handling
                .as_ref()
                .map(|handling| content_handling(handling.value)),
            cache_key_parameters: route
                .cache_key_parameters
                .iter()
                .map(|parameter| parameter.0.clone())
                .collect(),
            ..Integration::default()
        };
        if let Some(timeout) = route.timeout_ms {
            integration.timeout_ms = u32::try_from(timeout.0).unwrap_or(integration.timeout_ms);
        }
        for entry in &route.integration_parameters {
            let value = self.texts.plain(&entry.value);
            integration.request_parameters.insert(entry.key.value.clone(), value);
        }
        integration.credentials = route.credentials.as_ref().map(|role| self.role_reference(role).0);
        self.target(&mut integration, verb, route, custom);
        for entry in &route.responses {
            if let Ok(status) = entry.key.parse::<u16>() {
                let response = self.integration_response(&entry.value);
                integration.responses.insert(status, response);
            }
        }
        // A custom integration without any mapping would answer 500 to everything: 200 is the default answer.
        if custom && integration.responses.is_empty() {
            integration.responses.insert(200, IntegrationResponse::default());
        }
        integration
    }

    fn target(&mut self, integration: &mut Integration<Text>, verb: Verb, route: &Route, custom: bool) {
        if let Some(function) = &route.function {
            let called = self.called(function);
            integration.kind = if custom { IntegrationType::Aws } else { IntegrationType::AwsProxy };
            integration.uri = Some(self.invocation_uri(&called.arn));
            // Lambda is invoked by POST whatever the client sent.
            integration.http_method = Some(Verb::Post);
        } else if let Some(http) = &route.http {
            integration.kind = if custom { IntegrationType::Http } else { IntegrationType::HttpProxy };
            integration.uri = Some(self.texts.text(&http.url));
            integration.http_method =
                Some(method_word(http.method.as_ref().map(|word| word.0.as_str())).unwrap_or(verb));
        } else if let Some(aws) = &route.aws {
            integration.kind = if custom { IntegrationType::Aws } else { IntegrationType::AwsProxy };
            integration.uri = Some(self.texts.text(&aws.uri));
            let word = aws.method.as_ref().map(|word| word.0.as_str());
            integration.http_method = Some(method_word(word).unwrap_or(Verb::Post));
        } else {
            integration.kind = IntegrationType::Mock;
            if integration.request_templates.is_empty() {
                let template = r#"{"statusCode": 200}"#.to_owned();
                integration.request_templates.insert("application/json".to_owned(), template);
            }
        }
    }

    /// The URI by which API Gateway invokes the function `arn`.
    pub(super) fn invocation_uri(&self, arn: &Text) -> Text {
        const ARN: &str = "\u{0}";
        let uri = self.inputs.identity.invocation_uri(ARN);
        let (before, after) = uri.split_once(ARN).unwrap_or((uri.as_str(), ""));
        let known = |text: &str| crate::model::Part::Known(text.to_owned());
        Text::from_parts([known(before)].into_iter().chain(arn.parts().iter().cloned()).chain([known(after)]))
    }

    fn integration_response(&mut self, response: &Response) -> IntegrationResponse {
        let mut parameters = BTreeMap::new();
        for entry in &response.headers {
            let value = self.texts.plain(&entry.value);
            parameters.insert(format!("method.response.header.{}", entry.key.value), value);
        }
        IntegrationResponse {
            selection_pattern: response.when.as_ref().map(|pattern| pattern.0.clone()),
            parameters,
            templates: templates(&response.templates),
            content_handling: response
                .content_handling
                .as_ref()
                .map(|handling| content_handling(handling.value)),
        }
    }

    /// The answers a method declares: one for each the integration maps, with the headers it sets and the models it names.
    pub(super) fn method_responses(
        route: &Route,
        integration: &Integration<Text>,
    ) -> BTreeMap<u16, MethodResponse> {
        let mut responses = BTreeMap::new();
        for (status, response) in &integration.responses {
            let parameters = response.parameters.keys().map(|name| (name.clone(), false)).collect();
            let declared = route.responses.get(&status.to_string());
            let models = declared.map(|response| models(&response.models)).unwrap_or_default();
            responses.insert(*status, MethodResponse { parameters, models });
        }
        responses
    }
}

pub(super) fn models(models: &Keyed<crate::stack::reader::Raw>) -> BTreeMap<String, String> {
    models.iter().map(|entry| (entry.key.value.clone(), entry.value.0.clone())).collect()
}

fn templates(templates: &Keyed<file::TemplateBody>) -> BTreeMap<String, String> {
    templates.iter().map(|entry| (entry.key.value.clone(), entry.value.text.clone())).collect()
}

fn content_handling(handling: file::ContentHandling) -> ContentHandling {
    match handling {
        file::ContentHandling::ToBinary => ContentHandling::ConvertToBinary,
        file::ContentHandling::ToText => ContentHandling::ConvertToText,
    }
}

fn method_word(word: Option<&str>) -> Option<Verb> {
    word.and_then(|word| word.to_ascii_uppercase().parse().ok())
}

/// The names of the functions an API calls, each with the needs of its permission.
pub(super) type CalledFunctions = BTreeMap<String, BTreeSet<Address>>;
