//! A fault at each change that a deploy makes of the younger kinds: tables, buckets, sites, layers, aliases, events, mail, keys,
//! domains and DNS records.

use gatewright::model::Env;
use serde_json::{Value as Json, json};

use super::{
    common::{
        aws,
        wire::{Fault, Wire},
    },
    support::Emulator,
    trial::{At, Trial},
};

/// One of each of `counts` whatever fault was met.
async fn one_of_each(emulator: &Emulator, text: &Json, counts: &[(&'static str, usize)]) {
    let text = text.to_string();
    let trial = Trial { emulator, text: &text, counts, at: At::EveryWrite };
    let mut calls = Vec::new();
    for (name, fault) in [
        ("lost answer", Fault::LostAnswer),
        // What ends the deploy there, as a crash would.
        ("denied", Fault::Error(403, "AccessDeniedException", "User is not authorized to perform this")),
    ] {
        calls.push(trial.each(name, &fault).await);
    }
    // These are waited out, or looked into: one deploy meets all of them. A call of API Gateway that was throttled takes others of its
    // service with it, for many seconds, and `every_fault_at_every_call` has them.
    if !text.contains("\"api\"") {
        trial.all_at_once("throttled", &Fault::Throttled).await;
    }
    trial
        .all_at_once("failure", &Fault::Error(500, "InternalFailure", "We encountered an internal error"))
        .await;
    assert!(calls.iter().all(|calls| *calls > 5), "{calls:?}");
}

/// A function with a role that lets it log, in the stack `story`.
fn with_function(more: Json, function: Json) -> Json {
    let mut one =
        json!({ "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "role": "shared" });
    let mut stack = json!({
        "stack": "story",
        "roles": { "shared": { "statements": [{ "actions": "dynamodb:*", "resources": "*" }] } },
    });
    let members = |json: &mut Json, more: Json| {
        json.as_object_mut().expect("an object").extend(more.as_object().cloned().unwrap_or_default());
    };
    members(&mut one, function);
    members(&mut stack, more);
    stack["functions"] = json!({ "one": one });
    stack
}

#[tokio::test(flavor = "multi_thread")]
async fn layers_aliases_and_schedules() {
    let text = with_function(
        json!({ "layers": { "words": { "code": "code" } } }),
        json!({ "layers": ["words"], "alias": "live", "events": [{ "schedule": "rate(5 minutes)" }] }),
    );
    let counts = [("layers", 1), ("functions", 1), ("rules", 1), ("roles", 1)];
    one_of_each(&Emulator::ministack(), &text, &counts).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_streams_and_mail() {
    let text = with_function(
        json!({
            "tables": { "notes": { "key": "id", "stream": "new_image", "ttl": "until" } },
            "ses_identities": { "sender": "sender@example.com" },
        }),
        json!({ "events": [{ "stream": "notes" }] }),
    );
    let counts = [("tables", 1), ("event_source_mappings", 1), ("identities", 1), ("functions", 1)];
    one_of_each(&Emulator::ministack(), &text, &counts).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn buckets_and_sites() {
    let text = with_function(
        json!({
            "buckets": { "data": { "name": "a-name-of-its-own", "versioning": true } },
            "sites": { "site": { "folder": "pages", "error": "error.html" } },
        }),
        json!({ "events": [{ "bucket": "data", "prefix": "in/" }] }),
    );
    one_of_each(&Emulator::ministack(), &text, &[("stack_buckets", 2), ("functions", 1)]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_plans() {
    let text = json!({
        "stack": "story",
        "api": { "routes": { "GET /": { "mock": true, "responses": { "200": {} }, "api_key_required": true } } },
        "api_keys": { "partner": { "value": "${env:THE_KEY_OF_THE_PARTNER}" } },
        "usage_plans": { "basic": { "keys": ["partner"], "throttling": { "rate": 10, "burst": 20 } } },
    });
    let counts = [("rest_apis", 1), ("api_keys", 1), ("usage_plans", 1)];
    one_of_each(&Emulator::ministack(), &text, &counts).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn domains_and_records() {
    let emulator = Emulator::moto_without_managed_policies();
    let dir = tempfile::tempdir().expect("a folder");
    let cloud = aws(emulator.endpoint(), &Wire::new(), dir.path(), Env::fixed(1)).await;
    let zone = cloud.route53.create_hosted_zone().name("example.com").caller_reference("story").send().await;
    zone.expect("a zone");
    let text = json!({
        "stack": "story",
        "api": { "routes": { "GET /": { "mock": true, "responses": { "200": {} } } } },
        "domains": { "main": {
            "name": "api.example.com",
            "certificate_arn": "arn:aws:acm:us-east-1:111122223333:certificate/one",
            "base_paths": ["v1"],
        } },
        "records": {
            "main": { "zone": "example.com", "name": "api.example.com", "alias": { "domain": "main" } },
        },
    });
    // Beside the record stands the one that says whose it is.
    let counts = [("rest_apis", 1), ("domain_names", 1), ("dns_records", 2)];
    one_of_each(&emulator, &text, &counts).await;
}

/// LocalStack refuses `CreateBucket` with tags: a run may stop between making a bucket and tagging it. It cannot be emptied, and
/// needs not to be.
#[tokio::test(flavor = "multi_thread")]
async fn buckets_that_are_tagged_after_they_are_made() {
    let text = json!({
        "stack": "story",
        "buckets": { "named": { "name": "a-name-of-its-own" }, "data": {} },
        "sites": { "site": { "folder": "pages", "error": "error.html" } },
    });
    one_of_each(&Emulator::localstack(), &text, &[("stack_buckets", 3)]).await;
}
