//! Python functions.

use serde_json::json;

use crate::parts::{Bench, arn};

const TEXT: &str = r#"
import logging, os, sys, json
logger = logging.getLogger()
logger.setLevel(logging.INFO)
print("starting")

class Thing:
    pass

def handler(event, context):
    way = event.get("way")
    if way == "raise":
        raise ValueError("Unauthorized")
    if way == "thing":
        return Thing()
    if way == "exit":
        sys.exit(3)
    if way == "decimal":
        from decimal import Decimal
        return {"n": Decimal("1.5")}
    if way == "import":
        import nowhere
    logger.info("a record")
    print("a line", file=sys.stderr)
    return {
        "event": event,
        "left": context.get_remaining_time_in_millis(),
        "arn": context.invoked_function_arn,
        "memory": context.memory_limit_in_mb,
        "id": context.aws_request_id,
        "name": context.function_name,
        "identity": context.identity.cognito_identity_id,
        "pid": os.getpid(),
        "env": dict(os.environ),
        "folder": os.getcwd(),
    }
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_function_is_told_everything_and_its_process_is_kept() {
    let bench = Bench::new();
    bench.put("py", "python3.11", "pkg/sub/app.handler", &[("pkg/sub/app.py", TEXT)]);
    let first = bench.ok("py", r#"{"word":"één"}"#).await;
    assert_eq!(first["event"], json!({ "word": "één" }));
    assert_eq!(first["arn"], arn("py"));
    assert_eq!((&first["memory"], &first["name"]), (&json!("128"), &json!("py")));
    assert_eq!(first["identity"], json!(null));
    let left = first["left"].as_i64().unwrap();
    assert!((8_000..=10_000).contains(&left), "{left}");
    let env = first["env"].as_object().unwrap();
    assert_eq!(env["AWS_EXECUTION_ENV"], "AWS_Lambda_python3.11");
    assert!(!env.contains_key("CARGO_MANIFEST_DIR"));
    assert_eq!(bench.ok("py", "{}").await["pid"], first["pid"]);
    let line = bench.printed("\ta record").unwrap();
    assert!(line.line.starts_with("[INFO]\t2"), "{line:?}");
    assert_eq!(line.request_id.as_deref(), first["id"].as_str());
    assert!(line.line.contains(first["id"].as_str().unwrap()));
    assert!(bench.printed("a line").is_some());
    // A watched folder is not written to.
    assert!(!bench.folder.path().join("py/pkg/sub/__pycache__").exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_have_lambdas_form_and_the_next_call_works() {
    let bench = Bench::new();
    bench.put("py", "python3.11", "app.handler", &[("app.py", TEXT)]);
    let error = bench.error("py", r#"{"way":"raise"}"#).await;
    assert_eq!((&error["errorType"], &error["errorMessage"]), (&json!("ValueError"), &json!("Unauthorized")));
    assert_eq!(error["requestId"].as_str().unwrap().len(), 36);
    let trace = error["stackTrace"].as_array().unwrap();
    assert_eq!(trace.len(), 1, "{error}");
    assert!(trace[0].as_str().unwrap().contains("app.py\", line 13, in handler"), "{error}");
    for (way, kind, message) in [
        (
            "thing",
            "Runtime.MarshalError",
            "Unable to marshal response: Object of type Thing is not JSON serializable",
        ),
        ("exit", "Runtime.ExitError", "Runtime exited with error: exit status 3"),
        ("import", "ModuleNotFoundError", "No module named 'nowhere'"),
    ] {
        let error = bench.error("py", &json!({ "way": way }).to_string()).await;
        assert_eq!(error["errorType"], kind, "{error}");
        assert!(error["errorMessage"].as_str().unwrap().contains(message), "{error}");
        assert_eq!(bench.ok("py", r#"{"way":"decimal"}"#).await, json!({ "n": 1.5 }));
    }
    assert!(bench.printed("[ERROR] ValueError: Unauthorized").is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_cannot_be_loaded_says_why() {
    let bench = Bench::new();
    for (handler, text, kind, message) in [
        (
            "app.handler",
            "import nowhere",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'nowhere'",
        ),
        (
            "gone.handler",
            "",
            "Runtime.ImportModuleError",
            "Unable to import module 'gone': No module named 'gone'",
        ),
        (
            "app.handler",
            "import boto3x_not_boto3",
            "Runtime.ImportModuleError",
            "Unable to import module 'app'",
        ),
        ("app.handler", "x = 1", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("app", "x = 1", "Runtime.MalformedHandlerName", "Bad handler 'app'"),
        ("app.handler", "def handler(:", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("app.handler", "raise KeyError('while starting')", "KeyError", "while starting"),
    ] {
        bench.put("broken", "python3.11", handler, &[("app.py", text)]);
        let error = bench.error("broken", "{}").await;
        assert_eq!(error["errorType"], kind, "{error}");
        assert!(error["errorMessage"].as_str().unwrap().contains(message), "{error}");
        assert!(error["stackTrace"].is_array(), "{error}");
    }
}
