//! Mistakes leave what was served before, are told with their place, and are forgotten once mended.

use std::time::{Duration, Instant};

use serde_json::{Value as Json, json};

use super::{
    http::get,
    project::Project,
    running::Dev,
    saving::{STACK, handler, project},
};

/// The diagnostics of the next error event, as (file, line, column).
fn told(dev: &Dev, place: usize) -> Vec<(String, u64, u64)> {
    let error = dev.wait_for("error", place);
    let found = error["error"]["diagnostics"].as_array().cloned().unwrap_or_default();
    let number = |of: &Json, name: &str| of[name].as_u64().unwrap_or(0);
    let place = |of: &Json| {
        let file = of["file"].as_str().unwrap_or_default();
        let name = file.rsplit('/').next().unwrap_or_default().to_owned();
        (name, number(of, "line"), number(of, "column"))
    };
    assert!(!found.is_empty(), "{error}");
    found.iter().map(place).collect()
}

#[test]
fn in_the_stack_file_and_in_templates() {
    let project = project();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let works = |what: &str| {
        assert_eq!(get(&format!("{}/hello", served[0])).text(), "first", "{what}");
        assert_eq!(get(&format!("{}/mapped", served[0])).text().trim(), "{\"mapped\": 1}", "{what}");
    };
    works("before");
    let line_of = |text: &str, part: &str| {
        let found = text.lines().zip(1..).find(|(line, _)| line.contains(part));
        let (line, number) = found.expect("it is there");
        (number, line.find(part).expect("it is there") as u64 + 1)
    };
    let unknown = STACK.replace("timeout_seconds", "timeout_second");
    let (line, column) = line_of(&unknown, "timeout_second");
    let template = STACK.replace("{ file: templates/mapped.vtl }", "'#if($a) no end'");
    let (template_line, _) = line_of(&template, "no end");
    let broken = [
        ("an unknown key", unknown, Some((line, Some(column)))),
        ("no YAML", STACK.replace("api:", "api: ["), None),
        (
            "a function that does not exist",
            STACK.replace("function: hello", "function: bye"),
            Some((12, None)),
        ),
        ("a template in the stack file", template, Some((template_line, None))),
        ("nothing at all", String::new(), None),
    ];
    for (what, text, place) in &broken {
        let begin = dev.now();
        project.write("stack.yaml", text);
        let told = told(&dev, begin);
        let (file, line, column) = &told[0];
        assert_eq!(file, "stack.yaml", "{what}: {told:?}");
        assert!(text.is_empty() || (*line > 0 && *column > 0), "{what}: {told:?}");
        if let Some((wanted, wanted_column)) = place {
            assert_eq!((line, wanted_column.unwrap_or(*column)), (wanted, *column), "{what}: {told:?}");
        }
        works(what);
    }
    let begin = dev.now();
    std::fs::remove_file(project.path("stack.yaml")).expect("removed");
    dev.wait_for("error", begin);
    works("no stack file");
    let begin = dev.now();
    project.write("stack.yaml", STACK);
    dev.wait_for("serving", begin);
    works("mended");

    let begin = dev.now();
    project.write("templates/mapped.vtl", "{\n  \"a\": #set($x = )\n}\n");
    assert_eq!(told(&dev, begin)[0].0, "mapped.vtl");
    assert_eq!(told(&dev, begin)[0].1, 2);
    works("a template's file");
    let begin = dev.now();
    project.write("templates/mapped.vtl", "{\"mapped\": 3}");
    dev.wait_for("serving", begin);
    assert_eq!(get(&format!("{}/mapped", served[0])).text(), "{\"mapped\": 3}");
}

#[test]
fn in_a_functions_code() {
    let project = project();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/hello", served[0]);
    let broken = [
        ("exports.handler = async () => {\n", "SyntaxError"),
        ("throw new Error('broken at start');\n", "broken at start"),
        ("require('./nowhere');\n", "nowhere"),
        ("exports.other = 1;\n", "index.handler"),
        ("exports.handler = async () => { throw new Error('broken in the call'); };\n", "broken in the call"),
        ("exports.handler = async () => 'no answer of a proxy';\n", ""),
    ];
    for (code, told) in broken {
        let begin = dev.now();
        project.write("hello/index.js", code);
        dev.wait_for("serving", begin);
        let answer = get(&url);
        assert_eq!(
            (answer.status, answer.json()),
            (502, json!({ "message": "Internal server error" })),
            "{code}"
        );
        dev.log_line(begin, told);
        assert_eq!(get(&format!("{}/mapped", served[0])).status, 200, "{code}");
    }
    let saved = Instant::now();
    let begin = dev.now();
    project.write("hello/index.js", &handler("mended"));
    dev.wait_for("serving", begin);
    assert_eq!(get(&url).text(), "mended");
    assert!(saved.elapsed() < Duration::from_secs(5), "{:?}", saved.elapsed());

    // A folder that is gone is a mistake too; the version before was packaged.
    let begin = dev.now();
    std::fs::rename(project.path("hello"), project.path("away")).expect("renamed");
    dev.wait_for("error", begin);
    assert_eq!(get(&url).text(), "mended");
    let begin = dev.now();
    std::fs::rename(project.path("away"), project.path("hello")).expect("renamed");
    project.write("stack.yaml", &format!("{STACK}\n"));
    dev.wait_for("serving", begin);
    let begin = dev.now();
    project.write("hello/index.js", &handler("watched again"));
    dev.wait_for("serving", begin);
    assert_eq!(get(&url).text(), "watched again");
}

#[test]
fn a_mistake_from_the_start_ends_it() {
    let project = Project::new();
    project.write("stack.yaml", "stack: x\nfunctionz: {}\n");
    let dev = Dev::start(&project, &["stack.yaml"]);
    assert_eq!(told(&dev, 0)[0], ("stack.yaml".to_owned(), 2, 1));
    assert_eq!(dev.exit_code(), 65);
}
