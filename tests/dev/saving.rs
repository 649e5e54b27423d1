//! What is saved is served.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{
    http::{call, get},
    project::{Project, root, stack},
    running::{Dev, urls},
    support::OidcProvider,
};

/// A save is to be live before a person has turned to the browser.
const SOON: Duration = Duration::from_secs(5);

pub const STACK: &str = r#"stack: loop
functions:
  hello:
    code: hello
    runtime: nodejs22.x
    handler: index.handler
    memory_mb: 128
    timeout_seconds: 5
    log_retention_days: 14
api:
  routes:
    GET /hello: { function: hello }
    GET /mapped:
      mock: true
      request_templates: { application/json: '{"statusCode": 200}' }
      responses: { 200: { templates: { application/json: { file: templates/mapped.vtl } } } }
"#;

pub fn handler(body: &str) -> String {
    format!("exports.handler = async () => ({{ statusCode: 200, body: {body:?} }});\n")
}

pub fn project() -> Project {
    let project = Project::new();
    project.write("stack.yaml", STACK);
    project.write("hello/index.js", &handler("first"));
    project.write("templates/mapped.vtl", "{\"mapped\": 1}\n");
    project
}

/// Calls until the answer is as wanted. Answers how long after `saved` that was, in words.
fn live(what: &str, url: &str, saved: Instant, status: u16, body: &str) -> String {
    loop {
        let answer = get(url);
        if answer.status == status && answer.text().trim() == body {
            break;
        }
        let text = answer.text();
        assert!(
            saved.elapsed() < SOON,
            "{what}: after {:?} still {}: {text}",
            saved.elapsed(),
            answer.status
        );
        assert_ne!(answer.status, 502, "{what}: there is no moment at which nothing works: {text}");
        std::thread::sleep(Duration::from_millis(10));
    }
    format!("{what}: live {:?} after it was saved", saved.elapsed())
}

/// Outside the folder of the stack file, which is watched as a whole.
#[test]
fn the_body_of_a_gateway_response() {
    let project = Project::new();
    project.write("stacks/stack.yaml", &STACK.replace("code: hello", "code: ../hello").replace("file: t", "file: ../t").replace(
        "  routes:\n",
        "  gateway_responses: { MISSING_AUTHENTICATION_TOKEN: { templates: { application/json: { file: ../bodies/none.json } } } }\n  routes:\n",
    ));
    project.write("hello/index.js", &handler("first"));
    project.write("templates/mapped.vtl", "{\"mapped\": 1}\n");
    project.write("bodies/none.json", "{\"none\": 1}");
    let (_dev, served) = Dev::serving(&project, &["stacks/stack.yaml"]);
    let url = format!("{}/nothing", served[0]);
    assert_eq!(get(&url).text(), "{\"none\": 1}");
    project.write("bodies/none.json", "{\"none\": 2}");
    println!("{}", live("a gateway response's file", &url, Instant::now(), 403, "{\"none\": 2}"));
}

#[test]
fn code_templates_and_routes() {
    let project = project();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = |path: &str| format!("{}{path}", served[0]);
    assert_eq!(get(&url("/hello")).text(), "first");

    project.write("hello/index.js", &handler("second"));
    println!("{}", live("a function's file", &url("/hello"), Instant::now(), 200, "second"));
    // As editors save: a new file that takes the place of the old one.
    project.write("hello/index.js~new", &handler("third"));
    std::fs::rename(project.path("hello/index.js~new"), project.path("hello/index.js")).expect("renamed");
    println!("{}", live("a replaced file", &url("/hello"), Instant::now(), 200, "third"));
    project.write("hello/lib/words.js", "module.exports = 'fourth';\n");
    project.write(
        "hello/index.js",
        "exports.handler = async () => ({ statusCode: 200, body: require('./lib/words') });\n",
    );
    println!("{}", live("a new file in a new folder", &url("/hello"), Instant::now(), 200, "fourth"));
    project.write("hello/lib/words.js", "module.exports = 'fifth';\n");
    println!("{}", live("the file in the new folder", &url("/hello"), Instant::now(), 200, "fifth"));

    project.write("templates/mapped.vtl", "{\"mapped\": 2}\n");
    println!("{}", live("a template's file", &url("/mapped"), Instant::now(), 200, "{\"mapped\": 2}"));
    let route = "    GET /more: { mock: true, responses: { 200: {} } }\n";
    project.write("stack.yaml", &format!("{STACK}{route}"));
    println!("{}", live("a route more", &url("/more"), Instant::now(), 200, ""));
    project.write("stack.yaml", STACK);
    let gone = r#"{"message":"Missing Authentication Token"}"#;
    println!("{}", live("the route gone", &url("/more"), Instant::now(), 403, gone));

    // A function more, whose folder did not exist before, is watched from then on.
    let more = STACK.replace("api:\n", "  other:\n    code: other\n    runtime: nodejs22.x\n    handler: index.handler\n    log_retention_days: 14\napi:\n");
    project.write("other/index.js", &handler("one"));
    project.write("stack.yaml", &format!("{more}    GET /other: {{ function: other }}\n"));
    println!("{}", live("a function more", &url("/other"), Instant::now(), 200, "one"));
    project.write("other/index.js", &handler("two"));
    println!("{}", live("the new function's file", &url("/other"), Instant::now(), 200, "two"));
    assert_eq!(get(&url("/hello")).text(), "fifth", "the others are as before");
    assert!(!dev.since(0).iter().any(|event| event["event"] == "error"), "{:?}", dev.talk());

    // A file that belongs to nothing, such as the output of this very command.
    let begin = dev.now();
    project.write("dev.log", "a line\n");
    std::thread::sleep(Duration::from_millis(400));
    assert!(!dev.since(begin).iter().any(|event| event["event"] == "serving"), "it is no change");
}

#[test]
fn a_function_that_was_not_touched_keeps_its_process() {
    let project = project();
    project.write(
        "hello/index.js",
        "exports.handler = async () => ({ statusCode: 200, body: String(process.pid) });\n",
    );
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/hello", served[0]);
    let first = get(&url).text();
    let begin = dev.now();
    project.write(
        "stack.yaml",
        &format!("{STACK}    GET /more: {{ mock: true, responses: {{ 200: {{}} }} }}\n"),
    );
    assert_eq!(urls(&dev.wait_for("serving", begin)), served);
    assert_eq!(get(&url).text(), first);
}

/// The code folder is the project's own folder, the work folder lies in it.
#[test]
fn what_the_tool_writes_itself_is_no_change() {
    let project = Project::new();
    project.write("stack.yaml", &STACK.replace("code: hello", "code: ."));
    project.write("index.js", &handler("here"));
    project.write("templates/mapped.vtl", "{}");
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/hello", served[0]);
    for _ in 0..3 {
        assert_eq!(get(&url).text(), "here");
        std::thread::sleep(Duration::from_millis(300));
    }
    project.write("notes.tmp", "what editors leave");
    project.write("node_modules/x.js", "what package managers write");
    std::thread::sleep(Duration::from_millis(300));
    let servings = |dev: &Dev| dev.since(0).iter().filter(|event| event["event"] == "serving").count();
    assert_eq!(servings(&dev), 1, "nothing was saved: {:?}", dev.since(0));
    project.write("index.js", &handler("there"));
    println!("{}", live("code beside the stack file", &url, Instant::now(), 200, "there"));
}

/// A shipped stack, its authorizer taken away and put back while it is served.
#[test]
fn an_authorizer_added_later_protects_at_once() {
    let provider = OidcProvider::start();
    let project = Project::of_examples(&provider);
    let of_root = |folder: &str| root().join(folder).display().to_string();
    let text = std::fs::read_to_string(stack("24-hour-video")).expect("readable");
    let text = text.replace("../lambdas", &of_root("lambdas")).replace("../sites", &of_root("sites"));
    let open = text.replace("      authorizer: custom-authorizer\n", "");
    assert_ne!(open, text);
    project.write("video.yaml", &open);
    let (_dev, urls) = Dev::serving(&project, &["video.yaml"]);
    let url = format!("{}/user-profile", urls[0]);
    let answer = call("GET", &url, None);
    // The function itself misses the token.
    assert_eq!((answer.status, answer.json()), (401, json!({ "message": "Could not find authToken" })));
    project.write("video.yaml", &text);
    println!("{}", live("the authorizer", &url, Instant::now(), 401, r#"{"message":"Unauthorized"}"#));
}
