//! API keys and usage plans, as API Gateway has them.

use super::{
    http::{Answer, send},
    project::Project,
    running::Dev,
    support::Emulator,
};

const STACK: &str = r#"stack: shop
api_keys:
  partner: { value: "${env:PARTNER_KEY}" }
  mobile: {}
  off: { enabled: false }
usage_plans:
  basic:
    keys: [partner, off]
    quota: { limit: 3, period: month }
    methods: { GET /slow: { rate: 0.001, burst: 1 } }
  quick:
    keys: [mobile]
    throttling: { rate: 0.001, burst: 2 }
api:
  routes:
    GET /open: &mock
      mock: true
      request_templates: { application/json: '{"statusCode": 200}' }
      responses: { 200: { templates: { application/json: '{"ok": true}' } } }
    GET /secured: { <<: *mock, api_key_required: true }
    GET /slow: { <<: *mock, api_key_required: true }
"#;

const PARTNER: &str = "partner-key-of-twenty-and-more";

fn project() -> Project {
    let mut project = Project::new();
    project.env("PARTNER_KEY", PARTNER);
    project.write("stack.yaml", STACK);
    project
}

fn with_key(url: &str, key: &str) -> Answer {
    send("GET", url, &[("x-api-key", key)], b"")
}

fn said(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["message"].as_str().unwrap_or_default().to_owned())
}

fn forbidden() -> (u16, String) {
    (403, "Forbidden".to_owned())
}

/// Everything that is said about keys, at a stage that `dev` serves.
fn check_keys(url: &str, made: &str) {
    assert_eq!(send("GET", &format!("{url}/open"), &[], b"").status, 200);
    let secured = format!("{url}/secured");
    assert_eq!(said(&send("GET", &secured, &[], b"")), forbidden(), "no key");
    assert_eq!(said(&with_key(&secured, "nobody-knows-this-key")), forbidden(), "a wrong key");
    // The partner's quota is three; a method's own rate counts before it.
    assert_eq!(with_key(&secured, PARTNER).status, 200);
    let slow = format!("{url}/slow");
    assert_eq!(with_key(&slow, PARTNER).status, 200);
    assert_eq!(said(&with_key(&slow, PARTNER)), (429, "Too Many Requests".to_owned()));
    assert_eq!(with_key(&secured, PARTNER).status, 200);
    let exceeded = with_key(&secured, PARTNER);
    assert_eq!(said(&exceeded), (429, "Limit Exceeded".to_owned()));
    assert_eq!(exceeded.header("x-amzn-errortype"), Some("LimitExceededException"));
    // The other plan has a rate.
    assert_eq!(with_key(&secured, made).status, 200);
    assert_eq!(with_key(&secured, made).status, 200);
    let throttled = with_key(&secured, made);
    assert_eq!(said(&throttled), (429, "Too Many Requests".to_owned()));
    assert_eq!(throttled.header("x-amzn-errortype"), Some("TooManyRequestsException"));
}

#[test]
fn keys_open_what_their_plans_say() {
    let project = project();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let value = |key: &str| project.must(&["api-key", "stack.yaml", key, "--local"]).trim().to_owned();
    let (made, off) = (value("mobile"), value("off"));
    assert_eq!(value("partner"), PARTNER);
    assert_eq!((made.len(), off.len()), (40, 40));
    check_keys(&served[0], &made);
    assert_eq!(said(&with_key(&format!("{}/secured", served[0]), &off)), forbidden(), "a disabled key");
    // Nothing that was told holds a value.
    let told: Vec<String> = dev.since(0).iter().map(ToString::to_string).collect();
    let told = told.join("\n") + &dev.talk();
    assert!(![PARTNER, &made, &off].iter().any(|value| told.contains(*value)), "{told}");
    for args in [["plan", "stack.yaml", "--local"], ["status", "stack.yaml", "--local"]] {
        let said = project.must(&[args.as_slice(), &["--json", "-v"]].concat());
        assert!(![PARTNER, &made, &off].iter().any(|value| said.contains(*value)), "{said}");
    }
    let ledger = std::fs::read_to_string(project.path(".gatewright/local/us-east-1/ledger/shop/dev.json"));
    assert!(!ledger.expect("a ledger").contains(PARTNER));
}

#[test]
fn which_key_is_meant_must_be_said() {
    let project = project();
    project.must(&["deploy", "stack.yaml", "--local", "--yes"]);
    let refused = |args: &[&str]| {
        let output = project.run(args);
        assert_eq!(output.status.code(), Some(4), "{args:?}");
        assert!(output.stdout.is_empty());
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let several = refused(&["api-key", "stack.yaml", "--local"]);
    assert!(
        several.contains("several API keys") && several.contains("`mobile`, `off`, `partner`"),
        "{several}"
    );
    let unknown = refused(&["api-key", "stack.yaml", "mobil", "--local"]);
    assert!(unknown.contains("did you mean `mobile`?"), "{unknown}");
    let elsewhere = refused(&["api-key", "stack.yaml", "mobile", "--local", "--stage", "prod"]);
    assert!(elsewhere.contains("has no API key"), "{elsewhere}");
    let json = project.must_json(&["api-key", "stack.yaml", "mobile", "--local", "--json"]);
    assert_eq!((&json["key"], json["value"].as_str().map(str::len)), (&"mobile".into(), Some(40)));
}

#[test]
fn an_authorizer_names_the_key() {
    let mut project = Project::new();
    project.env("PARTNER_KEY", PARTNER);
    project.write(
        "who/index.js",
        "exports.handler = async (event) => ({\n  principalId: 'me',\n  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: event.methodArn }] },\n  usageIdentifierKey: event.authorizationToken,\n});\n",
    );
    let text = STACK.replace("api:\n  routes:", "functions:\n  who: { code: who, handler: index.handler, runtime: nodejs22.x }\napi:\n  api_key_source: authorizer\n  authorizers: { who: { type: token, function: who, result_ttl_seconds: 0 } }\n  routes:");
    project.write(
        "stack.yaml",
        &text.replace("api_key_required: true }", "api_key_required: true, authorizer: who }"),
    );
    let (_dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/secured", served[0]);
    let called = |headers: &[(&str, &str)]| send("GET", &url, headers, b"");
    assert_eq!(called(&[("Authorization", PARTNER)]).status, 200);
    assert_eq!(said(&called(&[("Authorization", "not-a-key")])), forbidden());
    // The header says nothing then.
    assert_eq!(said(&called(&[("Authorization", "not-a-key"), ("x-api-key", PARTNER)])), forbidden());
    assert_eq!(called(&[("x-api-key", PARTNER)]).status, 401);
}

#[test]
fn keys_of_an_emulator_are_checked_here() {
    let emulator = Emulator::ministack();
    let mut project = project();
    project.use_emulator(&emulator);
    let endpoint = ["--endpoint-url", emulator.endpoint()];
    project.must(&[&["deploy", "stack.yaml"], endpoint.as_slice()].concat());
    let made = project.must(&[&["api-key", "stack.yaml", "mobile"], endpoint.as_slice()].concat());
    let (_dev, served) = Dev::serving(&project, &[&["stack.yaml"], endpoint.as_slice()].concat());
    check_keys(&served[0], made.trim());
}

#[test]
fn domains_are_deployed_and_not_served() {
    let project = Project::new();
    let more = "domains: { main: { name: api.example.com, certificate_arn: 'arn:aws:acm:us-east-1:111122223333:certificate/x' } }\nrecords: { api: { zone: example.com, name: api.example.com, alias: { domain: main } } }\noutputs: { url: \"${domains.main.url}\", target: \"${domains.main.target}\" }\n";
    let (head, api) = STACK.split_once("api_keys:").expect("two parts");
    let (_, api) = api.split_once("api:\n").expect("two parts");
    project.write("stack.yaml", &format!("{head}{more}api:\n{api}"));
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    assert_eq!(dev.wait_for("domain_not_served", 0)["domain"], "api.example.com");
    assert_eq!(send("GET", &format!("{}/open", served[0]), &[], b"").status, 200);
    let outputs = project.must_json(&["outputs", "stack.yaml", "--local", "--json"]);
    assert_eq!(outputs["url"], "https://api.example.com");
    let target = outputs["target"].as_str().expect("text");
    assert!(target.starts_with("d-") && target.ends_with(".execute-api.us-east-1.amazonaws.com"), "{target}");
}
