//! Custom integrations: templates both ways, errors mapped to statuses, the gateway's own refusals, with a real bucket to list.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::{
    http::{Answer, call, get, send},
    project::{Project, stack},
    running::Dev,
    support::{Emulator, OidcProvider},
};

const PAGE: (&str, &str) = ("Origin", "https://page.example");

/// Runs Python with `s3`, a client of the emulator's S3.
fn with_s3(emulator: &Emulator, script: &str) {
    let begin = "import boto3, os\ns3 = boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL'])\n";
    let mut python = Command::new(emulator.python());
    let done = python.args(["-c", &format!("{begin}{script}")]).envs(emulator.environment()).output();
    let done = done.expect("Python starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn is(answer: &Answer, status: u16, body: &Json) {
    assert_eq!((answer.status, &answer.json()), (status, body));
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.origin(), Some("*"), "a page can read it");
}

#[test]
fn profiles_are_read_and_changed() {
    let provider = OidcProvider::start();
    let project = Project::of_examples(&provider);
    let (dev, urls) = Dev::serving(&project, &[&stack("24-hour-video")]);
    let url = &format!("{}/user-profile", urls[0]);
    let begin = dev.now();
    for (what, token) in
        [("none", None), ("another scheme", Some("Basic abc")), ("nonsense", Some("Bearer a.b.c"))]
    {
        for method in ["GET", "POST"] {
            let answer = call(method, url, token);
            assert_eq!(answer.status, 401, "{what}");
            is(&answer, 401, &json!({ "message": "Unauthorized" }));
        }
    }
    for function in ["user-profile", "user-profile-update"] {
        assert_eq!(dev.invocations(begin, &format!("24-hour-video-dev-{function}")), 0, "{function}");
    }
    let claims = json!({ "sub": "auth0|1", "aud": "https://api.example" });
    let bearer = format!("Bearer {}", provider.hs256_token(claims.clone()));
    let profile = |of: Json| json!({ "user_id": "auth0|1", "email": "auth0|1@example.com", "name": "Daniël", "user_metadata": of });
    is(&call("GET", url, Some(&bearer)), 200, &profile(json!({})));

    let post = |content_type: &str, body: &str| {
        send(
            "POST",
            url,
            &[PAGE, ("Authorization", &bearer), ("Content-Type", content_type)],
            body.as_bytes(),
        )
    };
    let given = json!({ "firstName": "Zoë", "lastName": "O'Neil \"Z\"", "email": "zoe@example.com" });
    let mut changed = given.clone();
    changed["userId"] = json!("auth0|1");
    is(&post("application/json", &given.to_string()), 200, &changed);
    is(&call("GET", url, Some(&bearer)), 200, &profile(given.clone()));
    is(
        &post("application/json", r#"{"email":"nobody"}"#),
        400,
        &json!({ "message": "Invalid profile: email" }),
    );
    let other = r#"{"userId":"auth0|2","firstName":"Eve"}"#;
    is(&post("application/json", other), 401, &json!({ "message": "Authorization Failed" }));
    is(&post("text/plain", "hello"), 415, &json!({ "message": "Unsupported Media Type" }));

    // An RS256 token passes the authorizer; the function knows tokens of the shared secret only.
    let rs256 = format!("Bearer {}", provider.token(claims));
    is(&call("GET", url, Some(&rs256)), 401, &json!({ "message": "Authorization Failed" }));

    let preflight = call("OPTIONS", url, None);
    assert_eq!((preflight.status, preflight.origin()), (200, Some("*")));
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET,POST,OPTIONS"));
    let headers = preflight.header("access-control-allow-headers").unwrap_or_default();
    assert!(headers.starts_with("Content-Type,X-Amz-Date,Authorization"), "{headers}");
    is(&call("DELETE", url, None), 403, &json!({ "message": "Missing Authentication Token" }));

    // The authorizer's consent is kept for this token: nothing but the provider's call is left to fail.
    drop(provider);
    is(&call("GET", url, Some(&bearer)), 502, &json!({ "message": "Identity provider unavailable" }));
}

#[test]
fn videos_are_listed_and_failures_mapped() {
    let (provider, emulator) = (OidcProvider::start(), Emulator::ministack());
    let mut project = Project::of_examples(&provider);
    project.use_emulator(&emulator);
    with_s3(
        &emulator,
        "s3.create_bucket(Bucket='videos')\n\
         for key in ['720p/a b.mp4', '720p/ü.mp4', '1080p/c.mp4', '720p/']:\n    s3.put_object(Bucket='videos', Key=key, Body=b'12345')\n",
    );
    let (dev, urls) = Dev::serving(&project, &[&stack("24-hour-video")]);
    let url = &format!("{}/videos", urls[0]);
    let etag = "827ccb0eea8a706c4c34a16891f84e7b";
    let list = |keys: &[&str]| {
        let urls: Vec<Json> = keys.iter().map(|key| json!({ "Key": key, "Etag": etag, "Size": 5 })).collect();
        json!({ "baseUrl": "https://s3.amazonaws.com", "bucket": "videos", "urls": urls })
    };
    is(&call("GET", url, None), 200, &list(&["1080p/c.mp4", "720p/a b.mp4", "720p/ü.mp4"]));
    is(&call("GET", &format!("{url}?encoding=720p"), None), 200, &list(&["720p/a b.mp4", "720p/ü.mp4"]));
    is(&call("GET", &format!("{url}?encoding=480p"), None), 200, &list(&[]));

    let refused = json!({ "message": "encoding may hold letters, digits, - and _ only", "encoding": "" });
    for encoding in ["a%20b", "..%2F", "%22", "it's", "%5C%22%7D", "%C3%BC"] {
        is(&call("GET", &format!("{url}?encoding={encoding}"), None), 400, &refused);
    }
    // Now the bucket belongs to another account, which lets nobody in.
    emulator.reset();
    with_s3(
        &emulator,
        "other = {'aws_access_key_id': '111111111111', 'aws_secret_access_key': 'other'}\n\
         boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL'], **other).create_bucket(Bucket='videos')\n",
    );
    let refused = json!({ "message": "The bucket may not be listed", "encoding": "720p" });
    is(&call("GET", &format!("{url}?encoding=720p"), None), 403, &refused);
    emulator.reset();
    let begin = dev.now();
    is(&call("GET", url, None), 500, &json!({ "message": "The videos could not be listed" }));
    dev.log_line(begin, "NoSuchBucket");

    let preflight = call("OPTIONS", url, None);
    assert_eq!((preflight.status, preflight.origin()), (200, Some("*")));
    assert_eq!(get(&urls[0].replace("/dev", "/other")).text(), r#"{"message":"Forbidden"}"#);
}
