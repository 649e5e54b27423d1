//! The video site: its page. What clients without it are answered is among the tests of `dev`.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::{
    http::call,
    project::Project,
    running::Dev,
    support::{Browser, Emulator, OidcProvider},
    whole::{System, assert_nothing_left},
};

const STACK: &[&str] = &["24-hour-video"];
const CLIENT: &str = "24-hour-video-hs256";

fn project(emulator: &Emulator, provider: &OidcProvider) -> Project {
    let mut project = Project::new();
    project.use_emulator(emulator);
    project.param("auth0_domain", provider.issuer());
    project.param("jwks_uri", &provider.jwks_uri());
    project.param("token_issuer", provider.issuer());
    project.param("audience", CLIENT);
    project.param("auth0_client_id", CLIENT);
    project.param("bucket", "videos");
    project.env("AUTH0_SECRET", provider.hs256_secret());
    project
}

/// The bucket of videos is there before the stack, and stays.
fn some_videos(emulator: &Emulator) {
    const SCRIPT: &str = "
import boto3, os
s3 = boto3.client('s3', endpoint_url=os.environ['AWS_ENDPOINT_URL'])
s3.create_bucket(Bucket='videos')
for key in ['720p/first.mp4', '720p/another one.mp4', '1080p/first.mp4']:
    s3.put_object(Bucket='videos', Key=key, Body=b'0' * 4096)
";
    let done = Command::new(emulator.python()).args(["-c", SCRIPT]).envs(emulator.environment()).output();
    let done = done.expect("Python starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// The gateway's own refusals, without the page.
fn refuses(api: &str, provider: &OidcProvider) {
    let url = &format!("{api}/user-profile");
    let claims = json!({ "sub": "johndoe", "aud": CLIENT });
    let tokens = [
        ("none", None),
        ("nonsense", Some("Bearer a.b.c".to_owned())),
        (
            "of another audience",
            Some(format!("Bearer {}", provider.hs256_token(json!({ "sub": "a", "aud": "b" })))),
        ),
        ("expired", Some(format!("Bearer {}", provider.token_expiring_in(claims, -60)))),
    ];
    for (what, token) in tokens {
        let answer = call("GET", url, token.as_deref());
        assert_eq!((answer.status, answer.json()), (401, json!({ "message": "Unauthorized" })), "{what}");
        assert_eq!(answer.origin(), Some("*"), "{what}");
    }
}

/// What a person does on the page.
fn uses_the_page(browser: &Browser, site: &str, api: &str, provider: &OidcProvider) {
    const TOKEN: &str = "24-hour-video.token";
    let page = format!("{}/index.html", site.trim_end_matches('/'));
    assert_eq!(browser.open(&page), 200);
    browser.see("button", "Sign in");
    browser.choose("Encoding", "720p");
    browser.press("Show");
    browser.see("#videos", "720p/another one.mp4 (4 KiB)");
    assert_eq!(browser.texts("#videos li").len(), 2);
    browser.picture("1-signed-out");

    browser.press("Sign in");
    browser.see("button", "Sign out");
    assert_eq!(browser.address(), page, "the provider's answer does not stay in the address");
    browser.press("Profile");
    browser.see("#profile-fields", "Daniël");
    browser.fill(&[("First name", "Zoë"), ("Last name", "O'Neil"), ("Email", "zoe@example.com")]);
    browser.press("Save");
    browser.see("#status", "Your profile is saved.");
    browser.see("#profile-fields", "O'Neil");
    browser.picture("2-profile");
    browser.reload();
    browser.press("Profile");
    browser.see("#profile-fields", "zoe@example.com");
    browser.no_problems_but(&[]);

    // A token that will not do is not kept: neither one that the API refuses, nor one that has ended.
    let token = browser.run(&format!("localStorage.getItem('{TOKEN}')"));
    let keep = |token: &str| browser.run(&format!("localStorage.setItem('{TOKEN}', '{token}')"));
    let kept = || browser.run(&format!("localStorage.getItem('{TOKEN}')"));
    let token = token.as_str().expect("a token");
    keep(&format!("{}AAAA", &token[..token.len() - 4]));
    browser.press("Profile");
    browser.see("#status", "Please sign in.");
    assert_eq!(kept(), Json::Null);
    browser.no_problems_but(&[401]);
    keep(&provider.token_expiring_in(json!({ "sub": "johndoe", "aud": CLIENT }), -60));
    browser.reload();
    browser.see("button", "Sign in");
    assert_eq!((kept(), browser.texts("#status")), (Json::Null, vec![String::new()]), "without a word");

    browser.press("Sign in");
    browser.see("button", "Sign out");
    browser.press("Sign out");
    browser.see("button", "Sign in");
    assert_eq!(kept(), Json::Null);
    browser.picture("3-signed-out-again");
    browser.no_problems_but(&[]);
    let origin = api.split('/').take(3).collect::<Vec<_>>().join("/");
    assert_eq!(browser.trusted(), [origin], "the token goes to the API only");
}

/// On an origin where browsers offer no digests, as a bucket's plain http website is one.
fn signs_in_on_an_insecure_origin(browser: &Browser, site: &str) {
    browser.someone_else();
    let page = format!("{}index.html", site.replace("127.0.0.1", "videos.example"));
    assert_eq!(browser.open(&page), 200);
    assert_eq!(browser.run("[isSecureContext, typeof crypto.subtle]"), json!([false, "undefined"]));
    browser.press("Sign in");
    browser.see("button", "Sign out");
    assert_eq!(browser.address(), page, "the token does not stay in the address");
    browser.press("Profile");
    browser.see("#profile-fields", "zoe@example.com");
    browser.no_problems_but(&[]);
}

#[test]
fn in_the_local_account() {
    let (emulator, provider) = (Emulator::ministack(), OidcProvider::start());
    some_videos(&emulator);
    let before = emulator.inventory();
    let project = project(&emulator, &provider);
    let system = System::local(&project, STACK);
    system.deploy();
    let (dev, urls) = Dev::serving(&project, &system.files());
    refuses(&urls[0], &provider);
    let browser = Browser::start("24-hour-video");
    uses_the_page(&browser, &dev.site(), &urls[0], &provider);
    signs_in_on_an_insecure_origin(&browser, &dev.site());
    drop(dev);
    system.destroy();
    assert_nothing_left(&emulator, &before);
}

#[test]
fn on_an_emulator() {
    let (emulator, provider) = (Emulator::ministack_with_iam(), OidcProvider::start());
    some_videos(&emulator);
    let before = emulator.inventory();
    let project = project(&emulator, &provider);
    let system = System::on(&emulator, &project, STACK);
    let outputs = system.deploy();
    let output = |name: &str| outputs[0][name].as_str().expect("a URL").to_owned();
    // MiniStack's own gateway has neither mapping templates nor selection patterns: `dev` serves what is deployed there.
    let (dev, urls) = Dev::serving(&project, &system.arguments());
    refuses(&urls[0], &provider);
    let browser = Browser::start("24-hour-video-emulator");
    browser.instead(&output("api_url"), &urls[0]);
    uses_the_page(&browser, &output("site_url"), &output("api_url"), &provider);
    drop(dev);
    system.changes_nothing();
    system.destroy();
    assert_nothing_left(&emulator, &before);
}
