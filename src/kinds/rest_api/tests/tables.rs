//! One difference, the calls it becomes and the words for it.

use std::collections::BTreeMap;

use super::{Mint, at, change, context, fields, made, ops};
use crate::{
    kinds::{
        Operation,
        rest_api::{
            Authorization, Authorizer, AuthorizerType, Desired, GatewayResponse, Integration, IntegrationResponse,
            IntegrationType, Live, Method, MethodResponse, Model, Op, Passthrough, Patch, Place, Validator, Verb,
            content_hash, diff, live::Strays,
        },
    },
    model::{Change, Reason, Shown, Text, owner},
};

fn text(value: &str) -> Option<Text> {
    Some(value.into())
}

fn get_users() -> Method<Text> {
    Method {
        authorization: Authorization::Custom { authorizer: "jwt".into() },
        request_validator: Some("all".into()),
        request_models: [("application/json".to_owned(), "User".to_owned())].into(),
        request_parameters: [("method.request.querystring.q".to_owned(), false)].into(),
        responses: [(200, MethodResponse::default()), (404, MethodResponse::default())].into(),
        integration: Some(Integration {
            kind: IntegrationType::Aws,
            uri: text("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations"),
            http_method: Some(Verb::Post),
            request_templates: [("application/json".to_owned(), "{}".to_owned())].into(),
            responses: [
                (200, IntegrationResponse::default()),
                (404, IntegrationResponse { selection_pattern: Some(".*gone.*".into()), ..Default::default() }),
            ]
            .into(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn shop() -> Desired {
    let mut desired =
        Desired { name: "shop-dev".into(), tags: owner::tags(&at(), &BTreeMap::new()), ..Default::default() };
    let definition = &mut desired.definition;
    definition.resources.insert("/users".into(), [(Verb::Get, get_users())].into());
    definition.validators.insert("all".into(), Validator { body: true, parameters: true });
    let model = Model {
        content_type: "application/json".into(),
        schema: r#"{"type":"object"}"#.into(),
        description: None,
    };
    definition.models.insert("User".into(), model);
    let token = Authorizer {
        uri: text("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/a/invocations"),
        identity_sources: vec!["method.request.header.Authorization".into()],
        ..Default::default()
    };
    definition.authorizers.insert("jwt".into(), token);
    desired
}

/// The calls and the fields that `change` makes of the shop.
fn after(change: impl FnOnce(&mut Desired)) -> (Vec<Op>, Vec<String>) {
    let before = shop();
    let live = made(&before);
    let mut desired = before;
    change(&mut desired);
    let words = fields(&desired, &live).into_iter().map(|field| field.field).collect();
    (ops(Some(&desired), Some(&live)), words)
}

fn get(desired: &mut Desired) -> &mut Method<Text> {
    desired.definition.resources.get_mut("/users").unwrap().get_mut(&Verb::Get).unwrap()
}

fn integration(desired: &mut Desired) -> &mut Integration<Text> {
    get(desired).integration.as_mut().unwrap()
}

fn place() -> Place {
    Place::new("/users", Verb::Get)
}

#[test]
fn things_are_made_before_what_refers_to_them() {
    let calls: Vec<String> = ops(Some(&shop()), None).iter().map(Operation::describe).collect();
    assert_eq!(
        calls,
        [
            "create REST API shop-dev",
            "create model User",
            "create validator all",
            "create authorizer jwt",
            "create resource /users",
            "put method GET /users",
            "put response 200 of GET /users",
            "put response 404 of GET /users",
            "put AWS integration of GET /users",
            "map answers to 200 of GET /users",
            "map answers to 404 of GET /users",
        ]
    );
}

#[test]
fn a_patch_names_exactly_what_changes() {
    let (ops, words) = after(|desired| integration(desired).timeout_ms = 5_000);
    assert_eq!(words, ["GET /users: timeout_ms"]);
    let patches = vec![Patch::replace("/timeoutInMillis", "5000")];
    assert_eq!(ops, [Op::UpdateIntegration { place: place(), patches }]);

    let (ops, words) = after(|desired| {
        integration(desired).request_templates = [("text/x".to_owned(), "y".to_owned())].into();
    });
    assert_eq!(words, ["GET /users: request_templates.application/json", "GET /users: request_templates.text/x"]);
    let patches =
        vec![Patch::remove("/requestTemplates/application~1json"), Patch::add("/requestTemplates/text~1x", "y")];
    assert_eq!(ops, [Op::UpdateIntegration { place: place(), patches }]);
}

#[test]
fn what_no_patch_can_change_is_put_again_with_its_responses() {
    let (ops, words) = after(|desired| integration(desired).passthrough_behavior = Passthrough::Never);
    assert_eq!(words, ["GET /users: passthrough_behavior"]);
    let calls: Vec<String> = ops.iter().map(Operation::describe).collect();
    let expected = [
        "put AWS integration of GET /users",
        "map answers to 200 of GET /users",
        "map answers to 404 of GET /users",
    ];
    assert_eq!(calls, expected);
}

#[test]
fn an_open_method_is_one_patch() {
    let (ops, words) = after(|desired| get(desired).authorization = Authorization::None);
    assert_eq!(words, ["GET /users: authorization"]);
    let patches = vec![Patch::replace("/authorizationType", "NONE"), Patch::replace("/authorizerId", "")];
    assert_eq!(ops, [Op::UpdateMethod { place: place(), patches }]);
}

#[test]
fn an_authorizer_goes_after_the_methods_that_used_it_and_leaves_the_tag_last() {
    let (ops, _) = after(|desired| {
        get(desired).authorization = Authorization::AwsIam;
        desired.definition.authorizers.clear();
    });
    let calls: Vec<String> = ops.iter().map(Operation::describe).collect();
    assert_eq!(
        calls,
        [
            "update method GET /users: authorizationType, authorizerId",
            "delete authorizer jwt",
            "tag gatewright:parts",
        ]
    );
    assert_eq!(
        ops.last(),
        Some(&Op::TagResource { tags: [("gatewright:parts".into(), "models validators".into())].into() })
    );
}

#[test]
fn the_tag_is_widened_before_the_first_member_is_made() {
    let (ops, words) = after(|desired| {
        desired.definition.gateway_responses.insert("DEFAULT_4XX".into(), GatewayResponse::default());
    });
    assert_eq!(words, ["tags.gatewright:parts", "gateway_responses.DEFAULT_4XX"]);
    let tag = "authorizers models validators gateway_responses";
    assert_eq!(ops[0], Op::TagResource { tags: [("gatewright:parts".into(), tag.into())].into() });
    assert_eq!(ops[1].describe(), "put gateway response DEFAULT_4XX");
}

#[test]
fn a_change_of_an_authorizers_kind_leaves_no_method_open() {
    let (ops, words) = after(|desired| {
        get(desired).authorization =
            Authorization::CognitoUserPools { authorizer: "jwt".into(), scopes: Default::default() };
        let pool = Authorizer {
            kind: AuthorizerType::CognitoUserPools,
            identity_sources: vec!["method.request.header.Authorization".into()],
            provider_arns: vec!["arn:aws:cognito-idp:eu-west-1:1:userpool/a".into()],
            ..Default::default()
        };
        desired.definition.authorizers.insert("jwt".into(), pool);
    });
    assert_eq!(words[0], "authorizers.jwt.type");
    let calls: Vec<String> = ops.iter().map(Operation::describe).collect();
    assert_eq!(
        calls,
        [
            "update authorizer jwt: name",
            "create authorizer jwt",
            "update method GET /users: authorizationType, authorizerId",
            "delete authorizer jwt-replaced",
        ]
    );
    let mut live = Some(made(&shop()));
    for op in &ops {
        live = Mint::new().simulate(op, live).unwrap();
        let method = live.as_ref().unwrap().definition.method("/users", Verb::Get).unwrap();
        assert!(method.authorization.authorizer().is_some());
    }
}

#[test]
fn two_statuses_may_swap_their_patterns() {
    let (ops, _) = after(|desired| {
        let responses = &mut integration(desired).responses;
        let gone = responses[&404].clone();
        let default = responses.insert(200, gone).unwrap();
        responses.insert(404, default);
    });
    let calls: Vec<String> = ops.iter().map(Operation::describe).collect();
    assert_eq!(
        calls,
        [
            "stop mapping answers to 200 of GET /users",
            "stop mapping answers to 404 of GET /users",
            "map answers to 200 of GET /users",
            "map answers to 404 of GET /users",
        ]
    );
}

#[test]
fn a_resource_goes_with_all_below_it_in_one_call() {
    let mut before = shop();
    before.definition.resources.insert("/a/{b}/c".into(), [(Verb::Get, Method::default())].into());
    let live = made(&before);
    let steps = ops(Some(&shop()), Some(&live));
    assert_eq!(steps, [Op::DeleteResource { path: "/a".into() }]);
    let words: Vec<String> = fields(&shop(), &live).into_iter().map(|field| field.field).collect();
    assert_eq!(words, ["GET /a/{b}/c", "/a"]);
}

#[test]
fn a_renamed_variable_makes_room_first() {
    let with = |path: &str| {
        let mut desired = shop();
        desired.definition.resources.insert(path.into(), [(Verb::Get, Method::default())].into());
        desired
    };
    let steps = ops(Some(&with("/users/{name}")), Some(&made(&with("/users/{id}"))));
    let calls: Vec<String> = steps.iter().map(Operation::describe).collect();
    let expected =
        ["delete resource /users/{id}", "create resource /users/{name}", "put method GET /users/{name}"];
    assert_eq!(calls, expected);
}

#[test]
fn what_is_known_after_the_deploy_is_sent_and_said_so() {
    let mut desired = shop();
    let pool = at().scope.address("lambda_function", "f");
    integration(&mut desired).uri = Some(Text::pending(pool, "uri"));
    let live = made(&shop());
    let changed = fields(&desired, &live);
    assert_eq!(changed[0].after, Shown::KnownAfterDeploy);
    let steps = ops(Some(&desired), Some(&live));
    assert!(matches!(steps.as_slice(), [Op::UpdateIntegration { patches, .. }] if patches[0].path == "/uri"));
}

#[test]
fn a_schema_written_otherwise_is_the_same() {
    let mut desired = shop();
    desired.definition.models.get_mut("User").unwrap().schema = "{\n \"type\" : \"object\"\n}".into();
    assert_eq!(change(Some(&desired), Some(&made(&shop()))), Change::None);
    assert_eq!(content_hash(&desired), content_hash(&shop()));
}

#[test]
fn second_objects_of_one_name_are_removed_by_id() {
    let strays = Strays { authorizers: ["abc123".into()].into(), validators: Default::default() };
    let live = Live { strays, ..made(&shop()) };
    let steps = ops(Some(&shop()), Some(&live));
    assert_eq!(steps, [Op::DeleteAuthorizer { name: String::new(), stray: Some("abc123".into()) }]);
}

#[test]
fn a_deployments_name_changes_with_what_clients_notice() {
    let hash = content_hash(&shop());
    let differs = |change: &dyn Fn(&mut Desired)| {
        let mut desired = shop();
        change(&mut desired);
        content_hash(&desired) != hash
    };
    assert!(differs(&|desired| integration(desired).timeout_ms = 1_000));
    assert!(differs(&|desired| desired.settings.minimum_compression_bytes = Some(0)));
    assert!(!differs(&|desired| desired.name = "another".into()));
    assert!(!differs(&|desired| desired.settings.description = Some("another".into())));
    assert!(!differs(&|desired| desired.tags.clear()));
    assert!(!differs(&|desired| desired.definition.models.get_mut("User").unwrap().description = Some("x".into())));
}

/// An API of `count` routes with four calls each and one for its resource.
fn wide(count: usize) -> Desired {
    let mut desired = shop();
    for index in 0..count {
        let method = Method {
            responses: [(200, MethodResponse::default())].into(),
            integration: get_users().integration.map(|integration| Integration {
                responses: [(200, IntegrationResponse::default())].into(),
                ..integration
            }),
            ..Default::default()
        };
        desired.definition.resources.insert(format!("/r{index}"), [(Verb::Get, method)].into());
    }
    desired
}

fn chosen(desired: &Desired, live: Option<&Live>, put_rest_api: bool) -> Vec<&'static str> {
    match diff::diff(&at(), Some(desired), live, &context(put_rest_api)) {
        Change::Act { ops, .. } => {
            let imports = ops.iter().any(|op| matches!(op, Op::PutRestApi { .. }));
            vec![if imports { "import" } else { "granular" }]
        }
        Change::None => Vec::new(),
    }
}

#[test]
fn a_large_api_is_imported_and_a_small_change_is_not() {
    assert_eq!(chosen(&wide(100), None, true), ["import"]);
    assert_eq!(chosen(&wide(100), None, false), ["granular"]);
    assert_eq!(chosen(&wide(2), None, true), ["granular"]);
    let mut changed = wide(100);
    integration(&mut changed).timeout_ms = 1_000;
    assert_eq!(chosen(&changed, Some(&made(&wide(100))), true), ["granular"]);
    assert_eq!(chosen(&wide(100), Some(&made(&shop())), true), ["import"]);
}

#[test]
fn what_no_document_can_say_is_never_imported() {
    let mut desired = wide(100);
    desired.settings.vpc_endpoint_ids = ["vpce-1".into()].into();
    assert_eq!(chosen(&desired, None, true), ["granular"]);
    let mut desired = wide(100);
    desired.definition.models.get_mut("User").unwrap().content_type = "application/xml".into();
    assert_eq!(chosen(&desired, None, true), ["granular"]);
}

#[test]
fn a_new_api_is_missing_and_an_unwanted_one_is_deleted() {
    let Change::Act { reason, .. } = change(Some(&shop()), None) else { panic!("expected calls") };
    assert_eq!(reason, Reason::Missing);
    let live = made(&shop());
    let gone = change(None, Some(&live));
    assert_eq!(gone, Change::act(Reason::NotInStackFile, vec![Op::DeleteRestApi { id: live.id }]));
    assert_eq!(change(None, None), Change::None);
}
