//! Authorizers and their policies against documented and recorded cases.
//!
//! The cases are not part of this project: they are looked for beside it, and without them this test has nothing to do. Every case is
//! judged by its shape, none by its name, and by a whole request that goes through the check.

use std::{
    path::{Path, PathBuf},
    sync::Mutex,
};

use async_trait::async_trait;
use gatewright::{
    gateway::{
        authorize::{Authorizers, Issuers},
        exchange::{Headers, Request},
        functions::{Answer, Functions, NoAnswer},
        served::{Served, Stage},
        stages::{Call, Check, Refused},
    },
    kinds::rest_api::{Authorization, Authorizer, AuthorizerType, Definition, Method, Settings},
    model::Env,
};
use indexmap::IndexMap;
use serde_json::{Value, json};

/// How one case, or one part of a case, ended.
enum Verdict {
    Passed,
    Failed(String),
    /// Not judged, and why.
    LeftOut(String),
}

#[tokio::test]
async fn documented_and_recorded_requests_are_decided_about_as_there() {
    let Some(folder) = folder() else {
        println!("skipped: no folder of recorded cases beside the project");
        return;
    };
    let mut failures = Vec::new();
    for file in files(&folder) {
        let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let document: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let (mut passed, mut total, mut left_out) = (0, 0, Vec::new());
        for case in document["cases"].as_array().unwrap() {
            for (label, verdict) in judge(case).await {
                total += 1;
                match verdict {
                    Verdict::Passed => passed += 1,
                    Verdict::Failed(why) => failures.push(format!("{label}: {why}")),
                    Verdict::LeftOut(why) => left_out.push(format!("{label}: {why}")),
                }
            }
        }
        println!("{name}: {passed} of {total} passed, {} left out", left_out.len());
        for line in left_out {
            println!("  left out {line}");
        }
    }
    assert!(failures.is_empty(), "{} cases differ:\n{}", failures.len(), failures.join("\n"));
}

/// The folder of cases, beside the project or beside the folder its working copies are in.
fn folder() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let places = ["../shared/oracles", "../../shared/oracles"];
    places.iter().map(|path| root.join(path)).find(|path| path.is_dir())
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder that can be read");
    let is_ours = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("authorizers-"))
    };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    files.retain(is_ours);
    files.sort();
    files
}

async fn judge(case: &Value) -> Vec<(String, Verdict)> {
    let name = case["name"].as_str().unwrap_or("?");
    let mut verdicts = Vec::new();
    let mut add = |part: &str, verdict| verdicts.push((format!("{name}{part}"), verdict));
    if let Some(patterns) = case.get("patterns") {
        add("", decided(case, allowing(patterns), &case["match"]).await);
    } else if case.get("policy").is_some() {
        add("", decided(case, with_actions(&case["policy"]), &case["allowed"]).await);
    } else if case.get("authorizer_response").is_some() && case.get("allowed").is_some() {
        let says = case["authorizer_response"].clone();
        add("", decided(case, says["policyDocument"].clone(), &case["allowed"]).await);
    } else if case["expect"].as_str().is_some_and(|expect| expect.starts_with("invalid")) {
        add("", nonsense(&case["authorizer_response"]).await);
    } else if let Some(event) = case.get("event") {
        add("", token_event(event).await);
    } else if let Some(requests) = case["cases"].as_array() {
        for request in requests {
            add(&format!(" {}", request["token"]), contract(request).await);
        }
    } else if let Some(facts) = case["facts"].as_object() {
        for (fact, expected) in facts {
            add(&format!(": {fact}"), outcome(expected).await);
        }
    } else if let Some(facts) = case["facts"].as_array() {
        for fact in facts {
            add(&format!(": {fact}"), Verdict::LeftOut("a sentence, not a request".to_owned()));
        }
    } else {
        add("", Verdict::LeftOut("members of an event, without a request that makes one".to_owned()));
    }
    verdicts
}

/// A function that answers one thing and remembers what it was asked.
struct Fixed {
    reply: Box<dyn Fn(&Value) -> Answer + Send + Sync>,
    asked: Mutex<Vec<Value>>,
}

#[async_trait]
impl Functions for Fixed {
    async fn invoke(&self, _: &str, payload: Vec<u8>) -> Result<Answer, NoAnswer> {
        let event: Value = serde_json::from_slice(&payload).expect("an event in JSON");
        let answer = (self.reply)(&event);
        self.asked.lock().expect("no panic while asked").push(event);
        Ok(answer)
    }

    async fn send(&self, _: &str, _: Vec<u8>) -> Result<(), NoAnswer> {
        Err(NoAnswer::Failed("an authorizer waits for its answer".to_owned()))
    }
}

fn says(payload: Value) -> Answer {
    Answer { payload: payload.to_string().into_bytes(), function_error: None }
}

fn fails(message: &str) -> Answer {
    let payload = json!({ "errorType": "string", "errorMessage": message });
    Answer { payload: payload.to_string().into_bytes(), function_error: Some("Unhandled".to_owned()) }
}

const ARN: &str = "arn:aws:execute-api:us-east-1:123456789012:a1b2c3/dev/GET/pets";

/// Sends a request for the method of `arn` through a TOKEN authorizer. Answers `$context` and what the function was asked.
async fn send(
    arn: &str,
    token: Option<&str>,
    reply: impl Fn(&Value) -> Answer + Send + Sync + 'static,
) -> (Result<Value, Refused>, Vec<Value>) {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let [_, _, _, region, account, resource] = parts.as_slice() else { panic!("{arn} is no ARN") };
    let parts: Vec<&str> = resource.splitn(4, '/').collect();
    let [api, stage, verb, path] = parts.as_slice() else { panic!("{arn} is no method's ARN") };
    let authorizer = Authorizer {
        kind: AuthorizerType::Token,
        uri: Some(
            "arn:aws:apigateway:r:lambda:path/2015-03-31/functions/arn:aws:lambda:r:1:function:f/invocations"
                .to_owned(),
        ),
        ..Authorizer::default()
    };
    let authorizers = [("who".to_owned(), authorizer)].into();
    let served = Served {
        api_id: (*api).to_owned(),
        api_name: "api".to_owned(),
        region: (*region).to_owned(),
        account_id: (*account).to_owned(),
        settings: Settings::default(),
        definition: Definition { authorizers, ..Definition::default() },
        resource_ids: Default::default(),
        stage: Stage { name: (*stage).to_owned(), ..Stage::default() },
        usage_plans: Vec::new(),
    };
    let mut headers = Headers::default();
    if let Some(token) = token {
        headers.set("Authorization", token);
    }
    let env = Env::fixed(1);
    let request = Request {
        method: (*verb).to_owned(),
        path: format!("/{path}"),
        prefix: format!("/{stage}"),
        query: String::new(),
        headers,
        body: Vec::new(),
        source_ip: "192.0.2.7".to_owned(),
        protocol: "HTTP/1.1".to_owned(),
        received: env.now(),
        request_id: "1".to_owned(),
    };
    let authorization = Authorization::Custom { authorizer: "who".to_owned() };
    let method = Method { authorization, ..Method::default() };
    let functions = Fixed { reply: Box::new(reply), asked: Mutex::default() };
    let mut context = json!({});
    let mut call = Call {
        served: &served,
        request: &request,
        resource: "/{proxy+}",
        method: &method,
        verb_key: "ANY",
        path: &IndexMap::new(),
        query: &[],
        context: &mut context,
        functions: &functions,
    };
    let result = Authorizers::new(&served, env, &Issuers::default()).check(&mut call).await;
    (result.map(|()| context), functions.asked.into_inner().expect("no panic while asked"))
}

/// A policy that allows what `patterns` match.
fn allowing(patterns: &Value) -> Value {
    json!({ "Statement": [{ "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": patterns }] })
}

/// The policy with an action in every statement that has none: those cases are about resources, and IAM wants an action.
fn with_actions(policy: &Value) -> Value {
    let mut policy = policy.clone();
    let statements = match &mut policy["Statement"] {
        Value::Array(statements) => statements.iter_mut().collect(),
        one => vec![one],
    };
    for statement in statements {
        if statement.get("Action").is_none()
            && statement.get("NotAction").is_none()
            && statement.get("Resource").is_some()
        {
            statement["Action"] = "execute-api:Invoke".into();
        }
    }
    policy
}

async fn decided(case: &Value, policy: Value, allowed: &Value) -> Verdict {
    let answer = json!({ "principalId": "user", "policyDocument": policy });
    let arn = case["arn"].as_str().expect("a case has an ARN");
    let (result, _) = send(arn, Some("token"), move |_| says(answer.clone())).await;
    if result.is_ok() == allowed.as_bool().expect("a case says whether") {
        return Verdict::Passed;
    }
    Verdict::Failed(format!("expected {allowed}, got {result:?}"))
}

/// What is no sensible answer is a 500 without a message.
async fn nonsense(answer: &Value) -> Verdict {
    let answer = answer.clone();
    match send(ARN, Some("token"), move |_| says(answer.clone())).await.0 {
        Err(refused) if refused.message.is_none() && refused.kind.default_status() == Some(500) => {
            Verdict::Passed
        }
        other => Verdict::Failed(format!("expected a 500 without a message, got {other:?}")),
    }
}

/// The event a function gets for the token and the method of the expected one.
async fn token_event(expected: &Value) -> Verdict {
    if expected["type"] != "TOKEN" {
        return Verdict::LeftOut("not an event of a TOKEN authorizer".to_owned());
    }
    let arn = expected["methodArn"].as_str().unwrap_or_default();
    let (_, asked) = send(arn, expected["authorizationToken"].as_str(), |_| fails("x")).await;
    match asked.as_slice() {
        [event] if event == expected => Verdict::Passed,
        other => Verdict::Failed(format!("expected {expected}, got {other:?}")),
    }
}

/// The function of AWS's documentation: `allow`, `deny` and `unauthorized` are what they say, everything else is an error.
fn documented(event: &Value) -> Answer {
    let policy = |effect: &str| {
        json!({
            "principalId": "user",
            "policyDocument": {
                "Version": "2012-10-17",
                "Statement": [{ "Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"] }]
            },
            "context": { "stringKey": "stringval", "numberKey": 123, "booleanKey": true }
        })
    };
    match event["authorizationToken"].as_str() {
        Some("allow") => says(policy("Allow")),
        Some("deny") => says(policy("Deny")),
        Some("unauthorized") => fails("Unauthorized"),
        _ => fails("Error: Invalid token"),
    }
}

async fn contract(request: &Value) -> Verdict {
    let (result, _) = send(ARN, request["token"].as_str(), documented).await;
    let status = match &result {
        Ok(_) => Some(200),
        Err(refused) => refused.kind.default_status(),
    };
    if status.map(Value::from).as_ref() != request.get("status") {
        return Verdict::Failed(format!("expected {}, got {result:?}", request["status"]));
    }
    let Some(expected) = request["context_authorizer"].as_object() else { return Verdict::Passed };
    let context = result.unwrap_or_default();
    match expected.iter().find(|(name, value)| context["authorizer"].get(name) != Some(value)) {
        None => Verdict::Passed,
        Some((name, value)) => Verdict::Failed(format!("expected {name}: {value}, got {context}")),
    }
}

/// Everything an authorizer can lead to besides letting a request in: status, message and `x-amzn-ErrorType`.
async fn all_outcomes() -> Vec<(Option<u16>, Value, &'static str)> {
    let policy = |effect: &str, resource: &str| {
        json!({ "principalId": "user", "policyDocument": {
            "Statement": [{ "Effect": effect, "Action": "*", "Resource": resource }]
        } })
    };
    let (deny, elsewhere) = (policy("Deny", "*"), policy("Allow", "elsewhere"));
    let results = [
        send(ARN, None, documented).await,
        send(ARN, Some("t"), |_| fails("Unauthorized")).await,
        send(ARN, Some("t"), |_| fails("any other text")).await,
        send(ARN, Some("t"), |_| says(Value::Null)).await,
        send(ARN, Some("t"), move |_| says(deny.clone())).await,
        send(ARN, Some("t"), move |_| says(elsewhere.clone())).await,
    ];
    let refusals = results.into_iter().filter_map(|(result, _)| result.err());
    refusals.map(|of| (of.kind.default_status(), json!(of.message), of.kind.error_type())).collect()
}

/// A recorded answer is one of those that can come about. The spelling of `message` is left to whoever writes the body.
async fn outcome(expected: &Value) -> Verdict {
    let body = match &expected["body"] {
        Value::String(text) => serde_json::from_str(text).unwrap_or_default(),
        other => other.clone(),
    };
    let message = body.get("message").or_else(|| body.get("Message"));
    let (Some(message), Some(status)) = (message, expected["status"].as_u64()) else {
        return Verdict::LeftOut("no whole answer to compare with".to_owned());
    };
    if message == "Missing Authentication Token" {
        return Verdict::LeftOut("about a path that is not there, which no authorizer sees".to_owned());
    }
    let kind = expected["headers"]["x-amzn-ErrorType"].as_str();
    let all = all_outcomes().await;
    let is = |(of, said, error): &&(Option<u16>, Value, &str)| {
        of.map(u64::from) == Some(status) && said == message && kind.is_none_or(|kind| kind == *error)
    };
    match all.iter().find(is) {
        Some(_) => Verdict::Passed,
        None => Verdict::Failed(format!("expected {expected}, which is none of {all:?}")),
    }
}
