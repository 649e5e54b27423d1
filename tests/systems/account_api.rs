//! The account API with the stack of its authorizer: a system without a page. What its clients are answered in detail is among the
//! tests of `dev`.

use serde_json::json;

use super::{
    http::call,
    project::Project,
    running::Dev,
    support::{Emulator, OidcProvider},
    whole::{System, assert_nothing_left},
};

const STACKS: &[&str] = &["auth0-authorizers", "account-api"];

fn uses_the_api(api: &str, provider: &OidcProvider) {
    let url = &format!("{api}/profile");
    let claims = |scope: &str| json!({ "sub": "auth0|1", "aud": "https://api.example", "scope": scope });
    let expired = provider.token_expiring_in(claims("get:profile"), -60);
    for (what, token) in [
        ("none", None),
        ("nonsense", Some("a.b.c".to_owned())),
        ("expired", Some(expired)),
        ("shared secret", Some(provider.hs256_token(claims("get:profile")))),
    ] {
        let answer = call("GET", url, token.map(|token| format!("Bearer {token}")).as_deref());
        assert_eq!((answer.status, answer.json()), (401, json!({ "message": "Unauthorized" })), "{what}");
        assert_eq!(answer.origin(), Some("*"), "{what}");
    }
    let with = |scope: &str| call("GET", url, Some(&format!("Bearer {}", provider.token(claims(scope)))));
    assert_eq!(with("openid").status, 403, "without the scope");
    let answer = with("openid get:profile");
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"name":"Daniël"}"#));
    let preflight = call("OPTIONS", url, None);
    assert_eq!((preflight.status, preflight.origin()), (200, Some("*")));
}

#[test]
fn in_the_local_account() {
    let (emulator, provider) = (Emulator::ministack(), OidcProvider::start());
    let before = emulator.inventory();
    let mut project = Project::of_examples(&provider);
    project.use_emulator(&emulator);
    let system = System::local(&project, STACKS);
    system.deploy();
    let (dev, urls) = Dev::serving(&project, &system.files());
    uses_the_api(&urls[0], &provider);
    drop(dev);
    system.destroy();
    assert_nothing_left(&emulator, &before);
}

#[test]
fn on_an_emulator() {
    let (emulator, provider) = (Emulator::ministack_with_iam(), OidcProvider::start());
    let before = emulator.inventory();
    let mut project = Project::of_examples(&provider);
    project.use_emulator(&emulator);
    let system = System::on(&emulator, &project, STACKS);
    let outputs = system.deploy();
    uses_the_api(outputs[1]["api_url"].as_str().expect("a URL"), &provider);
    system.changes_nothing();
    system.destroy();
    assert_nothing_left(&emulator, &before);
}
