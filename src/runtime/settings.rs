//! What holds for every function of a runtime.

use std::{fmt, path::PathBuf, sync::Arc};

/// How functions are run on this machine.
#[derive(Clone)]
pub struct Settings {
    /// A folder of the runtime's own, for unpacked code and bootstraps. Made when it is needed.
    pub cache: PathBuf,
    /// What functions see of this process's environment: `PATH` (where interpreters are looked for), `HOME`, `LANG`.
    /// Nothing else of it reaches them.
    pub inherited: Vec<(String, String)>,
    /// What functions get besides: `AWS_ENDPOINT_URL`, `AWS_ACCESS_KEY_ID` and so on. Secrets: shown nowhere.
    pub injected: Vec<(String, String)>,
    /// How many processes a function without reserved concurrency may have; further invocations wait.
    pub default_concurrency: u32,
    /// How long a process may take to ask for its first invocation. Lambda's is 10.
    pub init_timeout_seconds: u32,
    /// After how long without an invocation a process is ended.
    pub idle_seconds: u32,
    /// How long after a function error an event is given to the function again, one entry for each time. Lambda's is 60, 120.
    pub event_retry_seconds: Vec<u32>,
    /// How many events may be on their way; more are refused.
    pub event_limit: usize,
}

impl Settings {
    /// Lambda's own values where it has some.
    pub fn new(cache: PathBuf) -> Self {
        Self {
            cache,
            inherited: Vec::new(),
            injected: Vec::new(),
            default_concurrency: 10,
            init_timeout_seconds: 10,
            idle_seconds: 600,
            event_retry_seconds: vec![60, 120],
            event_limit: 1000,
        }
    }

    /// One of the inherited variables.
    pub(super) fn inherited(&self, name: &str) -> Option<&str> {
        self.inherited.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = |pairs: &[(String, String)]| -> Vec<Arc<str>> {
            pairs.iter().map(|(name, _)| Arc::from(name.as_str())).collect()
        };
        f.debug_struct("Settings")
            .field("cache", &self.cache)
            .field("inherited", &names(&self.inherited))
            .field("injected", &names(&self.injected))
            .field("default_concurrency", &self.default_concurrency)
            .field("init_timeout_seconds", &self.init_timeout_seconds)
            .field("idle_seconds", &self.idle_seconds)
            .finish_non_exhaustive()
    }
}
