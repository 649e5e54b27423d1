//! Stories of API keys, usage plans, logs, domains and DNS records.

use gatewright::{kinds::Live, model::Env};
use serde_json::{Value as Json, json};

use super::{
    common::{aws, graph_of, must_run, run, wire::Wire},
    parity::{same_story, same_story_of},
    support::Emulator,
};

fn with_api(more: Json) -> Json {
    let mut stack = json!({
        "stack": "story",
        "api": { "routes": { "GET /health": {
            "mock": true, "responses": { "200": {} }, "api_key_required": true,
        } } },
    });
    let members = more.as_object().cloned().unwrap_or_default();
    for (key, value) in members {
        match key.as_str() {
            "api" => {
                let api = stack["api"].as_object_mut().expect("an API");
                api.extend(value.as_object().cloned().unwrap_or_default());
            }
            _ => stack[&key] = value,
        }
    }
    stack
}

/// Made, changed, changed back, without keys.
fn keys() -> Vec<(&'static str, String)> {
    let base = with_api(json!({
        "api_keys": {
            "partner": { "description": "The partner", "value": "${env:THE_KEY_OF_THE_PARTNER}" },
            "mobile": {},
        },
        "usage_plans": { "basic": {
            "keys": ["partner"],
            "throttling": { "rate": 10, "burst": 20 },
            "quota": { "limit": 1000, "period": "day" },
            "methods": { "GET /health": { "rate": 1, "burst": 2 } },
        } },
    }));
    let mut changed = base.clone();
    changed["api_keys"]["partner"]["description"] = json!("Another partner");
    changed["usage_plans"]["basic"]["keys"] = json!(["mobile"]);
    changed["usage_plans"]["more"] = json!({ "keys": ["partner"], "own_api": false });
    let mut less = base.clone();
    less["api_keys"].as_object_mut().expect("keys").remove("mobile");
    let plain = with_api(json!({}));
    vec![
        ("made", base.to_string()),
        ("changed", changed.to_string()),
        ("changed back", base.to_string()),
        ("one key less", less.to_string()),
        ("no keys", plain.to_string()),
        ("made again", base.to_string()),
    ]
}

/// MiniStack keeps what a patch says as text where a number or a boolean was (its answers cannot be read then), and splits the
/// path of a method's rate at every slash: rates, quotas and `enabled` are not changed here.
#[tokio::test(flavor = "multi_thread")]
async fn ministack_tells_the_same_story_of_keys() {
    same_story(&Emulator::ministack(), &keys(), &["rest_apis", "api_keys", "usage_plans"]).await;
}

/// What MiniStack does not change: moto's plans take whole numbers, and no rates of methods. It forgets nothing else of a plan.
#[tokio::test(flavor = "multi_thread")]
async fn moto_tells_the_same_story_of_changed_plans() {
    let base = with_api(json!({
        "api_keys": { "mobile": {} },
        "usage_plans": { "basic": { "keys": ["mobile"], "throttling": { "rate": 10, "burst": 20 } } },
    }));
    let mut changed = base.clone();
    changed["api_keys"]["mobile"] = json!({ "enabled": false, "name": "phones" });
    changed["usage_plans"]["basic"]["throttling"] = json!({ "rate": 5, "burst": 7 });
    changed["usage_plans"]["basic"]["description"] = json!("slower");
    let mut bare = base.clone();
    bare["usage_plans"]["basic"] = json!({ "keys": ["mobile"], "own_api": false });
    let versions = [("made", base.to_string()), ("changed", changed.to_string()), ("bare", bare.to_string())];
    let kinds = ["api_key", "usage_plan"];
    same_story_of(&Emulator::moto(), &versions, &["rest_apis", "api_keys", "usage_plans"], Some(&kinds))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack_tells_the_same_story_of_logs() {
    let log = |log: Json| with_api(json!({ "api": { "stage": { "access_log": log } } })).to_string();
    let level = with_api(json!({ "api": { "stage": { "logging_level": "error" } } })).to_string();
    let versions = [
        ("made", log(json!({ "log_retention_days": 7 }))),
        ("changed", log(json!({ "format": { "id": "$context.requestId" } }))),
        ("no access log", level),
        ("made again", log(json!({}))),
    ];
    same_story(&Emulator::ministack(), &versions, &["rest_apis", "log_groups"]).await;
}

/// The account's role is set once and stays: other APIs log by it.
#[tokio::test(flavor = "multi_thread")]
async fn the_accounts_role_stays_and_one_that_is_set_is_kept() {
    let (emulator, dir, env) = (Emulator::ministack(), tempfile::tempdir().expect("a folder"), Env::fixed(3));
    let wire = Wire::new();
    let cloud = aws(emulator.endpoint(), &wire, dir.path(), env.clone()).await;
    let text = with_api(json!({ "api": { "stage": { "logging_level": "error" } } })).to_string();
    let graph = graph_of(dir.path(), &text, "one", &cloud.identity).graph;
    let role = || async {
        cloud.apigateway.get_account().send().await.expect("settings").cloudwatch_role_arn.unwrap_or_default()
    };
    let theirs = "arn:aws:iam::000000000000:role/theirs";
    let patch = aws_sdk_apigateway::types::PatchOperation::builder()
        .op(aws_sdk_apigateway::types::Op::Replace)
        .path("/cloudwatchRoleArn")
        .value(theirs)
        .build();
    must_run(&cloud, &graph, &env).await;
    assert!(role().await.ends_with(":role/gatewright/gatewright-api-gateway-logs"), "{}", role().await);
    let roles = emulator.inventory_of(&["roles"]);
    assert_eq!(roles["roles"][0]["name"], "gatewright-api-gateway-logs");
    assert_eq!(
        roles["roles"][0]["managed_policies"],
        json!(["arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"])
    );
    let nothing = gatewright::planner::Graph::empty(gatewright::model::Scope::new("story", "dev"));
    must_run(&cloud, &nothing, &env).await;
    assert!(role().await.ends_with("gatewright-api-gateway-logs"), "destroy leaves it");
    assert_eq!(emulator.inventory_of(&["roles"])["roles"].as_array().map(Vec::len), Some(1));
    cloud.apigateway.update_account().patch_operations(patch).send().await.expect("set");
    wire.clear();
    must_run(&cloud, &graph, &env).await;
    assert_eq!(role().await, theirs);
    assert!(wire.seen().iter().all(|seen| seen.operation != "PATCH /account"), "it is only looked at");
}

/// The zone of the records.
async fn zone(cloud: &gatewright::account::aws::Aws) -> String {
    let made = cloud.route53.create_hosted_zone().name("example.com").caller_reference("story").send().await;
    let zone = made.expect("a zone").hosted_zone.expect("a zone");
    zone.id.trim_start_matches("/hostedzone/").to_owned()
}

fn domains(zone: &str) -> Vec<(&'static str, String)> {
    let base = with_api(json!({
        "domains": { "main": {
            "name": "api.example.com",
            "certificate_arn": "arn:aws:acm:eu-central-1:111122223333:certificate/one",
            "base_paths": ["/", "v1"],
        } },
        "records": {
            "api": { "zone": zone, "name": "api.example.com", "alias": { "domain": "main" } },
            "www": { "zone": zone, "name": "www.example.com", "type": "A", "values": ["192.0.2.1", "192.0.2.2"] },
            "mail": { "zone": zone, "name": "example.com", "type": "TXT", "values": ["v=spf1 -all"] },
        },
        "outputs": { "url": "${domains.main.url}", "target": "${domains.main.target}" },
    }));
    let mut changed = base.clone();
    changed["domains"]["main"]["base_paths"] = json!(["v1", "v2"]);
    changed["records"]["www"] = json!({ "zone": zone, "name": "www.example.com", "type": "A", "ttl_seconds": 60, "values": ["192.0.2.3"] });
    changed["records"]["mail"]["name"] = json!("mail.example.com");
    let plain = with_api(json!({}));
    vec![
        ("made", base.to_string()),
        ("changed", changed.to_string()),
        ("changed back", base.to_string()),
        ("no domain", plain.to_string()),
        ("made again", base.to_string()),
    ]
}

/// moto has no `UpdateDomainName`, so the domain itself does not change here.
#[tokio::test(flavor = "multi_thread")]
async fn moto_tells_the_same_story_of_domains_and_records() {
    let (emulator, dir, env) = (Emulator::moto(), tempfile::tempdir().expect("a folder"), Env::fixed(4));
    let cloud = aws(emulator.endpoint(), &Wire::new(), dir.path(), env).await;
    zone(&cloud).await;
    let kinds = ["domain_name", "base_path_mapping", "route53_record", "stack_outputs"];
    let inventory = ["rest_apis", "domain_names", "dns_records"];
    same_story_of(&emulator, &domains("example.com"), &inventory, Some(&kinds)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_of_someone_else_is_taken_over_only_when_asked() {
    let (emulator, dir, env) = (Emulator::moto(), tempfile::tempdir().expect("a folder"), Env::fixed(5));
    let cloud = aws(emulator.endpoint(), &Wire::new(), dir.path(), env.clone()).await;
    let zone = zone(&cloud).await;
    let text = |stack: &str, value: &str| {
        json!({ "stack": stack, "records": { "www": { "zone": zone, "name": "www.example.com", "type": "A", "values": [value] } } })
            .to_string()
    };
    let graph =
        |stack: &str, value: &str| graph_of(dir.path(), &text(stack, value), "one", &cloud.identity).graph;
    must_run(&cloud, &graph("first", "192.0.2.1"), &env).await;
    let second = graph("second", "192.0.2.2");
    let refused = run(&cloud, &second, &env).await.err().expect("refused").to_string();
    assert!(refused.contains("second/dev/route53_record/www"), "{refused}");
    let secrets = super::common::secrets();
    let request = gatewright::engine::Request {
        adopt: true,
        ..super::common::request(&cloud, &second, &secrets, &env)
    };
    let adopted =
        gatewright::engine::deploy(&request, &|_, _| true).await.unwrap_or_else(|error| panic!("{error}"));
    assert!(adopted.outcome.is_complete(), "{:#?}", adopted.outcome.failures);
    let live = adopted.outcome.snapshot.iter().find_map(|(_, found)| match &found.live {
        Live::Route53Record(live) => Some(live.owner.clone()),
        _ => None,
    });
    assert_eq!(live, Some(Some("second/dev/route53_record/www".to_owned())));
    // Nothing is left to do, and the first stack leaves it alone.
    assert!(must_run(&cloud, &second, &env).await.plan.is_empty());
    let gone = gatewright::planner::Graph::empty(gatewright::model::Scope::new("first", "dev"));
    must_run(&cloud, &gone, &env).await;
    assert_eq!(emulator.inventory_of(&["dns_records"])["dns_records"].as_array().map(Vec::len), Some(2));
    let gone = gatewright::planner::Graph::empty(gatewright::model::Scope::new("second", "dev"));
    must_run(&cloud, &gone, &env).await;
    assert_eq!(emulator.inventory_of(&["dns_records"])["dns_records"], json!([]));
}
