//! What is deployed to an emulator is served with functions of this machine.

use serde_json::json;

use super::{
    http::call,
    project::{Project, stack},
    running::Dev,
    support::{Emulator, OidcProvider},
};

#[test]
fn an_emulators_apis_with_functions_run_here() {
    let (emulator, provider) = (Emulator::ministack(), OidcProvider::start());
    let mut project = Project::of_examples(&provider);
    project.use_emulator(&emulator);
    let files = [stack("auth0-authorizers"), stack("account-api"), stack("24-hour-video")];
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let endpoint = ["--endpoint-url", emulator.endpoint()];
    project.must(&[&["deploy"], endpoint.as_slice(), &files].concat());
    let before = emulator.inventory();

    let (dev, served) = Dev::serving(&project, &[endpoint.as_slice(), &files].concat());
    let [account, video] = served.as_slice() else { panic!("{served:?}") };
    let claims = json!({ "sub": "auth0|1", "aud": "https://api.example", "scope": "get:profile" });
    let good = format!("Bearer {}", provider.token(claims.clone()));
    let begin = dev.now();
    let url = format!("{account}/profile");
    assert_eq!(call("GET", &url, None).status, 401);
    let answer = call("GET", &url, Some(&good));
    assert_eq!(
        (answer.status, answer.text().as_str(), answer.origin()),
        (200, r#"{"name":"Daniël"}"#, Some("*"))
    );
    for function in ["account-api-dev-profile", "auth0-authorizers-dev-verify-bearer"] {
        assert_eq!(dev.invocations(begin, function), 1, "{function} ran here");
    }
    // Mapping templates, which this emulator has not.
    let url = format!("{video}/user-profile");
    let answer = call("GET", &url, Some(&format!("Bearer {}", provider.hs256_token(claims))));
    assert_eq!((answer.status, &answer.json()["user_id"]), (200, &json!("auth0|1")));
    // A bucket that this account does not have.
    assert_eq!(call("GET", &format!("{video}/videos"), None).status, 500);
    dev.signal(rustix::process::Signal::INT);
    assert_eq!(dev.exit_code(), 0);
    for kind in ["rest_apis", "functions", "roles", "permissions"] {
        assert_eq!(emulator.inventory()[kind], before[kind], "{kind}: it only reads");
    }
}
