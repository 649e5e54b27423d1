//! What API Gateway refuses, in its words.

use std::collections::BTreeMap;

use super::{Mint, made};
use crate::{
    kinds::rest_api::{
        Authorization, Authorizer, Definition, Desired, Integration, IntegrationResponse, IntegrationType, Live, Method,
        MethodResponse, Model, Op, Patch, Place, Settings, Verb,
    },
    model::{Class, Refusal, Text},
};

fn tree() -> Live {
    let model = Model { content_type: "application/json".into(), schema: "{}".into(), description: None };
    let method = Method {
        authorization: Authorization::Custom { authorizer: "jwt".into() },
        request_models: [("application/json".to_owned(), "User".to_owned())].into(),
        responses: [(200, MethodResponse::default())].into(),
        integration: Some(Integration {
            kind: IntegrationType::Mock,
            responses: [(200, IntegrationResponse::default())].into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let mut definition = Definition::<Text>::default();
    definition.resources.insert("/users/{id}".into(), [(Verb::Any, method)].into());
    definition.resources.insert("/files/{proxy+}".into(), BTreeMap::new());
    definition.models.insert("User".into(), model);
    definition.authorizers.insert("jwt".into(), Authorizer { uri: Some("arn:x".into()), ..Default::default() });
    made(&Desired { name: "shop".into(), definition, ..Default::default() })
}

fn refusal(op: Op) -> Refusal {
    match Mint::new().simulate(&op, Some(tree())) {
        Err(refusal) => refusal,
        Ok(_) => panic!("{op:?} was accepted"),
    }
}

fn any_users() -> Place {
    Place::new("/users/{id}", Verb::Any)
}

fn create(path: &str) -> Op {
    Op::CreateResource { path: path.into() }
}

/// Every refusal of a call on the API of [`tree`]: status, code, words.
fn refusals() -> Vec<(Op, u16, &'static str, &'static str)> {
    const BAD: &str = "BadRequestException";
    const ABSENT: &str = "NotFoundException";
    const CONFLICT: &str = "ConflictException";
    let method = |method: Method<Text>| Op::PutMethod { place: Place::new("/users", Verb::Get), method };
    let patched = |patch: Patch| Op::UpdateMethod { place: any_users(), patches: vec![patch] };
    let needs = "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.";
    let http = |uri: &str, verb: Option<Verb>| Op::PutIntegration {
        place: any_users(),
        integration: Integration {
            kind: IntegrationType::Http,
            uri: Some(uri.into()),
            http_method: verb,
            ..Default::default()
        },
    };
    vec![
        (create("/users"), 409, CONFLICT, "Another resource with the same parent already has this name: users"),
        (create("/nowhere/child"), 404, ABSENT, "Invalid Resource identifier specified"),
        (
            create("/files/{dynamic}"),
            400,
            BAD,
            "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed",
        ),
        (
            create("/files/{proxy+}/child"),
            400,
            BAD,
            "Cannot create a child of a resource with a greedy path variable: {proxy+}",
        ),
        (Op::DeleteResource { path: "/gone".into() }, 404, ABSENT, "Invalid Resource identifier specified"),
        (
            Op::PutMethod { place: any_users(), method: Method::default() },
            409,
            CONFLICT,
            "Method already exists for this resource",
        ),
        (
            method(Method {
                authorization: Authorization::Custom { authorizer: "none".into() },
                ..Default::default()
            }),
            400,
            BAD,
            needs,
        ),
        (
            method(Method { request_validator: Some("none".into()), ..Default::default() }),
            400,
            BAD,
            "Invalid Request Validator identifier specified",
        ),
        (
            method(Method {
                request_models: [("application/json".to_owned(), "petModel".to_owned())].into(),
                ..Default::default()
            }),
            400,
            BAD,
            "Invalid model identifier specified: petModel",
        ),
        (
            method(Method {
                request_parameters: [
                    ("method.request.header.optional".to_owned(), false),
                    ("method.request.querystring.optional".to_owned(), false),
                ]
                .into(),
                ..Default::default()
            }),
            400,
            BAD,
            "Parameter names must be unique across querystring, header and path",
        ),
        (patched(Patch::replace("/authorizationType", "COGNITO_USER_POOLS")), 400, BAD, needs),
        (
            patched(Patch::add("/operationName", "x")),
            400,
            BAD,
            "Invalid patch operation specified. Must be one of: [replace]",
        ),
        (patched(Patch::replace("/httpMethod", "PUT")), 400, BAD, "Invalid patch path /httpMethod"),
        (
            patched(Patch::add("/requestModels/application/json", "Empty")),
            400,
            BAD,
            "Invalid patch path /requestModels/application/json",
        ),
        (
            Op::DeleteMethod { place: Place::new("/users", Verb::Get) },
            404,
            ABSENT,
            "Invalid Method identifier specified",
        ),
        (http("https://a.example", None), 400, BAD, "Enumeration value for HttpMethod must be non-empty"),
        (http("non-valid-http", Some(Verb::Get)), 400, BAD, "Invalid HTTP endpoint specified for URI"),
        (
            Op::DeleteIntegrationResponse { place: any_users(), status: 201 },
            404,
            ABSENT,
            "Invalid Response status code specified",
        ),
        (
            Op::CreateModel { name: "User".into(), model: Model { schema: "{}".into(), ..Default::default() } },
            409,
            CONFLICT,
            "Model name already exists for this REST API",
        ),
        (
            Op::CreateModel { name: "Other".into(), model: Model::default() },
            400,
            BAD,
            "Model schema must have at least 1 property or array items defined",
        ),
        (
            Op::UpdateModel { name: "User".into(), patches: vec![Patch::replace("/name", "x")] },
            400,
            BAD,
            "Invalid patch path  '/name' specified for op 'replace'. Must be one of: [/description, /schema]",
        ),
        (Op::DeleteModel { name: "Gone".into() }, 404, ABSENT, "Invalid model name specified: Gone"),
        (
            Op::DeleteGatewayResponse { kind: "DEFAULT_4XX".into() },
            404,
            ABSENT,
            "Gateway response type not defined on api",
        ),
        (
            Op::UpdateRestApi { patches: vec![Patch::replace("/minimumCompressionSize", "-1")] },
            400,
            BAD,
            "Invalid minimum compression size, must be between 0 and 10485760",
        ),
        (
            Op::UpdateRestApi { patches: vec![Patch::add("/binaryMediaTypes", "image/gif")] },
            400,
            BAD,
            "Invalid patch path /binaryMediaTypes",
        ),
        (
            Op::UpdateRestApi { patches: vec![Patch::replace("/endpointConfiguration/types/0", "wrong")] },
            400,
            BAD,
            "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
        ),
    ]
}

#[test]
fn refusals_have_api_gateways_words() {
    for (op, status, code, words) in refusals() {
        let refusal = refusal(op.clone());
        assert_eq!((refusal.status, refusal.code, refusal.message.as_str()), (status, code, words), "{op:?}");
    }
}

/// Where recordings of the real service lie beside the project, every word of a refusal is one of theirs.
#[test]
fn refusals_were_recorded_from_the_service() {
    let beside = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let file = format!("{beside}/../shared/oracles/controlplane-errors_recorded.json");
    let Ok(recorded) = std::fs::read_to_string(file) else { return };
    let recorded: serde_json::Value = serde_json::from_str(&recorded).unwrap();
    let known: Vec<&str> =
        recorded["errors"].as_array().unwrap().iter().filter_map(|error| error["message"].as_str()).collect();
    for (_, _, code, words) in refusals() {
        // Names in a message are those of the recording.
        let shape = words.split(": ").next().unwrap_or(words);
        let known = known.iter().any(|message| *message == words || message.starts_with(shape));
        assert!(known || words == "Method already exists for this resource", "{code}: {words}");
    }
}

#[test]
fn what_is_referred_to_stays() {
    let model = refusal(Op::DeleteModel { name: "User".into() });
    assert_eq!(model.message, "Cannot delete model 'User', is referenced in method request: /users/{id}/ANY");
    assert_eq!(model.class, Class::Busy);
    let authorizer = refusal(Op::DeleteAuthorizer { name: "jwt".into(), stray: None });
    assert_eq!(authorizer.message, "Cannot delete authorizer 'jwt', is referenced in method: ANY//users/{id}");
}

#[test]
fn a_mapped_header_must_be_declared() {
    let put = |status, header: Option<&str>| Op::PutIntegrationResponse {
        place: any_users(),
        status,
        response: IntegrationResponse {
            selection_pattern: Some("x".into()),
            parameters: header.map(|header| (header.to_owned(), "'*'".to_owned())).into_iter().collect(),
            ..Default::default()
        },
    };
    let undeclared = refusal(put(200, Some("method.response.header.A")));
    assert!(undeclared.message.contains("Invalid mapping expression parameter specified: method.response.header.A"));
    assert!(refusal(put(500, None)).message.contains("No method response exists for method."));
}

#[test]
fn there_is_one_default_response() {
    let place = any_users();
    let declare = Op::PutMethodResponse { place: place.clone(), status: 500, response: MethodResponse::default() };
    let live = Mint::new().simulate(&declare, Some(tree())).unwrap();
    let second = Op::PutIntegrationResponse { place, status: 500, response: IntegrationResponse::default() };
    let refusal = Mint::new().simulate(&second, live).expect_err("refused");
    assert_eq!(refusal.message, "Integration response with selection pattern default already exists");
}

#[test]
fn an_integration_put_again_loses_its_responses() {
    let put = Op::PutIntegration {
        place: any_users(),
        integration: Integration { kind: IntegrationType::Mock, ..Default::default() },
    };
    let live = Mint::new().simulate(&put, Some(tree())).unwrap().unwrap();
    let integration = live.definition.method("/users/{id}", Verb::Any).unwrap().integration.as_ref().unwrap();
    assert!(integration.responses.is_empty());
}

#[test]
fn nothing_can_be_done_to_an_api_that_is_not_there() {
    let refused = |op: Op| Mint::new().simulate(&op, None).expect_err("refused");
    assert_eq!(refused(create("/x")).class, Class::Absent);
    let gone = refused(Op::DeleteRestApi { id: "abc".into() });
    assert_eq!(gone.message, "Invalid API identifier specified 123456789012:abc");
    // Recorded: this one call answers as if the API were busy.
    let authorizer = refused(Op::CreateAuthorizer { name: "x".into(), authorizer: Authorizer::default() });
    assert_eq!((authorizer.status, authorizer.class), (409, Class::Busy));
}

#[test]
fn settings_have_limits() {
    let create = |settings: Settings| Op::CreateRestApi { name: "x".into(), settings, tags: BTreeMap::new() };
    let refused = |settings: Settings| Mint::new().simulate(&create(settings), None).expect_err("refused").message;
    let empty = Settings { description: Some(String::new()), ..Default::default() };
    assert_eq!(refused(empty), "Description cannot be an empty string");
    let large = Settings { minimum_compression_bytes: Some(10_485_761), ..Default::default() };
    assert_eq!(refused(large), "Invalid minimum compression size, must be between 0 and 10485760");
    let policy = Settings { policy: Some("no JSON".into()), ..Default::default() };
    assert!(refused(policy).starts_with("Invalid policy document."));
}
