//! The stacks that are deployed, changed and removed while the deployer dies.

use std::path::{Path, PathBuf};

use gatewright::{account::Account, model::Env, planner::Graph};

use crate::common::{generate::each, graph_of, open};

/// What is deployed, and in which state the account is before.
pub struct Story {
    pub name: &'static str,
    pub before: Option<Graph>,
    pub after: Graph,
    pub zips: PathBuf,
}

/// The stack as it stands, and a later version of it: a function changed, one renamed, a route added, one removed.
pub fn versions(dir: &Path) -> (Graph, Graph) {
    let text = std::fs::read_to_string("stacks/24-hour-video.yaml").expect("the stack");
    let text = local_code(&text);
    let identity = open(dir, Env::fixed(0)).identity().clone();
    let first = graph_of(dir, &text, "one", &identity).graph;
    let second = text
        .replacen("timeout_seconds: 10", "timeout_seconds: 7", 1)
        .replace("user-profile-update", "profile-update")
        .replace("GET /videos:", "GET /films:");
    assert_ne!(second, text, "the later version differs");
    let second = graph_of(dir, &second, "two", &identity).graph;
    (first, second)
}

/// The same stack with code that needs no installing.
fn local_code(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.trim_start().starts_with("build:"));
    let lines = lines.map(|line| match line.find("../lambdas/") {
        Some(start) => {
            let end = line[start..].find([',', ' ', '}']).map_or(line.len(), |end| start + end);
            format!("{}code{}", &line[..start], &line[end..])
        }
        None => line.to_owned(),
    });
    without_page(&lines.collect::<Vec<_>>().join("\n"))
}

/// The page is left out: pairs of kills grow with the square of the calls.
fn without_page(text: &str) -> String {
    let (before, page) = text.split_once("\nsites:\n").expect("a page");
    let outputs = page.find("\noutputs:\n").expect("outputs behind it");
    let (outputs, _) = page[outputs..].split_once("  site_url:\n").expect("the page's URL last");
    format!("{before}\n{outputs}")
}

/// The video site, its first deploy, its later version, its end.
pub fn videos(dir: &Path) -> Vec<Story> {
    let (first, second) = versions(dir);
    of(first, second, dir)
}

/// One object of each kind, made, changed, removed.
pub fn each_kind(dir: &Path) -> Vec<Story> {
    let identity = open(dir, Env::fixed(0)).identity().clone();
    let first = graph_of(dir, &each::text(false), "one", &identity).graph;
    each::assert_each_kind(&first);
    let second = graph_of(dir, &each::text(true), "two", &identity).graph;
    of(first, second, dir)
}

fn of(first: Graph, second: Graph, dir: &Path) -> Vec<Story> {
    let nothing = Graph::empty(first.scope.clone());
    let zips = dir.join("artifacts");
    vec![
        Story { name: "deploy", before: None, after: first.clone(), zips: zips.clone() },
        Story { name: "update", before: Some(first.clone()), after: second, zips: zips.clone() },
        Story { name: "destroy", before: Some(first), after: nothing, zips },
    ]
}
