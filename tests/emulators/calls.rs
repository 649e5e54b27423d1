//! What is deployed answers as it should.

use serde_json::{Value as Json, json};

use super::{
    support::{Emulator, OidcProvider},
    tool::{Tool, assert_nothing_left, stack},
};

/// An answer: status, headers, body.
pub struct Answer {
    pub status: u16,
    pub origin: Option<String>,
    pub methods: Option<String>,
    pub body: String,
}

pub fn call(method: &str, url: &str, token: Option<&str>) -> Answer {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut request =
        ureq::http::Request::builder().method(method).uri(url).header("Origin", "https://page.example");
    if let Some(token) = token {
        request = request.header("Authorization", token);
    }
    let mut response = agent.run(request.body(()).expect("a request")).expect("an answer");
    let header =
        |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (origin, methods) = (header("access-control-allow-origin"), header("access-control-allow-methods"));
    let status = response.status().as_u16();
    let body = response.body_mut().read_to_string().expect("text");
    Answer { status, origin, methods, body }
}

#[test]
fn account_api_with_its_authorizer_from_another_stack() {
    let (emulator, provider) = (Emulator::ministack(), OidcProvider::start());
    let tool = Tool::new(&emulator, &provider);
    let files = [stack("account-api"), stack("auth0-authorizers")];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let deploy = [&["deploy"], files.as_slice()].concat();
    // Named in the wrong order: the references put them right.
    let result = tool.must(&deploy);
    let url = result["outputs"]["profile_url"].as_str().expect("an output").to_owned();

    let claims = |scope: &str| json!({ "sub": "auth0|1", "aud": "https://api.example", "scope": scope });
    let bearer = |token: String| format!("Bearer {token}");
    let good = call("GET", &url, Some(&bearer(provider.token(claims("get:profile")))));
    assert_eq!((good.status, good.body.as_str()), (200, r#"{"name":"Daniël"}"#));
    let refused = [
        ("no token", call("GET", &url, None), 401),
        ("not a token", call("GET", &url, Some("Bearer nonsense")), 401),
        ("another scheme", call("GET", &url, Some("Basic abc")), 401),
        (
            "expired",
            call("GET", &url, Some(&bearer(provider.token_expiring_in(claims("get:profile"), -60)))),
            401,
        ),
        ("no scope", call("GET", &url, Some(&bearer(provider.token(claims("other"))))), 403),
    ];
    for (what, answer, status) in &refused {
        assert_eq!(answer.status, *status, "{what}: {}", answer.body);
        assert_eq!(answer.origin.as_deref(), Some("*"), "{what}: a page can read why");
    }
    assert_eq!(good.origin.as_deref(), Some("*"));
    let preflight = call("OPTIONS", &url, None);
    assert!(matches!(preflight.status, 200 | 204), "{}", preflight.status);
    assert_eq!(preflight.origin.as_deref(), Some("*"));
    assert!(preflight.methods.is_some_and(|methods| methods.contains("GET")));

    let again = tool.must(&deploy);
    assert_eq!(again["calls"], 0, "a second deploy writes nothing");
    let destroy = [&["destroy", "--yes"], files.as_slice()].concat();
    tool.must(&destroy);
    assert_nothing_left(&emulator);
}

#[test]
fn twenty_four_hour_video_deployed_changed_and_removed() {
    let (emulator, provider) = (Emulator::ministack(), OidcProvider::start());
    let tool = Tool::new(&emulator, &provider);
    let file = stack("24-hour-video");
    let result = tool.must(&["deploy", &file]);
    let url = result["url"].as_str().expect("a URL").to_owned();
    let profile = format!("{url}/user-profile");
    let none = call("GET", &profile, None);
    assert_eq!(none.status, 401, "{}", none.body);
    assert_eq!(none.origin.as_deref(), Some("*"));
    let bad = call("GET", &profile, Some("Bearer a.b.c"));
    assert!(matches!(bad.status, 401 | 403), "{}", bad.status);
    let token = provider.hs256_token(json!({ "sub": "auth0|1", "aud": "https://api.example" }));
    let good = call("GET", &profile, Some(&format!("Bearer {token}")));
    // MiniStack hands custom integrations the request without their template, so the function answers that it sees no token:
    // that it is asked at all shows the authorizer's consent. Its templates: see `templates`.
    assert!(!matches!(good.status, 401 | 403), "{}: {}", good.status, good.body);
    let preflight = call("OPTIONS", &profile, None);
    assert_eq!(preflight.origin.as_deref(), Some("*"));
    assert!(preflight.methods.is_some_and(|methods| methods.contains("POST")));
    assert_eq!(tool.must(&["deploy", &file])["calls"], 0, "a second deploy writes nothing");

    let folder = tempfile::tempdir().expect("a folder");
    let changed = folder.path().join("24-hour-video.yaml");
    let of_root =
        |folder: &str| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).display().to_string();
    let text = std::fs::read_to_string(&file).expect("readable");
    let text = text.replace("../lambdas", &of_root("lambdas")).replace("../sites", &of_root("sites"));
    let edit = |text: &str, what: &str, writes: std::ops::RangeInclusive<u64>| {
        std::fs::write(&changed, text).expect("written");
        let result = tool.must(&["deploy", &changed.display().to_string()]);
        let calls = result["calls"].as_u64().unwrap_or(0);
        assert!(writes.contains(&calls), "{what}: {calls} writes");
    };
    let slower = text.replacen("timeout_seconds: 10", "timeout_seconds: 11", 1);
    edit(&slower, "one setting of the functions", 4..=4);
    let more = slower.replacen(
        "    GET /videos:",
        "    GET /health: { mock: true, responses: { 200: {} } }\n\n    GET /videos:",
        1,
    );
    edit(&more, "a route more", 1..=20);
    assert_eq!(call("GET", &format!("{url}/health"), None).status, 200);
    edit(&slower, "the route gone again", 1..=6);
    assert_eq!(call("GET", &format!("{url}/health"), None).status, 403);

    tool.must(&["destroy", "--yes", &file]);
    assert_nothing_left(&emulator);
}

#[test]
fn drift_made_by_hand_is_planned_with_its_reason_and_repaired() {
    let (emulator, provider) = (Emulator::ministack(), OidcProvider::start());
    let tool = Tool::new(&emulator, &provider);
    let file = stack("24-hour-video");
    tool.must(&["deploy", &file]);
    let script = r#"
import boto3, os
from botocore.config import Config
def client(name):
    return boto3.client(name, endpoint_url=os.environ["AWS_ENDPOINT_URL"])
gateway, functions, iam = client("apigateway"), client("lambda"), client("iam")
api = gateway.get_rest_apis()["items"][0]["id"]
resources = {r["path"]: r["id"] for r in gateway.get_resources(restApiId=api, limit=500)["items"]}
gateway.delete_method(restApiId=api, resourceId=resources["/videos"], httpMethod="GET")
gateway.create_resource(restApiId=api, parentId=resources["/"], pathPart="by-hand")
name = "24-hour-video-dev-user-profile"
variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
functions.update_function_configuration(FunctionName=name, Timeout=99, Environment={"Variables": {**variables, "BY_HAND": "value-by-hand"}})
iam.detach_role_policy(RoleName="24-hour-video-dev-api-gateway-lambda-exec-role", PolicyArn="arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
other = gateway.create_deployment(restApiId=api, description="by hand")["id"]
gateway.update_stage(restApiId=api, stageName="dev", patchOperations=[{"op": "replace", "path": "/deploymentId", "value": other}])
"#;
    let mut python = std::process::Command::new(emulator.python());
    let done = python.args(["-c", script]).envs(emulator.environment()).output().expect("Python starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));

    let planned = tool.run(&["plan", "-v", "--exit-code", &file]);
    let text = String::from_utf8_lossy(&planned.stderr).into_owned();
    assert_eq!(planned.status.code(), Some(2), "{text}");
    for part in [
        "/videos",
        "/by-hand",
        "timeout_seconds: 99 -> 10",
        "environment.BY_HAND: (hidden) -> (absent)",
        "managed_policies",
        "deployment",
    ] {
        assert!(text.contains(part), "the plan says `{part}`:\n{text}");
    }
    assert!(!text.contains("value-by-hand"), "what was set by hand may be a secret");
    tool.must(&["deploy", &file]);
    assert_eq!(tool.must(&["deploy", &file])["calls"], 0, "repaired");
    let _: Json = tool.must(&["destroy", "--yes", &file]);
    assert_nothing_left(&emulator);
}
