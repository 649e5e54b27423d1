//! The arrows of `ARCHITECTURE.md`: a module uses only what stands before it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// What each folder may use of the crate. A folder with a slash stands for a part that has rules of its own.
fn allowed() -> BTreeMap<&'static str, &'static [&'static str]> {
    BTreeMap::from([
        ("model", ["model", "kinds::Kind"].as_slice()),
        // Templates and JSONPath stand alone: stack files are checked with them.
        ("gateway/vtl", ["gateway::vtl", "gateway::jsonpath"].as_slice()),
        ("gateway/jsonpath", ["gateway::jsonpath", "gateway::vtl"].as_slice()),
        ("gateway", ["gateway", "kinds::rest_api", "kinds::api_stage", "model"].as_slice()),
        ("dev", ["dev", "gateway", "kinds", "model", "runtime"].as_slice()),
        ("package", ["package"].as_slice()),
        ("runtime", ["runtime", "gateway::functions", "model"].as_slice()),
        ("kinds", ["kinds", "model", "account::aws"].as_slice()),
        ("account", ["account", "kinds", "model"].as_slice()),
        // The estimate names how often a lock is renewed.
        ("planner", ["planner", "kinds", "model", "ledger::RENEW_SECONDS"].as_slice()),
        ("ledger", ["ledger", "account", "kinds", "model"].as_slice()),
        ("discover", ["discover", "planner", "kinds", "model"].as_slice()),
        ("engine", ["engine", "account", "discover", "kinds", "ledger", "model", "planner"].as_slice()),
        ("stack", ["stack", "gateway", "kinds", "model", "package", "planner"].as_slice()),
        ("view", ["view", "engine", "kinds", "model", "planner"].as_slice()),
        (
            "cli",
            [
                "cli", "account", "dev", "engine", "gateway", "kinds", "ledger", "model", "package",
                "planner", "runtime", "stack", "view",
            ]
            .as_slice(),
        ),
    ])
}

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("readable") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

/// Every `crate::…` path of a source, without comments; `use crate::{a::b, c::{d, e}}` is taken apart.
fn uses(text: &str) -> Vec<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        take_apart("", &mut rest.chars().peekable(), &mut found);
    }
    found.retain(|path| !path.is_empty());
    found
}

/// One path, or the paths in its braces, each behind `before`.
fn take_apart(before: &str, rest: &mut std::iter::Peekable<std::str::Chars<'_>>, found: &mut Vec<String>) {
    let mut path = before.to_owned();
    while let Some(character) = rest.peek().copied() {
        match character {
            '{' => {
                while rest.next_if(|c| matches!(c, '{' | ',') || c.is_whitespace()).is_some() {
                    while rest.next_if(|c| c.is_whitespace()).is_some() {}
                    if rest.peek().is_some_and(|c| *c != '}') {
                        take_apart(&path, rest, found);
                    }
                    while rest.next_if(|c| c.is_whitespace()).is_some() {}
                }
                rest.next_if_eq(&'}');
                return;
            }
            c if c.is_alphanumeric() || c == '_' || c == ':' => path.push(c),
            _ => break,
        }
        rest.next();
    }
    found.push(path.trim_end_matches(':').to_owned());
}

#[test]
fn nested_lists_are_taken_apart() {
    let found = uses("use crate::{a::b, c::{d, e::{f, g}},\n h,};\nlet x = crate::i::j(1);");
    assert_eq!(found, ["a::b", "c::d", "c::e::f", "c::e::g", "h", "i::j"]);
}

#[test]
fn modules_use_only_what_stands_before_them() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let allowed = allowed();
    let mut wrong = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).expect("in the sources");
        let is_test = inside.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests"));
        let rules = allowed.iter().filter(|(folder, _)| !is_test && inside.starts_with(folder));
        let Some((_, may)) = rules.max_by_key(|(folder, _)| folder.len()) else { continue };
        let text = std::fs::read_to_string(&file).expect("readable");
        for path in uses(&text) {
            let fits = may.iter().any(|may| path == *may || path.starts_with(&format!("{may}::")));
            if !fits {
                wrong.push(format!("{}: crate::{path}", inside.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "against the arrows:\n{}", wrong.join("\n"));
}

#[test]
fn only_the_view_prints_and_only_main_reads_clock_and_randomness() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&src, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let inside = file.strip_prefix(&src).expect("in the sources").to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).expect("readable");
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let prints =
                ["println!(", "eprintln!(", "print!(", "eprint!("].iter().any(|word| line.contains(word));
            let clock = line.contains("SystemTime::now") || line.contains("Timestamp::now");
            if (prints && !inside.starts_with("view")) || (clock && inside != "main.rs") {
                wrong.push(format!("{inside}: {}", line.trim()));
            }
            if line.contains("SdkError") && !inside.starts_with("account/aws/") {
                wrong.push(format!("{inside}: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
