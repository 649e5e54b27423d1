//! One authorizer function behind TOKEN and REQUEST authorizers, with its library in a layer, and the access log.

use serde_json::{Value as Json, json};

use super::{
    http::{Answer, call},
    project::Project,
    running::Dev,
    support::{Emulator, OidcProvider},
    whole::{System, assert_nothing_left},
};

const STACK: &[&str] = &["auth0-custom-authorizer"];
const AUDIENCE: &str = "https://api.example";

fn project(emulator: &Emulator, provider: &OidcProvider) -> Project {
    let mut project = Project::new();
    project.use_emulator(emulator);
    project.param("auth0_domain", provider.issuer());
    project.param("jwks_uri", &provider.jwks_uri());
    project.param("token_issuer", provider.issuer());
    project.param("audience", AUDIENCE);
    project
}

fn claims() -> Json {
    json!({ "sub": "auth0|1", "aud": AUDIENCE, "scope": "get:profile read:all" })
}

fn is(answer: &Answer, body: &Json) {
    assert_eq!((answer.status, &answer.json()), (200, body));
}

fn refused(what: &str, answer: &Answer) {
    assert_eq!((answer.status, answer.json()), (401, json!({ "message": "Unauthorized" })), "{what}");
    assert_eq!(answer.origin(), Some("*"), "{what}: a page can read it");
}

/// The routes that every gateway serves, MiniStack's included.
fn uses_the_proxies(api: &str, provider: &OidcProvider) {
    let bearer = format!("Bearer {}", provider.token(claims()));
    let caller = |from: &str| json!({ "principalId": "auth0|1", "scopes": ["get:profile", "read:all"], "tokenFrom": from });
    for path in ["whoami", "request/whoami"] {
        let url = &format!("{api}/{path}");
        refused("no token", &call("GET", url, None));
        refused("nonsense", &call("GET", url, Some("Bearer a.b.c")));
        let expired = provider.token_expiring_in(claims(), -60);
        refused("expired", &call("GET", url, Some(&format!("Bearer {expired}"))));
        let other = provider.token(json!({ "sub": "auth0|1", "aud": "https://other.example" }));
        refused("another audience", &call("GET", url, Some(&format!("Bearer {other}"))));
        is(&call("GET", url, Some(&bearer)), &caller("header"));
    }
    let url = format!("{api}/request/link");
    refused("no token", &call("GET", &url, None));
    refused("nonsense", &call("GET", &format!("{url}?access_token=a.b.c"), None));
    is(&call("GET", &format!("{url}?access_token={}", provider.token(claims())), None), &caller("query"));
    let asked = provider.jwks_requests();
    is(&call("GET", &format!("{url}?access_token={}", provider.token(claims())), None), &caller("query"));
    assert_eq!(provider.jwks_requests(), asked, "the keys are kept between calls");
}

/// Those with mapping templates, and the access log.
fn uses_the_templates(dev: &Dev, api: &str, provider: &OidcProvider) {
    let bearer = format!("Bearer {}", provider.token(claims()));
    let begin = dev.now();
    for path in ["scope", "request/scope"] {
        let answer = call("GET", &format!("{api}/{path}"), Some(&bearer));
        is(&answer, &json!({ "principalId": "auth0|1", "scope": "get:profile read:all" }));
        refused("no token", &call("GET", &format!("{api}/{path}"), None));
    }
    let lines: Vec<Json> = dev.since(begin).into_iter().filter(|event| event["event"] == "request").collect();
    let logged = |status: u64| {
        let line = lines.iter().find(|line| line["status"] == status && line["path"] == "/dev/scope");
        let line = line.and_then(|line| line["access_log"].as_str()).unwrap_or_else(|| panic!("{lines:#?}"));
        serde_json::from_str::<Json>(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    };
    let good = logged(200);
    for (name, wanted) in [
        ("ip", "127.0.0.1"),
        ("httpMethod", "GET"),
        ("resourcePath", "/scope"),
        ("status", "200"),
        ("protocol", "HTTP/1.1"),
        ("error", "-"),
    ] {
        assert_eq!(good[name], wanted, "{name}: {good:#}");
    }
    for name in ["requestId", "requestTime", "responseLength"] {
        assert!(good[name].as_str().is_some_and(|value| value.len() > 1), "{name}: {good:#}");
    }
    let bad = logged(401);
    assert_eq!(
        (&bad["errorType"], &bad["error"]),
        (&json!("UNAUTHORIZED"), &json!("Unauthorized")),
        "{bad:#}"
    );
}

#[test]
fn in_the_local_account() {
    let (emulator, provider) = (Emulator::ministack(), OidcProvider::start());
    let before = emulator.inventory();
    let project = project(&emulator, &provider);
    let system = System::local(&project, STACK);
    system.deploy();
    let (dev, urls) = Dev::serving(&project, &system.files());
    uses_the_proxies(&urls[0], &provider);
    uses_the_templates(&dev, &urls[0], &provider);
    drop(dev);
    system.destroy();
    assert_nothing_left(&emulator, &before);
}

#[test]
fn on_an_emulator() {
    let (emulator, provider) = (Emulator::ministack_with_iam(), OidcProvider::start());
    let before = emulator.inventory();
    let project = project(&emulator, &provider);
    let system = System::on(&emulator, &project, STACK);
    let outputs = system.deploy();
    uses_the_proxies(outputs[0]["api_url"].as_str().expect("a URL"), &provider);
    // MiniStack's own gateway has no mapping templates: `dev` serves what is deployed there.
    let (dev, urls) = Dev::serving(&project, &system.arguments());
    uses_the_templates(&dev, &urls[0], &provider);
    drop(dev);
    system.changes_nothing();
    system.destroy();
    assert_nothing_left(&emulator, &before);
}
