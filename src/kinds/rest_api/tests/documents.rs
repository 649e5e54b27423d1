//! The document of an import.

use serde_json::{Value as Json, json};

use crate::kinds::rest_api::{
    Authorization, Authorizer, AuthorizerType, ContentHandling, Definition, GatewayResponse, Integration,
    IntegrationResponse, IntegrationType, Method, MethodResponse, Model, Passthrough, Settings, Validator, Verb, openapi,
};

fn one<K: From<&'static str> + Ord, V>(key: &'static str, value: V) -> std::collections::BTreeMap<K, V> {
    [(K::from(key), value)].into()
}

fn method() -> Method<String> {
    Method {
        authorization: Authorization::Custom { authorizer: "jwt".into() },
        api_key_required: true,
        operation_name: Some("getUser".into()),
        request_parameters: [
            ("method.request.path.id".to_owned(), true),
            ("method.request.querystring.q".to_owned(), false),
        ]
        .into(),
        request_models: one("application/json", "User".to_owned()),
        request_validator: Some("all".into()),
        responses: [(
            200,
            MethodResponse {
                parameters: one("method.response.header.Location", true),
                models: one("application/json", "Empty".to_owned()),
            },
        )]
        .into(),
        integration: Some(Integration {
            kind: IntegrationType::Aws,
            uri: Some("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations".into()),
            http_method: Some(Verb::Post),
            credentials: Some("arn:aws:iam::1:role/r".into()),
            request_templates: one("application/json", "$input.json('$')".to_owned()),
            request_parameters: one("integration.request.header.X", "'x'".to_owned()),
            passthrough_behavior: Passthrough::Never,
            content_handling: Some(ContentHandling::ConvertToText),
            timeout_ms: 5_000,
            cache_key_parameters: ["method.request.path.id".into()].into(),
            cache_namespace: Some("shared".into()),
            vpc_link: None,
            insecure_skip_verification: false,
            responses: [
                (200, IntegrationResponse { templates: one("application/json", "{}".to_owned()), ..Default::default() }),
                (
                    404,
                    IntegrationResponse {
                        selection_pattern: Some(".*gone.*".into()),
                        parameters: one("method.response.header.Location", "'/'".to_owned()),
                        ..Default::default()
                    },
                ),
            ]
            .into(),
        }),
    }
}

fn definition() -> Definition<String> {
    let pool = Authorizer {
        kind: AuthorizerType::CognitoUserPools,
        identity_sources: vec!["method.request.header.X-Token".into()],
        provider_arns: vec!["arn:aws:cognito-idp:eu-west-1:1:userpool/a".into()],
        ..Default::default()
    };
    let token = Authorizer {
        uri: Some("arn:a".into()),
        identity_sources: vec!["method.request.header.Authorization".into()],
        validation_expression: Some("^Bearer".into()),
        ttl_seconds: 0,
        ..Default::default()
    };
    let signed = Method { authorization: Authorization::AwsIam, ..Default::default() };
    let scoped = Authorization::CognitoUserPools { authorizer: "pool".into(), scopes: ["read".into()].into() };
    let scoped = Method { authorization: scoped, ..Default::default() };
    let mock = Method {
        integration: Some(Integration { kind: IntegrationType::Mock, ..Default::default() }),
        ..Default::default()
    };
    Definition {
        resources: [
            ("/users/{id}".to_owned(), [(Verb::Get, method()), (Verb::Any, mock)].into()),
            ("/signed".to_owned(), [(Verb::Get, signed), (Verb::Put, scoped)].into()),
        ]
        .into(),
        models: one(
            "User",
            Model {
                content_type: "application/json".into(),
                schema: r#"{"type":"object"}"#.into(),
                description: None,
            },
        ),
        validators: one("all", Validator { body: true, parameters: false }),
        authorizers: [("jwt".to_owned(), token), ("pool".to_owned(), pool)].into(),
        gateway_responses: one(
            "UNAUTHORIZED",
            GatewayResponse {
                status: Some(403),
                parameters: one("gatewayresponse.header.A", "'*'".to_owned()),
                templates: one("application/json", "{}".to_owned()),
            },
        ),
    }
}

fn document() -> Json {
    let settings = Settings {
        description: Some("orders".into()),
        binary_media_types: ["image/png".into()].into(),
        minimum_compression_bytes: Some(0),
        policy: Some(r#"{"Version":"2012-10-17","Statement":[]}"#.into()),
        ..Default::default()
    };
    openapi::document("shop-dev", &settings, &definition())
}

#[test]
fn a_document_says_all_of_an_api() {
    insta::assert_json_snapshot!(document());
}

#[test]
fn authorization_is_said_as_api_gateway_exports_it() {
    let document = document();
    let security = |path: &str, verb: &str| document["paths"][path][verb]["security"].clone();
    assert_eq!(security("/users/{id}", "get"), json!([{"jwt": []}, {"api_key": []}]));
    assert_eq!(security("/signed", "get"), json!([{"sigv4": []}]));
    assert_eq!(security("/signed", "put"), json!([{"pool": ["read"]}]));
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["sigv4"]["x-amazon-apigateway-authtype"], "awsSigv4");
    assert_eq!(schemes["pool"]["name"], "X-Token");
}
