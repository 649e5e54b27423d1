//! A token bucket.

use jiff::Timestamp;

/// Fills at a rate, holds a burst at most, and lets one request through for each token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bucket {
    per_second: f64,
    burst: f64,
    tokens: f64,
    filled: Timestamp,
}

impl Bucket {
    /// A full bucket.
    pub(super) fn new(per_second: f64, burst: f64, now: Timestamp) -> Self {
        Self { per_second, burst, tokens: burst, filled: now }
    }

    /// Takes a token; `false` where there is none.
    pub(super) fn take(&mut self, now: Timestamp) -> bool {
        // A clock that was set back fills nothing.
        let seconds = now.duration_since(self.filled).as_secs_f64().max(0.0);
        self.tokens = (self.tokens + seconds * self.per_second).min(self.burst);
        self.filled = now;
        if self.tokens < 1.0 {
            return false;
        }
        self.tokens -= 1.0;
        true
    }
}
