//! Custom runtimes: whatever speaks the Runtime API, well or badly.

use gatewright::runtime::RESPONSE_LIMIT_BYTES;
use serde_json::{Value, json};

use crate::parts::Bench;

/// A small client of the Runtime API; `way` of the event decides what it does.
const BOOTSTRAP: &str = r#"#!/usr/bin/env -S python3 -u
import http.client, json, os, sys
api = os.environ["AWS_LAMBDA_RUNTIME_API"]
base = "/2018-06-01/runtime/"
connection = http.client.HTTPConnection(api)

def call(method, where, body=None, headers={}):
    connection.request(method, base + where, body, headers)
    response = connection.getresponse()
    return response.status, dict(response.getheaders()), response.read()

while True:
    status, headers, body = call("GET", "invocation/next")
    headers = {name.lower(): value for name, value in headers.items()}
    request = headers["lambda-runtime-aws-request-id"]
    event = json.loads(body)
    way = event.get("way")
    answer = "invocation/%s/response" % request
    if way == "twice":
        seen = [call("POST", answer, '"first"')[0], call("POST", answer, '"second"')[0]]
        seen.append(call("POST", "invocation/%s/error" % request, "{}")[0])
        print("statuses", seen)
    elif way == "next":
        print("next while busy", call("GET", "invocation/next")[0])
        call("POST", answer, "1")
    elif way == "other":
        print("another's", call("POST", "invocation/00000000-0000-4000-8000-000000000000/response", "1")[0])
        print("late start", call("POST", "init/error", "{}")[0])
        call("POST", answer, "1")
    elif way == "size":
        status = call("POST", answer, '"' + "x" * (event["bytes"] - 2) + '"')
        print("size", status[0], status[2].decode())
    elif way == "error":
        call("POST", "invocation/%s/error" % request, '{"errorType":"Mine","errorMessage":"said"}')
    elif way == "bare error":
        call("POST", "invocation/%s/error" % request, None, {"Lambda-Runtime-Function-Error-Type": "Bare", "Content-Length": "0"})
    elif way == "exit":
        sys.exit(event["status"])
    elif way == "answer and exit":
        call("POST", answer, '"bye"')
        sys.exit(0)
    else:
        call("POST", answer, json.dumps({"event": event, "headers": headers, "pid": os.getpid()}))
"#;

fn bench() -> Bench {
    let bench = Bench::new();
    bench.put("custom", "provided.al2023", "whatever", &[("bootstrap", BOOTSTRAP)]);
    bench
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_answer_counts_and_only_the_own_invocation_is_answered() {
    let bench = bench();
    assert_eq!(bench.ok("custom", r#"{"way":"twice"}"#).await, json!("first"));
    assert!(bench.printed("statuses [202, 403, 403]").is_some(), "{}", bench.log());
    assert_eq!(bench.ok("custom", r#"{"way":"next"}"#).await, json!(1));
    assert!(bench.printed("next while busy 403").is_some(), "{}", bench.log());
    assert_eq!(bench.ok("custom", r#"{"way":"other"}"#).await, json!(1));
    assert!(bench.printed("another's 400").is_some(), "{}", bench.log());
    assert!(bench.printed("late start 403").is_some(), "{}", bench.log());
    let told = bench.ok("custom", "").await;
    assert_eq!(told["event"], json!({}));
    for name in
        ["lambda-runtime-deadline-ms", "lambda-runtime-invoked-function-arn", "lambda-runtime-trace-id"]
    {
        assert!(told["headers"][name].is_string(), "{told}");
    }
    assert_eq!(
        bench.error("custom", r#"{"way":"error"}"#).await,
        json!({ "errorType": "Mine", "errorMessage": "said" })
    );
    assert_eq!(bench.error("custom", r#"{"way":"bare error"}"#).await["errorType"], "Bare");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_the_limit_passes_and_one_over_it_is_an_error() {
    let bench = bench();
    let whole =
        bench.ok("custom", &json!({ "way": "size", "bytes": RESPONSE_LIMIT_BYTES }).to_string()).await;
    assert_eq!(whole.as_str().map(str::len), Some(RESPONSE_LIMIT_BYTES - 2));
    for bytes in [RESPONSE_LIMIT_BYTES + 1, 7 * 1024 * 1024] {
        let error = bench.error("custom", &json!({ "way": "size", "bytes": bytes }).to_string()).await;
        assert_eq!(error["errorType"], "Function.ResponseSizeTooLarge");
        assert_eq!(
            error["errorMessage"],
            "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
        );
    }
    assert!(bench.printed("size 413 ").is_some(), "{}", bench.log());
    assert_eq!(bench.platform("Response payload size exceeded maximum"), 2);
    assert!(bench.ok("custom", "{}").await["pid"].is_u64());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_ends_is_an_error_of_that_invocation_only() {
    let bench = bench();
    let first = bench.ok("custom", "{}").await;
    let error = bench.error("custom", r#"{"way":"exit","status":1}"#).await;
    assert_eq!(error["errorType"], "Runtime.ExitError");
    let message = error["errorMessage"].as_str().unwrap();
    assert!(message.starts_with("RequestId: "), "{message}");
    assert!(message.ends_with(" Error: Runtime exited with error: exit status 1"), "{message}");
    let error = bench.error("custom", r#"{"way":"exit","status":0}"#).await;
    assert!(
        error["errorMessage"].as_str().unwrap().ends_with("Runtime exited without providing a reason"),
        "{error}"
    );
    assert_eq!(bench.ok("custom", r#"{"way":"answer and exit"}"#).await, json!("bye"));
    let next = bench.ok("custom", "{}").await;
    assert_ne!(first["pid"], next["pid"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_start_says_why() {
    let bench = Bench::new();
    let start = async |text: &str| -> Value {
        bench.put("start", "provided.al2023", "x", &[("bootstrap", text)]);
        bench.error("start", "{}").await
    };
    let error = start("#!/bin/sh\necho almost >&2\nexit 1\n").await;
    assert_eq!(error["errorType"], "Runtime.ExitError", "{error}");
    assert!(
        error["errorMessage"].as_str().unwrap().ends_with("Error: Runtime exited with error: exit status 1")
    );
    assert!(bench.printed("almost").is_some());
    assert!(bench.platform("Status: error\tError Type: Runtime.ExitError") == 1, "{}", bench.log());
    let error = start("#!/bin/sh\nkill -9 $$\n").await;
    assert!(error["errorMessage"].as_str().unwrap().ends_with("signal: killed"), "{error}");

    bench.put("start", "provided.al2023", "x", &[("other", "")]);
    let error = bench.error("start", "{}").await;
    assert_eq!(error["errorType"], "Runtime.InvalidEntrypoint", "{error}");
    bench.put("start", "java21", "x", &[("other", "")]);
    let problem = bench.outcome("start", "{}").await.unwrap_err();
    assert!(problem.to_string().contains("java21 cannot be run on this machine"), "{problem}");
}
