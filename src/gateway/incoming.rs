//! The headers of a request as integrations and templates see them, which are not quite those the client sent.

use serde_json::Value;

use super::exchange::{Headers, Request};

/// Headers that reach neither events nor templates. Recorded from AWS for all but `Keep-Alive` and the like, which belong to a
/// connection as `Connection` does.
const DROPPED: [&str; 14] = [
    "Connection",
    "Content-Length",
    "Content-MD5",
    "Expect",
    "Keep-Alive",
    "Max-Forwards",
    "Proxy-Authenticate",
    "Proxy-Connection",
    "Server",
    "TE",
    "Trailer",
    "Transfer-Encoding",
    "Upgrade",
    "WWW-Authenticate",
];

/// Headers whose names AWS writes in its own way, whatever the client wrote.
const CANONICAL: [&str; 3] = ["Authorization", "Host", "User-Agent"];

/// Headers API Gateway writes itself.
const OWN: [&str; 4] = ["X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"];

/// The headers of `request` as functions and templates see them. `context` is `$context`, for the trace.
pub fn headers(request: &Request, context: &Value) -> Headers {
    let mut headers = Headers::default();
    for (name, value) in &request.headers.0 {
        if is_one_of(name, &DROPPED) || is_one_of(name, &OWN) {
            continue;
        }
        let canonical = CANONICAL.iter().find(|of| of.eq_ignore_ascii_case(name));
        headers.add(canonical.copied().unwrap_or(name), value);
    }
    let trace = context["xrayTraceId"].as_str().unwrap_or_default();
    headers.add("X-Amzn-Trace-Id", trace);
    let before: Vec<&str> =
        request.headers.all("X-Forwarded-For").chain([request.source_ip.as_str()]).collect();
    headers.add("X-Forwarded-For", before.join(", "));
    headers.add("X-Forwarded-Port", port(request));
    headers.add("X-Forwarded-Proto", "http");
    headers
}

fn is_one_of(name: &str, list: &[&str]) -> bool {
    list.iter().any(|of| of.eq_ignore_ascii_case(name))
}

/// The port the client connected to, by its `Host` header.
fn port(request: &Request) -> &str {
    let host = request.headers.get("Host").unwrap_or_default();
    let after_address = host.rsplit(']').next().unwrap_or_default();
    after_address.rsplit_once(':').map_or("80", |(_, port)| port)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn request(headers: &[(&str, &str)]) -> Request {
        crate::gateway::testing::request("GET", "/", headers, b"")
    }

    #[test]
    fn connection_headers_go_and_own_ones_come() {
        let request = request(&[
            ("host", "localhost:3000"),
            ("connection", "close"),
            ("tEsT", "1"),
            ("aUThorization", "x"),
            ("x-forwarded-for", "10.0.0.1"),
            ("TE", "gzip"),
        ]);
        let headers = headers(&request, &json!({ "xrayTraceId": "Root=1-2-3" }));
        let expected = [
            ("Host", "localhost:3000"),
            ("tEsT", "1"),
            ("Authorization", "x"),
            ("X-Amzn-Trace-Id", "Root=1-2-3"),
            ("X-Forwarded-For", "10.0.0.1, 127.0.0.1"),
            ("X-Forwarded-Port", "3000"),
            ("X-Forwarded-Proto", "http"),
        ];
        assert_eq!(headers.0, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn the_port_is_the_hosts() {
        assert_eq!(port(&request(&[("Host", "[::1]:81")])), "81");
        assert_eq!(port(&request(&[("Host", "[::1]")])), "80");
        assert_eq!(port(&request(&[])), "80");
    }
}
