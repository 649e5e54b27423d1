//! Lambda answers browsers, so that a page with credentials of an identity pool can invoke functions. Here, where nobody checks a
//! signature, that goes for pages of this machine only.

use axum::{
    extract::Request,
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
            ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_REQUEST_HEADERS, ORIGIN, VARY,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

/// What a page may see of an answer besides its body.
const EXPOSED: &str =
    "x-amzn-requestid,x-amzn-errortype,x-amz-function-error,x-amz-log-result,x-amz-executed-version";

/// Answers preflights, and lets pages of this machine read the rest.
pub(super) async fn of_this_machine(request: Request, next: Next) -> Response {
    let headers = request.headers();
    let Some(origin) = headers.get(ORIGIN).filter(|origin| is_of_this_machine(origin)).cloned() else {
        return next.run(request).await;
    };
    let asked = headers.get(ACCESS_CONTROL_REQUEST_HEADERS).cloned();
    let mut response = match *request.method() {
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => next.run(request).await,
    };
    allow(response.headers_mut(), origin, asked);
    response
}

fn allow(headers: &mut HeaderMap, origin: HeaderValue, asked: Option<HeaderValue>) {
    let mut set = |name: HeaderName, value: HeaderValue| drop(headers.insert(name, value));
    set(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    set(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    set(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
    set(VARY, HeaderValue::from_static("Origin"));
    if let Some(asked) = asked {
        set(ACCESS_CONTROL_ALLOW_HEADERS, asked);
    }
}

/// Whether an origin's host is this machine by its name alone: no name that a DNS server answers for.
fn is_of_this_machine(origin: &HeaderValue) -> bool {
    let Some((_, host)) = origin.to_str().ok().and_then(|origin| origin.split_once("://")) else {
        return false;
    };
    let host = host.strip_prefix("[::1]").map_or(host, |_| "localhost");
    let host = host.split(':').next().unwrap_or_default();
    host == "127.0.0.1" || host == "localhost" || host.ends_with(".localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_this_machine_are_let_in() {
        let is = |origin: &'static str| is_of_this_machine(&HeaderValue::from_static(origin));
        for ours in [
            "http://127.0.0.1:4566",
            "http://localhost",
            "https://localhost:1",
            "http://site.localhost:80",
            "http://[::1]:3",
        ] {
            assert!(is(ours), "{ours}");
        }
        for other in [
            "null",
            "",
            "http://127.0.0.1.example",
            "http://localhost.example:80",
            "https://site.example",
            "http://notlocalhost",
            "http://127.0.0.10",
        ] {
            assert!(!is(other), "{other}");
        }
    }
}
