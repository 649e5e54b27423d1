//! What holds for every system: one command deploys it, the same again changes nothing, one command removes it.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{
    project::{Project, stack},
    support::Emulator,
};

/// A system's stacks in one place.
pub struct System<'a> {
    project: &'a Project,
    files: Vec<String>,
    place: Vec<String>,
}

impl<'a> System<'a> {
    /// In the local account of a project; its data lives where AWS_ENDPOINT_URL leads.
    pub fn local(project: &'a Project, stacks: &[&str]) -> Self {
        Self::new(project, stacks, &["--local"])
    }

    /// Whole on an emulator.
    pub fn on(emulator: &Emulator, project: &'a Project, stacks: &[&str]) -> Self {
        Self::new(project, stacks, &["--endpoint-url", emulator.endpoint()])
    }

    fn new(project: &'a Project, stacks: &[&str], place: &[&str]) -> Self {
        let files = stacks.iter().map(|name| stack(name)).collect();
        Self { project, files, place: place.iter().map(|word| (*word).to_owned()).collect() }
    }

    /// Files and place, as arguments of a command.
    pub fn arguments(&self) -> Vec<&str> {
        self.place.iter().chain(&self.files).map(String::as_str).collect()
    }

    /// The files, as arguments of `dev`.
    pub fn files(&self) -> Vec<&str> {
        self.files.iter().map(String::as_str).collect()
    }

    #[expect(clippy::print_stdout, reason = "what a deploy takes is looked at in the test's output")]
    /// Deploys it where nothing of it is, and again, which must not write; answers the outputs of its stacks, the last
    /// file's last.
    pub fn deploy(&self) -> Vec<Json> {
        let first = self.results("deploy");
        assert_eq!(first.len(), self.files.len());
        for result in &first {
            assert_ne!(result["created"], 0, "{result:#}");
        }
        let calls: BTreeMap<String, Json> = first.iter().map(what_it_took).collect();
        println!("deployed: {}", json!(calls));
        self.changes_nothing();
        first.into_iter().map(|mut result| result["outputs"].take()).collect()
    }

    /// Deploys once more: neither `plan` nor `deploy` finds anything to do.
    pub fn changes_nothing(&self) {
        let arguments = self.arguments();
        let plan = self.project.run(&[&["plan", "--exit-code"], arguments.as_slice()].concat());
        let told =
            String::from_utf8_lossy(&plan.stdout).into_owned() + &String::from_utf8_lossy(&plan.stderr);
        assert_eq!(plan.status.code(), Some(0), "a plan after the deploy finds changes:\n{told}");
        for result in self.results("deploy") {
            for what in ["created", "changed", "deleted", "calls"] {
                assert_eq!(result[what], 0, "{what} by a second deploy: {result:#}");
            }
        }
    }

    /// Removes it, and what the account keeps for its stacks.
    pub fn destroy(&self) {
        for result in self.results("destroy") {
            assert_ne!(result["deleted"], 0, "{result:#}");
        }
        let place: Vec<&str> = self.place.iter().map(String::as_str).collect();
        let stages = self.project.must(&[&["stages", "--json"], place.as_slice()].concat());
        assert_eq!(stages.trim(), "[]", "the tool knows of no stage any more");
    }

    /// The results of a command, one for each stack.
    fn results(&self, command: &str) -> Vec<Json> {
        let arguments = self.arguments();
        let text = self.project.must(&[&[command, "--yes", "--json"], arguments.as_slice()].concat());
        let events = text.lines().filter_map(|line| serde_json::from_str::<Json>(line).ok());
        events.filter(|event| event["event"] == "result").map(|mut event| event["result"].take()).collect()
    }
}

fn what_it_took(result: &Json) -> (String, Json) {
    let name = result["scope"]["stack"].as_str().expect("a stack's name").to_owned();
    (name, json!({ "calls": result["calls"], "seconds": result["seconds"] }))
}

/// An independent client finds nothing on the emulator but what was there before and what belongs to no stack: the bucket in which
/// the tool keeps what it uploads, and the role by which API Gateway writes logs for the account as a whole.
pub fn assert_nothing_left(emulator: &Emulator, before: &Json) {
    let mut left = emulator.inventory();
    if let Some(buckets) = left["buckets"].as_array_mut() {
        buckets.retain(|bucket| !bucket["name"].as_str().is_some_and(|name| name.starts_with("gatewright-")));
    }
    if let Some(roles) = left["roles"].as_array_mut() {
        roles.retain(|role| role["name"] != "gatewright-api-gateway-logs");
    }
    assert_eq!(&left, before, "something is left");
}
