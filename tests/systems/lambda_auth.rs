//! The authentication service: its pages, which call functions with Cognito's credentials, and its API.

use serde_json::{Value as Json, json};

use super::{
    http::{get, send},
    project::Project,
    running::Dev,
    support::{Browser, Emulator, emulator::free_port},
    whole::{System, assert_nothing_left},
};

const STACK: &[&str] = &["lambda-auth"];
const SENDER: &str = "accounts@example.com";
const PASSWORDS: [&str; 3] = ["the first pässword", "the second one", "the third one"];

fn project(emulator: &Emulator) -> Project {
    let mut project = Project::new();
    project.use_emulator(emulator);
    project.param("sender", SENDER);
    project.param("endpoint", emulator.endpoint());
    project
}

/// The links of the mails that the emulator took for an address, the oldest first.
fn links(emulator: &Emulator, address: &str) -> Vec<String> {
    let all = get(&format!("{}/_ministack/ses/messages", emulator.endpoint())).json();
    let mails = all["messages"][emulator.account_id()].as_array().cloned().unwrap_or_default();
    let to_it = mails.iter().filter(|mail| mail["To"] == json!([address]) && mail["Source"] == SENDER);
    let link = |mail: &Json| {
        let text = mail["BodyText"].as_str().expect("a text");
        text.split_whitespace().find(|word| word.starts_with("http")).expect("a link").to_owned()
    };
    to_it.map(link).collect()
}

/// What a client of the API is answered.
fn uses_the_api(api: &str, emulator: &Emulator) {
    let post = |path: &str, body: Json| {
        let headers = [("Origin", "https://page.example"), ("Content-Type", "application/json")];
        let answer = send("POST", &format!("{api}/{path}"), &headers, body.to_string().as_bytes());
        assert_eq!(answer.origin(), Some("*"), "{path}: {}", answer.text());
        (answer.status, answer.json())
    };
    let (email, password) = ("ann@example.com", PASSWORDS[0]);
    assert_eq!(
        post("create-user", json!({ "email": email, "password": password })),
        (200, json!({ "created": true }))
    );
    let wrong = json!({ "login": false, "message": "Wrong address or password" });
    assert_eq!(
        post("login", json!({ "email": email, "password": password })),
        (401, wrong.clone()),
        "not verified"
    );
    let link = links(emulator, email).remove(0);
    let (_, query) = link.split_once("?token=").expect("a token");
    let (token, _) = query.split_once('&').expect("an address");
    let verify = json!({ "email": email, "token": token });
    assert_eq!(post("verify-user", verify.clone()), (200, json!({ "verified": true })));
    assert_eq!(post("verify-user", verify).0, 400, "a link works once");
    assert_eq!(post("login", json!({ "email": email, "password": "another one" })), (401, wrong));
    let (status, login) = post("login", json!({ "email": email, "password": password }));
    assert_eq!((status, &login["login"]), (200, &json!(true)), "{login}");
    let change = json!({ "email": email, "oldPassword": password, "newPassword": PASSWORDS[1] });
    assert_eq!(post("change-password", change.clone()), (200, json!({ "changed": true })));
    assert_eq!(post("change-password", change).0, 401, "the old one is gone");
    assert_eq!(
        post("lost-password", json!({ "email": "nobody@example.com" })),
        (200, json!({ "sent": true }))
    );
    assert!(links(emulator, "nobody@example.com").is_empty(), "nobody gets no mail");
}

/// The pages, as someone uses them who has nothing but a mailbox.
struct Person<'a> {
    browser: &'a Browser,
    site: &'a str,
    emulator: &'a Emulator,
    email: &'static str,
}

impl Person<'_> {
    fn page(&self, name: &str) -> String {
        format!("{}/{name}", self.site.trim_end_matches('/'))
    }

    fn opens(&self, name: &str) {
        assert_eq!(self.browser.open(&self.page(name)), 200, "{name}");
    }

    fn newest_link(&self, page: &str) -> String {
        let link = links(self.emulator, self.email).pop().expect("a mail");
        assert!(link.starts_with(&self.page(page)), "{link} leads to {page} of the site");
        link
    }

    fn logs_in(&self, password: &str) {
        self.opens("login.html");
        self.browser.fill(&[("Email", self.email), ("Password", password)]);
        self.browser.press("Log in");
    }

    fn signs_up(&self) {
        self.opens("index.html");
        self.browser.see("#who", "You are not logged in.");
        self.browser.picture("1-start");
        self.browser.follow("Sign up");
        self.browser.arrive("signUp.html");
        let fields = [("Email", self.email), ("Password", PASSWORDS[0]), ("The same again", PASSWORDS[0])];
        self.browser.fill(&fields);
        self.browser.press("Sign up");
        self.browser.see("#status", &format!("We sent a mail to {}.", self.email));
        self.browser.picture("2-signed-up");
        self.opens("signUp.html");
        self.browser.fill(&fields);
        self.browser.press("Sign up");
        self.browser.see("#status", "This address has an account, or one that waits for its mail");
        self.logs_in(PASSWORDS[0]);
        self.browser.see("#status", "Wrong address or password");
    }

    fn verifies(&self) {
        let link = self.newest_link("verify.html");
        self.browser.open(&link);
        self.browser.see("#status", "Your address is verified: you can log in.");
        assert_eq!(
            self.browser.address(),
            self.page("verify.html"),
            "the token is not left in the address bar"
        );
        self.browser.picture("3-verified");
        self.browser.open(&link);
        self.browser.see("#status", "The link is not valid, or no longer");
    }

    fn changes_the_password(&self) {
        self.opens("changePassword.html");
        self.browser.arrive("login.html");
        self.logs_in("not the password");
        self.browser.see("#status", "Wrong address or password");
        self.browser.picture("4-wrong-password");
        self.logs_in(PASSWORDS[0]);
        self.browser.arrive("index.html");
        self.browser.see("#who", &format!("You are {}.", self.email));
        self.browser.picture("5-logged-in");
        self.browser.follow("Change the password");
        self.browser.arrive("changePassword.html");
        let new = [("New password", PASSWORDS[1]), ("The same again", PASSWORDS[1])];
        self.browser.fill(&[&[("Old password", "not the password")], new.as_slice()].concat());
        self.browser.press("Change it");
        self.browser.see("#status", "Wrong address or password");
        self.browser.fill(&[("Old password", PASSWORDS[0])]);
        self.browser.press("Change it");
        self.browser.see("#status", "Your password is changed.");
        self.browser.picture("6-changed");
        self.opens("index.html");
        self.browser.press("Log out");
        self.browser.see("#who", "You are not logged in.");
        self.logs_in(PASSWORDS[0]);
        self.browser.see("#status", "Wrong address or password");
    }

    fn resets_the_password(&self) {
        self.opens("lostPassword.html");
        self.browser.fill(&[("Email", self.email)]);
        self.browser.press("Send me a link");
        self.browser
            .see("#status", &format!("If {} has an account, a mail with a link is on its way.", self.email));
        let link = self.newest_link("resetPassword.html");
        let set = |password: &str| {
            self.browser.open(&link);
            assert_eq!(self.browser.value("Email"), self.email);
            self.browser.fill(&[("New password", password), ("The same again", password)]);
            self.browser.press("Set it");
        };
        set(PASSWORDS[2]);
        self.browser.see("#status", "Your new password is set: you can log in.");
        self.browser.picture("7-reset");
        set("yet another one");
        self.browser.see("#status", "The link is not valid, or no longer");
        self.logs_in(PASSWORDS[2]);
        self.browser.arrive("index.html");
        self.browser.see("#who", &format!("You are {}.", self.email));
    }

    /// A session that has ended by its own time is forgotten without a word.
    fn comes_back_late(&self) {
        self.browser.run(
            "{ const session = JSON.parse(sessionStorage.getItem('lambda-auth.session')); \
             sessionStorage.setItem('lambda-auth.session', JSON.stringify({ ...session, expires: 1 })) }",
        );
        self.browser.reload();
        self.browser.see("#who", "You are not logged in.");
    }

    /// What a function answers to a caller with the page's own credentials, or the name of the refusal.
    fn calls(&self, function: &str) -> String {
        let script = format!(
            "import(new URL('service.js', location.href)).then((service) => service.{function}({{ email: '{}', \
             oldPassword: '{}', newPassword: '{}' }})).then(JSON.stringify, (error) => error.name)",
            self.email, PASSWORDS[2], PASSWORDS[2]
        );
        self.browser.run(&script).as_str().unwrap_or_default().to_owned()
    }
}

fn uses_the_pages(browser: &Browser, site: &str, emulator: &Emulator) {
    let person = Person { browser, site, emulator, email: "zoe@example.com" };
    person.signs_up();
    person.verifies();
    person.changes_the_password();
    person.resets_the_password();
    person.comes_back_late();
    // A refusal of these functions is an answer like any other.
    browser.no_problems_but(&[]);
}

#[test]
fn in_the_local_account() {
    let emulator = Emulator::ministack();
    let before = emulator.inventory();
    let mut project = project(&emulator);
    let port = free_port().to_string();
    project.param("lambda_endpoint", &format!("http://127.0.0.1:{port}"));
    let system = System::local(&project, STACK);
    system.deploy();
    let (dev, urls) = Dev::serving(&project, &[&["--port", &port], system.files().as_slice()].concat());
    uses_the_api(&urls[0], &emulator);
    let browser = Browser::start("lambda-auth");
    let begin = dev.now();
    uses_the_pages(&browser, &dev.site(), &emulator);
    assert_eq!(dev.invocations(begin, "lambda-auth-dev-create-user"), 2, "the functions ran here");
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
    let output = |name: &str| outputs[0][name].as_str().expect("a text").to_owned();
    uses_the_api(&output("api_url"), &emulator);
    let (browser, site) = (Browser::start("lambda-auth-emulator"), output("site_url"));
    uses_the_pages(&browser, &site, &emulator);

    // What the page hides from someone who is not logged in, IAM refuses.
    let person = Person { browser: &browser, site: &site, emulator: &emulator, email: "zoe@example.com" };
    assert_eq!(person.calls("changePassword"), "AccessDeniedException");
    assert!(person.calls("lostPassword").contains("sent"), "this one is everybody's");
    browser.no_problems_but(&[403]);
    person.logs_in(PASSWORDS[2]);
    browser.arrive("index.html");
    assert_eq!(person.calls("changePassword"), r#"{"changed":true}"#);

    system.changes_nothing();
    system.destroy();
    assert_nothing_left(&emulator, &before);
}
