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

/// Every `crate::…` path of a source, without comments; `use crate::{a::b, c}` is taken apart.
fn uses(text: &str) -> Vec<String> {
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut item = String::new();
            for character in list.chars() {
                match character {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(std::mem::take(&mut item)),
                    _ => {}
                }
                if character != ',' || depth > 0 {
                    item.push(character);
                }
            }
            found.push(item);
        } else {
            found.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_' || *c == ':').collect());
        }
    }
    let trimmed = found.into_iter().map(|path| path.split_whitespace().collect::<String>());
    trimmed.filter(|path| !path.is_empty()).collect()
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
        let folder = inside.components().next().expect("a name").as_os_str().to_string_lossy().into_owned();
        let is_test = inside.components().any(|part| part.as_os_str().to_string_lossy().starts_with("tests"));
        let Some(may) = allowed.get(folder.as_str()).filter(|_| !is_test) else { continue };
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
