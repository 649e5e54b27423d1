//! This process and this machine, as locks name them.

use std::hash::{BuildHasher, Hasher};

use gatewright::model::env::Host;

/// 64 random bits from the operating system, by way of the standard library's hash keys.
pub(crate) fn random() -> u64 {
    std::collections::hash_map::RandomState::new().build_hasher().finish()
}

/// This process.
pub(crate) fn this_process() -> Host {
    let machine = machine();
    let user =
        std::env::var("USER").or_else(|_| std::env::var("LOGNAME")).unwrap_or_else(|_| "someone".to_owned());
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").map(|name| name.trim().to_owned());
    let name =
        name.ok().or_else(|| std::env::var("HOSTNAME").ok()).unwrap_or_else(|| "this-machine".to_owned());
    let pid = std::process::id();
    Host { holder: format!("{user}@{name}"), machine, pid, started: started_ticks(pid).unwrap_or(0) }
}

/// What tells this machine, and this start of it, from others: pids mean nothing elsewhere.
fn machine() -> String {
    let read = |path| std::fs::read_to_string(path).map(|text| text.trim().to_owned()).unwrap_or_default();
    // Containers of one machine share its ids and have process tables of their own.
    let table =
        std::fs::read_link("/proc/self/ns/pid").map(|link| link.display().to_string()).unwrap_or_default();
    let identity = format!("{}{}{table}", read("/etc/machine-id"), read("/proc/sys/kernel/random/boot_id"));
    // Where the system does not tell, no two processes are taken to be on one machine: locks then end by their lease alone.
    if identity.is_empty() { format!("unknown-{:016x}", random()) } else { identity }
}

/// Whether the process `pid` that started at `started` ticks still runs.
pub(crate) fn is_running(pid: u32, started: u64) -> bool {
    match started_ticks(pid) {
        Some(ticks) => ticks == started,
        None => false,
    }
}

/// The 22nd field of `/proc/<pid>/stat`. The name in the second field may hold anything, so fields count from its last bracket.
fn started_ticks(pid: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let state = fields.next()?;
    if state == "Z" || state == "X" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}
