//! The REST API, its permissions, its deployment.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Builder,
    integration::{CalledFunctions, models, permission_key},
};
use crate::{
    kinds::{
        ApiDeployment, Kind, LambdaAlias, LambdaFunction, LambdaPermission, Member, RestApi, api_deployment,
        lambda_permission,
        rest_api::{
            self, ApiKeySource, Authorization, Authorizer, AuthorizerType, Definition, EndpointType,
            GatewayResponse, Method, Model, Settings, Validator, Verb, content_hash,
        },
    },
    model::{Address, Text},
    stack::{
        cors,
        file::{self, Api, AuthorizerKind, Cors, CorsRules, Route, RouteKey},
        reader::{At, KeyedEntry},
    },
};

/// The key of a stack's one API, its deployment and its stage.
pub(super) const KEY: &str = "api";
/// How many deployments besides the one in service are kept to go back to.
const DEPLOYMENTS_KEPT: u32 = 3;
/// The word that asks for AWS's own request signing instead of an authorizer.
const AWS_IAM: &str = "iam";
/// The word for a route that is open to all.
const OPEN: &str = "none";

impl Builder<'_> {
    pub(super) fn api(&mut self) {
        let stack = self.stack;
        let Some(api) = stack.api() else { return };
        let at = self.scope().address(RestApi::NAME, KEY);
        self.place(&at, api.span);
        let mut called = CalledFunctions::new();
        let mut definition = self.definition(api, &mut called);
        let mut settings = self.settings(api);
        if let Some(document) = &api.openapi {
            self.add_document(api, &document.value, &mut definition, &mut settings, &mut called);
        }
        // What the user writes wins over what CORS brings, header by header.
        self.add_cors(api, &mut definition);
        let name = self.texts.optional_plain(api.name.as_ref());
        let desired = rest_api::Desired {
            name: name.unwrap_or_else(|| format!("{}-{}", at.scope.stack, at.scope.stage)),
            tags: self.tags(&at, &crate::stack::reader::Keyed::default()),
            settings,
            definition,
        };
        let hash = content_hash(&desired);
        self.graph.add(at.clone(), RestApi::want(desired), []);
        let permissions = self.permissions(&at, called);
        let deployment = self.deployment(&at, &hash);
        // A stage makes everything it needs public: functions and permissions come first.
        let invoked = [LambdaFunction::NAME, LambdaAlias::NAME];
        let functions = self.graph.nodes.keys().filter(|node| invoked.contains(&node.kind.as_str())).cloned();
        let needs: BTreeSet<Address> = functions.chain(permissions).chain([deployment.clone()]).collect();
        self.stage(api, &at, &deployment, &hash, needs);
    }

    fn settings(&mut self, api: &Api) -> Settings {
        let endpoint = api.endpoint.as_ref().map(|endpoint| &endpoint.value);
        let vpc_endpoints = endpoint.map(|endpoint| endpoint.vpc_endpoints.clone()).unwrap_or_default();
        Settings {
            description: self.texts.optional_plain(api.description.as_ref()),
            endpoint: match api.endpoint_type() {
                file::EndpointType::Regional => EndpointType::Regional,
                file::EndpointType::Edge => EndpointType::Edge,
                file::EndpointType::Private => EndpointType::Private,
            },
            vpc_endpoint_ids: vpc_endpoints.iter().map(|id| self.texts.plain(id)).collect(),
            api_key_source: match api.api_key_source.as_ref().map(|source| source.value) {
                Some(file::ApiKeySource::Authorizer) => ApiKeySource::Authorizer,
                _ => ApiKeySource::Header,
            },
            binary_media_types: api.binary_media_types.iter().map(|kind| self.texts.plain(kind)).collect(),
            minimum_compression_bytes: api
                .minimum_compression_bytes
                .and_then(|size| u32::try_from(size.0).ok()),
            policy: api.policy.as_ref().map(|policy| self.policy_text(policy)),
            disable_execute_api_endpoint: api
                .disable_execute_api_endpoint
                .is_some_and(|disabled| disabled.value),
        }
    }

    /// A resource policy as JSON text: all of it must be known now.
    fn policy_text(&mut self, policy: &At<crate::stack::reader::Document>) -> String {
        let texts = &mut self.texts;
        let json: Result<_, std::convert::Infallible> = policy
            .to_json(&mut |template| Ok(texts.plain(&At { value: template.clone(), span: policy.span })));
        let Ok(json) = json;
        json.to_string()
    }

    fn definition(&mut self, api: &Api, called: &mut CalledFunctions) -> Definition<Text> {
        let mut definition = Definition::default();
        for entry in &api.models {
            definition.models.insert(entry.key.value.clone(), self.model(&entry.value));
        }
        for entry in &api.validators {
            let flag = |flag: &Option<At<bool>>| flag.as_ref().is_some_and(|flag| flag.value);
            let validator =
                Validator { body: flag(&entry.value.body), parameters: flag(&entry.value.parameters) };
            definition.validators.insert(entry.key.value.clone(), validator);
        }
        for entry in &api.authorizers {
            let authorizer = self.authorizer(&entry.value, called);
            definition.authorizers.insert(entry.key.value.clone(), authorizer);
        }
        for entry in &api.routes {
            let Some((verb, path)) = verb_and_path(entry) else { continue };
            let method = self.method(api, verb, &entry.value, called);
            definition.resources.entry(path).or_default().insert(verb, method);
        }
        for entry in &api.gateway_responses {
            let response = self.gateway_response(&entry.value);
            let place = definition.gateway_responses.entry(entry.key.value.clone()).or_default();
            place.status = response.status.or(place.status);
            place.parameters.extend(response.parameters);
            place.templates.extend(response.templates);
        }
        definition
    }

    fn model(&mut self, model: &file::Model) -> Model {
        let content_type = model.content_type.as_ref().map(|kind| kind.0.clone());
        Model {
            content_type: content_type.unwrap_or_else(|| "application/json".to_owned()),
            schema: model.schema.schema.to_string(),
            description: self.texts.optional_plain(model.description.as_ref()),
        }
    }

    fn authorizer(
        &mut self,
        authorizer: &file::Authorizer,
        called: &mut CalledFunctions,
    ) -> Authorizer<Text> {
        let kind = match authorizer.kind.value {
            AuthorizerKind::Token => AuthorizerType::Token,
            AuthorizerKind::Request => AuthorizerType::Request,
            AuthorizerKind::Cognito => AuthorizerType::CognitoUserPools,
        };
        let mut sources: Vec<String> =
            authorizer.identity_sources.iter().map(|source| self.texts.plain(source)).collect();
        if sources.is_empty() && kind != AuthorizerType::Request {
            sources.push("method.request.header.Authorization".to_owned());
        }
        let credentials = authorizer.credentials.as_ref().map(|role| self.role_reference(role).0);
        let uri = authorizer.function.as_ref().map(|function| {
            let target = self.called(function);
            if credentials.is_none() {
                called.entry(target.name).or_default().extend(target.own);
            }
            self.invocation_uri(&target.arn)
        });
        let mut provider_arns: Vec<Text> =
            authorizer.user_pools.iter().map(|pool| self.user_pool_arn(pool)).collect();
        provider_arns.extend(authorizer.provider_arns.iter().map(|arn| self.texts.text(arn)));
        let ttl = authorizer.result_ttl_seconds.and_then(|ttl| u32::try_from(ttl.0).ok());
        Authorizer {
            kind,
            uri,
            identity_sources: sources,
            validation_expression: authorizer
                .validation_expression
                .as_ref()
                .map(|expression| expression.0.clone()),
            ttl_seconds: ttl.unwrap_or(rest_api::definition::TTL_SECONDS),
            credentials,
            provider_arns,
        }
    }

    fn method(&mut self, api: &Api, verb: Verb, route: &Route, called: &mut CalledFunctions) -> Method<Text> {
        let integration = self.integration(verb, route);
        if let (Some(function), None) = (&route.function, &route.credentials) {
            let target = self.called(function);
            called.entry(target.name).or_default().extend(target.own);
        }
        Method {
            authorization: authorization(api, route),
            api_key_required: route.api_key_required.as_ref().is_some_and(|required| required.value),
            operation_name: route.operation_name.as_ref().map(|name| name.0.clone()),
            request_parameters: route
                .request_parameters
                .iter()
                .map(|entry| (entry.key.value.clone(), entry.value.value))
                .collect(),
            request_models: models(&route.request_models),
            request_validator: route.validator.as_ref().map(|name| name.0.clone()),
            responses: Self::method_responses(route, &integration),
            integration: Some(integration),
        }
    }

    fn gateway_response(&mut self, response: &file::GatewayResponse) -> GatewayResponse {
        let mut parameters = BTreeMap::new();
        for entry in &response.headers {
            let value = self.texts.plain(&entry.value);
            parameters.insert(format!("gatewayresponse.header.{}", entry.key.value), value);
        }
        GatewayResponse {
            status: response.status.and_then(|status| u16::try_from(status.0).ok()),
            parameters,
            templates: response
                .templates
                .iter()
                .map(|entry| (entry.key.value.clone(), entry.value.text.clone()))
                .collect(),
        }
    }

    /// Preflight, headers on mapped answers, and gateway responses, path by path.
    fn add_cors(&mut self, api: &Api, definition: &mut Definition<Text>) {
        let mut rules: BTreeMap<String, Option<cors::Rules>> = BTreeMap::new();
        for entry in &api.routes {
            let Some((_, path)) = verb_and_path(entry) else { continue };
            let own = match entry.value.cors.as_ref().map(|cors| &cors.value) {
                Some(Cors::Off) => Some(None),
                Some(Cors::Rules(rules)) => Some(Some(self.cors_rules(rules))),
                None => None,
            };
            match own {
                Some(own) => {
                    rules.insert(path, own);
                }
                None => {
                    if let (Some(general), false) = (&api.cors, rules.contains_key(&path)) {
                        let general = self.cors_rules(general);
                        rules.insert(path, Some(general));
                    }
                }
            }
        }
        if let (Some(general), Some(_)) = (&api.cors, &api.openapi) {
            for (path, _) in definition.resources.iter().filter(|(_, methods)| !methods.is_empty()) {
                let general = self.cors_rules(general);
                rules.insert(path.clone(), Some(general));
            }
        }
        for (path, rules) in rules {
            if let (Some(rules), Some(methods)) = (rules, definition.resources.get_mut(&path)) {
                cors::add_to_path(methods, &rules);
            }
        }
        if let Some(general) = &api.cors {
            let general = self.cors_rules(general);
            cors::add_gateway_responses(&mut definition.gateway_responses, &general);
        }
    }

    fn cors_rules(&mut self, rules: &CorsRules) -> cors::Rules {
        let mut plain = |texts: &[At<crate::stack::template::Template>]| -> Vec<String> {
            texts.iter().map(|text| self.texts.plain(text)).collect()
        };
        cors::Rules {
            origins: plain(&rules.origins.0),
            methods: plain(&rules.methods),
            headers: plain(&rules.headers),
            expose_headers: plain(&rules.expose_headers),
            credentials: rules.credentials.as_ref().is_some_and(|credentials| credentials.value),
            max_age_seconds: rules.max_age_seconds.and_then(|age| u32::try_from(age.0).ok()),
        }
    }

    /// One permission for each function that the API calls.
    fn permissions(&mut self, api: &Address, called: CalledFunctions) -> Vec<Address> {
        let identity = self.inputs.identity;
        let mut permissions = Vec::new();
        for (function, own) in called {
            if function.is_empty() {
                continue;
            }
            let key = permission_key(own.first(), &function);
            let at = self.scope().address(LambdaPermission::NAME, &key);
            let desired = lambda_permission::Desired::for_api(&at, function, api, identity);
            self.graph.add(at.clone(), LambdaPermission::want(desired), own);
            permissions.push(at);
        }
        permissions
    }

    fn deployment(&mut self, api: &Address, hash: &str) -> Address {
        let at = self.scope().address(ApiDeployment::NAME, KEY);
        let desired = api_deployment::Desired {
            api_id: Text::pending(api.clone(), "id"),
            content_hash: hash.to_owned(),
            keep: DEPLOYMENTS_KEPT,
        };
        self.graph.add(at.clone(), ApiDeployment::want(desired), [api.clone()]);
        at
    }
}

fn verb_and_path(entry: &KeyedEntry<Route>) -> Option<(Verb, String)> {
    let key = RouteKey::parse(&entry.key.value)?;
    Some((key.method.parse().ok()?, key.path.to_owned()))
}

fn authorization(api: &Api, route: &Route) -> Authorization {
    let Some(name) = route.authorizer.as_ref().map(|name| name.0.clone()) else { return Authorization::None };
    match api.authorizers.get(&name).map(|authorizer| authorizer.kind.value) {
        Some(AuthorizerKind::Cognito) => {
            let scopes = route
                .authorization_scopes
                .iter()
                .filter_map(|scope| scope.known().map(str::to_owned))
                .collect();
            Authorization::CognitoUserPools { authorizer: name, scopes }
        }
        None if name == AWS_IAM => Authorization::AwsIam,
        None if name == OPEN => Authorization::None,
        _ => Authorization::Custom { authorizer: name },
    }
}
