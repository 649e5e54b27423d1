//! The message board: its page, and its API without the page.

use std::process::Command;

use serde_json::{Value as Json, json};

use super::{
    http::{call, get, send},
    project::Project,
    running::Dev,
    support::{Browser, Emulator},
    whole::{System, assert_nothing_left},
};

const STACK: &[&str] = &["cudas"];
const PASSWORD: &str = "a long pässword";

fn project(emulator: &Emulator) -> Project {
    let mut project = Project::new();
    project.use_emulator(emulator);
    project.python_of(emulator);
    project
}

/// A user's token that ended a minute ago: signed with the secret in the table, as the function does.
fn expired_token(emulator: &Emulator, username: &str) -> String {
    const SCRIPT: &str = "
import base64, boto3, hashlib, hmac, json, sys, time
table = boto3.resource('dynamodb').Table('cudas-dev-auth_user')
secret = table.get_item(Key={'username': sys.argv[1]})['Item']['jwt_secret']
part = lambda data: base64.urlsafe_b64encode(data).rstrip(b'=')
now = int(time.time())
head = part(json.dumps({'alg': 'HS256', 'typ': 'JWT'}).encode())
claims = part(json.dumps({'sub': sys.argv[1], 'iat': now - 3660, 'exp': now - 60}).encode())
signed = head + b'.' + claims
print((signed + b'.' + part(hmac.new(secret.encode(), signed, hashlib.sha256).digest())).decode())
";
    let mut python = Command::new(emulator.python());
    let output =
        python.args(["-c", SCRIPT, username]).envs(emulator.environment()).output().expect("Python starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

fn post(url: &str, token: Option<&str>, body: &Json) -> (u16, Json) {
    let bearer = token.map(|token| format!("Bearer {token}"));
    let mut headers = vec![("Origin", "https://page.example"), ("Content-Type", "application/json")];
    headers.extend(bearer.as_deref().map(|bearer| ("Authorization", bearer)));
    let answer = send("POST", url, &headers, body.to_string().as_bytes());
    assert_eq!(answer.origin(), Some("*"), "a page can read it: {}", answer.text());
    (answer.status, answer.json())
}

/// What a client without a page is answered.
fn uses_the_api(api: &str, emulator: &Emulator) {
    let ann = json!({ "username": "ann", "password": PASSWORD });
    let message = |text: &str| json!({ "message": text });
    assert_eq!(post(&format!("{api}/signup"), None, &ann), (200, json!({ "username": "ann" })));
    assert_eq!(post(&format!("{api}/signup"), None, &ann), (409, message("The username is taken")));
    let (status, told) =
        post(&format!("{api}/signup"), None, &json!({ "username": "a b", "password": PASSWORD }));
    assert_eq!(status, 400, "{told}");
    let short = json!({ "username": "bob", "password": "short" });
    let wanted = message("The password must have 8 to 128 characters");
    assert_eq!(post(&format!("{api}/signup"), None, &short), (400, wanted));

    for wrong in [
        json!({ "username": "ann", "password": "another one" }),
        json!({ "username": "eve", "password": PASSWORD }),
    ] {
        assert_eq!(post(&format!("{api}/login"), None, &wrong), (401, message("Wrong username or password")));
    }
    let (status, login) = post(&format!("{api}/login"), None, &ann);
    let token = login["token"].as_str().unwrap_or_else(|| panic!("{status}: {login}"));

    let url = format!("{api}/messages");
    let hello = json!({ "text": "Hello, \"Zoë\"" });
    let refused = (401, message("Unauthorized"));
    assert_eq!(post(&url, None, &hello), refused);
    assert_eq!(post(&url, Some("a.b.c"), &hello), refused);
    assert_eq!(post(&url, Some(&expired_token(emulator, "ann")), &hello), refused);
    let forged = format!("{}x", &token[..token.len() - 1]);
    assert_eq!(post(&url, Some(&forged), &hello), refused, "another signature");
    assert_eq!(get(&url).json(), json!({ "messages": [] }), "nothing was posted");

    let (status, posted) = post(&url, Some(token), &hello);
    assert_eq!((status, &posted["username"], &posted["text"]), (200, &json!("ann"), &hello["text"]));
    assert_eq!(post(&url, Some(token), &json!({ "text": " " })), (400, message("The text is missing")));
    assert_eq!(get(&url).json(), json!({ "messages": [posted] }));

    let preflight = call("OPTIONS", &url, None);
    assert_eq!((preflight.status, preflight.origin()), (200, Some("*")));
    assert_eq!(preflight.header("access-control-allow-methods"), Some("GET,POST,OPTIONS"));
    assert_eq!(preflight.header("access-control-allow-headers"), Some("Content-Type,Authorization"));
}

fn enter(browser: &Browser, name: &str, password: &str, button: &str) {
    browser.fill(&[("Username", name), ("Password", password)]);
    browser.press(button);
}

/// What a person does on the page.
fn uses_the_page(browser: &Browser, site: &str, emulator: &Emulator) {
    assert_eq!(browser.open(&format!("{}/index.html", site.trim_end_matches('/'))), 200);
    browser.see("h2", "Messages");
    browser.picture("1-start");
    enter(browser, "zoe", PASSWORD, "Sign up");
    browser.see("#name", "zoe");
    browser.fill(&[("Text", "Hello <b>Daniël</b>")]);
    browser.press("Post");
    browser.see("#messages .text", "Hello <b>Daniël</b>");
    assert_eq!(browser.value("Text"), "", "the form is empty again");
    browser.picture("2-posted");
    browser.no_problems_but(&[]);

    browser.reload();
    browser.see("#name", "zoe");
    browser.see("#messages .text", "Hello <b>Daniël</b>");
    browser.press("Log out");
    browser.hidden("#message");
    enter(browser, "zoe", "a wrong password", "Log in");
    browser.see("#status", "Wrong username or password");
    browser.picture("3-wrong-password");
    enter(browser, "zoe", PASSWORD, "Sign up");
    browser.see("#status", "The username is taken");
    enter(browser, "zoe", PASSWORD, "Log in");
    browser.see("#name", "zoe");
    browser.no_problems_but(&[401, 409]);

    // The session has ended by its own time: the page forgets it without a word.
    let change = |what: &str| {
        browser.run(&format!(
            "{{ const session = JSON.parse(localStorage.getItem('cudas.session')); {what}; \
             localStorage.setItem('cudas.session', JSON.stringify(session)) }}"
        ));
    };
    change("session.expires = 1");
    browser.reload();
    browser.see("h2", "Log in or sign up");
    browser.hidden("#message");
    assert_eq!(browser.texts("#status"), [""]);
    assert_eq!(browser.run("localStorage.getItem('cudas.session')"), Json::Null);

    // The page believes in a token that the API does not take any more.
    enter(browser, "zoe", PASSWORD, "Log in");
    browser.see("#name", "zoe");
    change(&format!("session.token = '{}'", expired_token(emulator, "zoe")));
    browser.fill(&[("Text", "too late")]);
    browser.press("Post");
    browser.see("#status", "Please log in again.");
    browser.picture("4-expired");
    assert!(!browser.texts("#messages .text").contains(&"too late".to_owned()));
    browser.no_problems_but(&[401]);
}

#[test]
fn in_the_local_account() {
    let emulator = Emulator::ministack();
    let before = emulator.inventory();
    let project = project(&emulator);
    let system = System::local(&project, STACK);
    system.deploy();
    let (dev, urls) = Dev::serving(&project, &system.files());
    uses_the_api(&urls[0], &emulator);
    let browser = Browser::start("cudas");
    uses_the_page(&browser, &dev.site(), &emulator);
    drop(dev);
    system.destroy();
    assert_nothing_left(&emulator, &before);
}

#[test]
fn on_an_emulator() {
    let emulator = Emulator::ministack_with_iam();
    let before = emulator.inventory();
    let project = project(&emulator);
    let system = System::on(&emulator, &project, STACK);
    let outputs = system.deploy();
    let output = |name: &str| outputs[0][name].as_str().expect("a URL").to_owned();
    // MiniStack's own gateway has neither mapping templates nor selection patterns: `dev` serves what is deployed there.
    let (dev, urls) = Dev::serving(&project, &system.arguments());
    uses_the_api(&urls[0], &emulator);
    let browser = Browser::start("cudas-emulator");
    browser.instead(&output("api_url"), &urls[0]);
    uses_the_page(&browser, &output("site_url"), &emulator);
    drop(dev);
    system.changes_nothing();
    system.destroy();
    assert_nothing_left(&emulator, &before);
}
