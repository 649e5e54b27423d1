//! The gateway against requests and answers recorded from AWS.
//!
//! The cases are not part of this project: they are looked for beside it, and without them this test has nothing to do. Every
//! case is judged by its shape, none by its name. Functions and HTTP endpoints are imitated as the files describe them.

#[path = "dataplane_oracles/api.rs"]
mod api;
#[path = "dataplane_oracles/compare.rs"]
mod compare;
#[path = "dataplane_oracles/endpoints.rs"]
mod endpoints;
#[path = "dataplane_oracles/functions.rs"]
mod functions;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use gatewright::gateway;
use gatewright::gateway::authorize::Issuers;
use gatewright::gateway::exchange::{Headers, Request};
use gatewright::gateway::gateway_response::GatewayResponseType;
use gatewright::gateway::route::Router;
use gatewright::gateway::served::Served;
use gatewright::kinds::rest_api::{IntegrationType, Method};
use gatewright::model::Env;
use serde_json::Value;

/// How one case ended.
enum Verdict {
    Passed,
    Failed(String),
    /// Not judged, and why.
    LeftOut(String),
}

#[tokio::test(flavor = "multi_thread")]
async fn recorded_requests_are_answered_as_recorded() {
    let Some(folder) = folder() else {
        println!("skipped: no folder of recorded cases beside the project");
        return;
    };
    let address = endpoints::serve().await;
    let (mut failures, mut ran) = (Vec::new(), 0);
    for file in files(&folder) {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let document: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let (mut passed, mut total, mut left_out) = (0, 0, Vec::new());
        for test in document["tests"].as_array().unwrap() {
            for case in test["cases"].as_array().unwrap() {
                let label = case["id"].as_str().unwrap_or("?");
                total += 1;
                match judge(test, case, &address).await {
                    Verdict::Passed => passed += 1,
                    Verdict::Failed(why) => failures.push(format!("{label}: {why}")),
                    Verdict::LeftOut(why) => left_out.push(format!("{label}: {why}")),
                }
            }
        }
        ran += total - left_out.len();
        println!("{name}: {passed} of {total} passed, {} left out", left_out.len());
        for line in left_out {
            println!("  left out {line}");
        }
    }
    assert!(ran > 0, "no case was run");
    assert!(failures.is_empty(), "{} cases differ:\n{}", failures.len(), failures.join("\n"));
}

/// The documented statuses of gateway responses are the defaults.
#[test]
fn gateway_responses_have_their_documented_statuses() {
    let Some(text) =
        folder().and_then(|folder| std::fs::read_to_string(folder.join("docs-aws_docs_tables.json")).ok())
    else {
        println!("skipped: no folder of documented tables beside the project");
        return;
    };
    let tables: Value = serde_json::from_str(&text).unwrap();
    let rows = tables["gateway_response_types"].as_array().unwrap();
    for row in rows {
        let name = row["Gateway response type"].as_str().unwrap();
        let kind = GatewayResponseType::ALL.iter().find(|kind| kind.as_str() == name);
        let status = kind.unwrap_or_else(|| panic!("{name} is not known")).default_status();
        assert_eq!(row["Default status code"].as_str().unwrap().parse().ok(), status, "{name}");
    }
    assert_eq!(rows.len(), GatewayResponseType::ALL.len());
}

/// The folder of cases, beside the project or beside the folder its working copies are in.
fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["../shared/oracles", "../../shared/oracles"]
        .iter()
        .map(|path| root.join(path))
        .find(|path| path.is_dir())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .expect("a folder that can be read")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.starts_with("dataplane-") && name.ends_with(".json")
        })
        .collect();
    files.sort();
    files
}

async fn judge(test: &Value, case: &Value, address: &str) -> Verdict {
    if let Some(error) = test["harness_error"].as_str() {
        return Verdict::LeftOut(format!("the recording is broken: {error}"));
    }
    let version = usize::try_from(case["api_version"].as_u64().unwrap_or_default()).expect("as recorded");
    let api = &test["api_versions"][version];
    let served = match api::served(api, case, address) {
        Ok(served) => served,
        Err(why) => return Verdict::Failed(why),
    };
    let request = request(case);
    if let Some(why) = left_out(&served, &request, test) {
        return Verdict::LeftOut(why);
    }
    let functions = Arc::new(functions::Described::new(&test["lambdas"]));
    let gateway = gateway::complete(served, functions, &Issuers::default(), Env::fixed(1));
    let response = gateway.answer(request).await;
    match compare::judge(&case["expected"], &response) {
        Ok(()) => Verdict::Passed,
        Err(why) => Verdict::Failed(format!(
            "{why}\n  answered {} {:?}\n  {:?}\n  because {:?}",
            response.status,
            response.headers.0,
            String::from_utf8_lossy(&response.body),
            response.reason,
        )),
    }
}

/// Why a case cannot be judged by the gateway alone.
fn left_out(served: &Served, request: &Request, test: &Value) -> Option<String> {
    let found = Router::new(&served.definition).find(&request.method, &request.path)?;
    let method: &Method<String> = served.definition.method(&found.resource, found.verb)?;
    let integration = method.integration.as_ref()?;
    let uri = integration.uri.as_deref().unwrap_or_default();
    match integration.kind {
        IntegrationType::Aws | IntegrationType::AwsProxy => {
            let service = uri.split(':').nth(4).unwrap_or_default();
            if service != "lambda" {
                return Some(format!("the integration calls the AWS service {service}"));
            }
            let described = functions::Described::new(&test["lambdas"]);
            (!described.knows(uri))
                .then(|| "the file does not describe the function in a way that can be imitated".to_owned())
        }
        _ => None,
    }
}

fn request(case: &Value) -> Request {
    let request = &case["request"];
    let text = |name: &str| request[name].as_str().unwrap_or_default().to_owned();
    let mut headers = Headers::default();
    headers.add("Host", "abc123.execute-api.example");
    for (name, value) in request["headers"].as_object().into_iter().flatten() {
        headers.add(name, value.as_str().unwrap_or_default());
    }
    Request {
        method: text("method"),
        path: text("path"),
        prefix: format!("/{}", case["stage"].as_str().unwrap_or_default()),
        query: text("query"),
        headers,
        body: text("body").into_bytes(),
        source_ip: "127.0.0.1".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        received: "2026-11-21T05:39:29Z".parse().expect("as recorded"),
        request_id: "2ab0a9e9-6a49-4f0c-9a2e-5a1f6fd1c0de".to_owned(),
    }
}
