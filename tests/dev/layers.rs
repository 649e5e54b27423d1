//! Layers as functions of `dev` see them: modules below `/opt`, changes on save, what cannot be had.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{
    http::{call, get},
    project::{Project, root},
    running::Dev,
    support::{Emulator, OidcProvider},
};

/// A save is to be live before a person has turned to the browser.
const SOON: Duration = Duration::from_secs(5);

const STACK: &str = r#"stack: layered
layers:
  words: { code: words, description: "what is said" }
  over: { code: over }
functions:
  hello:
    code: hello
    runtime: nodejs22.x
    handler: index.handler
    log_retention_days: 14
    layers: [words, over]
api:
  routes: { GET /hello: { function: hello } }
"#;

const HANDLER: &str = "exports.handler = async () => ({ statusCode: 200, body: require('words') });\n";

fn module(word: &str) -> String {
    format!("module.exports = {word:?};\n")
}

fn project() -> Project {
    let project = Project::new();
    project.write("stack.yaml", STACK);
    project.write("hello/index.js", HANDLER);
    project.write("words/nodejs/node_modules/words/index.js", &module("first"));
    project.write("over/nodejs/node_modules/other/index.js", &module("unused"));
    project
}

fn becomes(url: &str, body: &str) {
    let saved = Instant::now();
    loop {
        let answer = get(url);
        if answer.text() == body {
            return;
        }
        assert!(saved.elapsed() < SOON, "still {}: {}", answer.status, answer.text());
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn a_function_imports_from_a_layer_and_a_saved_layer_is_live() {
    let project = project();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/hello", served[0]);
    assert_eq!(get(&url).text(), "first");
    project.write("words/nodejs/node_modules/words/index.js", &module("second"));
    becomes(&url, "second");
    // The same module in the layer after it lies over the first one.
    project.write("over/nodejs/node_modules/words/index.js", &module("third"));
    becomes(&url, "third");
    project.write("stack.yaml", &STACK.replace("[words, over]", "[over, words]"));
    becomes(&url, "second");
    assert!(!dev.since(0).iter().any(|event| event["event"] == "error"), "{:?}", dev.talk());
}

#[test]
fn a_layer_that_cannot_be_had_is_told_and_left_out() {
    let project = project();
    let foreign = "arn:aws:lambda:eu-west-1:123456789012:layer:theirs:7";
    project.write("stack.yaml", &STACK.replace("[words, over]", &format!("[words, '{foreign}']")));
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    assert_eq!(get(&format!("{}/hello", served[0])).text(), "first");
    let told = dev.wait_for("layer_missing", 0);
    assert_eq!((&told["function"], &told["layer"]), (&json!("layered-dev-hello"), &json!(foreign)));
}

/// The example: an ES module takes the library that verifies tokens from the layer.
#[test]
fn the_authorizer_with_its_library_in_a_layer() {
    let provider = OidcProvider::start();
    let mut project = Project::of_examples(&provider);
    project.params.clear();
    let (lambdas, layers) = (root().join("lambdas"), root().join("layers"));
    project.write(
        "stack.yaml",
        &json!({
            "stack": "layered",
            "layers": { "jwt": {
                "code": layers.join("jwt"), "exclude": ["README.md"], "build": "npm ci --omit=dev --prefix nodejs",
            } },
            "functions": { "verify": {
                "code": lambdas.join("auth0-authorizer-layered"), "runtime": "nodejs22.x", "handler": "index.handler",
                "exclude": ["test", "node_modules"], "log_retention_days": 14, "layers": ["jwt"], "timeout_seconds": 10,
                "environment": {
                    "JWKS_URI": provider.jwks_uri(), "TOKEN_ISSUER": provider.issuer(),
                    "AUDIENCE": "https://api.example",
                },
            } },
            "api": {
                "authorizers": { "jwt": { "type": "token", "function": "verify" } },
                "routes": { "GET /open": {
                    "mock": true, "authorizer": "jwt", "responses": { "200": {} },
                } },
            },
        })
        .to_string(),
    );
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/open", served[0]);
    assert_eq!(call("GET", &url, None).status, 401);
    let good =
        provider.token(json!({ "sub": "auth0|1", "aud": "https://api.example", "scope": "get:profile" }));
    let answer = call("GET", &url, Some(&format!("Bearer {good}")));
    assert_eq!(answer.status, 200, "{} {:?}", answer.text(), dev.talk());
}

/// What is deployed elsewhere is taken from there where it is not packaged here.
#[test]
fn layers_of_an_emulator() {
    let (emulator, mut project) = (Emulator::ministack(), project());
    project.use_emulator(&emulator);
    let endpoint = ["--endpoint-url", emulator.endpoint()];
    project.must(&[&["deploy"], endpoint.as_slice(), &["stack.yaml"]].concat());
    let arguments = [endpoint.as_slice(), &["stack.yaml"]].concat();
    {
        let (_dev, served) = Dev::serving(&project, &arguments);
        assert_eq!(get(&format!("{}/hello", served[0])).text(), "first", "packaged here");
    }
    // The folder has changed since, and what is deployed is served: its zip is fetched.
    project.write("words/nodejs/node_modules/words/index.js", &module("not deployed"));
    std::fs::remove_dir_all(project.path(".gatewright/artifacts")).expect("it is there");
    std::fs::remove_dir_all(project.path(".gatewright/runtime")).expect("it is there");
    let (dev, served) = Dev::serving(&project, &arguments);
    assert_eq!(get(&format!("{}/hello", served[0])).text(), "first", "{:?}", dev.talk());
}

/// Routes and authorizers name the alias; here there is one version of a function, the newest.
#[test]
fn what_is_behind_an_alias_is_served_and_saved() {
    let project = project();
    let text = STACK.replace("    layers: [words, over]\n", "    layers: [words]\n    alias: live\n");
    project.write("stack.yaml", &text);
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/hello", served[0]);
    assert_eq!(get(&url).text(), "first");
    project
        .write("hello/index.js", "exports.handler = async () => ({ statusCode: 200, body: 'changed' });\n");
    becomes(&url, "changed");
    assert!(!dev.since(0).iter().any(|event| event["event"] == "error"), "{:?}", dev.talk());
}
