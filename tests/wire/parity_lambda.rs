//! Layers, aliases and event sources: the local account and an emulator end in the same objects.

use serde_json::json;

use gatewright::model::Env;

use super::{
    common::{aws, wire::Wire},
    parity::same_story,
    support::Emulator,
};

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

/// Published, changed with a part of the calls left behind, renamed, taken away.
fn aliases() -> Vec<(&'static str, String)> {
    let base = json!({
        "stack": "story",
        "roles": { "shared": { "managed_policies": ["service-role/AWSLambdaBasicExecutionRole"] } },
        "functions": { "one": {
            "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "role": "shared",
            "environment": { "AA": "1" }, "alias": "live", "keep_versions": 1,
        } },
        "api": { "routes": { "GET /a": { "function": "one" } } },
    });
    let mut canary = base.clone();
    canary["functions"]["one"]["environment"] = json!({ "AA": "2" });
    canary["functions"]["one"]["alias"] =
        json!({ "name": "live", "description": "what is served", "previous_percent": 25 });
    let mut renamed = base.clone();
    renamed["functions"]["one"]["alias"] = json!("prod");
    renamed["functions"]["one"]["keep_versions"] = json!(0);
    let mut without = base.clone();
    let function = without["functions"]["one"].as_object_mut().expect("a function");
    function.retain(|key, _| key != "alias" && key != "keep_versions");
    vec![
        ("made", base.to_string()),
        ("canary", canary.to_string()),
        ("renamed", renamed.to_string()),
        ("taken away", without.to_string()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack_keeps_aliases() {
    same_story(&Emulator::ministack(), &aliases(), &["functions", "permissions", "rest_apis"]).await;
}

/// Made, changed, fewer, moved to an alias.
fn schedules() -> Vec<(&'static str, String)> {
    let base = json!({
        "stack": "story",
        "roles": { "shared": { "managed_policies": ["service-role/AWSLambdaBasicExecutionRole"] } },
        "functions": { "one": {
            "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "role": "shared",
            "events": [
                { "schedule": "rate(5 minutes)", "description": "often" },
                { "schedule": "cron(0 12 * * ? *)", "input": { "noon": true }, "enabled": false },
            ],
        } },
    });
    let mut changed = base.clone();
    changed["functions"]["one"]["events"][0] = json!({ "schedule": "rate(1 hour)", "input": { "a": [1] } });
    changed["functions"]["one"]["events"][1]["enabled"] = json!(true);
    let mut fewer = changed.clone();
    fewer["functions"]["one"]["events"].as_array_mut().expect("a list").remove(1);
    fewer["functions"]["one"]["alias"] = json!("live");
    let mut none = fewer.clone();
    none["functions"]["one"].as_object_mut().expect("a function").remove("events");
    vec![
        ("made", base.to_string()),
        ("changed", changed.to_string()),
        ("fewer", fewer.to_string()),
        ("none", none.to_string()),
    ]
}

const RULES: [&str; 3] = ["functions", "permissions", "rules"];

#[tokio::test(flavor = "multi_thread")]
async fn ministack_keeps_schedules() {
    same_story(&Emulator::ministack(), &schedules(), &RULES).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moto_keeps_schedules() {
    same_story(&Emulator::moto(), &schedules(), &RULES).await;
}

/// Reads a stream, reads it otherwise, begins anew, reads no more.
async fn streams(emulator: &Emulator) {
    use aws_sdk_dynamodb::types::{
        AttributeDefinition, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType,
        StreamSpecification, StreamViewType,
    };
    let dir = tempfile::tempdir().expect("a folder");
    let cloud = aws(emulator.endpoint(), &Wire::new(), dir.path(), Env::fixed(9)).await;
    let id = AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S);
    let key = KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash);
    let view = StreamViewType::NewAndOldImages;
    let stream = StreamSpecification::builder().stream_enabled(true).stream_view_type(view);
    let table = cloud
        .dynamodb
        .create_table()
        .table_name("theirs")
        .attribute_definitions(id.build().expect("whole"))
        .key_schema(key.build().expect("whole"))
        .billing_mode(BillingMode::PayPerRequest)
        .stream_specification(stream.build().expect("whole"))
        .send()
        .await
        .expect("made");
    let stream = table.table_description.and_then(|table| table.latest_stream_arn).expect("a stream");
    let base = json!({
        "stack": "story",
        "roles": { "shared": {
            "managed_policies": ["service-role/AWSLambdaBasicExecutionRole"],
            "statements": [{ "actions": "dynamodb:*", "resources": "*" }],
        } },
        "functions": { "one": {
            "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "role": "shared",
            "events": [{ "stream": stream, "batch_size": 10, "filters": [{ "eventName": ["INSERT"] }] }],
        } },
    });
    let mut changed = base.clone();
    changed["functions"]["one"]["events"][0] =
        json!({ "stream": stream, "batch_size": 20, "enabled": false });
    let mut anew = base.clone();
    anew["functions"]["one"]["events"][0]["starting_position"] = json!("trim_horizon");
    let mut none = base.clone();
    none["functions"]["one"]["events"] = json!([]);
    let versions = [
        ("made", base.to_string()),
        ("changed", changed.to_string()),
        ("anew", anew.to_string()),
        ("none", none.to_string()),
        ("made again", base.to_string()),
    ];
    same_story(emulator, &versions, &["functions", "event_source_mappings"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ministack_reads_streams() {
    streams(&Emulator::ministack()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn moto_reads_streams() {
    streams(&Emulator::moto()).await;
}
