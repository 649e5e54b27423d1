use proptest::prelude::*;

use super::*;
use crate::gateway::testing::{self, served};

fn request(headers: &[(&str, &str)]) -> Request {
    let mut request = testing::request("GET", "/users/7", headers, b"");
    request.prefix = "/_aws/execute-api/abc/dev".to_owned();
    request.received = "2026-11-21T05:39:29.25Z".parse().unwrap();
    request
}

#[test]
fn the_path_has_the_stage_whatever_stood_before_it() {
    let context = of_request(&served(), &request(&[("host", "abc.example:80")]), None, &Env::fixed(1));
    assert_eq!(context["path"], "/dev/users/7");
    assert_eq!(context["domainName"], "abc.example:80");
    assert_eq!(context["domainPrefix"], "abc");
    assert_eq!(context["requestTime"], "21/Nov/2026:05:39:29 +0000");
    assert_eq!(context["requestTimeEpoch"], 1_795_239_569_250_i64);
    assert_eq!(context.get("resourcePath"), None);
}

#[test]
fn a_clients_trace_goes_on() {
    let env = Env::fixed(1);
    let served = served();
    let context = |trace: &str| of_request(&served, &request(&[("x-amzn-trace-id", trace)]), None, &env);
    let full = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1";
    assert_eq!(answered_trace(&context(full), &env), full);
    let root = "Root=1-3152b799-8954dae64eda91bc9a23a7e8";
    let answered = answered_trace(&context(root), &env);
    assert!(
        answered.starts_with(&format!("{root};Parent=")) && answered.ends_with(";Sampled=0"),
        "{answered}"
    );
    let new = context("nonsense")["xrayTraceId"].as_str().unwrap().to_owned();
    assert!(new.starts_with(&format!("Root=1-{:08x}-", 1_795_239_569)), "{new}");
    assert_eq!(new.len(), "Root=1-00000000-".len() + 24);
}

#[test]
fn access_log_lines_have_dashes_for_what_is_not_there() {
    let context = json!({
        "requestId": "1f0c",
        "status": 200,
        "identity": { "sourceIp": "127.0.0.1", "caller": null, "apiKey": "0123456789abcdefghij" },
        "authorizer": { "user-id": "me", "a": { "b": true } },
        "error": { "message": "say \"no\"" },
    });
    let line = |format: &str| access_log_line(format, &context);
    assert_eq!(
        line("$context.identity.sourceIp $context.identity.caller [$context.status]\n"),
        "127.0.0.1 - [200]"
    );
    assert_eq!(
        line("{\"id\":\"$context.requestId\",\"e\":$context.error.messageString}"),
        "{\"id\":\"1f0c\",\"e\":\"say \\\"no\\\"\"}"
    );
    assert_eq!(line("$context.authorizer.user-id, $context.status."), "me, 200.");
    assert_eq!(line("$context.authorizer.a.b $context.nothing $context. $other"), "true - - $other");
    assert_eq!(line("a\nb"), "a b");
    assert_eq!(line("$context.identity.apiKey"), "**********ghij");
}

proptest! {
    #[test]
    fn any_format_is_survived(format in "(\\PC|\\$context\\.|identity|\\.|\n){0,40}") {
        let line = access_log_line(&format, &json!({ "identity": { "a": 1 } }));
        prop_assert!(!line.contains('\n'));
    }
}
