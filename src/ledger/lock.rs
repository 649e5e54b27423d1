//! The lock: one deploy of one stage at a time.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::model::Env;

/// How long a lock holds without being renewed, in seconds.
pub const LEASE_SECONDS: i64 = 60;
/// How often a long run renews its lock, in seconds.
pub const RENEW_SECONDS: u64 = 20;

/// Who is at work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lock {
    /// `user@machine`.
    pub holder: String,
    /// The machine's identity.
    pub machine: String,
    /// The process on that machine.
    pub pid: u32,
    /// When that process started, in the machine's ticks.
    pub started: u64,
    /// The run.
    pub run: String,
    /// Since when.
    pub since: Timestamp,
    /// Until when, unless renewed.
    pub until: Timestamp,
}

impl Lock {
    /// A lock of this process, from now.
    pub fn of(env: &Env, run: &str) -> Self {
        let now = env.now();
        Self {
            holder: env.host.holder.clone(),
            machine: env.host.machine.clone(),
            pid: env.host.pid,
            started: env.host.started,
            run: run.to_owned(),
            since: now,
            until: now + SignedDuration::from_secs(LEASE_SECONDS),
        }
    }

    /// Whether its holder is gone: the lease ran out, or the process is known not to run any more.
    pub fn is_dead(&self, env: &Env) -> bool {
        let lapsed = env.now() > self.until;
        let here = self.machine == env.host.machine;
        lapsed || (here && !env.is_running(self.pid, self.started))
    }
}
