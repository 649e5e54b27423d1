//! One authorizer function behind TOKEN and REQUEST authorizers, with its library in a layer, the access log, and the page that calls
//! its routes.

use serde_json::{Value as Json, json};

use super::{
    http::{Answer, call},
    project::Project,
    running::Dev,
    support::{Browser, Emulator, OidcProvider},
    whole::{System, assert_nothing_left},
};

const STACK: &[&str] = &["auth0-custom-authorizer"];
const AUDIENCE: &str = "https://api.example";
const TOKEN_KEY: &str = "auth0-custom-authorizer.token";
/// The routes, where the page shows what each answers, and where its authorizer finds the token if the function is told.
const ROUTES: [(&str, &str, Option<&str>); 5] = [
    ("/whoami", "#whoami", Some("header")),
    ("/scope", "#scope", None),
    ("/request/whoami", "#request-whoami", Some("header")),
    ("/request/link", "#request-link", Some("query")),
    ("/request/scope", "#request-scope", None),
];

fn project(emulator: &Emulator, provider: &OidcProvider) -> Project {
    let mut project = Project::new();
    project.use_emulator(emulator);
    project.param("auth0_domain", provider.issuer());
    project.param("jwks_uri", &provider.jwks_uri());
    project.param("token_issuer", provider.issuer());
    project.param("auth0_client_id", "routes");
    project.param("audience", AUDIENCE);
    project
}

fn claims() -> Json {
    json!({ "sub": "auth0|1", "aud": AUDIENCE, "scope": "get:profile read:all" })
}

fn is(answer: &Answer, body: &Json) {
    assert_eq!((answer.status, &answer.json()), (200, body));
}

fn refused(what: &str, answer: &Answer) {
    assert_eq!((answer.status, answer.json()), (401, json!({ "message": "Unauthorized" })), "{what}");
    assert_eq!(answer.origin(), Some("*"), "{what}: a page can read it");
}

fn caller(from: &str) -> Json {
    json!({ "principalId": "auth0|1", "scopes": ["get:profile", "read:all"], "tokenFrom": from })
}

/// A proxied route whose authorizer looks at the `Authorization` header.
fn uses_the_header(url: &str, provider: &OidcProvider) {
    refused("no token", &call("GET", url, None));
    refused("nonsense", &call("GET", url, Some("Bearer a.b.c")));
    let expired = provider.token_expiring_in(claims(), -60);
    refused("expired", &call("GET", url, Some(&format!("Bearer {expired}"))));
    let other = provider.token(json!({ "sub": "auth0|1", "aud": "https://other.example" }));
    refused("another audience", &call("GET", url, Some(&format!("Bearer {other}"))));
    is(&call("GET", url, Some(&format!("Bearer {}", provider.token(claims())))), &caller("header"));
}

/// The routes whose authorizer gets the request.
fn uses_the_request(api: &str, provider: &OidcProvider) {
    uses_the_header(&format!("{api}/request/whoami"), provider);
    let url = format!("{api}/request/link");
    refused("no token", &call("GET", &url, None));
    refused("nonsense", &call("GET", &format!("{url}?access_token=a.b.c"), None));
    is(&call("GET", &format!("{url}?access_token={}", provider.token(claims())), None), &caller("query"));
    let asked = provider.jwks_requests();
    is(&call("GET", &format!("{url}?access_token={}", provider.token(claims())), None), &caller("query"));
    assert_eq!(provider.jwks_requests(), asked, "the keys are kept between calls");
}

/// Those with mapping templates, and the access log.
fn uses_the_templates(dev: &Dev, api: &str, provider: &OidcProvider) {
    let bearer = format!("Bearer {}", provider.token(claims()));
    let begin = dev.now();
    for path in ["scope", "request/scope"] {
        let answer = call("GET", &format!("{api}/{path}"), Some(&bearer));
        is(&answer, &json!({ "principalId": "auth0|1", "scope": "get:profile read:all" }));
        refused("no token", &call("GET", &format!("{api}/{path}"), None));
    }
    let lines: Vec<Json> = dev.since(begin).into_iter().filter(|event| event["event"] == "request").collect();
    let logged = |status: u64| {
        let line = lines.iter().find(|line| line["status"] == status && line["path"] == "/dev/scope");
        let line = line.and_then(|line| line["access_log"].as_str()).unwrap_or_else(|| panic!("{lines:#?}"));
        serde_json::from_str::<Json>(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    };
    let good = logged(200);
    for (name, wanted) in [
        ("ip", "127.0.0.1"),
        ("httpMethod", "GET"),
        ("resourcePath", "/scope"),
        ("status", "200"),
        ("protocol", "HTTP/1.1"),
        ("error", "-"),
    ] {
        assert_eq!(good[name], wanted, "{name}: {good:#}");
    }
    for name in ["requestId", "requestTime", "responseLength"] {
        assert!(good[name].as_str().is_some_and(|value| value.len() > 1), "{name}: {good:#}");
    }
    let bad = logged(401);
    assert_eq!(
        (&bad["errorType"], &bad["error"]),
        (&json!("UNAUTHORIZED"), &json!("Unauthorized")),
        "{bad:#}"
    );
}

fn kept(browser: &Browser) -> Json {
    browser.run(&format!("localStorage.getItem('{TOKEN_KEY}')"))
}

fn keep(browser: &Browser, token: &str) {
    browser.run(&format!("localStorage.setItem('{TOKEN_KEY}', '{token}')"));
}

/// Every route's button answers who the person is.
fn is_known(browser: &Browser, scopes: &str) {
    for (path, row, from) in ROUTES {
        browser.press(&format!("Call {path}"));
        browser.see(&format!("{row} .badge"), "200");
        let mut told = vec!["johndoe", scopes];
        told.extend(from);
        assert_eq!(browser.texts(&format!("{row} dd")), told, "{path}");
    }
    browser.no_problems_but(&[]);
}

fn is_refused(browser: &Browser, path: &str, row: &str, words: &str) {
    browser.press(&format!("Call {path}"));
    browser.see(&format!("{row} .result"), words);
    assert_eq!(browser.texts(&format!("{row} .badge.refusal")), ["401"], "{path}");
    browser.no_problems_but(&[401]);
}

/// What a person does on the page.
fn uses_the_page(browser: &Browser, site: &str, api: &str, provider: &OidcProvider) {
    let page = format!("{}/index.html", site.trim_end_matches('/'));
    assert_eq!(browser.open(&page), 200);
    browser.see("#who", "Not signed in");
    for (path, row, _) in ROUTES {
        is_refused(browser, path, row, "Refused: you are not signed in.");
    }
    browser.picture("1-not-signed-in");
    assert_eq!(browser.trusted(), Vec::<String>::new());

    browser.press("Sign in");
    browser.see("#who", "Signed in as johndoe");
    assert_eq!(browser.address(), page, "the provider's answer does not stay in the address");
    is_known(browser, "openid get:profile");
    browser.picture("2-signed-in");
    browser.reload();
    browser.see("#who", "Signed in as johndoe");
    assert_eq!(browser.texts(".result"), [""; 5]);

    will_not_do(browser, provider);
    provider.people_have(&[]);
    browser.press("Sign in");
    browser.see("#who", "Signed in as johndoe");
    is_known(browser, "none");
    provider.people_have(&["openid", "get:profile"]);
    browser.press("Sign out");
    browser.see("#who", "Not signed in");
    assert_eq!((kept(browser), browser.texts(".result")), (Json::Null, vec![String::new(); 5]));
    assert_eq!(browser.run("localStorage.length + sessionStorage.length"), 0);
    browser.picture("3-signed-out");
    browser.no_problems_but(&[]);
    let origin = api.split('/').take(3).collect::<Vec<_>>().join("/");
    assert_eq!(browser.trusted(), [origin], "the token goes to the API only");
}

/// Tokens that an authorizer refuses, and one that has ended, are not kept.
fn will_not_do(browser: &Browser, provider: &OidcProvider) {
    let token = kept(browser);
    let token = token.as_str().expect("a token");
    let changed = format!("{}AAAA", &token[..token.len() - 4]);
    let other = provider.token(json!({ "sub": "johndoe", "aud": "https://other.example" }));
    for (path, row, _) in ROUTES {
        for token in [&changed, &other] {
            keep(browser, token);
            browser.reload();
            browser.see("#who", "Signed in as johndoe");
            is_refused(
                browser,
                path,
                row,
                "Refused: the authorizer does not accept your token. Please sign in again.",
            );
            browser.see("#who", "Not signed in");
            assert_eq!(kept(browser), Json::Null, "{path}");
        }
    }
    keep(browser, &provider.token_expiring_in(claims(), -60));
    browser.reload();
    browser.see("#who", "Not signed in");
    assert_eq!(
        (kept(browser), browser.texts("#status")),
        (Json::Null, vec![String::new()]),
        "without a word"
    );
    browser.no_problems_but(&[]);
}

/// On an origin where browsers offer no digests, as a bucket's plain http website is one.
fn signs_in_on_an_insecure_origin(browser: &Browser, site: &str) {
    browser.someone_else();
    let page = format!("{}index.html", site.replace("127.0.0.1", "routes.example"));
    assert_eq!(browser.open(&page), 200);
    assert_eq!(browser.run("[isSecureContext, typeof crypto.subtle]"), json!([false, "undefined"]));
    browser.press("Sign in");
    browser.see("#who", "Signed in as johndoe");
    assert_eq!(browser.address(), page, "the tokens do not stay in the address");
    is_known(browser, "openid get:profile");
}

#[test]
fn in_the_local_account() {
    let (emulator, provider) = (Emulator::ministack(), OidcProvider::start());
    let before = emulator.inventory();
    let project = project(&emulator, &provider);
    let system = System::local(&project, STACK);
    system.deploy();
    let (dev, urls) = Dev::serving(&project, &system.files());
    uses_the_header(&format!("{}/whoami", urls[0]), &provider);
    uses_the_request(&urls[0], &provider);
    uses_the_templates(&dev, &urls[0], &provider);
    let browser = Browser::start("auth0-custom-authorizer");
    uses_the_page(&browser, &dev.site(), &urls[0], &provider);
    signs_in_on_an_insecure_origin(&browser, &dev.site());
    drop(dev);
    system.destroy();
    assert_nothing_left(&emulator, &before);
}

#[test]
fn on_an_emulator() {
    let (emulator, provider) = (Emulator::ministack_with_iam(), OidcProvider::start());
    let before = emulator.inventory();
    let project = project(&emulator, &provider);
    let system = System::on(&emulator, &project, STACK);
    let outputs = system.deploy();
    let output = |name: &str| outputs[0][name].as_str().expect("a URL").to_owned();
    let api = output("api_url");
    uses_the_header(&format!("{api}/whoami"), &provider);
    // MiniStack's own gateway has no mapping templates, and takes `context.…` for an identity source that is missing: `dev` serves
    // what is deployed there.
    let (dev, urls) = Dev::serving(&project, &system.arguments());
    uses_the_request(&urls[0], &provider);
    uses_the_templates(&dev, &urls[0], &provider);
    let browser = Browser::start("auth0-custom-authorizer-emulator");
    browser.instead(&api, &urls[0]);
    uses_the_page(&browser, &output("site_url"), &api, &provider);
    drop(dev);
    system.changes_nothing();
    system.destroy();
    assert_nothing_left(&emulator, &before);
}
