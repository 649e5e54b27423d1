//! A proxied function behind an authorizer of another stack.

use serde_json::json;

use super::{
    http::{Answer, call, send},
    project::{Project, stack},
    running::Dev,
    support::OidcProvider,
};

const PROFILE: &str = "account-api-dev-profile";
const VERIFIER: &str = "auth0-authorizers-dev-verify-bearer";

/// The same token with another subject: its signature does not fit any more.
fn forged(token: &str) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let parts: Vec<&str> = token.split('.').collect();
    let payload = BASE64_URL_SAFE_NO_PAD.decode(parts[1]).expect("base64");
    let payload = String::from_utf8(payload).expect("text").replace("auth0|1", "auth0|2");
    format!("{}.{}.{}", parts[0], BASE64_URL_SAFE_NO_PAD.encode(payload), parts[2])
}

#[test]
fn tokens_scopes_and_cross_origin_headers() {
    let provider = OidcProvider::start();
    let project = Project::of_examples(&provider);
    let (dev, urls) = Dev::serving(&project, &[&stack("account-api"), &stack("auth0-authorizers")]);
    let [url] = urls.as_slice() else { panic!("one API is served: {urls:?}") };
    assert!(url.starts_with("http://127.0.0.1:") && !url.contains(":0/"), "{url}");
    let url = &format!("{url}/profile");

    let begin = dev.now();
    let refused = |what: &str, answer: &Answer| {
        assert_eq!(answer.status, 401, "{what}: {}", answer.text());
        assert_eq!(answer.text(), r#"{"message":"Unauthorized"}"#, "{what}");
        assert_eq!(answer.header("content-type"), Some("application/json"), "{what}");
        assert_eq!(answer.header("x-amzn-errortype"), Some("UnauthorizedException"), "{what}");
        assert_eq!(answer.origin(), Some("*"), "{what}: a page can read why");
    };
    refused("no token", &call("GET", url, None));
    refused("empty", &call("GET", url, Some("")));
    refused("another scheme", &call("GET", url, Some("Basic abc")));
    refused("a character that no token has", &call("GET", url, Some("Bearer a,b")));
    let access = dev.access(begin, "/dev/profile");
    assert_eq!((access["status"].as_u64(), &access["answered_by"]), (Some(401), &json!("authorizer")));
    assert_eq!((dev.invocations(begin, VERIFIER), dev.invocations(begin, PROFILE)), (0, 0));

    let claims = |scope: &str| json!({ "sub": "auth0|1", "aud": "https://api.example", "scope": scope });
    let bearer = |token: String| format!("Bearer {token}");
    let good = bearer(provider.token(claims("openid get:profile")));
    let tokens = [
        ("no token at all", "Bearer nonsense".to_owned()),
        ("bad signature", forged(&good)),
        ("expired", bearer(provider.token_expiring_in(claims("get:profile"), -60))),
        ("shared secret", bearer(provider.hs256_token(claims("get:profile")))),
        ("wrong audience", bearer(provider.token(json!({ "sub": "a", "aud": "https://other.example" })))),
        (
            "wrong issuer",
            bearer(provider.token(json!({ "sub": "a", "aud": "https://api.example", "iss": "x" }))),
        ),
    ];
    for (what, token) in &tokens {
        refused(what, &call("GET", url, Some(token)));
    }
    // The log of an invocation is written before its answer is given.
    assert_eq!((dev.invocations(begin, VERIFIER), dev.invocations(begin, PROFILE)), (tokens.len(), 0));

    let answer = call("GET", url, Some(&good));
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"name":"Daniël"}"#));
    assert_eq!(answer.body.len(), 18, "ë is two bytes");
    assert_eq!(answer.header("content-type"), Some("application/json; charset=utf-8"));
    assert_eq!(answer.origin(), Some("*"));
    assert!(answer.header("x-amzn-requestid").is_some());
    let before = dev.now();
    let answer = call("GET", url, Some(&bearer(provider.token(claims("openid")))));
    assert_eq!((answer.status, answer.origin()), (403, Some("*")));
    assert_eq!(answer.json(), json!({ "message": "The scope get:profile is missing" }));
    assert_eq!((dev.invocations(before, VERIFIER), dev.invocations(before, PROFILE)), (1, 1));
    assert_eq!(provider.jwks_requests(), 1, "the function keeps its process and its keys");

    let asks = [
        ("Origin", "https://page.example"),
        ("Access-Control-Request-Method", "GET"),
        ("Access-Control-Request-Headers", "authorization"),
    ];
    let before = dev.now();
    let preflight = send("OPTIONS", url, &asks, b"");
    assert!(matches!(preflight.status, 200 | 204), "{}: {}", preflight.status, preflight.text());
    assert_eq!(preflight.origin(), Some("*"));
    let allowed = |name| preflight.header(name).unwrap_or_default().to_ascii_lowercase();
    assert!(allowed("access-control-allow-methods").contains("get"));
    assert!(allowed("access-control-allow-headers").contains("authorization"));
    assert_eq!(dev.invocations(before, VERIFIER), 0, "browsers send no token with it");

    let strange = call("GET", &url.replace("/profile", "/profiles"), None);
    assert_eq!((strange.status, strange.origin()), (403, Some("*")));
    assert_eq!(strange.json(), json!({ "message": "Missing Authentication Token" }));
    let secret = good.rsplit('.').next().expect("a signature");
    let told: Vec<String> = dev.since(0).iter().map(ToString::to_string).collect();
    assert!(!told.iter().any(|line| line.contains(secret)), "no token is told");
}
