//! HTTP integrations, against an endpoint on this machine that returns what it is sent.

use axum::{
    body::{Body, to_bytes},
    extract::Request as Sent,
    http::Response as Answer,
};

use super::*;

/// Serves an endpoint; answers `http://127.0.0.1:port`. `/status/N` answers with that status, `/raw` returns the body, anything
/// else a description of the request. `/slow` never answers.
pub(super) async fn endpoint() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(echo)).await });
    format!("http://{address}")
}

async fn echo(sent: Sent) -> Answer<Body> {
    let (parts, body) = sent.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let path = parts.uri.path().to_owned();
    if path == "/slow" {
        std::future::pending::<()>().await;
    }
    if path == "/raw" {
        let kind = parts.headers.get("x-answer-type").and_then(|of| of.to_str().ok()).unwrap_or("text/plain");
        return Answer::builder().header("Content-Type", kind).body(Body::from(body)).unwrap();
    }
    let status = path.strip_prefix("/status/").and_then(|status| status.parse().ok()).unwrap_or(200);
    let headers: serde_json::Map<String, Value> = parts
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap_or("?").into()))
        .collect();
    let seen = json!({
        "method": parts.method.as_str(),
        "uri": parts.uri.to_string(),
        "headers": headers,
        "body": String::from_utf8_lossy(&body),
    });
    Answer::builder()
        .status(status)
        .header("Server", "echo")
        .header("X-Own", "yes")
        .body(Body::from(seen.to_string()))
        .unwrap()
}

fn http(kind: IntegrationType, uri: String, parameters: &[(&str, &str)]) -> Integration<String> {
    let parameters =
        parameters.iter().map(|(to, from)| (format!("integration.request.{to}"), (*from).to_owned()));
    Integration {
        kind,
        uri: Some(uri),
        http_method: Some(Verb::Any),
        request_parameters: parameters.collect(),
        responses: [(200, IntegrationResponse::default())].into(),
        ..Integration::default()
    }
}

async fn answer(integration: Integration<String>, request: Request) -> Response {
    gateway(api(integration), Canned::of(Err(NoAnswer::Throttled))).answer(request).await
}

fn seen(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

#[tokio::test]
async fn a_proxy_passes_the_request_and_its_mappings() {
    let base = endpoint().await;
    let parameters = [
        ("path.id", "method.request.path.id"),
        ("querystring.q", "method.request.querystring.from"),
        ("header.X-Mapped", "'m'"),
        ("header.X-Client", "context.stage"),
        ("header.X-None", "method.request.header.nothing"),
        ("header.Connection", "'close'"),
    ];
    let integration = http(IntegrationType::HttpProxy, format!("{base}/x/{{id}}?own=1"), &parameters);
    let headers = [
        ("Host", "api.example"),
        ("X-Client", "theirs"),
        ("Connection", "keep-alive"),
        ("TE", "gzip"),
        ("X-Keep", "k"),
    ];
    let response =
        answer(integration, request("PATCH", "/a/b%2Fc%20d?from=a%26b&q=gone&r=2", &headers, b"body")).await;
    let seen = seen(&response);
    assert_eq!(response.status, 200);
    assert_eq!(seen["method"], "PATCH");
    assert_eq!(seen["uri"], "/x/b%2Fc%20d?own=1&from=a%26b&r=2&q=a%26b");
    assert_eq!(seen["body"], "body");
    let of = |name: &str| seen["headers"][name].as_str();
    assert_eq!((of("x-mapped"), of("x-client"), of("x-keep")), (Some("m"), Some("dev"), Some("k")));
    assert!(of("host").is_some_and(|host| host.starts_with("127.0.0.1")));
    assert_eq!(of("te").or(of("x-none")).or(of("connection").filter(|of| *of == "close")), None);
    assert_eq!(of("x-amzn-apigateway-api-id"), Some("abc123"));
    assert_eq!(response.headers.get("x-amzn-remapped-server"), Some("echo"));
    assert_eq!(response.headers.get("x-own"), Some("yes"));
    assert_eq!(response.headers.get("content-type"), Some("application/json"));
}

#[tokio::test]
async fn without_a_proxy_little_is_passed() {
    let base = endpoint().await;
    let integration = http(IntegrationType::Http, format!("{base}/status/400"), &[]);
    let response = answer(
        integration,
        request("POST", "/a/1?q=1", &[("X-Client", "c"), ("Accept", "text/html")], b"{}"),
    )
    .await;
    let seen = seen(&response);
    assert_eq!(response.status, 200, "no pattern matches 400");
    assert_eq!(seen["uri"], "/status/400");
    assert_eq!(seen["headers"]["accept"], "application/json");
    assert_eq!(seen["headers"]["user-agent"], "AmazonAPIGateway_abc123");
    assert_eq!(seen["headers"].get("x-client"), None);
    assert_eq!(response.headers.get("x-own"), None);
}

#[tokio::test]
async fn the_status_is_what_patterns_match() {
    let base = endpoint().await;
    let mut integration = http(IntegrationType::Http, format!("{base}/status/404"), &[]);
    let pattern = IntegrationResponse {
        selection_pattern: Some("4\\d{2}".to_owned()),
        ..IntegrationResponse::default()
    };
    integration.responses.insert(410, pattern);
    assert_eq!(answer(integration, request("GET", "/a/1", &[], b"")).await.status, 410);
}

#[tokio::test]
async fn some_headers_may_not_be_mapped() {
    let base = endpoint().await;
    for kind in [IntegrationType::Http, IntegrationType::HttpProxy] {
        for name in ["header.Content-Length", "header.transfer-encoding"] {
            let integration = http(kind, base.clone(), &[(name, "'0'")]);
            let response = answer(integration, request("GET", "/a/1", &[], b"")).await;
            assert_eq!((response.status, text(&response)), (500, r#"{"message": "Internal server error"}"#));
        }
    }
}

#[tokio::test]
async fn endpoints_that_cannot_be_reached() {
    let base = endpoint().await;
    let mut slow = http(IntegrationType::HttpProxy, format!("{base}/slow"), &[]);
    slow.timeout_ms = 60;
    let response = answer(slow, request("GET", "/a/1", &[], b"")).await;
    assert_eq!((response.status, text(&response)), (504, r#"{"message": "Endpoint request timed out"}"#));
    let closed = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let refused = http(IntegrationType::HttpProxy, format!("http://{closed}/"), &[]);
    let response = answer(refused, request("GET", "/a/1", &[], b"")).await;
    assert_eq!(
        (response.status, text(&response)),
        (504, r#"{"message": "Network error communicating with endpoint"}"#)
    );
    let secure = http(IntegrationType::HttpProxy, format!("https://{closed}/"), &[]);
    let response = answer(secure, request("GET", "/a/1", &[], b"")).await;
    // Without certificate authorities on this machine it does not come to a connection.
    let expected = if response.reason.contains("certificate authorities") { 500 } else { 504 };
    assert_eq!(response.status, expected, "{}", response.reason);
    for uri in ["http://", "http://{id}/", "nonsense", "http://a b/"] {
        let response =
            answer(http(IntegrationType::HttpProxy, uri.to_owned(), &[]), request("GET", "/a/1", &[], b""))
                .await;
        assert_eq!(response.status, 500, "{uri}");
    }
}
