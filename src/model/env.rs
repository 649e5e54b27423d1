//! What the world outside decides: the clock, randomness, and the wish to stop. Only `main` makes the real one.

use std::sync::{
    Arc,
    atomic::{AtomicU8, AtomicU64, Ordering},
};

use jiff::Timestamp;
use tokio::sync::Notify;

/// The clock, randomness and stop signal that are handed to everything that needs them.
#[derive(Clone)]
pub struct Env {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    random: Arc<dyn Fn() -> u64 + Send + Sync>,
    running: Arc<dyn Fn(u32, u64) -> bool + Send + Sync>,
    /// Raised by Ctrl-C.
    pub stop: Stop,
    /// Who holds the locks this process takes.
    pub host: Host,
}

/// This process, as a lock names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// `user@machine`.
    pub holder: String,
    /// The machine's identity, so that a pid is only ever compared on its own machine.
    pub machine: String,
    /// The process id.
    pub pid: u32,
    /// When the process started, in the machine's own ticks: tells a reused pid from the one that took the lock.
    pub started: u64,
}

impl Env {
    /// An environment of the given clock, randomness and process table.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        random: impl Fn() -> u64 + Send + Sync + 'static,
        running: impl Fn(u32, u64) -> bool + Send + Sync + 'static,
        host: Host,
    ) -> Self {
        Self {
            now: Arc::new(now),
            random: Arc::new(random),
            running: Arc::new(running),
            stop: Stop::default(),
            host,
        }
    }

    /// A repeatable environment: time stands still, numbers follow from `seed`.
    pub fn fixed(seed: u64) -> Self {
        let counter = AtomicU64::new(seed);
        let random = move || {
            // SplitMix64: a full-period mix of a counter, enough for ids that must differ.
            let mut z = counter.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            z ^ (z >> 31)
        };
        let host = Host { holder: "test@host".into(), machine: "host".into(), pid: 1, started: seed };
        let started = host.started;
        Self::new(|| Timestamp::UNIX_EPOCH, random, move |pid, ticks| pid == 1 && ticks == started, host)
    }

    /// Whether the process `pid` that started at `started` ticks still runs on this machine.
    pub fn is_running(&self, pid: u32, started: u64) -> bool {
        (self.running)(pid, started)
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// 64 random bits.
    pub fn random(&self) -> u64 {
        (self.random)()
    }

    /// A random UUID (version 4), as the request ids of AWS's services are.
    pub fn uuid(&self) -> String {
        let (high, low) = (self.random(), self.random());
        let (high, low) = (high & !0xF000 | 0x4000, low & !(0b11 << 62) | (0b10 << 62));
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            high >> 16 & 0xFFFF,
            high & 0xFFFF,
            low >> 48,
            low & 0xFFFF_FFFF_FFFF
        )
    }

    /// An id of `length` lower-case letters and digits, as API Gateway's are.
    pub fn random_id(&self, length: usize) -> String {
        const ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";
        (0..length).map(|_| char::from(ALPHABET[(self.random() % 36) as usize])).collect()
    }
}

/// The wish to stop: once to drain what is under way, twice to stop now.
#[derive(Clone, Default)]
pub struct Stop {
    level: Arc<AtomicU8>,
    notify: Arc<Notify>,
}

impl Stop {
    /// One more signal. Answers how many there have been.
    pub fn raise(&self) -> u8 {
        let level = self.level.fetch_add(1, Ordering::SeqCst).saturating_add(1);
        self.notify.notify_waiters();
        level
    }

    /// No new step is to start.
    pub fn draining(&self) -> bool {
        self.level.load(Ordering::SeqCst) >= 1
    }

    /// Everything is to stop where it is.
    pub fn now(&self) -> bool {
        self.level.load(Ordering::SeqCst) >= 2
    }

    /// Waits until `level` signals have come.
    pub async fn reached(&self, level: u8) {
        loop {
            let changed = self.notify.notified();
            if self.level.load(Ordering::SeqCst) >= level {
                return;
            }
            changed.await;
        }
    }
}
