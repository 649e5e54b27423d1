//! REST APIs against emulators: what is made, changed and imported there is what the local account makes of the same calls.

#[expect(unused_imports, dead_code, reason = "this binary uses a part of it")]
mod support;

use std::collections::BTreeMap;

use aws_credential_types::Credentials;
use gatewright::{
    account::aws::{Aws, Target},
    kinds::{
        Context, Kind, RestApi, Sent, Snapshot, World,
        rest_api::{
            Authorization, Authorizer, AuthorizerType, Desired, GatewayResponse, Integration,
            IntegrationResponse, IntegrationType, KEY, Live, Method, MethodResponse, Model, Op, Settings,
            Validator, Verb,
        },
        snapshot::AskAll,
    },
    model::{Address, Change, Env, Found, Scope, Text, owner},
};
use support::{Emulator, EmulatorKind};

fn at() -> Address {
    Scope::new("rest-api", "dev").address(RestApi::NAME, KEY)
}

/// An account behind an emulator.
struct Backend {
    kind: EmulatorKind,
    aws: Aws,
    context: Context,
    _emulator: Emulator,
}

impl Backend {
    async fn start(kind: EmulatorKind, put_rest_api: bool) -> Self {
        let emulator = Emulator::start(kind);
        let target = Target {
            endpoint_url: Some(emulator.endpoint().to_owned()),
            region: Some("us-east-1".into()),
            credentials: Some(Credentials::new("test", "test", None, None, "tests")),
            ..Target::default()
        };
        let aws = Aws::connect(&target, std::env::temp_dir(), Env::fixed(1), None).await.expect("connected");
        let context = Context { identity: aws.identity.clone(), put_rest_api, adopt: false, replace: false };
        Self { kind, aws, context, _emulator: emulator }
    }

    async fn observe(&self, desired: Option<&Desired>) -> Option<Live> {
        let want = |desired: &Desired| gatewright::kinds::Desired::RestApi(Box::new(desired.clone()));
        let (at, seen) = (at(), Snapshot::default());
        let wanted: BTreeMap<_, _> = desired.map(|desired| (at.clone(), want(desired))).into_iter().collect();
        let all = AskAll { scope: &at.scope, wanted: &wanted, hints: &BTreeMap::new(), kinds: None };
        let found = RestApi::observe(&self.aws, &all.of::<RestApi>(&seen)).await.expect("read");
        assert!(found.len() < 2, "{:?}: {found:#?}", self.kind);
        found.into_iter().next().map(|Found { live, .. }| live)
    }

    fn ops(&self, desired: Option<&Desired>, live: Option<&Live>) -> Vec<Op> {
        match RestApi::diff(&at(), desired, live, &self.context) {
            Change::None => Vec::new(),
            Change::Act { ops, .. } => ops,
        }
    }

    /// Makes the account match, and checks that what was said of each call is what is there afterwards.
    async fn deploy(&self, desired: Option<&Desired>) -> Vec<Op> {
        let mut live = self.observe(desired).await;
        let ops = self.ops(desired, live.as_ref());
        for op in &ops {
            let sent = RestApi::send(&self.aws, &at(), op, live.as_ref()).await;
            live = match sent.unwrap_or_else(|error| panic!("{:?}: {error}\n{op:#?}", self.kind)) {
                Sent::Observed(live) => live,
                Sent::Fold(ids) => {
                    let world = World::answered(&self.context.identity, ids);
                    RestApi::simulate(&at(), op, live, &world).expect("accepted")
                }
            };
        }
        let seen = self.observe(desired).await;
        assert_eq!(seen, live, "{:?}", self.kind);
        assert_eq!(self.ops(desired, seen.as_ref()), [], "{:?}: not settled", self.kind);
        if let Some(desired) = desired {
            assert_eq!(masked(seen), masked(self.simulated(desired)), "{:?}", self.kind);
        }
        ops
    }

    /// The API that the local account would have after single calls.
    fn simulated(&self, desired: &Desired) -> Option<Live> {
        let context = Context { put_rest_api: false, ..self.context.clone() };
        let Change::Act { ops, .. } = RestApi::diff(&at(), Some(desired), None, &context) else {
            return None;
        };
        let (objects, mint) = (BTreeMap::new(), |length: usize| "x".repeat(length));
        let world = World::local(&self.context.identity, &objects, &mint);
        ops.iter().fold(None, |live, op| RestApi::simulate(&at(), op, live, &world).expect("accepted"))
    }
}

/// The API with ids that say what they stand for, and its schemas in one form.
fn masked(live: Option<Live>) -> Option<Live> {
    let mut live = live?;
    live.id.clear();
    for ids in [&mut live.resource_ids, &mut live.authorizer_ids, &mut live.validator_ids] {
        ids.iter_mut().for_each(|(name, id)| id.clone_from(name));
    }
    for model in live.definition.models.values_mut() {
        let schema: serde_json::Value = serde_json::from_str(&model.schema).expect("JSON");
        model.schema = schema.to_string();
    }
    Some(live)
}

fn one<V>(key: &str, value: V) -> BTreeMap<String, V> {
    [(key.to_owned(), value)].into()
}

fn uri(function: &str) -> Option<Text> {
    let function = format!("arn:aws:lambda:us-east-1:000000000000:function:{function}");
    let path = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions";
    Some(format!("{path}/{function}/invocations").into())
}

const HEADER: &str = "method.response.header.Access-Control-Allow-Origin";
const POLICY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"execute-api:/*"}]}"#;

/// A Lambda function behind mapping templates, its request validated and authorized.
fn mapped(second: bool) -> Method<Text> {
    let found = IntegrationResponse {
        parameters: one(HEADER, "'*'".to_owned()),
        templates: one("application/json", "$input.json('$')".to_owned()),
        ..Default::default()
    };
    let gone = IntegrationResponse { selection_pattern: Some(".*gone.*".into()), ..Default::default() };
    Method {
        authorization: Authorization::Custom { authorizer: "jwt".into() },
        request_validator: Some("all".into()),
        request_models: one("application/json", "User".to_owned()),
        request_parameters: one("method.request.path.id", true),
        responses: [
            (
                200,
                MethodResponse {
                    parameters: one(HEADER, false),
                    models: one("application/json", "Users".to_owned()),
                },
            ),
            (404, MethodResponse::default()),
        ]
        .into(),
        integration: Some(Integration {
            kind: IntegrationType::Aws,
            uri: uri("f"),
            http_method: Some(Verb::Post),
            request_templates: one(
                "application/json",
                if second { "{\"v\":2}" } else { "{\"v\":1}" }.to_owned(),
            ),
            timeout_ms: if second { 5_000 } else { 29_000 },
            responses: [(200, found), (404, gone)].into(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

/// What `cors:` makes of a resource.
fn preflight() -> Method<Text> {
    let response = IntegrationResponse { parameters: one(HEADER, "'*'".to_owned()), ..Default::default() };
    Method {
        responses: [(204, MethodResponse { parameters: one(HEADER, false), ..Default::default() })].into(),
        integration: Some(Integration {
            kind: IntegrationType::Mock,
            request_templates: one("application/json", "{\"statusCode\":204}".to_owned()),
            responses: [(204, response)].into(),
            ..Default::default()
        }),
        ..Default::default()
    }
}

fn proxy(authorization: Authorization) -> Method<Text> {
    let integration = Integration { uri: uri("f"), http_method: Some(Verb::Post), ..Default::default() };
    Method { authorization, integration: Some(integration), ..Default::default() }
}

fn model(schema: &str, description: Option<&str>) -> Model {
    Model {
        content_type: "application/json".into(),
        schema: schema.into(),
        description: description.map(str::to_owned),
    }
}

/// An API with something of every sort; `second` changes something of most.
fn shop(second: bool, binary: bool) -> Desired {
    let source = vec!["method.request.header.Authorization".to_owned()];
    let kinds = if second { "image/png" } else { "image/gif" };
    let mut desired = Desired {
        name: "rest-api-dev".into(),
        tags: owner::tags(&at(), &BTreeMap::new()),
        settings: Settings {
            description: Some(if second { "second" } else { "first" }.into()),
            minimum_compression_bytes: (!second).then_some(1024),
            binary_media_types: binary.then(|| kinds.to_owned()).into_iter().collect(),
            policy: Some(POLICY.into()),
            ..Default::default()
        },
        ..Default::default()
    };
    let definition = &mut desired.definition;
    definition.validators.insert("all".into(), Validator { body: true, parameters: second });
    definition.models.insert("User".into(), model(r#"{"type":"object"}"#, Some("a user")));
    let users = r##"{"type":"array","items":{"$ref":"#/components/schemas/User"}}"##;
    definition.models.insert("Users".into(), model(users, None));
    let function = if second { "auth2" } else { "auth" };
    let jwt = Authorizer {
        uri: uri(function),
        identity_sources: source.clone(),
        ttl_seconds: 60,
        ..Default::default()
    };
    definition.authorizers.insert("jwt".into(), jwt);
    let cors = GatewayResponse {
        parameters: one("gatewayresponse.header.Access-Control-Allow-Origin", "'*'".to_owned()),
        ..Default::default()
    };
    definition.gateway_responses.insert("DEFAULT_4XX".into(), cors);
    let refused = GatewayResponse {
        status: Some(if second { 403 } else { 418 }),
        templates: one("application/json", "{\"a\":1}".to_owned()),
        ..Default::default()
    };
    definition.gateway_responses.insert("UNAUTHORIZED".into(), refused);
    definition
        .resources
        .insert("/users/{id}".into(), [(Verb::Get, mapped(second)), (Verb::Options, preflight())].into());
    if second {
        definition
            .resources
            .insert("/files/{proxy+}".into(), [(Verb::Any, proxy(Authorization::None))].into());
        return desired;
    }
    let pool = Authorizer {
        kind: AuthorizerType::CognitoUserPools,
        identity_sources: source,
        provider_arns: vec!["arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_abc".into()],
        ..Default::default()
    };
    definition.authorizers.insert("pool".into(), pool);
    let user = Authorization::CognitoUserPools { authorizer: "pool".into(), scopes: ["read".into()].into() };
    let files = [(Verb::Any, proxy(Authorization::AwsIam)), (Verb::Get, proxy(user))];
    definition.resources.insert("/files".into(), files.into());
    definition.resources.insert("/old/deep".into(), [(Verb::Get, proxy(Authorization::None))].into());
    desired
}

/// The shop and so many routes more that an import is the faster way.
fn wide(second: bool) -> Desired {
    let mut desired = shop(second, true);
    for index in 0..40 {
        let methods = [(Verb::Get, mapped(second)), (Verb::Options, preflight())];
        desired
            .definition
            .resources
            .insert(format!("/{}{index}/{{id}}", if second { "b" } else { "a" }), methods.into());
    }
    desired
}

async fn made_and_removed(kind: EmulatorKind) {
    let backend = Backend::start(kind, false).await;
    // moto forgets the binary media types of a create call.
    let desired = shop(false, kind != EmulatorKind::Moto);
    assert!(!backend.deploy(Some(&desired)).await.is_empty());
    assert_eq!(backend.deploy(Some(&desired)).await, []);
    assert_eq!(backend.deploy(None).await.len(), 1);
    assert_eq!(backend.observe(None).await, None);
}

#[tokio::test]
async fn an_api_is_made_and_removed_on_ministack() {
    made_and_removed(EmulatorKind::MiniStack).await;
}

#[tokio::test]
async fn an_api_is_made_and_removed_on_moto() {
    made_and_removed(EmulatorKind::Moto).await;
}

/// Only here: MiniStack does not decode patch paths, moto fails every change of a method.
#[tokio::test]
async fn an_api_is_changed_and_changed_back_on_localstack() {
    let backend = Backend::start(EmulatorKind::LocalStack, false).await;
    for second in [false, true, false] {
        backend.deploy(Some(&shop(second, true))).await;
    }
    backend.deploy(None).await;
}

/// Only here: the others have no `PutRestApi`. This one's importer forgets gateway responses, signed requests and more, and keeps old
/// authorizers: all of that is put right in the same deploy.
#[tokio::test]
async fn an_import_ends_where_single_calls_do_on_localstack() {
    let backend = Backend::start(EmulatorKind::LocalStack, true).await;
    let imports = |ops: &[Op]| ops.iter().any(|op| matches!(op, Op::PutRestApi { .. }));
    for second in [false, true] {
        assert!(imports(&backend.deploy(Some(&wide(second))).await));
    }
    assert!(!imports(&backend.deploy(Some(&Desired { name: "renamed".into(), ..wide(true) })).await));
    backend.deploy(None).await;
}
