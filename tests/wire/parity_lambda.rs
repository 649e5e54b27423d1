//! Layers, aliases and event sources: the local account and an emulator end in the same objects.

use serde_json::json;

use super::{parity::same_story, support::Emulator};

/// Published, used, changed in content and in settings, unused, removed and gone.
fn layers() -> Vec<(&'static str, String)> {
    let base = json!({
        "stack": "story",
        "roles": { "shared": { "managed_policies": ["service-role/AWSLambdaBasicExecutionRole"] } },
        "layers": {
            "words": { "code": "code", "description": "what is said", "license": "MIT", "compatible_runtimes": ["nodejs22.x"] },
            "plain": { "code": "code" },
        },
        "functions": {
            "one": { "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "role": "shared",
                     "layers": ["words", "plain"] },
            "two": { "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "role": "shared" },
        },
        "outputs": { "layer": "${layers.plain.arn}" },
    });
    let mut settings = base.clone();
    settings["layers"]["words"]["compatible_architectures"] = json!(["x86_64"]);
    settings["layers"]["words"].as_object_mut().expect("a layer").remove("license");
    settings["functions"]["two"]["layers"] = json!(["plain"]);
    let mut fewer = settings.clone();
    fewer["layers"].as_object_mut().expect("layers").remove("words");
    fewer["functions"]["one"]["layers"] = json!(["plain"]);
    // Each step's name is part of the zips' content: everything is published anew.
    vec![("made", base.to_string()), ("changed", settings.to_string()), ("one removed", fewer.to_string())]
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack_keeps_layers() {
    same_story(&Emulator::ministack(), &layers(), &["layers", "functions", "roles", "log_groups"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moto_keeps_layers() {
    same_story(&Emulator::moto(), &layers(), &["layers"]).await;
}
