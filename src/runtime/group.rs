//! Processes of functions, as groups that end as one.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::{process::ChildStdin, sync::watch};

/// Every process group of a runtime that may still run.
pub(super) struct Groups {
    state: Mutex<State>,
    count: watch::Sender<usize>,
}

#[derive(Default)]
struct State {
    closed: bool,
    leaders: BTreeSet<u32>,
}

impl Groups {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), count: watch::Sender::new(0) })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// No process is to start any more.
    pub(super) fn closed(&self) -> bool {
        self.state().closed
    }

    /// Kills all that run, now and from now on.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        for leader in &state.leaders {
            kill(*leader);
        }
    }

    /// Waits until every group has been given up.
    pub(super) async fn empty(&self) {
        let mut count = self.count.subscribe();
        let _ = count.wait_for(|count| *count == 0).await;
    }
}

/// One process and all that it started. Dropping it kills them.
pub(super) struct Group {
    leader: u32,
    groups: Arc<Groups>,
    /// The other end of what the watcher beside the function reads: see [`super::command`]. It ends with this process, however
    /// that ends, and the group with it.
    _lifeline: ChildStdin,
}

impl Group {
    pub(super) fn new(leader: u32, lifeline: ChildStdin, groups: &Arc<Groups>) -> Self {
        let mut state = groups.state();
        state.leaders.insert(leader);
        if state.closed {
            kill(leader);
        }
        groups.count.send_replace(state.leaders.len());
        drop(state);
        Self { leader, groups: Arc::clone(groups), _lifeline: lifeline }
    }

    /// The process that leads the group.
    pub(super) fn leader(&self) -> u32 {
        self.leader
    }

    pub(super) fn kill(&self) {
        kill(self.leader);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        let mut state = self.groups.state();
        // The watcher keeps the group's number from being given to another one even after the leader is gone.
        kill(self.leader);
        state.leaders.remove(&self.leader);
        self.groups.count.send_replace(state.leaders.len());
    }
}

fn kill(leader: u32) {
    if let Some(pid) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // It may be gone already, which is what is wanted.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

/// The most memory that a process has used, in megabytes, where the system tells (Linux).
pub(super) fn peak_memory_mb(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes.div_ceil(1024))
}
