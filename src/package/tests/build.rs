//! Build commands: where they run, when they run again, and how they end.

use std::time::Duration;

use super::super::Build;
use super::*;

fn building(place: &Place, command: &str) -> Source {
    Source { build: Some(command.to_owned()), ..place.source() }
}

/// Packages and returns what the build wrote.
async fn lines(place: &Place, source: &Source) -> (Result<Artifact, PackageError>, Vec<String>) {
    let mut lines = Vec::new();
    let result = package(source, &place.work(), |line| lines.push(line.to_owned())).await;
    (result, lines)
}

#[tokio::test]
async fn a_build_runs_in_a_copy_and_its_result_is_packaged() {
    let place = Place::with(&[("src/a.ts", "1"), ("node_modules/stale/x.js", "old")]);
    place.write("make", b"#!/bin/sh\nmkdir -p dist node_modules/dep && cp src/a.ts dist/a.js && echo x > node_modules/dep/x.js", 0o755);
    let source = Source { exclude: vec!["src".into(), "make".into()], ..building(&place, "./make") };
    let artifact = place.package(&source).await.unwrap();
    assert_eq!(artifact.build, Build::Ran);
    let entries: Vec<_> = unzip(&artifact.path).into_keys().collect();
    assert_eq!(entries, ["dist/a.js", "node_modules/dep/x.js"]);
    assert!(!place.code().join("dist").exists(), "the user's folder stays as it was");
    assert!(artifact.code_folder.join("dist/a.js").is_file());
}

#[tokio::test]
async fn a_build_runs_again_only_when_command_or_sources_changed() {
    let place = Place::with(&[("a.txt", "1")]);
    let count = place.root.path().join("count");
    let command = format!("echo ran >> '{}'; cp a.txt b.txt", count.display());
    let runs = || fs::read_to_string(&count).unwrap_or_default().lines().count();
    let source = building(&place, &command);

    let first = place.package(&source).await.unwrap();
    assert_eq!((first.build, runs()), (Build::Ran, 1));
    let second = place.package(&source).await.unwrap();
    assert_eq!((second.build, runs()), (Build::Reused, 1));
    assert_eq!(second.sha256_hex, first.sha256_hex);

    place.write("node_modules/x/index.js", b"made elsewhere", 0o644);
    place.write(".venv/pyvenv.cfg", b"", 0o644);
    place.write("env/pyvenv.cfg", b"", 0o644);
    place.write("target/CACHEDIR.TAG", b"", 0o644);
    assert_eq!(place.package(&source).await.unwrap().build, Build::Reused, "what builds make is no source");
    let patterns = Source { exclude: vec!["b.txt".into()], ..source.clone() };
    assert_eq!(
        place.package(&patterns).await.unwrap().build,
        Build::Reused,
        "patterns choose from the result"
    );

    place.write("a.txt", b"2", 0o644);
    let changed = place.package(&source).await.unwrap();
    assert_eq!((changed.build, runs()), (Build::Ran, 2));
    assert_eq!(unzip(&changed.path)["b.txt"].0, b"2");
    place.write("a.txt", b"2", 0o755);
    assert_eq!(place.package(&source).await.unwrap().build, Build::Ran, "the mode is part of the source");
    let other = building(&place, &format!("{command} "));
    assert_eq!(place.package(&other).await.unwrap().build, Build::Ran, "so is the command");
}

#[tokio::test]
async fn lines_come_from_both_streams_in_order() {
    let place = Place::with(&[("a", "1")]);
    let source = building(&place, "echo one; echo two >&2; echo three; printf four; cat");
    let (result, lines) = lines(&place, &source).await;
    result.unwrap();
    assert_eq!(lines, ["one", "two", "three", "four"], "and `cat` found its input closed");
}

#[tokio::test]
async fn a_failure_tells_status_command_and_last_lines_and_is_tried_again() {
    let place = Place::with(&[("a", "1")]);
    let source = building(&place, "i=0; while [ $i -lt 30 ]; do i=$((i+1)); echo line $i; done; exit 3");
    let (result, seen) = lines(&place, &source).await;
    assert_eq!(seen.len(), 30);
    let error = result.unwrap_err();
    let text = error.to_string();
    assert!(text.starts_with("the build command `i=0;"), "{text}");
    assert!(text.contains("failed (exit status: 3); its last lines were\n  line 11\n"), "{text}");
    assert!(text.ends_with("\n  line 30"), "{text}");
    assert!(error.hint().unwrap().contains("copy of the code folder"));
    let (result, seen) = lines(&place, &source).await;
    assert!(matches!(result, Err(PackageError::BuildFailed { .. })));
    assert_eq!(seen.len(), 30, "a failed build is not taken for a finished one");
}

#[tokio::test]
async fn half_a_build_is_thrown_away() {
    let place = Place::with(&[("a", "1")]);
    let source = building(&place, "test ! -e leftover && touch leftover && exit 1");
    place.package(&source).await.unwrap_err();
    let failed_again = place.package(&source).await.unwrap_err().to_string();
    assert!(failed_again.contains("wrote nothing"), "{failed_again}");
    let PackageError::BuildFailed { folder, .. } = place.package(&source).await.unwrap_err() else {
        panic!()
    };
    assert!(folder.join("leftover").exists(), "each attempt got a fresh copy, and left its own traces");
}

#[tokio::test]
async fn a_build_that_makes_nothing_fit_for_lambda_is_refused_each_time() {
    let place = Place::with(&[("a", "1")]);
    let source = building(&place, "ln -s /etc/hosts hosts");
    for expected in [Build::Ran, Build::Reused] {
        let error = place.package(&source).await.unwrap_err();
        assert!(matches!(error, PackageError::LinkOutside { .. }), "{expected:?}: {error}");
    }
}

#[tokio::test]
async fn sources_that_lead_out_of_the_folder_are_not_built() {
    let place = Place::with(&[("a", "1")]);
    place.link("later", "node_modules/x");
    let source = building(&place, "mkdir node_modules && echo 1 > node_modules/x");
    place.package(&source).await.unwrap();
    place.link("shared", "../shared");
    let error = place.package(&source).await.unwrap_err();
    assert!(matches!(error, PackageError::LinkOutside { .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn concurrent_runs_build_once() {
    let place = Place::with(&[("a", "1")]);
    let count = place.root.path().join("count");
    let source = building(&place, &format!("echo ran >> '{}'; sleep 0.3; echo 1 > b", count.display()));
    let (one, two, three) =
        tokio::join!(place.package(&source), place.package(&source), place.package(&source));
    let hows = [one.unwrap().build, two.unwrap().build, three.unwrap().build];
    assert_eq!(hows.iter().filter(|&&how| how == Build::Ran).count(), 1, "{hows:?}");
    assert_eq!(fs::read_to_string(count).unwrap(), "ran\n");
}

#[tokio::test]
async fn three_builds_of_a_folder_are_kept() {
    let place = Place::with(&[("a", "0")]);
    let source = building(&place, "cp a b");
    let mut folders = Vec::new();
    for n in 0..5 {
        place.write("a", format!("{n}").as_bytes(), 0o644);
        folders.push(place.package(&source).await.unwrap().code_folder);
        // Files' times are the kernel's ticks apart.
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let left: Vec<_> = folders.iter().map(|folder| folder.exists()).collect();
    assert_eq!(left, [false, false, true, true, true]);
}

#[tokio::test]
async fn dropping_the_future_kills_the_build_and_its_children() {
    let place = Place::with(&[("a", "1")]);
    let pids = place.root.path().join("pids");
    let command = format!("sleep 300 & echo $$ $! > '{}'; echo started; wait", pids.display());
    let source = building(&place, &command);
    let (started, saw_start) = tokio::sync::oneshot::channel();
    let mut started = Some(started);
    let work = place.work();
    tokio::select! {
        result = package(&source, &work, |_| { started.take().map(|started| started.send(())); }) => panic!("{result:?}"),
        result = saw_start => result.unwrap(),
    }
    for pid in fs::read_to_string(pids).unwrap().split_whitespace() {
        assert!(ends(pid).await, "process {pid} is still alive");
    }
}

#[tokio::test]
async fn what_a_build_leaves_in_the_background_does_not_hold_it_up() {
    let place = Place::with(&[("a", "1")]);
    let pid = place.root.path().join("pid");
    let source = building(&place, &format!("sleep 300 & echo $! > '{}'; echo done", pid.display()));
    let packaged = tokio::time::timeout(Duration::from_secs(20), lines(&place, &source)).await;
    let (result, lines) = packaged.expect("it must not wait for the background process");
    result.unwrap();
    assert_eq!(lines, ["done"]);
    assert!(ends(fs::read_to_string(pid).unwrap().trim()).await);
}

/// Whether a process has ended, or does so soon; one that nobody has waited for yet counts as ended.
async fn ends(pid: &str) -> bool {
    let pid = rustix::process::Pid::from_raw(pid.parse().unwrap()).unwrap();
    for _ in 0..100 {
        let state = fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).unwrap_or_default();
        let is_zombie = state.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z'));
        if is_zombie || rustix::process::test_kill_process(pid).is_err() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}
