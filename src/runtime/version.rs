//! One version of a function: its files, its resting processes, its places.

use std::{
    sync::{
        Arc, Mutex, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::{OnceCell, Semaphore};

use super::{Shared, function::Function, launch::Files, worker::Worker};

/// How often resting processes are looked at.
const ROUND: Duration = Duration::from_secs(1);

/// A function as it was put, until it is put again.
pub(super) struct Version {
    pub(super) function: Function,
    /// One permit for every invocation that may run at once; shared with the version before if that had as many.
    pub(super) places: Arc<Semaphore>,
    pub(super) limit: u32,
    files: OnceCell<Files>,
    resting: Mutex<Resting>,
    watched: AtomicBool,
    noted: AtomicBool,
}

#[derive(Default)]
struct Resting {
    retired: bool,
    workers: Vec<Worker>,
}

impl Version {
    pub(super) fn new(function: Function, before: Option<&Self>, default_limit: u32) -> Arc<Self> {
        let limit = function.reserved_concurrency.unwrap_or(default_limit.max(1));
        let places = match before.filter(|before| before.limit == limit) {
            Some(before) => Arc::clone(&before.places),
            None => Arc::new(Semaphore::new(usize::try_from(limit).unwrap_or(Semaphore::MAX_PERMITS))),
        };
        Arc::new(Self {
            function,
            places,
            limit,
            files: OnceCell::new(),
            resting: Mutex::default(),
            watched: AtomicBool::new(false),
            noted: AtomicBool::new(false),
        })
    }

    fn resting(&self) -> std::sync::MutexGuard<'_, Resting> {
        self.resting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its files, unpacked at the first call.
    pub(super) async fn files(&self, shared: &Shared) -> Result<&Files, String> {
        let prepare = || async {
            let (function, settings) = (self.function.clone(), shared.settings.clone());
            let unique = shared.env.random();
            let work = tokio::task::spawn_blocking(move || Files::prepare(&function, &settings, unique));
            work.await.map_err(|error| format!("unpacking {} failed: {error}", self.function.name))?
        };
        self.files.get_or_try_init(prepare).await
    }

    /// A process that rests; the one that was used last, so that surplus ones get old.
    pub(super) fn take(&self) -> Option<Worker> {
        loop {
            let mut worker = self.resting().workers.pop()?;
            match worker.ended() {
                None => return Some(worker),
                Some(how) => worker.log.platform(format!("A resting process ended: {how}")),
            }
        }
    }

    /// Puts a process to rest, or ends it if the function has been replaced.
    pub(super) fn rest(self: &Arc<Self>, mut worker: Worker, shared: &Shared) {
        worker.idle_since = tokio::time::Instant::now();
        let mut resting = self.resting();
        if resting.retired {
            drop(resting);
            drop(worker);
            return;
        }
        resting.workers.push(worker);
        drop(resting);
        if !self.watched.swap(true, Ordering::Relaxed) {
            let idle = Duration::from_secs(shared.settings.idle_seconds.into());
            tokio::spawn(watch(Arc::downgrade(self), idle));
        }
    }

    /// Ends the resting processes; those at work end after their invocation.
    pub(super) fn retire(&self) {
        let workers = {
            let mut resting = self.resting();
            resting.retired = true;
            std::mem::take(&mut resting.workers)
        };
        drop(workers);
    }

    /// How many processes rest.
    pub(super) fn resting_count(&self) -> usize {
        self.resting().workers.len()
    }

    /// How many invocations run.
    pub(super) fn running(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(usize::MAX).saturating_sub(self.places.available_permits())
    }

    /// Whether a note about the interpreter is due: once.
    pub(super) fn note_once(&self) -> bool {
        !self.noted.swap(true, Ordering::Relaxed)
    }
}

/// Ends processes that have rested long, and notices those that ended by themselves.
async fn watch(version: Weak<Version>, idle: Duration) {
    loop {
        tokio::time::sleep(ROUND).await;
        let Some(version) = version.upgrade() else { return };
        let mut over = Vec::new();
        {
            let mut resting = version.resting();
            if resting.retired {
                return;
            }
            let (old, rest): (Vec<Worker>, Vec<Worker>) =
                resting.workers.drain(..).partition(|worker| worker.idle_since.elapsed() >= idle);
            over.extend(old);
            for mut worker in rest {
                match worker.ended() {
                    None => resting.workers.push(worker),
                    Some(how) => {
                        worker.log.platform(format!("A resting process ended: {how}"));
                        over.push(worker);
                    }
                }
            }
        }
        drop(over);
    }
}
