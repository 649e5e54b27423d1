//! Functions written into folders of their own, and a runtime that collects their logs.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use gatewright::{
    gateway::functions::NoAnswer,
    model::{Env, env::Host},
    runtime::{Code, Function, LogLine, Outcome, Request, Runtime, Settings, Stream},
};
use serde_json::Value;
use tempfile::TempDir;

pub const ACCOUNT: &str = "123456789012";

/// A runtime with its own cache and the functions' folders.
pub struct Bench {
    pub runtime: Arc<Runtime>,
    pub lines: Arc<Mutex<Vec<LogLine>>>,
    pub folder: TempDir,
}

pub fn real_env() -> Env {
    use std::hash::{BuildHasher, Hasher};
    let host =
        Host { holder: "test@host".into(), machine: "host".into(), pid: std::process::id(), started: 0 };
    let random = || std::collections::hash_map::RandomState::new().build_hasher().finish();
    Env::new(jiff::Timestamp::now, random, |_, _| false, host)
}

pub fn settings(cache: &Path) -> Settings {
    let mut settings = Settings::new(cache.to_path_buf());
    for name in ["PATH", "HOME", "LANG"] {
        if let Ok(value) = std::env::var(name) {
            settings.inherited.push((name.to_owned(), value));
        }
    }
    settings.injected.push(("AWS_ENDPOINT_URL".into(), "http://127.0.0.1:1".into()));
    settings
}

impl Bench {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    pub fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = TempDir::new().unwrap();
        let mut settings = settings(&folder.path().join("cache"));
        change(&mut settings);
        let lines: Arc<Mutex<Vec<LogLine>>> = Arc::default();
        let into = Arc::clone(&lines);
        let sink = Arc::new(move |line| into.lock().unwrap().push(line));
        Self { runtime: Arc::new(Runtime::new(settings, real_env(), sink)), lines, folder }
    }

    /// Writes a function's files; the first one of a name makes the folder anew.
    pub fn code(&self, name: &str, files: &[(&str, &str)]) -> PathBuf {
        let folder = self.folder.path().join(name);
        let _ = std::fs::remove_dir_all(&folder);
        for (file, text) in files {
            let place = folder.join(file);
            std::fs::create_dir_all(place.parent().unwrap()).unwrap();
            std::fs::write(&place, text).unwrap();
            if *file == "bootstrap" {
                use std::os::unix::fs::PermissionsExt;
                std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o755)).unwrap();
            }
        }
        folder
    }

    pub fn put(&self, name: &str, runtime: &str, handler: &str, files: &[(&str, &str)]) {
        self.put_with(name, runtime, handler, files, |_| {});
    }

    pub fn put_with(
        &self,
        name: &str,
        runtime: &str,
        handler: &str,
        files: &[(&str, &str)],
        change: impl FnOnce(&mut Function),
    ) {
        let mut function = function(name, runtime, handler, self.code(name, files));
        change(&mut function);
        self.runtime.put(function);
    }

    pub async fn outcome(&self, name: &str, payload: &str) -> Result<Outcome, NoAnswer> {
        let request = Request { payload: payload.to_owned().into(), client_context: None };
        let invoked = self.runtime.invoke_with(name, request);
        tokio::time::timeout(Duration::from_secs(60), invoked).await.expect("an answer in time")
    }

    /// The result of an invocation that is to succeed.
    pub async fn ok(&self, name: &str, payload: &str) -> Value {
        let outcome = self.outcome(name, payload).await.unwrap();
        let shown = String::from_utf8_lossy(&outcome.answer.payload).into_owned();
        assert_eq!(outcome.answer.function_error, None, "{shown}\n{}", self.log());
        serde_json::from_str(&shown).unwrap()
    }

    /// The error of an invocation that is to fail.
    pub async fn error(&self, name: &str, payload: &str) -> Value {
        let outcome = self.outcome(name, payload).await.unwrap();
        let shown = String::from_utf8_lossy(&outcome.answer.payload).into_owned();
        assert_eq!(outcome.answer.function_error.as_deref(), Some("Unhandled"), "{shown}\n{}", self.log());
        serde_json::from_str(&shown).unwrap()
    }

    pub fn log(&self) -> String {
        let lines = self.lines.lock().unwrap();
        let shown: Vec<String> =
            lines.iter().map(|line| format!("{:?} {}", line.stream, line.line)).collect();
        shown.join("\n")
    }

    pub fn printed(&self, text: &str) -> Option<LogLine> {
        self.lines.lock().unwrap().iter().find(|line| line.line.contains(text)).cloned()
    }

    pub fn platform(&self, text: &str) -> usize {
        let lines = self.lines.lock().unwrap();
        lines.iter().filter(|line| line.stream == Stream::Platform && line.line.contains(text)).count()
    }
}

pub fn arn(name: &str) -> String {
    format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:{name}")
}

pub fn function(name: &str, runtime: &str, handler: &str, code: PathBuf) -> Function {
    Function {
        name: name.to_owned(),
        arn: arn(name),
        runtime: runtime.to_owned(),
        handler: handler.to_owned(),
        code: Code::Folder(code),
        layers: Vec::new(),
        environment: BTreeMap::new(),
        memory_mb: 128,
        timeout_seconds: 10,
        reserved_concurrency: None,
        region: "eu-west-1".to_owned(),
        account_id: ACCOUNT.to_owned(),
        ephemeral_storage_mb: 512,
    }
}

/// Whether a process runs: one that has ended but was not collected does not.
pub fn runs(pid: u64) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with(['Z', 'X'])
}

/// Waits until a process is gone.
pub async fn gone(pid: u64, within: Duration) -> bool {
    let begun = std::time::Instant::now();
    while runs(pid) {
        if begun.elapsed() > within {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    true
}
