//! A running `dev`: its events, its processes, its end.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    process::Command,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value as Json;

use super::{
    project::Project,
    support::{guard::Guarded, install::install_root},
};

/// Longer than anything takes, `npm ci` on a busy machine included.
const LONGEST: Duration = Duration::from_secs(120);
/// Tells the process id before the command runs and the exit code after it.
const TOLD: &str = r#"sh -c 'echo "{\"pid\":$$}"; exec "$0" "$@"' "$0" "$@"; echo "{\"exit\":$?}""#;

#[derive(Default)]
struct Heard {
    lines: Mutex<Vec<Json>>,
    more: Condvar,
}

/// The process, guarded: it ends with the test at the latest.
pub struct Dev {
    heard: Arc<Heard>,
    calls: AtomicUsize,
    log: std::path::PathBuf,
    _folder: tempfile::TempDir,
    _guard: Guarded,
}

impl Dev {
    /// Starts `dev … --json`, at any free port unless one is given. Nothing need be served yet.
    pub fn start(project: &Project, args: &[&str]) -> Self {
        let port: &[&str] = if args.contains(&"--port") { &[] } else { &["--port", "0"] };
        let args = [&["dev", "--json"], port, args].concat();
        let inner = project.command(&args);
        let mut command = Command::new("sh");
        command.args(["-c", TOLD]).arg(inner.get_program()).args(inner.get_args());
        command.current_dir(inner.get_current_dir().expect("set"));
        for (name, value) in inner.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        let folder = tempfile::tempdir_in(install_root().join("logs")).expect("a folder");
        let log = folder.path().join("dev.log");
        let mut guard = Guarded::start(&command, &log, true);
        let stdout = guard.take_stdout().expect("piped");
        let heard = Arc::new(Heard::default());
        let listener = Arc::clone(&heard);
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let event = serde_json::from_str(&line).unwrap_or_else(|_| Json::from(line));
                listener.lines.lock().unwrap_or_else(PoisonError::into_inner).push(event);
                listener.more.notify_all();
            }
        });
        Self { heard, calls: AtomicUsize::new(0), log, _folder: folder, _guard: guard }
    }

    /// Starts it and waits until it serves. Answers the URLs too.
    pub fn serving(project: &Project, args: &[&str]) -> (Self, Vec<String>) {
        let dev = Self::start(project, args);
        let urls = urls(&dev.wait_for("serving", 0));
        (dev, urls)
    }

    /// Where the only static site is served.
    pub fn site(&self) -> String {
        let event = self.wait_for("serving", 0);
        event["sites"][0].as_str().expect("a site's URL").to_owned()
    }

    /// How many events there are, all of what was called so far among them: a place from which to wait on.
    pub fn now(&self) -> usize {
        self.catch_up();
        self.heard.lines.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// Waits until every event of what was called so far is here: events come in order, and this call has one of its own.
    fn catch_up(&self) {
        let url = self.wait_for("serving", 0)["invoke"].as_str().expect("a URL").to_owned();
        let path = format!("/caught-up-{}", self.calls.fetch_add(1, Ordering::Relaxed));
        assert_eq!(super::http::get(&format!("{url}{path}")).status, 403);
        self.access(0, &path);
    }

    /// The events from a place on.
    pub fn since(&self, place: usize) -> Vec<Json> {
        self.heard.lines.lock().unwrap_or_else(PoisonError::into_inner)[place..].to_vec()
    }

    /// The first event from `place` on that is as wanted, once it is there.
    pub fn wait(&self, what: &str, place: usize, wanted: impl Fn(&Json) -> bool) -> Json {
        let deadline = Instant::now() + LONGEST;
        let mut lines = self.heard.lines.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(line) = lines[place..].iter().find(|line| wanted(line)) {
                return line.clone();
            }
            let ended = lines.iter().any(|line| line.get("exit").is_some());
            let left = deadline.saturating_duration_since(Instant::now());
            if ended || left.is_zero() {
                let log = std::fs::read_to_string(&self.log).unwrap_or_default();
                let last = lines[place.max(lines.len().saturating_sub(30))..].iter();
                let last: Vec<String> =
                    last.map(|line| line.to_string().chars().take(2000).collect()).collect();
                panic!("no {what} came; ended: {ended}\n{}\n{log}", last.join("\n"));
            }
            lines = self.heard.more.wait_timeout(lines, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub fn wait_for(&self, event: &str, place: usize) -> Json {
        self.wait(event, place, |line| line["event"] == event)
    }

    /// The line of the access log about the call of `path`.
    pub fn access(&self, place: usize, path: &str) -> Json {
        self.wait(path, place, |line| line["event"] == "request" && line["path"] == path)
    }

    /// Waits for a line of a function's log with `part` in it.
    pub fn log_line(&self, place: usize, part: &str) -> Json {
        self.wait(part, place, |line| {
            line["event"] == "log" && line["line"].as_str().is_some_and(|line| line.contains(part))
        })
    }

    /// How often a function was invoked since a place.
    pub fn invocations(&self, place: usize, function: &str) -> usize {
        self.catch_up();
        let started = |line: &&Json| {
            line["event"] == "log"
                && line["function"] == function
                && line["platform"] == true
                && line["line"].as_str().is_some_and(|line| line.starts_with("START "))
        };
        self.since(place).iter().filter(started).count()
    }

    pub fn pid(&self) -> u32 {
        let pid = self.wait("pid", 0, |line| line.get("pid").is_some());
        pid["pid"].as_u64().and_then(|pid| u32::try_from(pid).ok()).expect("a process id")
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_raw(self.pid().cast_signed()).expect("a process id");
        rustix::process::kill_process(pid, signal).expect("it runs");
    }

    /// The exit code, once it has ended; a signal is 128 and its number.
    pub fn exit_code(&self) -> i64 {
        self.wait("end", 0, |line| line.get("exit").is_some())["exit"].as_i64().expect("a number")
    }

    /// What it wrote to standard error.
    pub fn talk(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Every process below it, as the system knows them now.
    pub fn descendants(&self) -> Vec<u32> {
        let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for entry in std::fs::read_dir("/proc").expect("Linux").flatten() {
            let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
            if let Some((_, parent)) = state(pid) {
                children.entry(parent).or_default().push(pid);
            }
        }
        let mut all = children.get(&self.pid()).cloned().unwrap_or_default();
        let mut next = 0;
        while let Some(pid) = all.get(next) {
            all.extend(children.get(pid).cloned().unwrap_or_default());
            next += 1;
        }
        all
    }
}

/// The URLs of a `serving` event.
pub fn urls(event: &Json) -> Vec<String> {
    let urls = event["urls"].as_array().expect("URLs").iter();
    urls.map(|url| url.as_str().expect("text").to_owned()).collect()
}

/// State and parent of a process.
fn state(pid: u32) -> Option<(char, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = stat.rsplit_once(") ")?.1.split(' ');
    Some((fields.next()?.chars().next()?, fields.next()?.parse().ok()?))
}

/// Whether processes are gone, or wait only for their parent to look.
pub fn gone(pids: &[u32], within: Duration) -> bool {
    let deadline = Instant::now() + within;
    loop {
        let left = pids.iter().any(|pid| state(*pid).is_some_and(|(state, _)| state != 'Z'));
        if !left || Instant::now() > deadline {
            return !left;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}
