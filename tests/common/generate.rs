//! Stacks out of nothing: any mix of roles, functions, routes, authorizers, CORS, stage settings and outputs that the checks let through.

mod buckets;
mod cognito;
mod data;
pub mod each;
mod keys;
mod lambda;

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

/// A generated stack, as the JSON that is also YAML.
#[derive(Clone, Debug)]
pub struct Generated {
    pub text: String,
    /// Changes whenever the code of the functions does.
    pub code: String,
}

pub(crate) const FUNCTIONS: [&str; 4] = ["alpha", "beta", "gamma", "delta"];
const PATHS: [&str; 7] =
    ["/", "/users", "/users/{id}", "/users/{id}/orders", "/files/{proxy+}", "/health", "/a/b/c"];
const VERBS: [&str; 5] = ["GET", "POST", "PUT", "DELETE", "ANY"];

fn function() -> impl Strategy<Value = Json> {
    (
        prop::sample::select(vec![128, 256, 512]),
        1..30_i32,
        prop::option::of(prop::sample::select(vec![1, 7, 14])),
        prop::collection::btree_map("[A-Z]{2,3}", "[a-z]{0,4}", 0..3),
        any::<bool>(),
        prop::option::of("[a-z ]{1,8}"),
        prop::option::of(1..5_i32),
        any::<bool>(),
    )
        .prop_map(
            |(memory, timeout, retention, environment, shared_role, description, reserved, tracing)| {
                let mut function = json!({
                    "code": "code", "handler": "index.handler", "runtime": "nodejs22.x",
                    "memory_mb": memory, "timeout_seconds": timeout, "environment": environment,
                });
                if let Some(days) = retention {
                    function["log_retention_days"] = json!(days);
                }
                if shared_role {
                    function["role"] = json!("shared");
                }
                if let Some(text) = description.filter(|text| !text.trim().is_empty()) {
                    function["description"] = json!(text.trim());
                }
                if let Some(reserved) = reserved {
                    function["reserved_concurrency"] = json!(reserved);
                }
                if tracing {
                    function["tracing"] = json!("active");
                }
                function
            },
        )
}

fn route() -> impl Strategy<Value = (u8, u8, bool, bool, bool, Option<i32>, bool)> {
    (
        any::<u8>(),
        0..4_u8,
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
        prop::option::of(50..29_000_i32),
        any::<bool>(),
    )
}

fn stage() -> impl Strategy<Value = Json> {
    (
        prop::option::of((1..100_i32, 1..200_i32)),
        prop::collection::btree_map("[a-z]{1,4}", "[a-z]{1,4}", 0..3),
        any::<bool>(),
        prop::option::of("[a-z]{1,8}"),
    )
        .prop_map(|(throttling, variables, tracing, description)| {
            let mut stage = json!({ "variables": variables, "tracing": tracing });
            if let Some((rate, burst)) = throttling {
                stage["throttling"] = json!({ "rate": rate, "burst": burst });
            }
            if let Some(text) = description {
                stage["description"] = json!(text);
            }
            stage
        })
}

/// Further sections of the file, each by itself: `{"tables": {…}}`. Functions to refer to are those of [`FUNCTIONS`] in the stack.
fn sections() -> impl Strategy<Value = Vec<Json>> {
    let kinds: Vec<BoxedStrategy<Json>> = vec![
        cognito::pools().boxed(),
        lambda::section().boxed(),
        data::data().boxed(),
        buckets::sections().boxed(),
        keys::keys_and_plans().boxed(),
        keys::domains_and_records().boxed(),
    ];
    kinds
}

/// Any stack named `s`; now and then the one with an object of each kind.
pub fn stack() -> impl Strategy<Value = Generated> {
    let each = (any::<bool>(), 0..3_u8)
        .prop_map(|(changed, code)| Generated { text: each::text(changed), code: format!("v{code}") });
    prop_oneof![7 => mixed(), 1 => each]
}

fn mixed() -> impl Strategy<Value = Generated> {
    (
        prop::collection::btree_map(0..4_usize, function(), 1..4),
        prop::collection::btree_map((0..PATHS.len(), 0..VERBS.len()), route(), 0..8),
        any::<bool>(),
        prop::option::of(0..400_i32),
        stage(),
        prop::collection::btree_map("[a-z]{1,4}", "[a-z]{0,5}", 0..3),
        (any::<u8>(), sections()),
    )
        .prop_map(|(functions, routes, cors, authorizer_ttl, stage, tags, (code, sections))| {
            let named: Map<String, Json> = functions
                .iter()
                .map(|(key, function)| (FUNCTIONS[*key].to_owned(), function.clone()))
                .collect();
            let keys: Vec<String> = named.keys().cloned().collect();
            let mut stack = json!({
                "stack": "s", "tags": tags,
                "roles": { "shared": { "managed_policies": ["service-role/AWSLambdaBasicExecutionRole"] } },
                "functions": named,
            });
            for section in sections.into_iter().filter_map(|section| section.as_object().cloned()) {
                for (name, content) in section {
                    match (name.as_str(), content) {
                        ("functions", Json::Object(more)) => add_to_functions(&mut stack, more),
                        (_, content) => stack[&name] = content,
                    }
                }
            }
            if !routes.is_empty() {
                stack["api"] = api(&routes, &keys, cors, authorizer_ttl, stage);
                stack["outputs"] =
                    json!({ "url": "${api.url}", "first": format!("${{functions.{}.arn}}", keys[0]) });
            }
            Generated { text: stack.to_string(), code: format!("v{}", code % 3) }
        })
}

/// Adds keys to the functions that the stack has.
fn add_to_functions(stack: &mut Json, more: Map<String, Json>) {
    for (key, keys) in more {
        if let (Some(function), Json::Object(keys)) = (stack["functions"].get_mut(&key), keys) {
            keys.into_iter().for_each(|(name, value)| function[&name] = value);
        }
    }
}

type Routes = std::collections::BTreeMap<(usize, usize), (u8, u8, bool, bool, bool, Option<i32>, bool)>;

fn api(routes: &Routes, functions: &[String], cors: bool, authorizer_ttl: Option<i32>, stage: Json) -> Json {
    let mut table = Map::new();
    let mut protected = false;
    for ((path, verb), (pick, sort, guarded, custom, key, timeout, templates)) in routes {
        let mut route = json!({});
        match sort {
            0 => route["mock"] = json!(true),
            1 => route["http"] = json!({ "url": "https://example.com/x" }),
            _ => route["function"] = json!(functions[usize::from(*pick) % functions.len()]),
        }
        let custom = *custom && *sort != 0;
        if custom {
            route["integration"] = json!("custom");
        }
        if custom || *sort == 0 {
            route["responses"] =
                json!({ "200": { "headers": { "X-Kind": "'plain'" } }, "500": { "when": ".*bad.*" } });
            if *templates {
                route["request_templates"] =
                    json!({ "application/json": "{\"statusCode\": 200, \"q\": \"$input.params('q')\"}" });
                route["passthrough"] = json!("when_no_templates");
            }
        }
        if *guarded && authorizer_ttl.is_some() {
            route["authorizer"] = json!("jwt");
            protected = true;
        }
        if *key {
            route["api_key_required"] = json!(true);
        }
        if let (Some(timeout), true) = (timeout, *sort != 0) {
            route["timeout_ms"] = json!(timeout);
        }
        table.insert(format!("{} {}", VERBS[*verb], PATHS[*path]), route);
    }
    let mut api = json!({ "routes": table, "stage": stage });
    if cors {
        api["cors"] = json!({ "origins": ["*"], "headers": ["Content-Type", "Authorization"] });
    }
    if let (Some(ttl), true) = (authorizer_ttl, protected) {
        api["authorizers"] =
            json!({ "jwt": { "type": "token", "function": functions[0], "result_ttl_seconds": ttl } });
    }
    api
}
