//! HTTP endpoints that do what the files say theirs do. The first part of the path is the host of the recorded URL.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, Response};
use gatewright::gateway::percent;
use serde_json::{Map, Value, json};

/// Serves the endpoints; answers `127.0.0.1:port`.
pub async fn serve() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("as recorded");
    let address = listener.local_addr().expect("as recorded").to_string();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    address
}

async fn answer(request: Request) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.expect("as recorded");
    let body = String::from_utf8_lossy(&body).into_owned();
    let (host, path) = parts.uri.path().trim_start_matches('/').split_once('/').unwrap_or_default();
    let query = percent::query(parts.uri.query().unwrap_or_default());
    if host == "httpbin.org" {
        return json_answer(
            200,
            &httpbin(&parts.headers, &query, &body),
            &[
                ("Connection", "keep-alive"),
                ("Server", "gunicorn/19.9.0"),
                ("Access-Control-Allow-Origin", "*"),
                ("Access-Control-Allow-Credentials", "true"),
            ],
        );
    }
    let url_headers =
        [("Connection", "keep-alive"), ("x-amzn-RequestId", "r"), ("X-Amzn-Trace-Id", "Root=1-2-3")];
    if host == "lambda-url-echo.example" {
        let data: Value = serde_json::from_str(&body).unwrap_or_else(|_| body.clone().into());
        let echo = json!({
            "args": joined(&query),
            "data": data,
            "domain": "d",
            "headers": headers(&parts.headers, str::to_owned),
            "method": parts.method.as_str(),
            "origin": "127.0.0.1",
            "path": format!("/{path}"),
        });
        return json_answer(200, &echo, &url_headers);
    }
    // The function whose status is the last part of the path.
    let status: u16 = path.rsplit('/').next().and_then(|part| part.parse().ok()).unwrap_or(400);
    json_answer(status, &json!({ "status_code": status, "message": "" }), &url_headers)
}

fn httpbin(sent: &HeaderMap, query: &[(String, String)], body: &str) -> Value {
    // What belongs to the way to it is not shown.
    let hidden = ["Via", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "Connection"];
    let mut shown = headers(sent, title);
    shown.retain(|name, _| !hidden.contains(&name.as_str()));
    json!({
        "args": joined(query),
        "data": body,
        "headers": shown,
        "json": serde_json::from_str::<Value>(body).ok(),
        "origin": "127.0.0.1",
        "url": "http://httpbin.org/post",
    })
}

fn title(name: &str) -> String {
    let pieces = name.split('-').map(|piece| piece[..1].to_uppercase() + &piece[1..]);
    pieces.collect::<Vec<_>>().join("-")
}

fn headers(sent: &HeaderMap, name: impl Fn(&str) -> String) -> Map<String, Value> {
    let text = |value: &axum::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    sent.iter().map(|(of, value)| (name(of.as_str()), text(value).into())).collect()
}

/// Values of one name are joined with commas.
fn joined(query: &[(String, String)]) -> Map<String, Value> {
    let mut joined: Map<String, Value> = Map::new();
    for (name, value) in query {
        let before = joined.get(name).and_then(Value::as_str).map(|before| format!("{before},"));
        joined.insert(name.clone(), format!("{}{value}", before.unwrap_or_default()).into());
    }
    joined
}

fn json_answer(status: u16, body: &Value, headers: &[(&str, &str)]) -> Response<Body> {
    let mut answer = Response::builder().status(status).header("Content-Type", "application/json");
    for (name, value) in headers {
        answer = answer.header(*name, *value);
    }
    answer.body(Body::from(body.to_string())).expect("as recorded")
}
