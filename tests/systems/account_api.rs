//! The account API with the stack of its authorizer, and its page. What clients without it are answered in detail is among the tests
//! of `dev`.

use serde_json::{Value as Json, json};

use super::{
    http::call,
    project::Project,
    running::Dev,
    support::{Browser, Emulator, OidcProvider},
    whole::{System, assert_nothing_left},
};

const STACKS: &[&str] = &["auth0-authorizers", "account-api"];
const AUDIENCE: &str = "https://api.example";
const TOKEN_KEY: &str = "account-api.token";

fn uses_the_api(api: &str, provider: &OidcProvider) {
    let url = &format!("{api}/profile");
    let claims = |scope: &str| json!({ "sub": "auth0|1", "aud": AUDIENCE, "scope": scope });
    let expired = provider.token_expiring_in(claims("get:profile"), -60);
    for (what, token) in [
        ("none", None),
        ("nonsense", Some("a.b.c".to_owned())),
        ("expired", Some(expired)),
        ("shared secret", Some(provider.hs256_token(claims("get:profile")))),
    ] {
        let answer = call("GET", url, token.map(|token| format!("Bearer {token}")).as_deref());
        assert_eq!((answer.status, answer.json()), (401, json!({ "message": "Unauthorized" })), "{what}");
        assert_eq!(answer.origin(), Some("*"), "{what}");
    }
    let with = |scope: &str| call("GET", url, Some(&format!("Bearer {}", provider.token(claims(scope)))));
    assert_eq!(with("openid").status, 403, "without the scope");
    let answer = with("openid get:profile");
    assert_eq!((answer.status, answer.text().as_str()), (200, r#"{"name":"Daniël"}"#));
    let preflight = call("OPTIONS", url, None);
    assert_eq!((preflight.status, preflight.origin()), (200, Some("*")));
}

fn kept(browser: &Browser) -> Json {
    browser.run(&format!("localStorage.getItem('{TOKEN_KEY}')"))
}

fn keep(browser: &Browser, token: &str) {
    browser.run(&format!("localStorage.setItem('{TOKEN_KEY}', '{token}')"));
}

/// What a person does on the page.
fn uses_the_page(browser: &Browser, site: &str, api: &str, provider: &OidcProvider) {
    let page = format!("{}/index.html", site.trim_end_matches('/'));
    assert_eq!(browser.open(&page), 200);
    browser.see("button", "Sign in");
    browser.press("Show my profile");
    browser.see("#status.refusal", "The API refused to answer: you are not signed in.");
    browser.hidden("#profile");
    browser.picture("1-not-signed-in");
    browser.no_problems_but(&[401]);
    assert_eq!(browser.trusted(), Vec::<String>::new());

    browser.press("Sign in");
    browser.see("#name", "Daniël");
    assert_eq!(browser.address(), page, "the provider's answer does not stay in the address");
    assert_eq!(browser.texts("#session dd")[..2], ["johndoe", "openid get:profile"]);
    browser.picture("2-profile");
    browser.reload();
    browser.see("#name", "Daniël");
    browser.press("Show my profile");
    browser.see("#name", "Daniël");
    assert_eq!(browser.texts("#status"), [""]);
    browser.no_problems_but(&[]);

    will_not_do(browser, provider);
    lacks_the_scope(browser, provider);
    signs_out(browser);
    let origin = api.split('/').take(3).collect::<Vec<_>>().join("/");
    assert_eq!(browser.trusted(), [origin], "the token goes to the API only");
}

/// Tokens that the API refuses, and one that has ended, are not kept. The person is signed in before and not after.
fn will_not_do(browser: &Browser, provider: &OidcProvider) {
    let token = kept(browser);
    let token = token.as_str().expect("a token");
    let claims = json!({ "sub": "johndoe", "aud": AUDIENCE, "scope": "get:profile" });
    for (what, token) in [
        ("changed", format!("{}AAAA", &token[..token.len() - 4])),
        ("of another audience", provider.token(json!({ "sub": "johndoe", "aud": "https://other.example" }))),
        ("signed with a shared secret", provider.hs256_token(claims.clone())),
    ] {
        keep(browser, &token);
        browser.press("Show my profile");
        browser
            .see("#status.refusal", "The API does not accept your sign-in any more. Please sign in again.");
        browser.see("button", "Sign in");
        browser.hidden("#profile");
        browser.hidden("#session");
        assert_eq!(kept(browser), Json::Null, "{what}");
        browser.no_problems_but(&[401]);
    }
    keep(browser, &provider.token_expiring_in(claims, -60));
    browser.reload();
    browser.see("button", "Sign in");
    assert_eq!(
        (kept(browser), browser.texts("#status")),
        (Json::Null, vec![String::new()]),
        "without a word"
    );
    browser.no_problems_but(&[]);
}

/// Who may not see the profile is told so, and stays signed in.
fn lacks_the_scope(browser: &Browser, provider: &OidcProvider) {
    provider.people_have(&["openid"]);
    browser.press("Sign in");
    let told = "You are signed in, but may not see the profile. The scope get:profile is missing.";
    browser.see("#status.refusal", told);
    browser.see("#scopes", "openid");
    browser.hidden("#profile");
    assert_ne!(kept(browser), Json::Null);
    browser.picture("3-without-the-scope");
    browser.no_problems_but(&[403]);
    provider.people_have(&["openid", "get:profile"]);
}

/// Signs out, in again and out again: nothing of the person is left.
fn signs_out(browser: &Browser) {
    browser.press("Sign out");
    browser.see("#hint", "Only you can see it");
    assert_eq!(kept(browser), Json::Null);
    browser.press("Sign in");
    browser.see("#name", "Daniël");
    browser.press("Sign out");
    browser.see("#hint", "Only you can see it");
    browser.hidden("#profile");
    browser.hidden("#session");
    assert_eq!(kept(browser), Json::Null);
    assert_eq!(browser.run("localStorage.length + sessionStorage.length"), 0);
    browser.picture("4-signed-out");
    browser.no_problems_but(&[]);
}

/// A link that looks like the provider's way back signs nobody in, and does not stay in the address.
fn follows_a_forged_link(browser: &Browser, site: &str, provider: &OidcProvider) {
    let page = format!("{}/index.html", site.trim_end_matches('/'));
    let token = provider.token(json!({ "sub": "eve", "aud": AUDIENCE, "scope": "get:profile" }));
    let answers = [format!("#state=a&access_token={token}&id_token={token}"), "?state=a&code=b".to_owned()];
    for answer in answers {
        browser.someone_else();
        browser.open(&format!("{page}{answer}"));
        browser.see("button", "Sign in");
        assert_eq!((browser.address(), kept(browser)), (page.clone(), Json::Null), "{answer}");
        browser.no_problems_but(&[]);
    }
}

/// On an origin where browsers offer no digests, as a bucket's plain http website is one.
fn signs_in_on_an_insecure_origin(browser: &Browser, site: &str) {
    browser.someone_else();
    let page = format!("{}index.html", site.replace("127.0.0.1", "account.example"));
    assert_eq!(browser.open(&page), 200);
    assert_eq!(browser.run("[isSecureContext, typeof crypto.subtle]"), json!([false, "undefined"]));
    browser.press("Sign in");
    browser.see("#name", "Daniël");
    assert_eq!(browser.address(), page, "the tokens do not stay in the address");
    browser.no_problems_but(&[]);
}

#[test]
fn in_the_local_account() {
    let (emulator, provider) = (Emulator::ministack(), OidcProvider::start());
    let before = emulator.inventory();
    let mut project = Project::of_examples(&provider);
    project.use_emulator(&emulator);
    let system = System::local(&project, STACKS);
    system.deploy();
    let (dev, urls) = Dev::serving(&project, &system.files());
    uses_the_api(&urls[0], &provider);
    let browser = Browser::start("account-api");
    uses_the_page(&browser, &dev.site(), &urls[0], &provider);
    follows_a_forged_link(&browser, &dev.site(), &provider);
    signs_in_on_an_insecure_origin(&browser, &dev.site());
    drop(dev);
    system.destroy();
    assert_nothing_left(&emulator, &before);
}

#[test]
fn on_an_emulator() {
    let (emulator, provider) = (Emulator::ministack_with_iam(), OidcProvider::start());
    let before = emulator.inventory();
    let mut project = Project::of_examples(&provider);
    project.use_emulator(&emulator);
    let system = System::on(&emulator, &project, STACKS);
    let outputs = system.deploy();
    let output = |name: &str| outputs[1][name].as_str().expect("a URL").to_owned();
    uses_the_api(&output("api_url"), &provider);
    let browser = Browser::start("account-api-emulator");
    uses_the_page(&browser, &output("site_url"), &output("api_url"), &provider);
    system.changes_nothing();
    system.destroy();
    assert_nothing_left(&emulator, &before);
}
