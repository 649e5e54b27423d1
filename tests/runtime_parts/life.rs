//! Processes: kept, limited, replaced, ended.

use std::{
    io::Write,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use gatewright::{
    gateway::functions::{Functions, NoAnswer},
    runtime::{Code, LogLine, Runtime, log_channel},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::parts::{Bench, arn, function, gone, real_env, runs, settings};

const SLEEPER: &str = r#"
    export async function handler(event) {
        if (event.busy) for (;;);
        if (event.lines) for (let i = 0; i < event.lines; i++) console.log('x'.repeat(1000));
        if (event.long) process.stdout.write('y'.repeat(event.long) + '\nthe end\n');
        await new Promise((resolve) => setTimeout(resolve, event.ms ?? 0));
        return { pid: process.pid };
    }"#;

fn pid(answer: &Value) -> u64 {
    answer["pid"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_function_that_never_answers_is_timed_out_with_all_it_started() {
    let bench = Bench::new();
    let text = r#"
        import { spawn } from 'node:child_process';
        export async function handler(event) {
            if (!event.ways) return 'fine';
            const child = spawn('sleep', ['1000'], { stdio: 'inherit' });
            console.log(`child ${child.pid} of ${process.pid}`);
            if (event.ways === 'busy') for (;;);
            await new Promise((resolve) => setTimeout(resolve, 60_000));
        }"#;
    bench.put_with("slow", "nodejs20.x", "index.handler", &[("index.mjs", text)], |f| f.timeout_seconds = 1);
    for way in ["busy", "waiting"] {
        let begun = Instant::now();
        let error = bench.error("slow", &json!({ "ways": way }).to_string()).await;
        let took = begun.elapsed();
        assert!(took >= Duration::from_secs(1) && took < Duration::from_secs(5), "{took:?}");
        assert_eq!(error["errorType"], "Sandbox.Timedout");
        let message = error["errorMessage"].as_str().unwrap();
        assert!(message.ends_with(" Error: Task timed out after 1.00 seconds"), "{message}");
        let line =
            bench.lines.lock().unwrap().iter().rfind(|line| line.line.starts_with("child ")).unwrap().clone();
        for pid in line.line.split(' ').filter_map(|word| word.parse().ok()) {
            assert!(gone(pid, Duration::from_secs(2)).await, "{}", line.line);
        }
        assert_eq!(bench.ok("slow", "{}").await, json!("fine"));
    }
    assert_eq!(bench.platform(" Task timed out after 1.00 seconds"), 2, "{}", bench.log());
    assert_eq!(bench.platform("Status: timeout"), 2, "{}", bench.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_is_an_error_and_the_next_call_works() {
    let bench = Bench::new();
    bench.put("killed", "nodejs20.x", "index.handler", &[("index.mjs", SLEEPER)]);
    let first = pid(&bench.ok("killed", "{}").await);
    let runtime = bench.runtime.clone();
    let under_way =
        tokio::spawn(async move { runtime.invoke(&arn("killed"), br#"{"ms":20000}"#.to_vec()).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    kill(first);
    let answer = under_way.await.unwrap().unwrap();
    let error: Value = serde_json::from_slice(&answer.payload).unwrap();
    assert_eq!(error["errorType"], "Runtime.ExitError");
    assert!(error["errorMessage"].as_str().unwrap().ends_with("signal: killed"), "{error}");
    let second = pid(&bench.ok("killed", "{}").await);
    assert_ne!(first, second);
    // Killed while it rests: nobody notices but the log.
    kill(second);
    assert!(gone(second, Duration::from_secs(2)).await);
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_ne!(pid(&bench.ok("killed", "{}").await), second);
    assert_eq!(bench.platform("A resting process ended: "), 1, "{}", bench.log());
}

fn kill(pid: u64) {
    let status = std::process::Command::new("kill").args(["-9", &pid.to_string()]).status().unwrap();
    assert!(status.success());
}

#[tokio::test(flavor = "multi_thread")]
async fn megabytes_of_output_are_read_without_holding_the_function_up() {
    let bench = Bench::new();
    bench.put("loud", "nodejs20.x", "index.handler", &[("index.mjs", SLEEPER)]);
    bench.ok("loud", r#"{"lines":20000}"#).await;
    let (count, last) = {
        let lines = bench.lines.lock().unwrap();
        let printed = |line: &&LogLine| line.line.len() == 1000 && line.line.starts_with('x');
        (lines.iter().filter(printed).count(), lines.last().unwrap().line.clone())
    };
    assert_eq!(count, 20000);
    assert!(last.starts_with("REPORT "), "{last}");
    // A line without an end is cut.
    bench.ok("loud", r#"{"long":700000}"#).await;
    let lengths: Vec<usize> = {
        let lines = bench.lines.lock().unwrap();
        lines.iter().filter(|line| line.line.starts_with('y')).map(|line| line.line.len()).collect()
    };
    assert_eq!(lengths, [262_144, 262_144, 700_000 - 2 * 262_144]);
    assert!(bench.printed("the end").is_some());

    // Nobody reads: what does not fit is left out, and the function goes on.
    let (sink, mut lines) = log_channel(10);
    let runtime = Runtime::new(settings(&bench.folder.path().join("cache")), real_env(), sink);
    runtime.put(function("loud", "nodejs20.x", "index.handler", bench.folder.path().join("loud")));
    runtime.invoke("loud", br#"{"lines":20000}"#.to_vec()).await.unwrap();
    let mut kept = 0;
    while lines.try_recv().is_ok() {
        kept += 1;
    }
    assert_eq!(kept, 10);
    runtime.invoke("loud", b"{}".to_vec()).await.unwrap();
    let note = lines.try_recv().unwrap().line;
    assert!(note.contains("lines of output were left out"), "{note}");
}

#[tokio::test(flavor = "multi_thread")]
async fn reserved_concurrency_throttles_and_the_default_waits() {
    let bench = Bench::with(|settings| settings.default_concurrency = 2);
    let files = [("index.mjs", SLEEPER)];
    bench.put_with("one", "nodejs20.x", "index.handler", &files, |f| f.reserved_concurrency = Some(1));
    bench.put_with("none", "nodejs20.x", "index.handler", &files, |f| f.reserved_concurrency = Some(0));
    bench.put("many", "nodejs20.x", "index.handler", &files);
    assert_eq!(bench.outcome("none", "{}").await.unwrap_err(), NoAnswer::Throttled);
    let (first, second) = tokio::join!(bench.outcome("one", r#"{"ms":500}"#), async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        bench.outcome("one", "{}").await
    });
    assert!(first.is_ok());
    assert_eq!(second.unwrap_err(), NoAnswer::Throttled);
    bench.ok("one", "{}").await;

    let five = (0..5).map(|_| bench.ok("many", r#"{"ms":300}"#));
    let pids: std::collections::BTreeSet<u64> =
        futures::future::join_all(five).await.iter().map(pid).collect();
    assert_eq!(pids.len(), 2, "{pids:?}");
    let listed = bench.runtime.list();
    let many = listed.iter().find(|listed| listed.name == "many").unwrap();
    assert_eq!((many.running, many.resting), (0, 2));
    // One after the other never needs a second process.
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..50 {
        seen.insert(pid(&bench.ok("one", "{}").await));
    }
    assert_eq!(seen.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn replaced_code_is_used_at_once_and_the_old_process_finishes() {
    let bench = Bench::new();
    let text = |word: &str| {
        format!(
            "export async function handler(e) {{ await new Promise((r) => setTimeout(r, e.ms ?? 0)); return {{ word: '{word}', pid: process.pid }}; }}"
        )
    };
    bench.put("code", "nodejs20.x", "index.handler", &[("index.mjs", &text("old"))]);
    let resting = bench.ok("code", "{}").await;
    let runtime = bench.runtime.clone();
    let under_way = tokio::spawn(async move { runtime.invoke("code", br#"{"ms":700}"#.to_vec()).await });
    tokio::time::sleep(Duration::from_millis(150)).await;
    bench.put("code", "nodejs20.x", "index.handler", &[("index.mjs", &text("new"))]);
    let new = bench.ok("code", "{}").await;
    assert_eq!(new["word"], "new");
    assert!(!under_way.is_finished());
    let old: Value = serde_json::from_slice(&under_way.await.unwrap().unwrap().payload).unwrap();
    assert_eq!((&old["word"], &old["pid"]), (&json!("old"), &resting["pid"]));
    assert!(gone(pid(&old), Duration::from_secs(2)).await);
    assert_eq!(bench.ok("code", "{}").await["pid"], new["pid"]);

    assert!(bench.runtime.remove("code"));
    assert!(gone(pid(&new), Duration::from_secs(2)).await);
    assert_eq!(bench.outcome(&arn("code"), "{}").await.unwrap_err(), NoAnswer::NotFound(arn("code")));
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_starts_and_rests_have_an_end() {
    let bench = Bench::with(|settings| {
        settings.init_timeout_seconds = 1;
        settings.idle_seconds = 1;
    });
    let text =
        "await new Promise((r) => setTimeout(r, 1800)); export const handler = async () => process.pid;";
    bench.put_with("slow", "nodejs20.x", "index.handler", &[("index.mjs", text)], |f| f.timeout_seconds = 4);
    // Lambda starts it a second time, on the invocation's own time.
    let pid = bench.ok("slow", "{}").await.as_u64().unwrap();
    assert_eq!(bench.platform("Phase: init\tStatus: timeout"), 1, "{}", bench.log());
    assert!(gone(pid, Duration::from_secs(4)).await);
    bench.put_with("slow", "nodejs20.x", "index.handler", &[("index.mjs", text)], |f| f.timeout_seconds = 1);
    assert_eq!(bench.error("slow", "{}").await["errorType"], "Sandbox.Timedout");
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_not_waited_for_and_are_tried_again() {
    let bench = Bench::with(|settings| settings.event_retry_seconds = vec![0, 1]);
    let text = "let n = 0; export const handler = async (e, c) => { console.log(`try ${++n} ${c.awsRequestId}`); throw new Error('no'); };";
    bench.put("event", "nodejs20.x", "index.handler", &[("index.mjs", text)]);
    let begun = Instant::now();
    bench.runtime.send(&arn("event"), b"{}".to_vec()).await.unwrap();
    assert!(begun.elapsed() < Duration::from_millis(100));
    while bench.platform("An event is given up") == 0 {
        assert!(begun.elapsed() < Duration::from_secs(20), "{}", bench.log());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let lines = bench.lines.lock().unwrap().clone();
    let tries: Vec<&str> = lines.iter().filter_map(|line| line.line.strip_prefix("try ")).collect();
    assert_eq!(tries.len(), 3, "{tries:?}");
    // The request keeps its id.
    let ids: std::collections::BTreeSet<&str> =
        tries.iter().filter_map(|line| line.split(' ').nth(1)).collect();
    assert_eq!(ids.len(), 1, "{tries:?}");
    assert_eq!(bench.runtime.send("nobody", b"{}".to_vec()).await, Err(NoAnswer::NotFound("nobody".into())));
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_and_drop_leave_no_process() {
    let bench = Bench::new();
    bench.put("one", "nodejs20.x", "index.handler", &[("index.mjs", SLEEPER)]);
    let rests = pid(&bench.ok("one", "{}").await);
    let runtime = bench.runtime.clone();
    let under_way = tokio::spawn(async move { runtime.invoke("one", br#"{"busy":true}"#.to_vec()).await });
    tokio::time::sleep(Duration::from_millis(200)).await;
    let begun = Instant::now();
    bench.runtime.shutdown().await;
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    assert!(!runs(rests));
    assert!(matches!(under_way.await.unwrap(), Err(NoAnswer::Failed(text)) if text.contains("shut down")));
    assert!(matches!(bench.outcome("one", "{}").await, Err(NoAnswer::Failed(_))));

    let bench = Bench::new();
    bench.put("one", "nodejs20.x", "index.handler", &[("index.mjs", SLEEPER)]);
    let rests = pid(&bench.ok("one", "{}").await);
    drop(bench.runtime);
    assert!(gone(rests, Duration::from_secs(2)).await);
}

const PARENT: &str = "GATEWRIGHT_TEST_FUNCTION_FOLDER";

/// Not a test of its own: the process that the next one kills.
#[tokio::test(flavor = "multi_thread")]
async fn a_parent_that_is_killed() {
    let Ok(folder) = std::env::var(PARENT) else { return };
    let folder = PathBuf::from(folder);
    let (sink, mut lines) = log_channel(100);
    let runtime = Runtime::new(settings(&folder.join("cache")), real_env(), sink);
    let mut all = Vec::new();
    for name in ["node", "busy", "py", "sh"] {
        let language = match name {
            "py" => "python3.11",
            "sh" => "provided",
            _ => "nodejs20.x",
        };
        let mut put = function(name, language, "index.handler", folder.join(name));
        put.timeout_seconds = 60;
        runtime.put(put);
        all.push(runtime.invoke(name, br#"{"ms":60000}"#.to_vec()));
    }
    let collect = async {
        let mut pids = Vec::new();
        while let Some(line) = lines.recv().await {
            pids.extend(line.line.strip_prefix("pid ").map(str::to_owned));
            if pids.len() == 4 {
                std::fs::write(folder.join("pids.part"), pids.join(" ")).unwrap();
                std::fs::rename(folder.join("pids.part"), folder.join("pids")).unwrap();
            }
        }
    };
    tokio::join!(collect, futures::future::join_all(all));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_parent_leaves_no_process() {
    let bench = Bench::new();
    let node = "export const handler = async (e) => { console.log(`pid ${process.pid}`); await new Promise((r) => setTimeout(r, e.ms)); };";
    let busy = "export const handler = async () => { console.log(`pid ${process.pid}`); for (;;); };";
    let python = "import os, time\ndef handler(e, c):\n    print('pid', os.getpid())\n    time.sleep(60)\n";
    bench.code("node", &[("index.mjs", node)]);
    bench.code("busy", &[("index.mjs", busy)]);
    bench.code("py", &[("index.py", python)]);
    bench.code("sh", &[("bootstrap", "#!/bin/sh\necho pid $$\nsleep 60\nsleep 60\n")]);
    let mut parent = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "life::a_parent_that_is_killed"])
        .env(PARENT, bench.folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let begun = Instant::now();
    let pids = loop {
        if let Ok(text) = std::fs::read_to_string(bench.folder.path().join("pids")) {
            break text.split(' ').map(|pid| pid.parse::<u64>().unwrap()).collect::<Vec<_>>();
        }
        assert!(begun.elapsed() < Duration::from_secs(30));
        assert!(parent.try_wait().unwrap().is_none(), "the parent ended");
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(pids.len(), 4);
    assert!(pids.iter().all(|pid| runs(*pid)), "{pids:?}");
    parent.kill().unwrap();
    parent.wait().unwrap();
    for pid in pids {
        assert!(gone(pid, Duration::from_secs(2)).await, "{pid} outlived its parent");
    }
}

fn zipped(path: &Path, entries: &[(&str, &str)], links: &[(&str, &str)]) -> String {
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in entries {
        zip.start_file(*name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    for (name, target) in links {
        zip.add_symlink(*name, *target, options).unwrap();
    }
    zip.finish().unwrap();
    let digest = Sha256::digest(std::fs::read(path).unwrap());
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn zips_are_unpacked_once_and_never_elsewhere() {
    let bench = Bench::new();
    let path = bench.folder.path().join("code.zip");
    let put = |sha256_hex: String| {
        bench.put_with("zip", "nodejs20.x", "a/index.handler", &[], |function| {
            function.code = Code::Zip { path: path.clone(), sha256_hex };
        });
    };
    let text = "export const handler = async () => (await import('./link.mjs')).default;";
    let entries = [("a/index.mjs", text), ("b/word.mjs", "export default 'from a zip';")];
    put(zipped(&path, &entries, &[("a/link.mjs", "../b/word.mjs")]));
    assert_eq!(bench.ok("zip", "{}").await, json!("from a zip"));

    for (entries, links) in [
        ([("../out", "x")].as_slice(), [].as_slice()),
        (&[("a/../../out", "x")], &[]),
        (&[("/out", "x")], &[]),
        (&[("a/b", "x")], &[("a/out", "../../out")]),
        (&[("a/b", "x")], &[("a/out", "/etc")]),
        (&[("a/b", "x")], &[("a/up", "../"), ("a/out", "up/../out")]),
        (&[("a/b", "x")], &[("up", "a"), ("up/out", "../out")]),
    ] {
        put(zipped(&path, entries, links));
        let problem = bench.outcome("zip", "{}").await.unwrap_err().to_string();
        assert!(problem.contains("cannot be unpacked"), "{entries:?} {links:?}: {problem}");
    }
    put("0".repeat(64));
    let problem = bench.outcome("zip", "{}").await.unwrap_err().to_string();
    assert!(problem.contains("has changed"), "{problem}");
    let left: Vec<_> = std::fs::read_dir(bench.folder.path().join("cache/code")).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    assert!(
        !bench.folder.path().join("cache/out").exists()
            && !bench.folder.path().join("cache/code/out").exists()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_said_and_values_are_not_shown() {
    let bench = Bench::with(|settings| settings.inherited = vec![("PATH".into(), "/nowhere".into())]);
    bench.put("one", "nodejs20.x", "index.handler", &[("index.mjs", SLEEPER)]);
    let problem = bench.outcome("one", "{}").await.unwrap_err().to_string();
    assert_eq!(problem, "node is not on the PATH; the function one (nodejs20.x) needs it");
    let mut gone = function("gone", "nodejs20.x", "index.handler", bench.folder.path().join("gone"));
    gone.environment.insert("KEY".into(), "hush-hush".into());
    let shown = format!("{gone:?}");
    assert!(shown.contains("KEY") && !shown.contains("hush-hush"), "{shown}");
    bench.runtime.put(gone);
    assert!(bench.outcome("gone", "{}").await.unwrap_err().to_string().contains("cannot be read"));
    assert!(
        matches!(bench.outcome("one", "{no").await, Err(NoAnswer::Failed(text)) if text.starts_with("Could not parse request body into json: "))
    );
    let big = format!("\"{}\"", "x".repeat(6 * 1024 * 1024));
    assert!(matches!(bench.outcome("one", &big).await, Err(NoAnswer::TooLarge(_))));
    let elsewhere = arn("one").replace("eu-west-1", "us-east-1");
    assert!(matches!(bench.outcome(&elsewhere, "{}").await, Err(NoAnswer::NotFound(_))));
}

/// Prints the time that cold and warm invocations take: `cargo test --test runtime -- --ignored --nocapture latency`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn latency() {
    let bench = Bench::new();
    for (name, runtime, files) in [
        ("node", "nodejs20.x", [("index.mjs", "export const handler = async (e) => e;")]),
        ("python", "python3.11", [("index.py", "def handler(e, c):\n    return e\n")]),
    ] {
        let (mut cold, mut warm) = (Vec::new(), Vec::new());
        for _ in 0..20 {
            bench.put(name, runtime, "index.handler", &files);
            let begun = Instant::now();
            bench.ok(name, "{}").await;
            cold.push(begun.elapsed());
        }
        for _ in 0..1000 {
            let begun = Instant::now();
            bench.ok(name, "{}").await;
            warm.push(begun.elapsed());
        }
        cold.sort();
        warm.sort();
        println!(
            "{name}: cold p50 {:?} max {:?}; warm p50 {:?} p99 {:?}",
            cold[10], cold[19], warm[500], warm[990]
        );
    }
}
