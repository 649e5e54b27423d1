use std::collections::BTreeMap;

use aws_sdk_apigateway::types as sdk;
use proptest::prelude::*;

use super::{
    ALL_METHODS, AccessLog, ApiStage, Desired, Live, LoggingLevel, MethodSettings, Op, Patch, PatchOp, arbitrary,
    diff::diff,
    method_key, observe,
    settings::{key_of_aws, parse_patch_path, patch_path},
    simulate::simulate,
};
use crate::{
    kinds::{ApiDeployment, Kind, Live as AnyLive, Member, Operation, RestApi, World, api_deployment, rest_api},
    model::{Address, Change, Identity, Ownership, Reason, Refusal, Scope, Text, owner},
};

fn identity() -> Identity {
    Identity::new("111122223333", "eu-west-1")
}

fn at() -> Address {
    Scope::new("s", "dev").address(ApiStage::NAME, "api")
}

fn desired() -> Desired {
    Desired {
        api_id: "api1".into(),
        stage_name: "dev".into(),
        deployment_id: "aaaaaa".into(),
        description: Some("Development".into()),
        variables: BTreeMap::from([("table".to_owned(), Text::from("users"))]),
        cache_size_gb: None,
        tracing: false,
        access_log: None,
        methods: BTreeMap::new(),
        tags: owner::tags(&at(), &BTreeMap::new()),
    }
}

/// A stage as it is after a first deploy.
pub(crate) fn live(stage_name: &str, deployment_id: &str) -> Live {
    let desired =
        Desired { stage_name: stage_name.into(), deployment_id: deployment_id.into(), ..desired() };
    deployed(&desired)
}

fn deployed(desired: &Desired) -> Live {
    apply(diff(Some(desired), None), None).expect("accepted").expect("there")
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, sweep, .. } => ops.into_iter().chain(sweep).collect(),
    }
}

fn apply(change: Change<Op>, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    let identity = identity();
    let world = World::answered(&identity, Vec::new());
    ops(change).iter().try_fold(live, |live, op| simulate(op, live, &world))
}

fn patches(change: Change<Op>) -> Vec<(PatchOp, String, Option<String>)> {
    let patches = ops(change).into_iter().flat_map(|op| match op {
        Op::Update { patches, .. } => patches,
        other => panic!("not an update: {other:?}"),
    });
    patches.map(|patch| (patch.op, patch.path, patch.value.map(|value| value.settled().to_owned()))).collect()
}

fn fields(change: &Change<Op>) -> Vec<String> {
    match change {
        Change::Act { reason: Reason::FieldsDiffer(fields), .. } => {
            fields.iter().map(|field| field.field.clone()).collect()
        }
        other => panic!("expected a change of fields, not {other:?}"),
    }
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(desired in arbitrary::desired(), live in prop::option::of(arbitrary::live())) {
        let after = apply(diff(Some(&desired), live.as_ref()), live).expect("accepted");
        prop_assert_eq!(diff(Some(&desired), after.as_ref()), Change::None);
    }

    #[test]
    fn removing_leaves_nothing(live in arbitrary::live()) {
        prop_assert_eq!(apply(diff(None, Some(&live)), Some(live)).expect("accepted"), None);
    }

    #[test]
    fn one_call_changes_settings_and_deployment(desired in arbitrary::desired(), live in arbitrary::live()) {
        let same = Live {
            api_id: desired.api_id.settled().to_owned(), stage_name: desired.stage_name.clone(), ..live
        };
        let calls = ops(diff(Some(&desired), Some(&same)));
        let updates = calls.iter().filter(|op| op.call().operation == "UpdateStage").count();
        prop_assert!(updates <= 1 && calls.len() <= updates + 1, "{calls:?}");
    }

    #[test]
    fn settings_find_their_way_through_paths(verb in "GET|POST|ANY", path in "(/[a-z{}+~_.-]{1,8}){0,4}") {
        let path = if path.is_empty() { "/".to_owned() } else { path };
        let key = method_key(&verb, &path);
        let patch = format!("{}/throttling/rateLimit", patch_path(&key));
        prop_assert_eq!(parse_patch_path(&patch), Some((key.clone(), Some("throttling/rateLimit"))));
        let entry = patch_path(&key);
        prop_assert_eq!(parse_patch_path(&entry), Some((key, None)));
    }
}

#[test]
fn awss_keys_are_read_in_every_spelling() {
    for key in ["users/{id}/GET", "/users/{id}/GET", "~1users~1{id}/GET"] {
        assert_eq!(key_of_aws(key), "GET /users/{id}", "{key}");
    }
    assert_eq!(key_of_aws("*/*"), ALL_METHODS);
    assert_eq!(key_of_aws("~1/GET"), "GET /");
    assert_eq!(patch_path(ALL_METHODS), "/*/*");
    assert_eq!(patch_path("GET /users/{id}"), "/~1users~1{id}/GET");
}

#[test]
fn what_create_stage_does_not_take_follows_in_one_update() {
    let mut wanted = desired();
    wanted.access_log = Some(AccessLog { destination_arn: "arn:log".into(), format: "$context.requestId".into() });
    let throttled = MethodSettings { throttling_burst: 200, throttling_rate: 100.0, ..Default::default() };
    wanted.methods.insert(ALL_METHODS.into(), throttled);
    let calls = ops(diff(Some(&wanted), None));
    let names: Vec<_> = calls.iter().map(|op| op.call().operation.into_owned()).collect();
    assert_eq!(names, ["CreateStage", "UpdateStage"]);
    let Op::Update { patches, .. } = &calls[1] else { panic!("expected an update") };
    let shown: Vec<_> = patches.iter().map(|patch| patch.path.as_str()).collect();
    assert_eq!(shown[..2], ["/accessLogSettings/destinationArn", "/accessLogSettings/format"]);
    // All ten settings: what AWS fills in for the rest depends on the account.
    assert_eq!(shown.len(), 12);
    assert!(patches.contains(&Patch::replace("/*/*/throttling/rateLimit", "100")));
    assert_eq!(diff(Some(&wanted), Some(&deployed(&wanted))), Change::None);
}

#[test]
fn a_stage_pointed_elsewhere_is_pointed_back() {
    let change = diff(Some(&desired()), Some(&live("dev", "elsewh")));
    assert_eq!(fields(&change), ["deployment"]);
    assert_eq!(patches(change), [(PatchOp::Replace, "/deploymentId".into(), Some("aaaaaa".into()))]);
}

#[test]
fn drift_of_one_setting_is_one_patch() {
    let mut wanted = desired();
    wanted.methods.insert("GET /users".into(), MethodSettings { metrics: true, ..Default::default() });
    let mut drifted = deployed(&wanted);
    drifted.methods.get_mut("GET /users").expect("there").logging = LoggingLevel::Info;
    let change = diff(Some(&wanted), Some(&drifted));
    assert_eq!(fields(&change), ["settings.GET /users.logging"]);
    assert_eq!(patches(change), [(PatchOp::Replace, "/~1users/GET/logging/loglevel".into(), Some("OFF".into()))]);
}

#[test]
fn what_is_not_in_the_stack_file_is_taken_away() {
    let mut drifted = live("dev", "aaaaaa");
    drifted.variables.insert("by_hand".into(), "1".into());
    drifted.methods.insert("GET /users".into(), MethodSettings::default());
    drifted.methods.insert(ALL_METHODS.into(), MethodSettings { metrics: true, ..Default::default() });
    drifted.access_log = Some(AccessLog { destination_arn: "arn:log".into(), format: "x".into() });
    drifted.client_certificate = Some("cert".into());
    drifted.canary = Some("bbbbbb".into());
    let change = diff(Some(&desired()), Some(&drifted));
    let expected = [
        "variables.by_hand",
        "access_log",
        "settings.metrics",
        "settings.GET /users",
        "client_certificate",
        "canary",
    ];
    assert_eq!(fields(&change), expected);
    let removed = |path: &str| (PatchOp::Remove, path.to_owned(), None);
    let expected = [
        removed("/variables/by_hand"),
        removed("/accessLogSettings"),
        removed("/*/*"),
        removed("/~1users/GET"),
        (PatchOp::Replace, "/clientCertificateId".into(), Some(String::new())),
        removed("/canarySettings"),
    ];
    assert_eq!(patches(change), expected);
}

#[test]
fn a_cache_comes_grows_and_goes() {
    let sized = |size: Option<&str>| Desired { cache_size_gb: size.map(str::to_owned), ..desired() };
    let mut stage = deployed(&sized(None));
    for (size, expected) in [
        (Some("0.5"), vec!["/cacheClusterEnabled", "/cacheClusterSize"]),
        (Some("1.6"), vec!["/cacheClusterSize"]),
        (None, vec!["/cacheClusterEnabled"]),
    ] {
        let change = diff(Some(&sized(size)), Some(&stage));
        let paths: Vec<_> = patches(change.clone()).into_iter().map(|(_, path, _)| path).collect();
        assert_eq!(paths, expected);
        stage = apply(change, Some(stage)).expect("accepted").expect("there");
        assert_eq!(stage.cache_size_gb.as_deref(), size);
    }
}

#[test]
fn a_secret_variable_is_not_shown() {
    let mut wanted = desired();
    let mut secrets = crate::planner::Secrets::default();
    wanted.variables.insert("key".into(), Text::from_parts([secrets.add("ssm:/key", "hunter2".into())]));
    let mut drifted = live("dev", "aaaaaa");
    drifted.variables.insert("key".into(), "another-secret".into());
    let change = diff(Some(&wanted), Some(&drifted));
    assert_eq!(fields(&change), ["variables.key"]);
    let shown = format!("{change:?}");
    assert!(!shown.contains("hunter2") && !shown.contains("another-secret"), "{shown}");
}

#[test]
fn a_stage_of_another_api_or_name_is_made_anew() {
    let wanted = Desired { api_id: "api2".into(), ..desired() };
    let made = apply(diff(Some(&wanted), Some(&live("dev", "aaaaaa"))), Some(live("dev", "aaaaaa")));
    assert_eq!(made.expect("accepted").expect("there").api_id, "api2");
    let wanted = Desired { stage_name: "live".into(), ..desired() };
    let change = diff(Some(&wanted), Some(&live("dev", "aaaaaa")));
    assert_eq!(fields(&change), ["name"]);
    let names: Vec<_> = ops(change).iter().map(|op| op.call().operation.into_owned()).collect();
    assert_eq!(names, ["DeleteStage", "CreateStage"]);
}

/// What the local account says to `desired` where there is the deployment `aaaaaa`.
fn refusal(desired: &Desired, live: Option<Live>) -> Refusal {
    let deployment =
        api_deployment::Deployment { id: "aaaaaa".into(), content_hash: "00".into(), held_by: None };
    let deployments = api_deployment::Live { api_id: "api1".into(), deployments: vec![deployment] };
    let api = rest_api::Live { id: "api1".into(), ..Default::default() };
    let objects: BTreeMap<Address, AnyLive> = [
        (at().scope.address(ApiDeployment::NAME, "api"), ApiDeployment::wrap(deployments)),
        (at().scope.address(RestApi::NAME, "api"), RestApi::wrap(api)),
    ]
    .into();
    let (identity, mint) = (identity(), |length: usize| "z".repeat(length));
    let world = World::local(&identity, &objects, &mint);
    let outcome = ops(diff(Some(desired), None)).iter().try_fold(live, |live, op| simulate(op, live, &world));
    outcome.expect_err("refused")
}

#[test]
fn what_api_gateway_refuses_is_refused() {
    let elsewhere = Desired { deployment_id: "nope".into(), ..desired() };
    assert_eq!(refusal(&elsewhere, None).message, "Deployment id does not exist");
    let again = refusal(&desired(), Some(live("dev", "aaaaaa")));
    assert_eq!((again.status, again.code, again.message.as_str()), (409, "ConflictException", "Stage already exists"));
    let homeless = Desired { api_id: "api2".into(), ..desired() };
    assert_eq!(refusal(&homeless, None).code, "NotFoundException");
    let named = Desired { stage_name: "a.b".into(), ..desired() };
    assert_eq!(refusal(&named, None).code, "BadRequestException");
    let variables = |name: &str, value: &str| {
        let variables = BTreeMap::from([(name.to_owned(), Text::from(value))]);
        refusal(&Desired { variables, ..desired() }, None).message
    };
    assert!(variables("a-b", "x").starts_with("Invalid stage variable name: a-b."));
    let message = variables("password", "p{ss");
    assert!(message.starts_with("Invalid stage variable value of key password.") && !message.contains("p{ss"));
    assert!(variables("empty", "").starts_with("Invalid stage variable value of key empty."));
}

#[test]
fn an_unset_method_setting_cannot_be_removed() {
    let op = Op::Update {
        api_id: "api1".into(),
        stage_name: "dev".into(),
        patches: vec![Patch::remove("/*/*")],
    };
    let identity = identity();
    let world = World::answered(&identity, Vec::new());
    let refusal = simulate(&op, Some(live("dev", "aaaaaa")), &world).expect_err("refused");
    assert_eq!(refusal.message, "Cannot remove method setting */* because there is no method setting for this method ");
}

#[test]
fn an_answer_of_aws_is_read_with_its_defaults() {
    let setting = sdk::MethodSetting::builder()
        .throttling_burst_limit(5_000)
        .throttling_rate_limit(10_000.0)
        .cache_ttl_in_seconds(300)
        .require_authorization_for_cache_control(true)
        .build();
    let stage = sdk::Stage::builder()
        .stage_name("dev")
        .deployment_id("aaaaaa")
        .description("")
        .cache_cluster_size(sdk::CacheClusterSize::from("0.5"))
        .method_settings("*/*", setting.clone())
        .method_settings("users/GET", setting)
        .tags("aws:cloudformation:stack-name", "x")
        .tags("team", "a")
        .access_log_settings(sdk::AccessLogSettings::builder().destination_arn("arn:log:*").format("x").build())
        .build();
    let live = observe::read("api1", stage).expect("named");
    assert_eq!(live.description, None);
    assert_eq!(live.cache_size_gb, None, "a size without a cache");
    assert_eq!(live.methods, BTreeMap::from([("GET /users".to_owned(), MethodSettings::default())]));
    assert_eq!(live.tags, BTreeMap::from([("team".to_owned(), "a".to_owned())]));
    assert_eq!(live.access_log.expect("there").destination_arn, "arn:log");
}

#[test]
fn a_stage_without_our_tags_is_not_ours() {
    let ours = live("dev", "aaaaaa");
    assert_eq!(ApiStage::ownership(&at(), &ours), Ownership::Ours);
    let stripped = Live { tags: BTreeMap::new(), ..ours };
    assert_eq!(ApiStage::ownership(&at(), &stripped), Ownership::Foreign);
}

#[test]
fn the_url_follows_from_the_api() {
    let url = |desired: &Desired| ApiStage::computed(&at(), desired, "url", &identity());
    assert_eq!(url(&desired()).as_deref(), Some("https://api1.execute-api.eu-west-1.amazonaws.com/dev"));
    let pending = Text::pending(at().scope.address("rest_api", "api"), "id");
    let wanted = Desired { api_id: pending, ..desired() };
    assert_eq!(url(&wanted), None);
    assert_eq!(ApiStage::computed(&at(), &wanted, "name", &identity()).as_deref(), Some("dev"));
    let arn = ApiStage::attribute(&live("dev", "aaaaaa"), "arn", &identity());
    assert_eq!(arn.as_deref(), Some("arn:aws:apigateway:eu-west-1::/restapis/api1/stages/dev"));
}

#[test]
fn nothing_is_logged_without_the_accounts_role() {
    use crate::kinds::{ApiAccount, api_account};
    let identity = identity();
    let mut objects = BTreeMap::new();
    let deployment = api_deployment::Deployment { id: "aaaaaa".into(), content_hash: "h".into(), held_by: None };
    let deployments = api_deployment::Live { api_id: "api1".into(), deployments: vec![deployment] };
    objects.insert(Scope::new("s", "dev").address(ApiDeployment::NAME, "api"), ApiDeployment::wrap(deployments));
    let live = live("dev", "aaaaaa");
    let mut wanted = desired();
    wanted.access_log = Some(AccessLog {
        destination_arn: "arn:aws:logs:eu-west-1:1:log-group:x".into(),
        format: "$context.requestId".into(),
    });
    let mint = |length: usize| "m".repeat(length);
    let steps = ops(diff(Some(&wanted), Some(&live)));
    let run = |objects: &BTreeMap<Address, AnyLive>| {
        let world = World::local(&identity, objects, &mint);
        steps.iter().try_fold(Some(live.clone()), |live, op| simulate(op, live, &world))
    };
    let refusal = run(&objects).expect_err("refused");
    assert_eq!(refusal.message, "CloudWatch Logs role ARN must be set in account settings to enable logging");
    let account = api_account::Live { role_arn: Some("arn:aws:iam::1:role/r".into()) };
    objects.insert(api_account::address(&identity), ApiAccount::wrap(account));
    assert!(run(&objects).expect("accepted").expect("there").access_log.is_some());
}
