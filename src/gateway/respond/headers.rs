//! Headers API Gateway does not let through under their names.

use crate::gateway::exchange::Headers;

/// Headers that become `x-amzn-Remapped-…`. Recorded from AWS.
const REMAPPED: [&str; 15] = [
    "Authorization",
    "Connection",
    "Content-Length",
    "Content-MD5",
    "Date",
    "Expect",
    "Host",
    "Max-Forwards",
    "Proxy-Authenticate",
    "Server",
    "Trailer",
    "Upgrade",
    "User-Agent",
    "WWW-Authenticate",
    "x-amzn-RequestId",
];

/// Headers that go nowhere. Recorded from AWS for the first.
const DROPPED: [&str; 3] = ["Transfer-Encoding", "Keep-Alive", "Proxy-Connection"];

/// `headers` as a client gets them.
pub(super) fn remapped(headers: Headers) -> Headers {
    let is_one_of = |name: &str, list: &[&str]| list.iter().any(|of| of.eq_ignore_ascii_case(name));
    let kept = headers.0.into_iter().filter(|(name, _)| !is_one_of(name, &DROPPED));
    let renamed = kept.map(|(name, value)| match REMAPPED.iter().find(|of| of.eq_ignore_ascii_case(&name)) {
        Some(of) => (format!("x-amzn-Remapped-{of}"), value),
        None => (name, value),
    });
    Headers(renamed.collect())
}

/// Headers that HTTP can carry. What it cannot is left out: a decoded query parameter, say, that a mapping puts into a header and
/// that would begin a line of its own.
pub fn valid(headers: Headers) -> Headers {
    let is_name = |name: &str| {
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
    };
    let is_value = |value: &str| value.bytes().all(|b| b == b'\t' || (b >= b' ' && b != 0x7f));
    let kept = headers.0.into_iter().filter(|(name, value)| is_name(name) && is_value(value));
    Headers(kept.collect())
}
