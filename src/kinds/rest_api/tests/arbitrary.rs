//! Strategies for APIs that AWS would accept.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection, option, prelude::*, sample};

use super::super::definition::*;
use crate::{
    kinds::rest_api::{Desired, KEY, RestApi},
    kinds::Kind,
    model::{Scope, Text, owner},
};

/// An API of the stack `shop` in the stage `dev`, with all its texts known.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (settings(), definition(), user_tags(), "[a-z]{1,8}").prop_map(|(settings, definition, tags, name)| {
        let at = Scope::new("shop", "dev").address(RestApi::NAME, KEY);
        Desired { name: format!("shop-{name}"), tags: owner::tags(&at, &tags), settings, definition }.normal()
    })
}

fn user_tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    collection::btree_map(sample::select(vec!["team".to_owned(), "cost".to_owned()]), "[a-z]{1,4}", 0..3)
}

fn maybe<T: Clone + std::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = Option<T>> + use<T> {
    option::of(sample::select(values.to_vec()))
}

fn some_of(values: &'static [&'static str]) -> impl Strategy<Value = BTreeSet<String>> {
    sample::subsequence(values, 0..=values.len()).prop_map(|some| some.into_iter().map(str::to_owned).collect())
}

fn map_of(
    keys: &'static [&'static str],
    values: &'static [&'static str],
) -> impl Strategy<Value = BTreeMap<String, String>> {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let values = values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let most = keys.len();
    collection::btree_map(sample::select(keys), sample::select(values), 0..=most)
}

fn flags_of(keys: &'static [&'static str]) -> impl Strategy<Value = BTreeMap<String, bool>> {
    let keys = keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
    let most = keys.len();
    collection::btree_map(sample::select(keys), any::<bool>(), 0..=most)
}

const POLICIES: [&str; 2] = [
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}"#,
    r#"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":{"AWS":"*"},"Action":["execute-api:Invoke"],"Resource":["execute-api:/a","execute-api:/b"]}}"#,
];

fn settings() -> impl Strategy<Value = Settings> {
    (
        maybe(&["orders", "a \"quoted\" text"]),
        sample::select(EndpointType::ALL),
        some_of(&["vpce-1", "vpce-2"]),
        sample::select(ApiKeySource::ALL),
        some_of(&["image/png", "a~b/*", "*/*"]),
        maybe(&[0_u32, 1024, 10_485_760]),
        maybe(&POLICIES),
        any::<bool>(),
    )
        .prop_map(|(description, endpoint, vpc, api_key_source, binary_media_types, compression, policy, disable)| {
            let private = endpoint == EndpointType::Private;
            Settings {
                description: description.map(str::to_owned),
                endpoint,
                vpc_endpoint_ids: if private { vpc } else { BTreeSet::new() },
                api_key_source,
                binary_media_types,
                minimum_compression_bytes: compression,
                policy: policy.map(str::to_owned),
                disable_execute_api_endpoint: disable,
            }
        })
}

fn model() -> impl Strategy<Value = Model> {
    let schemas = [
        r#"{"type":"object","properties":{"id":{"type":"string"}}}"#,
        r#"{ "$schema": "http://json-schema.org/draft-04/schema#", "type": "object" }"#,
        r##"{"type":"array","items":{"$ref":"#/components/schemas/Base"}}"##,
    ];
    (
        sample::select(vec!["application/json", "application/json", "application/xml"]),
        sample::select(schemas.to_vec()),
        maybe(&["what it is"]),
    )
        .prop_map(|(content_type, schema, description)| Model {
            content_type: content_type.to_owned(),
            schema: schema.to_owned(),
            description: description.map(str::to_owned),
        })
}

fn validator() -> impl Strategy<Value = Validator> {
    (any::<bool>(), any::<bool>()).prop_map(|(body, parameters)| Validator { body, parameters })
}

fn authorizer() -> impl Strategy<Value = Authorizer<Text>> {
    (
        sample::select(AuthorizerType::ALL),
        sample::subsequence(vec!["method.request.header.Authorization", "method.request.querystring.t"], 1..=2),
        maybe(&["^Bearer .+$"]),
        sample::select(vec![0, 300, 3600]),
        maybe(&["arn:aws:iam::123456789012:role/invoke"]),
        sample::subsequence(vec!["arn:aws:cognito-idp:eu-west-1:1:userpool/a", "arn:aws:cognito-idp:eu-west-1:1:userpool/b"], 1..=2),
        sample::select(vec!["one", "two"]),
    )
        .prop_map(|(kind, sources, expression, ttl_seconds, role, pools, function)| {
            let cognito = kind == AuthorizerType::CognitoUserPools;
            let sources = sources.into_iter().map(str::to_owned);
            Authorizer {
                kind,
                uri: (!cognito).then(|| invocation(function)),
                identity_sources: if kind == AuthorizerType::Request { sources.collect() } else { sources.take(1).collect() },
                validation_expression: expression.map(str::to_owned),
                ttl_seconds,
                credentials: role.filter(|_| !cognito).map(Text::from),
                provider_arns: if cognito { pools.into_iter().map(Text::from).collect() } else { Vec::new() },
            }
        })
}

fn invocation(function: &str) -> Text {
    let identity = crate::model::Identity::new("123456789012", "eu-west-1");
    identity.invocation_uri(&identity.function_arn(function)).into()
}

fn gateway_response() -> impl Strategy<Value = GatewayResponse> {
    (
        maybe(&[401_u16, 418]),
        map_of(&["gatewayresponse.header.Access-Control-Allow-Origin", "gatewayresponse.header.X"], &["'*'", "'a'"]),
        map_of(&["application/json", "text/plain"], &["{}", "$context.error.message"]),
    )
        .prop_map(|(status, parameters, templates)| GatewayResponse { status, parameters, templates })
}

const HEADERS: [&str; 2] = ["method.response.header.Location", "method.response.header.Access-Control-Allow-Origin"];
const KINDS: [&str; 2] = ["application/json", "text/x~y"];

/// A method; names in it may be of things that are not there, see [`fit`].
fn method() -> impl Strategy<Value = Method<Text>> {
    (
        (0_usize..5, some_of(&["read", "write"]), any::<bool>(), maybe(&["getIt", "putIt"])),
        flags_of(&["method.request.header.If-Match", "method.request.querystring.q", "method.request.path.post"]),
        map_of(&KINDS, &["Base", "List", "Empty"]),
        maybe(&["body", "all"]),
        collection::btree_map(sample::select(vec![200_u16, 400, 500]), method_response(), 0..4),
        option::weighted(0.95, integration()),
    )
        .prop_map(|((who, scopes, api_key_required, name), request_parameters, request_models, validator, responses, integration)| {
            let authorizer = ["jwt", "pool"][who % 2].to_owned();
            let authorization = match who {
                0 => Authorization::None,
                1 => Authorization::AwsIam,
                2 | 3 => Authorization::Custom { authorizer },
                _ => Authorization::CognitoUserPools { authorizer, scopes },
            };
            Method {
                authorization,
                api_key_required,
                operation_name: name.map(str::to_owned),
                request_parameters,
                request_models,
                request_validator: validator.map(str::to_owned),
                responses,
                integration,
            }
        })
}

fn method_response() -> impl Strategy<Value = MethodResponse> {
    (flags_of(&HEADERS), map_of(&KINDS, &["Base", "List", "Error"]))
        .prop_map(|(parameters, models)| MethodResponse { parameters, models })
}

fn integration() -> impl Strategy<Value = Integration<Text>> {
    (
        (sample::select(IntegrationType::ALL), sample::select(vec!["one", "two"]), maybe(&["arn:aws:iam::1:role/r"])),
        map_of(&KINDS, &["{\"statusCode\": 200}", "$input.json('$')", ""]),
        map_of(&["integration.request.header.X", "integration.request.path.id"], &["'x'", "context.requestId"]),
        (sample::select(Passthrough::ALL), maybe(ContentHandling::ALL), sample::select(vec![50_u32, 5_000, 29_000])),
        (some_of(&["method.request.querystring.q", "method.request.header.If-Match"]), maybe(&["shared"]), maybe(&["link01"]), any::<bool>()),
        collection::btree_map(sample::select(vec![200_u16, 400, 500]), integration_response(), 0..4),
    )
        .prop_map(|((kind, target, role), request_templates, request_parameters, (passthrough_behavior, content_handling, timeout_ms), (keys, namespace, link, skip), responses)| {
            let http = matches!(kind, IntegrationType::Http | IntegrationType::HttpProxy);
            let uri = if http { Text::from(format!("https://{target}.example/x")) } else { invocation(target) };
            Integration {
                kind,
                uri: Some(uri),
                http_method: Some(Verb::Post),
                credentials: role.map(Text::from),
                request_templates,
                request_parameters,
                passthrough_behavior,
                content_handling,
                timeout_ms,
                cache_key_parameters: keys,
                cache_namespace: namespace.map(str::to_owned),
                vpc_link: link.filter(|_| http).map(Text::from),
                insecure_skip_verification: skip && http,
                responses,
            }
        })
}

fn integration_response() -> impl Strategy<Value = IntegrationResponse> {
    (
        maybe(&["", "4\\d{2}", ".*Error.*"]),
        map_of(&HEADERS, &["'*'", "integration.response.header.X"]),
        map_of(&KINDS, &["{}", "$input.body", ""]),
        maybe(ContentHandling::ALL),
    )
        .prop_map(|(pattern, parameters, templates, content_handling)| IntegrationResponse {
            selection_pattern: pattern.map(str::to_owned),
            parameters,
            templates,
            content_handling,
        })
}

/// Paths of which any choice makes a valid tree but for the name of one variable.
const PATHS: [&str; 7] =
    ["/", "/users", "/users/{id}", "/users/{id}/posts/{post}", "/files/{proxy+}", "/empty/of/methods", "/a.b-c_d"];

fn resources() -> impl Strategy<Value = BTreeMap<String, Methods<Text>>> {
    let methods = collection::btree_map(sample::select(Verb::ALL), method(), 0..4);
    (collection::btree_map(sample::select(PATHS.to_vec()), methods, 0..6), any::<bool>()).prop_map(|(resources, renamed)| {
        let named = |path: &str| if renamed { path.replace("{id}", "{name}") } else { path.to_owned() };
        resources.into_iter().map(|(path, methods)| (named(path), methods)).collect()
    })
}

fn definition() -> impl Strategy<Value = Definition<Text>> {
    let named = |names: &[&str]| sample::select(names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    (
        resources(),
        collection::btree_map(named(&["Base", "List", "Error"]), model(), 0..4),
        collection::btree_map(named(&["body", "all"]), validator(), 0..3),
        collection::btree_map(named(&["jwt", "pool"]), authorizer(), 0..3),
        collection::btree_map(named(&["DEFAULT_4XX", "DEFAULT_5XX", "UNAUTHORIZED"]), gateway_response(), 0..3),
    )
        .prop_map(|(resources, models, validators, authorizers, gateway_responses)| {
            fit(Definition { resources, models, validators, authorizers, gateway_responses })
        })
}

/// Takes out what AWS would refuse: names of things that are not there, headers that are not declared, a second default response.
fn fit(mut definition: Definition<Text>) -> Definition<Text> {
    let Definition { resources, models, validators, authorizers, .. } = &mut definition;
    if !models.contains_key("Base") {
        models.retain(|_, model| !model.refers_to("Base"));
    }
    // None may refer to itself, nor may one that is never removed to one that may be.
    models.retain(|name, model| {
        let wrong = model.refers_to(name) || (is_own_model(name) && model.refers_to("Base"));
        !wrong
    });
    if !models.contains_key("Base") {
        models.retain(|_, model| !model.refers_to("Base"));
    }
    let known = |name: &String| is_own_model(name) || models.contains_key(name);
    for method in resources.values_mut().flat_map(|methods| methods.values_mut()) {
        let cognito = method.authorization.authorizer().and_then(|name| authorizers.get(name));
        let cognito = cognito.map(|authorizer| authorizer.kind == AuthorizerType::CognitoUserPools);
        let fits = match method.authorization {
            Authorization::None | Authorization::AwsIam => true,
            Authorization::Custom { .. } => cognito == Some(false),
            Authorization::CognitoUserPools { .. } => cognito == Some(true),
        };
        if !fits {
            method.authorization = Authorization::None;
        }
        method.request_validator = method.request_validator.take().filter(|name| validators.contains_key(name));
        method.request_models.retain(|_, name| known(name));
        method.responses.values_mut().for_each(|response| response.models.retain(|_, name| known(name)));
        if let Some(integration) = &mut method.integration {
            let mut patterns = BTreeSet::new();
            integration.responses.retain(|status, response| {
                let Some(declared) = method.responses.get(status) else { return false };
                response.parameters.retain(|header, _| declared.parameters.contains_key(header));
                patterns.insert(response.selection_pattern.clone().filter(|pattern| !pattern.is_empty()))
            });
        }
    }
    definition
}
