//! How it begins and ends: the port, signals, and no process left behind.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::{
    http::get,
    project::Project,
    running::{Dev, gone},
    saving::{STACK, project},
};

/// A function that leaves processes of its own behind, and one that is under way when the end comes.
fn busy() -> (Project, Dev, String, Vec<u32>) {
    let project = project();
    project.write(
        "hello/index.js",
        "const { spawn } = require('node:child_process');\n\
         exports.handler = async (event) => {\n\
           const child = spawn('sleep', ['1000'], { stdio: 'ignore' });\n\
           if (event.queryStringParameters) await new Promise(() => setTimeout(() => {}, 60_000));\n\
           return { statusCode: 200, body: String(child.pid) };\n};\n",
    );
    project.replace("stack.yaml", "timeout_seconds: 5", "timeout_seconds: 60");
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    let url = format!("{}/hello", served[0]);
    let child: u32 = get(&url).text().parse().expect("a process id");
    let slow = format!("{url}?slow=1");
    // It is broken off by the end.
    std::thread::spawn(move || ureq::get(slow).call().is_ok());
    // The function's process, and a child of each call.
    let mut below = Vec::new();
    for _ in 0..500 {
        below = dev.descendants();
        if below.len() >= 3 {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(below.contains(&child) && below.len() >= 3, "{below:?} has {child}");
    (project, dev, url, below)
}

#[test]
fn an_interrupt_ends_it_and_all_it_started() {
    for signal in [Signal::INT, Signal::TERM] {
        let (_project, dev, url, below) = busy();
        let begun = Instant::now();
        dev.signal(signal);
        assert_eq!(dev.exit_code(), 0, "{}", dev.talk());
        assert!(begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
        assert!(gone(&below, Duration::from_secs(1)), "processes are left of {below:?}");
        assert!(ureq::get(&url).call().is_err(), "nobody listens");
        assert!(dev.talk().contains("stopping"), "{}", dev.talk());
    }
}

#[test]
fn no_function_outlives_its_sudden_death() {
    let (_project, dev, _, below) = busy();
    dev.signal(Signal::KILL);
    assert_eq!(dev.exit_code(), 128 + 9);
    assert!(gone(&below, Duration::from_secs(5)), "processes are left of {below:?}");
}

#[test]
fn it_starts_again_where_it_ended() {
    let project = project();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    assert_eq!(get(&format!("{}/hello", served[0])).text(), "first");
    dev.signal(Signal::KILL);
    assert_eq!(dev.exit_code(), 137);
    let begun = Instant::now();
    let (dev, served) = Dev::serving(&project, &["stack.yaml"]);
    assert_eq!(get(&format!("{}/hello", served[0])).text(), "first");
    let result = dev.wait_for("result", 0);
    assert_eq!(result["result"]["calls"], 0, "everything was there: {result}");
    assert!(
        begun.elapsed() < Duration::from_secs(10),
        "no lock of the dead is waited for: {:?}",
        begun.elapsed()
    );
}

#[test]
fn a_port_that_is_taken() {
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
    let port = taken.local_addr().expect("bound").port().to_string();
    let project = project();
    let output = project.run(&["dev", "--port", &port, "stack.yaml"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    for part in [format!("port {port} of 127.0.0.1 is taken"), "`--port 0`".to_owned()] {
        assert!(text.contains(&part), "{part}:\n{text}");
    }
    assert!(
        !project.path(".gatewright/account").exists() && !text.contains("Plan"),
        "nothing was done:\n{text}"
    );
    let output = project.run(&["dev", "--port", "0", "--host", "203.0.113.1", "stack.yaml"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("cannot listen on 203.0.113.1:0"), "{text}");
}

/// Each stage and each API has its own URL; the first of a stage has the short one.
#[test]
fn several_apis_and_stages() {
    let project = project();
    project.write(
        "second.yaml",
        &STACK.replace("stack: loop", "stack: second").replace("hello\n    runtime", "other\n    runtime"),
    );
    project.write("other/index.js", &super::saving::handler("second"));
    let (_dev, served) = Dev::serving(&project, &["stack.yaml", "second.yaml", "--stage", "blue"]);
    let [first, second] = served.as_slice() else { panic!("{served:?}") };
    assert!(first.ends_with("/blue") && second.contains("/_aws/execute-api/"), "{served:?}");
    assert_eq!(get(&format!("{first}/hello")).text(), "first");
    assert_eq!(get(&format!("{second}/hello")).text(), "second");
}
