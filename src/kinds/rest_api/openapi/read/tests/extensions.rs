//! Each extension and each part of a document, in both formats.

use serde_json::{Value as Json, json};

use super::{base, both, warned};
use crate::kinds::rest_api::openapi::read::{Imported, read};
use crate::kinds::rest_api::{
    ApiKeySource, Authorization, Authorizer, AuthorizerType, ContentHandling, EndpointType, GatewayResponse,
    Integration, IntegrationResponse, IntegrationType, Method, Passthrough, Settings, Validator, Verb,
};

fn get(imported: &Imported) -> &Method<String> {
    imported.definition.method("/pets", Verb::Get).expect("a method")
}

fn integration(imported: &Imported) -> &Integration<String> {
    get(imported).integration.as_ref().expect("an integration")
}

/// The security schemes of a document.
fn schemes(document: &mut Json, swagger: bool, schemes: Json) {
    if swagger {
        document["securityDefinitions"] = schemes;
    } else {
        document["components"]["securitySchemes"] = schemes;
    }
}

/// The schemas of a document.
fn schemas(document: &mut Json, swagger: bool, schemas: Json) {
    let prefix = if swagger { "#/definitions/" } else { "#/components/schemas/" };
    let text = schemas.to_string().replace("#/S/", prefix);
    let schemas: Json = serde_json::from_str(&text).unwrap();
    if swagger {
        document["definitions"] = schemas;
    } else {
        document["components"]["schemas"] = schemas;
    }
}

/// A document with every extension in it.
pub(super) fn everything() -> Json {
    let mut document = base(false);
    document["info"]["description"] = "all of it".into();
    document["servers"] = json!([{"url": "https://a.example/v1", "variables": {"basePath": {"default": "/v2"}},
        "x-amazon-apigateway-endpoint-configuration": {"disableExecuteApiEndpoint": true, "vpcEndpointIds": ["vpce-1"]}}]);
    document["security"] = json!([{"jwt": []}]);
    document["components"] = json!({
        "schemas": {
            "Pet": {"type": "object", "properties": {"kind": {"$ref": "#/components/schemas/Kind"}}},
            "Kind": {"enum": ["cat", "dog"], "description": "which"},
        },
        "parameters": {"Page": {"in": "query", "name": "page", "schema": {"type": "integer"}}},
        "responses": {"Gone": {"description": "", "headers": {"X": {"$ref": "#/components/headers/X"}}}},
        "headers": {"X": {"required": true, "schema": {"type": "string"}}},
        "requestBodies": {"Pet": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Pet"}}}}},
        "securitySchemes": {
            "jwt": {"type": "apiKey", "in": "header", "name": "Token", "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": {"type": "token", "authorizerUri": "arn:a", "identityValidationExpression": "^B",
                    "authorizerResultTtlInSeconds": 0, "authorizerCredentials": "arn:r"}},
            "pool": {"type": "apiKey", "in": "header", "name": "Authorization",
                "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": ["arn:p"]}},
            "api_key": {"type": "apiKey", "in": "header", "name": "x-api-key"},
            "sigv4": {"type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"},
        },
        "x-amazon-apigateway-integrations": {"shared": {"type": "HTTP_PROXY", "httpMethod": "ANY", "uri": "https://a.example/{id}",
            "requestParameters": {"integration.request.path.id": "method.request.path.id"}, "connectionType": "VPC_LINK",
            "connectionId": "${stageVariables.link}", "tlsConfig": {"insecureSkipVerification": true}}},
    });
    document["paths"]["/pets"]["parameters"] = json!([{"$ref": "#/components/parameters/Page"}]);
    document["paths"]["/pets"]["post"] = json!({
        "operationId": "makePet",
        "parameters": [{"in": "query", "name": "page", "required": true}, {"in": "header", "name": "If-Match"}],
        "requestBody": {"$ref": "#/components/requestBodies/Pet"},
        "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "array", "items": {"$ref": "#/components/schemas/Pet"}}}}},
            "410": {"$ref": "#/components/responses/Gone"}},
        "security": [{"pool": ["write"]}, {"api_key": []}],
        "x-amazon-apigateway-request-validator": "body",
        "x-amazon-apigateway-integration": {
            "type": "AWS", "uri": "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations", "httpMethod": "post",
            "credentials": "arn:r", "requestTemplates": {"application/json": "$input.json('$')"},
            "requestParameters": {"integration.request.header.A": "'a'"}, "passthroughBehavior": "NEVER",
            "contentHandling": "convert_to_text", "timeoutInMillis": "5000", "cacheNamespace": "n",
            "cacheKeyParameters": ["method.request.querystring.page"],
            "responses": {
                "default": {"statusCode": 200, "responseTemplates": {"application/json": "$input.body"}, "contentHandling": "CONVERT_TO_BINARY"},
                ".*gone.*": {"statusCode": "410", "responseParameters": {"method.response.header.X": "'y'"}},
            },
        },
    });
    document["paths"]["/pets/{id}"] = json!({"x-amazon-apigateway-any-method": {
        "parameters": [{"in": "path", "name": "id"}], "responses": {}, "x-amazon-apigateway-auth": {"type": "aws_iam"},
        "x-amazon-apigateway-integration": {"$ref": "#/components/x-amazon-apigateway-integrations/shared"},
    }});
    document["x-amazon-apigateway-request-validators"] = json!({"body": {"validateRequestBody": true}, "all": {"validateRequestBody": true, "validateRequestParameters": true}});
    document["x-amazon-apigateway-request-validator"] = "all".into();
    document["x-amazon-apigateway-gateway-responses"] = json!({"UNAUTHORIZED": {"statusCode": "403",
        "responseParameters": {"gatewayresponse.header.A": "'*'"}, "responseTemplates": {"application/json": "{}"}}});
    document["x-amazon-apigateway-binary-media-types"] = json!(["image/png"]);
    document["x-amazon-apigateway-minimum-compression-size"] = json!(0);
    document["x-amazon-apigateway-policy"] = json!({"Version": "2012-10-17", "Statement": []});
    document["x-amazon-apigateway-api-key-source"] = json!("authorizer");
    document["x-gatewright"] = json!({"models": {"Pet": {"contentType": "application/xml"}}});
    document
}

#[test]
fn everything_together_is_read() {
    let imported = read(&everything()).unwrap_or_else(|problems| panic!("{}", super::listed(&problems)));
    assert_eq!(
        warned(&imported),
        [
            "#/servers/0/variables/basePath/default: The base path `/v2` is ignored. (write it before each path where it is meant to stay)"
        ]
    );
    assert_eq!(
        imported.settings,
        Settings {
            description: Some("all of it".into()),
            endpoint: EndpointType::Private,
            vpc_endpoint_ids: ["vpce-1".to_owned()].into(),
            api_key_source: ApiKeySource::Authorizer,
            binary_media_types: ["image/png".to_owned()].into(),
            minimum_compression_bytes: Some(0),
            policy: Some(r#"{"Version":"2012-10-17","Statement":[]}"#.into()),
            disable_execute_api_endpoint: true,
        }
    );
    let definition = &imported.definition;
    let post = definition.method("/pets", Verb::Post).unwrap();
    assert_eq!(post.operation_name.as_deref(), Some("makePet"));
    assert_eq!(
        post.authorization,
        Authorization::CognitoUserPools { authorizer: "pool".into(), scopes: ["write".into()].into() }
    );
    assert!(post.api_key_required);
    assert_eq!(
        post.request_parameters,
        [
            ("method.request.header.If-Match".to_owned(), false),
            ("method.request.querystring.page".to_owned(), true)
        ]
        .into()
    );
    assert_eq!(post.request_models["application/json"], "Pet");
    assert_eq!(post.request_validator.as_deref(), Some("body"));
    assert!(post.responses[&410].parameters["method.response.header.X"]);
    assert_eq!(post.responses[&200].models["application/json"], "PostPetsResponse200");
    assert_eq!(
        definition.models["PostPetsResponse200"].schema,
        r##"{"type":"array","items":{"$ref":"#/components/schemas/Pet"}}"##
    );
    assert_eq!(definition.models["Kind"].description.as_deref(), Some("which"));
    assert_eq!(definition.models["Pet"].content_type, "application/xml");
}

#[test]
fn integrations_are_read_with_all_their_fields() {
    let imported = read(&everything()).unwrap_or_else(|problems| panic!("{}", super::listed(&problems)));
    let definition = &imported.definition;
    let post = definition.method("/pets", Verb::Post).unwrap();
    assert_eq!(
        post.integration.as_ref().unwrap(),
        &Integration {
            kind: IntegrationType::Aws,
            uri: Some("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations".into()),
            http_method: Some(Verb::Post),
            credentials: Some("arn:r".into()),
            request_templates: [("application/json".to_owned(), "$input.json('$')".to_owned())].into(),
            request_parameters: [("integration.request.header.A".to_owned(), "'a'".to_owned())].into(),
            passthrough_behavior: Passthrough::Never,
            content_handling: Some(ContentHandling::ConvertToText),
            timeout_ms: 5_000,
            cache_key_parameters: ["method.request.querystring.page".to_owned()].into(),
            cache_namespace: Some("n".into()),
            vpc_link: None,
            insecure_skip_verification: false,
            responses: [
                (
                    200,
                    IntegrationResponse {
                        templates: [("application/json".to_owned(), "$input.body".to_owned())].into(),
                        content_handling: Some(ContentHandling::ConvertToBinary),
                        ..Default::default()
                    }
                ),
                (
                    410,
                    IntegrationResponse {
                        selection_pattern: Some(".*gone.*".into()),
                        parameters: [("method.response.header.X".to_owned(), "'y'".to_owned())].into(),
                        ..Default::default()
                    }
                ),
            ]
            .into(),
        }
    );
}

#[test]
fn an_integration_may_be_a_reference() {
    let imported = read(&everything()).unwrap_or_else(|problems| panic!("{}", super::listed(&problems)));
    let definition = &imported.definition;
    let any = definition.method("/pets/{id}", Verb::Any).unwrap();
    assert_eq!((&any.authorization, any.api_key_required), (&Authorization::AwsIam, false));
    assert!(any.request_parameters["method.request.path.id"] && any.request_parameters.len() == 1);
    assert_eq!(any.request_validator.as_deref(), Some("all"));
    let shared = any.integration.as_ref().unwrap();
    assert_eq!(
        (shared.kind, shared.http_method, shared.vpc_link.as_deref()),
        (IntegrationType::HttpProxy, Some(Verb::Any), Some("${stageVariables.link}"))
    );
    assert!(shared.insecure_skip_verification);
    assert_eq!(get(&imported).authorization, Authorization::Custom { authorizer: "jwt".into() });
    assert!(!get(&imported).request_parameters["method.request.querystring.page"]);
    assert_eq!(
        definition.authorizers["jwt"],
        Authorizer {
            kind: AuthorizerType::Token,
            uri: Some("arn:a".into()),
            identity_sources: vec!["method.request.header.Token".into()],
            validation_expression: Some("^B".into()),
            ttl_seconds: 0,
            credentials: Some("arn:r".into()),
            provider_arns: vec![],
        }
    );
    assert_eq!(definition.validators["all"], Validator { body: true, parameters: true });
    assert_eq!(
        definition.gateway_responses["UNAUTHORIZED"],
        GatewayResponse {
            status: Some(403),
            parameters: [("gatewayresponse.header.A".to_owned(), "'*'".to_owned())].into(),
            templates: [("application/json".to_owned(), "{}".to_owned())].into(),
        }
    );
}

#[test]
fn the_shortest_integration_has_api_gateway_s_defaults() {
    for imported in both(|_, _| {}) {
        assert_eq!(
            integration(&imported),
            &Integration {
                kind: IntegrationType::Mock,
                responses: [(200, IntegrationResponse::default())].into(),
                ..Default::default()
            }
        );
        assert_eq!(imported.settings, Settings::default());
        assert_eq!(imported.name, "pets");
        assert!(imported.warnings.is_empty());
    }
}

#[test]
fn authorizers_come_from_security_schemes() {
    for imported in both(|document, swagger| {
        schemes(
            document,
            swagger,
            json!({
                "request": {"type": "apiKey", "in": "header", "name": "Unused", "x-amazon-apigateway-authtype": "custom",
                    "x-amazon-apigateway-authorizer": {"type": "REQUEST", "authorizerUri": "arn:a",
                        "identitySource": "method.request.header.A, context.httpMethod"}},
                "pool": {"type": "apiKey", "in": "header", "name": "X-Token", "x-amazon-apigateway-authtype": "cognito_user_pools",
                    "x-amazon-apigateway-authorizer": {"type": "cognito_user_pools", "providerARNs": ["arn:p", "arn:q"]}},
            }),
        );
        document["paths"]["/pets"]["get"]["security"] = json!([{"request": []}]);
    }) {
        let request = &imported.definition.authorizers["request"];
        assert_eq!(request.identity_sources, ["method.request.header.A", "context.httpMethod"]);
        assert_eq!(request.ttl_seconds, 300);
        let pool = &imported.definition.authorizers["pool"];
        assert_eq!((pool.kind, pool.provider_arns.len()), (AuthorizerType::CognitoUserPools, 2));
        assert_eq!(pool.identity_sources, ["method.request.header.X-Token"]);
        assert_eq!(get(&imported).authorization, Authorization::Custom { authorizer: "request".into() });
    }
}

#[test]
fn security_of_the_document_counts_where_an_operation_has_none() {
    for imported in both(|document, swagger| {
        schemes(
            document,
            swagger,
            json!({
                "signed": {"type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"},
                "key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"},
            }),
        );
        document["security"] = json!([{"signed": [], "key": []}]);
        document["paths"]["/open"] = json!({"get": document["paths"]["/pets"]["get"].clone()});
        document["paths"]["/open"]["get"]["security"] = json!([]);
    }) {
        assert_eq!(
            (&get(&imported).authorization, get(&imported).api_key_required),
            (&Authorization::AwsIam, true)
        );
        let open = imported.definition.method("/open", Verb::Get).unwrap();
        assert_eq!((&open.authorization, open.api_key_required), (&Authorization::None, false));
    }
}

#[test]
fn models_refer_to_models() {
    let [swagger, openapi] = both(|document, swagger| {
        schemas(
            document,
            swagger,
            json!({
                "Pet": {"type": "object", "properties": {"$ref": {"type": "string"}, "kind": {"$ref": "#/S/Kind"}, "owner": {"$ref": "#/S/Person"}}},
                "Person": {"type": "object", "properties": {"pets": {"type": "array", "items": {"$ref": "#/S/Pet"}}}},
                "Kind": {"type": "string", "enum": [{"$ref": "#/S/Nobody"}]},
                "Empty": {"title": "Empty Schema", "type": "object"},
                "Part": {"allOf": [{"$ref": "#/S/Pet/properties/kind"}, {"$ref": "https://apigateway.amazonaws.com/restapis/a1b2c3/models/Kind"}]},
            }),
        );
    });
    assert_eq!(swagger.definition.models["Pet"], openapi.definition.models["Pet"]);
    let schema = |name: &str| openapi.definition.models[name].schema.as_str();
    assert_eq!(
        schema("Pet"),
        r##"{"type":"object","properties":{"$ref":{"type":"string"},"kind":{"$ref":"#/components/schemas/Kind"},"owner":{"$ref":"#/components/schemas/Person"}}}"##
    );
    assert!(openapi.definition.models["Person"].refers_to("Pet"));
    assert_eq!(
        schema("Part"),
        r##"{"allOf":[{"$ref":"#/components/schemas/Kind"},{"$ref":"#/components/schemas/Kind"}]}"##
    );
    assert!(!openapi.definition.models.contains_key("Empty"));
}

#[test]
fn schemas_without_a_name_get_one_of_their_operation() {
    let schema = json!({"type": "array", "items": {"type": "string"}});
    let [swagger, openapi] = both(|document, swagger| {
        let get = document["paths"]["/pets"]["get"].clone();
        document["paths"]["/pets/{id}/toys-of"] = json!({"put": get});
        if swagger {
            document["consumes"] = json!(["application/xml"]);
        }
        let put = &mut document["paths"]["/pets/{id}/toys-of"]["put"];
        if swagger {
            put["consumes"] = json!(["application/json", "text/json"]);
            put["parameters"] = json!([{"in": "body", "name": "toys", "schema": schema}]);
            put["responses"]["200"]["schema"] = schema.clone();
        } else {
            put["requestBody"] =
                json!({"content": {"application/json": {"schema": schema}, "text/json": {"schema": schema}}});
            put["responses"]["200"]["content"] = json!({"application/json": {"schema": schema}});
        }
    });
    for imported in [swagger, openapi] {
        let put = imported.definition.method("/pets/{id}/toys-of", Verb::Put).unwrap();
        let name = "PutPetsIdToysOfRequest".to_owned();
        let expected =
            [("application/json".to_owned(), name.clone()), ("text/json".to_owned(), name.clone())];
        assert_eq!(put.request_models, expected.into());
        // The same schema is the same model.
        assert_eq!(put.responses[&200].models["application/json"], name);
        assert_eq!(imported.definition.models.keys().collect::<Vec<_>>(), [&name]);
    }
}

#[test]
fn parameters_of_a_path_are_those_of_its_operations() {
    for imported in both(|document, swagger| {
        let shared = json!({"in": "header", "name": "A", "required": true});
        if swagger {
            document["parameters"] = json!({"Shared": shared});
        } else {
            document["components"]["parameters"] = json!({"Shared": shared});
        }
        let reference = if swagger { "#/parameters/Shared" } else { "#/components/parameters/Shared" };
        document["paths"]["/pets"]["parameters"] = json!([{"$ref": reference}, {"in": "query", "name": "q"}]);
        document["paths"]["/pets"]["get"]["parameters"] =
            json!([{"in": "query", "name": "q", "required": true}]);
    }) {
        let expected =
            [("method.request.header.A".to_owned(), true), ("method.request.querystring.q".to_owned(), true)];
        assert_eq!(get(&imported).request_parameters, expected.into());
    }
}

#[test]
fn gateway_responses_validators_and_settings_are_at_the_root() {
    for imported in both(|document, _| {
        document["x-amazon-apigateway-gateway-responses"] =
            json!({"DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.A": "'*'"}}});
        document["x-amazon-apigateway-request-validators"] =
            json!({"params": {"validateRequestParameters": true}});
        document["x-amazon-apigateway-request-validator"] = json!("params");
        document["x-amazon-apigateway-policy"] = json!("{\"Statement\": []}");
        document["x-amazon-apigateway-binary-media-types"] = json!(["*/*"]);
        document["x-amazon-apigateway-minimum-compression-size"] = json!(1024);
        document["x-amazon-apigateway-api-key-source"] = json!("HEADER");
        document["x-amazon-apigateway-endpoint-configuration"] = json!({"disableExecuteApiEndpoint": true});
        document["x-amazon-apigateway-importexport-version"] = json!("1.0");
        document["host"] = Json::Null;
    }) {
        assert_eq!(
            imported.definition.gateway_responses["DEFAULT_4XX"].parameters["gatewayresponse.header.A"],
            "'*'"
        );
        assert_eq!(imported.definition.validators["params"], Validator { body: false, parameters: true });
        assert_eq!(get(&imported).request_validator.as_deref(), Some("params"));
        assert_eq!(
            imported.settings,
            Settings {
                policy: Some("{\"Statement\": []}".into()),
                binary_media_types: ["*/*".to_owned()].into(),
                minimum_compression_bytes: Some(1024),
                disable_execute_api_endpoint: true,
                ..Default::default()
            }
        );
        assert!(imported.warnings.is_empty());
    }
}
