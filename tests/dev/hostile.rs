//! Functions that do the worst they can: each call has its answer, the log says what happened, and the next call is fine.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{
    http::{Answer, get, send},
    project::Project,
    running::Dev,
};

const STACK: &str = r#"stack: hostile
defaults:
  function:
    runtime: nodejs22.x
    handler: index.handler
    memory_mb: 128
    timeout_seconds: 1
    log_retention_days: 14
functions:
  worst: { code: worst }
  loud: { code: worst, timeout_seconds: 20 }
  starter: { code: starter, environment: { FLAG: "${params.flag}" } }
  python: { code: python, runtime: python3.13, handler: index.handler }
params:
  flag: {}
api:
  routes:
    GET /worst: { function: worst }
    POST /worst: { function: worst }
    GET /loud: { function: loud }
    GET /starter: { function: starter }
    GET /python: { function: python }
    GET /mapped:
      function: worst
      integration: custom
      request_templates: { application/json: '{"queryStringParameters": {"how": "$input.params("how")"}}' }
      responses:
        200: { templates: { application/json: '{"fine": true}' } }
        504: { when: '(?s).*Task timed out.*', templates: { application/json: '{"error": "too slow"}' } }
        500: { when: '(?s).*(Runtime exited|signal).*', templates: { application/json: '{"error": "died"}' } }
"#;

const WORST: &str = r"
const way = {
  killed: () => process.kill(process.pid, 'SIGKILL'),
  exits: () => process.exit(7),
  silent: () => new Promise(() => setTimeout(() => {}, 60_000)),
  busy: () => { for (;;); },
  big: () => ({ statusCode: 200, body: 'x'.repeat(7 * 1024 * 1024) }),
  loud: async () => {
    for (let i = 0; i < 20_000; i++) {
      if (!process.stdout.write('z'.repeat(500) + '\n')) await new Promise((go) => process.stdout.once('drain', go));
    }
    process.stdout.write('y'.repeat(3 * 1024 * 1024) + '\n\u0000\u001b[31mthe end\n');
    return { statusCode: 200, body: 'said all' };
  },
  throws: () => { throw new Error('thrown'); },
  circle: () => { const a = {}; a.a = a; return a; },
  nothing: () => undefined,
  rejected: () => { Promise.reject(new Error('forgotten')); return new Promise(() => setTimeout(() => {}, 500)); },
  header: () => ({ statusCode: 200, headers: { 'X-Bad': 'a\r\nSet-Cookie: b=c', 'X y': 'z' }, body: 'headers' }),
  status: () => ({ statusCode: 99, body: '' }),
};
exports.handler = async (event) => (way[event.queryStringParameters?.how] ?? (() => ({ statusCode: 200, body: 'fine' })))();
";

const PYTHON: &str = r#"
import os, sys, json
def handler(event, context):
    how = (event.get("queryStringParameters") or {}).get("how")
    if how == "exits": os._exit(3)
    if how == "raises": raise ValueError("no")
    if how == "recursion": return handler({"queryStringParameters": {"how": "recursion"}}, context)
    print("ünïcode", flush=True)
    return {"statusCode": 200, "body": "fine"}
"#;

fn project() -> Project {
    let mut project = Project::new();
    project.write("stack.yaml", STACK);
    project.write("worst/index.js", WORST);
    project.write("python/index.py", PYTHON);
    project.write(
        "starter/index.js",
        "if (require('node:fs').existsSync(process.env.FLAG)) process.exit(3);\n\
         exports.handler = async () => ({ statusCode: 200, body: 'started' });\n",
    );
    project.write("flag", "here");
    let flag = project.path("flag").display().to_string();
    project.param("flag", &flag);
    project
}

fn failed(what: &str, answer: &Answer) {
    assert_eq!(
        (answer.status, answer.json()),
        (502, json!({ "message": "Internal server error" })),
        "{what}"
    );
    assert_eq!(answer.header("content-type"), Some("application/json"), "{what}");
}

#[test]
fn behind_a_proxy_integration() {
    let project = project();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = |path: &str| format!("{}/{path}", served[0]);
    let fine = |what: &str| {
        let answer = get(&url("worst"));
        assert_eq!((answer.status, answer.text().as_str()), (200, "fine"), "after {what}");
    };
    fine("nothing");
    let ways = [
        ("killed", "signal: killed"),
        ("exits", "exit status 7"),
        ("silent", "Task timed out after 1.00 seconds"),
        ("busy", "Task timed out after 1.00 seconds"),
        ("big", "Response payload size exceeded maximum allowed payload size"),
        ("throws", "thrown"),
        ("rejected", "forgotten"),
        ("circle", ""),
        ("nothing", ""),
        ("status", ""),
    ];
    for (how, line) in ways {
        let (begin, begun) = (dev.now(), Instant::now());
        failed(how, &get(&url(&format!("worst?how={how}"))));
        assert!(begun.elapsed() < Duration::from_secs(5), "{how}: {:?}", begun.elapsed());
        let access = dev.access(begin, "/dev/worst");
        assert!(access["reason"].as_str().is_some_and(|reason| !reason.is_empty()), "{how}: {access}");
        dev.log_line(begin, line);
        fine(how);
    }
    // What HTTP cannot carry does not reach the client as a header of its own.
    let answer = get(&url("worst?how=header"));
    assert_eq!(answer.header("set-cookie"), None);
    assert!(matches!(answer.status, 200 | 502), "{}", answer.status);
    fine("header");

    for way in ["exits", "raises", "recursion"] {
        failed(way, &get(&url(&format!("python?how={way}"))));
        assert_eq!(get(&url("python")).text(), "fine", "after {way}");
    }
    let begin = dev.now();
    assert_eq!(get(&url("python")).text(), "fine");
    dev.log_line(begin, "ünïcode");
}

#[test]
fn that_prints_megabytes_while_others_are_called() {
    let project = project();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let (loud, other) = (format!("{}/loud?how=loud", served[0]), format!("{}/worst", served[0]));
    assert_eq!(get(&other).text(), "fine");
    let begin = dev.now();
    let shouting = std::thread::spawn(move || get(&loud));
    let mut calls = 0;
    while !shouting.is_finished() {
        let begun = Instant::now();
        assert_eq!(get(&other).text(), "fine");
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        calls += 1;
    }
    let answer = shouting.join().expect("answered");
    assert_eq!((answer.status, answer.text().as_str()), (200, "said all"));
    assert!(calls > 0);
    dev.log_line(begin, "the end");
    let lines = dev
        .since(begin)
        .iter()
        .filter(|line| line["line"].as_str().is_some_and(|line| line.starts_with("zz")))
        .count();
    assert_eq!(lines, 20_000, "no line is lost");
}

#[test]
fn that_ends_before_it_begins() {
    let project = project();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/starter", served[0]);
    let begin = dev.now();
    failed("at its start", &get(&url));
    dev.log_line(begin, "exit status 3");
    failed("again", &get(&url));
    std::fs::remove_file(project.path("flag")).expect("removed");
    assert_eq!(get(&url).text(), "started");
}

#[test]
fn behind_a_custom_integration() {
    let project = project();
    let (_dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = |how: &str| format!("{}/mapped?how={how}", served[0]);
    for (how, status, body) in [
        ("fine", 200, r#"{"fine": true}"#),
        ("silent", 504, r#"{"error": "too slow"}"#),
        ("killed", 500, r#"{"error": "died"}"#),
        ("exits", 500, r#"{"error": "died"}"#),
        // No pattern fits: the default answer.
        ("throws", 200, r#"{"fine": true}"#),
    ] {
        let answer = get(&url(how));
        assert_eq!((answer.status, answer.text().as_str()), (status, body), "{how}");
    }
}

#[test]
fn requests_that_are_too_large_or_strange() {
    let project = project();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/worst", served[0]);
    let begin = dev.now();
    let large = vec![b'a'; 11 * 1024 * 1024];
    let answer = send("POST", &url, &[("Content-Type", "text/plain")], &large);
    assert_eq!(answer.status, 413, "{}", answer.text());
    assert_eq!(dev.invocations(begin, "hostile-dev-worst"), 0);
    let answer = send("POST", &url, &[("Content-Type", "text/plain")], &[0xff, 0xfe, 0x00]);
    assert_eq!(answer.text(), "fine");
    let many: String = (0..2000).map(|n| format!("a{n}=%GG&")).collect();
    assert!(get(&format!("{url}?{many}")).status < 600);
    assert_eq!(get(&url).text(), "fine");
}
