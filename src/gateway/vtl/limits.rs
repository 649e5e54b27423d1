//! What one rendering may use, so that a hostile template ends with an error.

use std::time::{Duration, Instant};

use thiserror::Error;

/// The bounds of one rendering.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of rendered text. API Gateway's payloads end at 10 MB.
    pub output_bytes: usize,
    /// Bytes of a single string a template builds.
    pub string_bytes: usize,
    /// Bytes of all strings, lists and maps a template builds, whether still in use or not.
    pub memory_bytes: usize,
    /// Iterations of one `#foreach`. API Gateway allows 1,000.
    pub loop_iterations: usize,
    /// Elements of a range such as `[1..100]`.
    pub range_elements: usize,
    /// Work units: about one for each reference, operator and 64 bytes of text handled.
    pub steps: u64,
    /// Nested evaluations: blocks, macros, `#evaluate`, strings with references in them.
    pub depth: usize,
    /// Wall-clock time. API Gateway gives a whole request 29 seconds by default.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            output_bytes: 10 * 1024 * 1024,
            string_bytes: 10 * 1024 * 1024,
            memory_bytes: 256 * 1024 * 1024,
            loop_iterations: 1_000,
            range_elements: 100_000,
            steps: 20_000_000,
            depth: 100,
            time: Duration::from_secs(10),
        }
    }
}

/// Levels of nesting at which a template is refused when it is read.
pub(crate) const MAX_NESTING: usize = 60;

/// A bound that was reached.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("the template uses more than {limit} {unit}")]
pub struct LimitExceeded {
    /// The bound.
    pub limit: u64,
    /// What it bounds, in the plural.
    pub unit: &'static str,
}

impl LimitExceeded {
    pub(crate) fn new(limit: usize, unit: &'static str) -> Self {
        LimitExceeded { limit: limit as u64, unit }
    }
}

/// Work units between two looks at the clock.
const CLOCK_INTERVAL: u64 = 4_096;

/// What is left of the limits while rendering.
#[derive(Debug)]
pub(crate) struct Budget {
    pub(crate) limits: Limits,
    steps: u64,
    memory: usize,
    depth: usize,
    next_look: u64,
    deadline: Instant,
}

impl Budget {
    pub(crate) fn new(limits: Limits) -> Self {
        let deadline = Instant::now() + limits.time;
        Budget { limits, steps: 0, memory: 0, depth: 0, next_look: CLOCK_INTERVAL, deadline }
    }

    /// One unit of work.
    pub(crate) fn step(&mut self) -> Result<(), LimitExceeded> {
        self.work(1)
    }

    /// Work on a text of so many bytes.
    pub(crate) fn text(&mut self, bytes: usize) -> Result<(), LimitExceeded> {
        self.work(1 + bytes as u64 / 64)
    }

    /// Copying or moving so many elements of a list or a map.
    pub(crate) fn elements(&mut self, count: usize) -> Result<(), LimitExceeded> {
        self.work(1 + count as u64 / 8)
    }

    fn work(&mut self, units: u64) -> Result<(), LimitExceeded> {
        self.steps = self.steps.saturating_add(units);
        if self.steps > self.limits.steps {
            return Err(LimitExceeded { limit: self.limits.steps, unit: "work units" });
        }
        if self.steps >= self.next_look {
            self.next_look = self.steps + CLOCK_INTERVAL;
            self.look_at_clock()?;
        }
        Ok(())
    }

    /// Fails once the time is over.
    pub(crate) fn look_at_clock(&self) -> Result<(), LimitExceeded> {
        if Instant::now() > self.deadline {
            let limit = u64::try_from(self.limits.time.as_millis()).unwrap_or(u64::MAX);
            return Err(LimitExceeded { limit, unit: "milliseconds" });
        }
        Ok(())
    }

    /// Accounts for memory that is about to be used.
    pub(crate) fn allocate(&mut self, bytes: usize) -> Result<(), LimitExceeded> {
        self.memory = self.memory.saturating_add(bytes);
        if self.memory > self.limits.memory_bytes {
            return Err(LimitExceeded::new(self.limits.memory_bytes, "bytes of memory"));
        }
        Ok(())
    }

    /// Accounts for a string that was or will be built.
    pub(crate) fn string(&mut self, bytes: usize) -> Result<(), LimitExceeded> {
        if bytes > self.limits.string_bytes {
            return Err(LimitExceeded::new(self.limits.string_bytes, "bytes in one string"));
        }
        self.text(bytes)?;
        self.allocate(bytes)
    }

    /// Goes one level down; every success is paired with [`Budget::leave`].
    pub(crate) fn enter(&mut self) -> Result<(), LimitExceeded> {
        if self.depth >= self.limits.depth {
            return Err(LimitExceeded::new(self.limits.depth, "nested evaluations"));
        }
        self.depth += 1;
        Ok(())
    }

    pub(crate) fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }
}
