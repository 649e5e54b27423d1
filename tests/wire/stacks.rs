//! The stacks that these tests deploy.

use serde_json::{Map, json};

/// `routes` routes over `functions` functions that share one role.
pub fn large(routes: usize, functions: usize) -> String {
    let function = json!({ "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "role": "shared", "log_retention_days": 14 });
    let functions: Map<_, _> =
        (0..functions).map(|number| (format!("f{number}"), function.clone())).collect();
    let count = functions.len();
    let routes: Map<_, _> = (0..routes)
        .map(|number| (format!("GET /r{number}"), json!({ "function": format!("f{}", number % count) })))
        .collect();
    json!({
        "stack": "large",
        "roles": { "shared": { "managed_policies": ["service-role/AWSLambdaBasicExecutionRole"] } },
        "functions": functions,
        "api": { "routes": routes, "cors": { "origins": ["*"] } },
        "outputs": { "url": "${api.url}" },
    })
    .to_string()
}

/// One of most things, small enough to be deployed at every fault.
pub fn small() -> String {
    json!({
        "stack": "small",
        "functions": { "f": { "code": "code", "handler": "index.handler", "runtime": "nodejs22.x", "environment": { "AA": "1" } } },
        "api": {
            "authorizers": { "jwt": { "type": "token", "function": "f" } },
            "routes": { "GET /a": { "function": "f", "authorizer": "jwt" }, "POST /a": { "mock": true, "responses": { "200": {} } } },
        },
        "outputs": { "url": "${api.url}" },
    })
    .to_string()
}
