//! Headless Chromium, as a person uses it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Mutex;

use serde_json::{Value, json};

use super::install::{install_root, node_folder};

/// What Chromium is called: in Debian, elsewhere on Linux, and Google's own.
const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// One page of a browser without a past. Each step waits until it can be done, and fails the test where it cannot: see
/// `browser/server.mjs` for what the steps are.
pub struct Browser {
    driver: Child,
    answers: Mutex<BufReader<ChildStdout>>,
    pictures: PathBuf,
    system: &'static str,
}

impl Browser {
    /// Starts it. Pictures are kept as `systems/<system>-<name>.png` in the target folder.
    pub fn start(system: &'static str) -> Self {
        let log = install_root().join("logs").join(format!("browser-{system}-{}.log", std::process::id()));
        let mut command = Command::new("node");
        command.arg(node_folder("browser").join("server.mjs")).env("CHROMIUM", chromium());
        command.env("PATIENCE_MS", "60000").stdin(Stdio::piped()).stdout(Stdio::piped());
        command.stderr(std::fs::File::create(log).expect("the log file can be made"));
        // It ends with its standard input, and Chromium with it: at the latest when this process does.
        let mut driver = command.spawn().expect("node can be started");
        let answers = Mutex::new(BufReader::new(driver.stdout.take().expect("piped")));
        let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("the target folder has a name");
        let pictures = target.join("systems");
        std::fs::create_dir_all(&pictures).expect("the target folder can be written to");
        let browser = Self { driver, answers, pictures, system };
        browser.answer("start");
        browser
    }

    /// From here on it is someone else, who was never here before.
    pub fn someone_else(&self) {
        self.step(json!({ "do": "someone" }));
    }

    /// Opens a page, and answers the status it came with.
    pub fn open(&self, url: &str) -> u64 {
        self.step(json!({ "do": "open", "url": url })).as_u64().unwrap_or(0)
    }

    pub fn reload(&self) {
        self.step(json!({ "do": "reload" }));
    }

    /// Clicks what a selector names.
    pub fn click(&self, on: &str) {
        self.step(json!({ "do": "click", "on": on }));
    }

    /// Presses the button with this name.
    pub fn press(&self, name: &str) {
        self.step(json!({ "do": "press", "name": name }));
    }

    /// Follows the link with this text.
    pub fn follow(&self, name: &str) {
        self.step(json!({ "do": "follow", "name": name }));
    }

    /// Writes into fields, each named by its label.
    pub fn fill(&self, fields: &[(&str, &str)]) {
        for (label, text) in fields {
            self.step(json!({ "do": "fill", "label": label, "text": text }));
        }
    }

    /// Chooses an option of a list.
    pub fn choose(&self, label: &str, text: &str) {
        self.step(json!({ "do": "choose", "label": label, "text": text }));
    }

    /// What a field holds.
    pub fn value(&self, label: &str) -> String {
        self.step(json!({ "do": "value", "label": label })).as_str().unwrap_or_default().to_owned()
    }

    /// Waits until something that a selector names shows a text.
    pub fn see(&self, on: &str, text: &str) {
        self.step(json!({ "do": "see", "on": on, "text": text }));
    }

    /// Waits until something is hidden, or not there at all.
    pub fn hidden(&self, on: &str) {
        self.step(json!({ "do": "hidden", "on": on }));
    }

    /// The texts of everything that a selector names.
    pub fn texts(&self, on: &str) -> Vec<String> {
        let texts = self.step(json!({ "do": "texts", "on": on }));
        serde_json::from_value(texts).expect("a list of texts")
    }

    /// Waits until the address holds this.
    pub fn arrive(&self, at: &str) {
        self.step(json!({ "do": "arrive", "at": at }));
    }

    /// Where it is.
    pub fn address(&self) -> String {
        self.step(json!({ "do": "address" })).as_str().unwrap_or_default().to_owned()
    }

    /// Sends requests whose URL begins with `from` to `to` instead, as long as it is the same person.
    pub fn instead(&self, from: &str, to: &str) {
        self.step(json!({ "do": "instead", "from": from, "to": to }));
    }

    /// The value of a script's last expression, run in the page.
    pub fn run(&self, script: &str) -> Value {
        self.step(json!({ "do": "run", "script": script }))
    }

    /// Keeps a picture of the page.
    pub fn picture(&self, name: &str) {
        let file = self.pictures.join(format!("{}-{name}.png", self.system));
        self.step(json!({ "do": "picture", "file": file }));
    }

    /// What the page complained about since this was last asked: errors of scripts, refused or failed loads.
    pub fn problems(&self) -> Vec<String> {
        serde_json::from_value(self.step(json!({ "do": "problems" }))).expect("a list of texts")
    }

    /// The origins that a token was sent to: by an `Authorization` header or as `access_token` in the query string.
    pub fn trusted(&self) -> Vec<String> {
        serde_json::from_value(self.step(json!({ "do": "trusted" }))).expect("a list of texts")
    }

    /// Nothing was complained about but answers with these statuses, which a console mentions.
    pub fn no_problems_but(&self, statuses: &[u16]) {
        let expected: Vec<String> =
            statuses.iter().map(|status| format!("the server responded with a status of {status}")).collect();
        let mut problems = self.problems();
        problems.retain(|problem| !expected.iter().any(|expected| problem.contains(expected)));
        assert_eq!(problems, Vec::<String>::new());
    }

    fn step(&self, command: Value) -> Value {
        let mut stdin = self.driver.stdin.as_ref().expect("piped");
        writeln!(stdin, "{command}").expect("the driver listens");
        let mut answer = self.answer(&command.to_string());
        assert!(answer.get("error").is_none(), "{command}: {answer:#}");
        answer["ok"].take()
    }

    fn answer(&self, what: &str) -> Value {
        let mut line = String::new();
        self.answers.lock().expect("no step panics while it reads").read_line(&mut line).expect("a line");
        serde_json::from_str(&line)
            .unwrap_or_else(|error| panic!("{what}: the browser ended ({error}): {line}"))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        drop(self.driver.stdin.take());
        let _ = self.driver.wait();
    }
}

/// The browser of this machine.
fn chromium() -> PathBuf {
    if let Some(given) = std::env::var_os("CHROMIUM") {
        return given.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).flat_map(|folder| NAMES.map(|name| folder.join(name)));
    places.find(|place| place.is_file()).expect(
        "the tests of pages need Chromium: `apt-get install chromium`, or name another one by the variable CHROMIUM",
    )
}
