//! Lambda's Invoke API.

use base64::{Engine, prelude::BASE64_STANDARD};
use gatewright::runtime::invoke_endpoint::{Endpoint, router};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::parts::{ACCOUNT, Bench, arn};

struct Answered {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answered {
    fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

async fn post(port: u16, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answered {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let mut head =
        format!("POST {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n", body.len());
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
    // A refusal may come before all of the body is taken.
    let _ = stream.write_all(body).await;
    let mut all = Vec::new();
    let _ = stream.read_to_end(&mut all).await;
    let end = all.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8(all[..end].to_vec()).unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answered { status, head, body: all[end + 4..].to_vec() }
}

async fn served(bench: &Bench) -> u16 {
    let endpoint =
        Endpoint { runtime: bench.runtime.clone(), region: "eu-west-1".into(), account_id: ACCOUNT.into() };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move { axum::serve(listener, router(endpoint)).await });
    port
}

const TEXT: &str = r#"
    export async function handler(event, context) {
        console.log(`told ${JSON.stringify(event)}`);
        if (event.fail) throw new Error('failed');
        await new Promise((resolve) => setTimeout(resolve, event.ms ?? 0));
        return { event, arn: context.invokedFunctionArn, client: context.clientContext };
    }"#;

#[tokio::test(flavor = "multi_thread")]
async fn functions_are_invoked_by_name_partial_arn_and_arn() {
    let bench = Bench::new();
    bench.put("fn", "nodejs20.x", "index.handler", &[("index.mjs", TEXT)]);
    let port = served(&bench).await;
    let full = arn("fn");
    let escaped = full.replace(':', "%3A");
    for (name, query, expected) in [
        ("fn", "", full.clone()),
        ("fn:live", "", format!("{full}:live")),
        ("fn", "?Qualifier=%24LATEST", format!("{full}:$LATEST")),
        (&format!("{ACCOUNT}:function:fn"), "", full.clone()),
        (&full, "", full.clone()),
        (&escaped, "?Qualifier=live", format!("{full}:live")),
    ] {
        let answer =
            post(port, &format!("/2015-03-31/functions/{name}/invocations{query}"), &[], b"{}").await;
        assert_eq!(answer.status, 200, "{name}: {}", String::from_utf8_lossy(&answer.body));
        assert_eq!(answer.json()["arn"], expected, "{name}{query}");
        assert_eq!(answer.header("X-Amz-Executed-Version"), Some("$LATEST"));
        assert_eq!(answer.header("X-Amz-Function-Error"), None);
        assert_eq!(answer.header("x-amzn-RequestId").map(str::len), Some(36));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_errors_events_and_context_are_lambdas() {
    let bench = Bench::with(|settings| settings.event_retry_seconds = Vec::new());
    bench.put("fn", "nodejs20.x", "index.handler", &[("index.mjs", TEXT)]);
    let port = served(&bench).await;
    let path = "/2015-03-31/functions/fn/invocations";
    let failed = post(port, path, &[("X-Amz-Log-Type", "Tail")], br#"{"fail":true}"#).await;
    assert_eq!((failed.status, failed.header("X-Amz-Function-Error")), (200, Some("Unhandled")));
    assert_eq!(failed.json()["errorMessage"], "failed");
    let log = BASE64_STANDARD.decode(failed.header("X-Amz-Log-Result").unwrap()).unwrap();
    let log = String::from_utf8(log).unwrap();
    assert!(log.len() <= 4096 && log.starts_with("START RequestId: "), "{log}");
    assert!(log.contains("told {\"fail\":true}\n") && log.contains("\nREPORT RequestId: "), "{log}");

    let context = BASE64_STANDARD.encode(r#"{"custom":{"who":"één"}}"#);
    let told = post(port, path, &[("X-Amz-Client-Context", &context)], b"").await;
    assert_eq!(told.json()["event"], json!({}));
    assert_eq!(told.json()["client"], json!({ "custom": { "who": "één" } }));
    let wrong = post(port, path, &[("X-Amz-Client-Context", "%%")], b"").await;
    assert_eq!(wrong.header("x-amzn-ErrorType"), Some("InvalidRequestContentException"));

    let event = post(port, path, &[("X-Amz-Invocation-Type", "Event")], br#"{"as":"event"}"#).await;
    assert_eq!((event.status, event.body.len()), (202, 0));
    for _ in 0..200 {
        if bench.printed("told {\"as\":\"event\"}").is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let line = bench.printed("told {\"as\":\"event\"}").expect("the event's line");
    assert_eq!(line.request_id.as_deref(), event.header("x-amzn-RequestId"));
    let dry = post(port, path, &[("X-Amz-Invocation-Type", "DryRun")], br#"{"as":"dry"}"#).await;
    assert_eq!(dry.status, 204);
    assert!(bench.printed("told {\"as\":\"dry\"}").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_are_lambdas() {
    let bench = Bench::new();
    bench.put_with("fn", "nodejs20.x", "index.handler", &[("index.mjs", TEXT)], |f| {
        f.reserved_concurrency = Some(1)
    });
    let port = served(&bench).await;
    let missing = post(port, "/2015-03-31/functions/nobody/invocations?Qualifier=live", &[], b"{}").await;
    assert_eq!(
        (missing.status, missing.header("x-amzn-ErrorType")),
        (404, Some("ResourceNotFoundException"))
    );
    let message = format!("Function not found: {}:live", arn("nobody"));
    assert_eq!(missing.json(), json!({ "Type": "User", "Message": message }));

    let path = "/2015-03-31/functions/fn/invocations";
    let wrong = post(port, path, &[], b"{no").await;
    assert_eq!(
        (wrong.status, wrong.header("x-amzn-ErrorType")),
        (400, Some("InvalidRequestContentException"))
    );
    assert!(
        wrong.json()["message"].as_str().unwrap().starts_with("Could not parse request body into json: ")
    );
    let (_, throttled) = tokio::join!(post(port, path, &[], br#"{"ms":1500}"#), async {
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        post(port, path, &[], b"{}").await
    });
    assert_eq!(
        (throttled.status, throttled.header("x-amzn-ErrorType")),
        (429, Some("TooManyRequestsException"))
    );
    assert_eq!(throttled.json()["Reason"], "ReservedFunctionConcurrentInvocationLimitExceeded");

    let event = [("X-Amz-Invocation-Type", "Event")];
    let large = post(port, path, &event, format!("\"{}\"", "x".repeat(1_048_575)).as_bytes()).await;
    assert_eq!((large.status, large.header("x-amzn-ErrorType")), (413, Some("RequestTooLargeException")));
    assert_eq!(
        large.json()["message"],
        "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)"
    );
    let odd = post(port, path, &[("X-Amz-Invocation-Type", "Odd")], b"{}").await;
    assert_eq!(odd.status, 400);
}
