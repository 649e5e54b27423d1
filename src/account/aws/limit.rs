//! Token buckets that keep a whole run to AWS's documented rates.

use std::{collections::HashMap, sync::Mutex, time::Duration};

use tokio::time::Instant;

use crate::model::{
    Call,
    rates::{Rate, rates},
};

/// The buckets of one run. On tokio's clock, so that tests can pause it.
#[derive(Debug, Default)]
pub(crate) struct Limiter {
    buckets: Mutex<HashMap<&'static str, Bucket>>,
}

#[derive(Debug)]
struct Bucket {
    rate: Rate,
    tokens: f64,
    filled: Instant,
}

impl Bucket {
    /// Takes a token, going into debt if need be, and answers how long to wait until it is ours: callers queue in order.
    fn take(&mut self, now: Instant) -> Duration {
        let elapsed_seconds = now.saturating_duration_since(self.filled).as_secs_f64();
        self.tokens = (self.tokens + elapsed_seconds * self.rate.tokens_per_second).min(self.rate.burst);
        self.filled = now;
        self.tokens -= 1.0;
        if self.tokens >= 0.0 {
            Duration::ZERO
        } else {
            Duration::from_secs_f64(-self.tokens / self.rate.tokens_per_second)
        }
    }
}

impl Limiter {
    /// Waits until `call` may be sent.
    pub(crate) async fn acquire(&self, call: &Call, edge: bool) {
        let now = Instant::now();
        let wait = {
            let mut buckets = self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            rates(call, edge)
                .into_iter()
                .map(|rate| {
                    let bucket = buckets.entry(rate.bucket).or_insert(Bucket {
                        rate,
                        tokens: rate.burst,
                        filled: now,
                    });
                    bucket.take(now)
                })
                .max()
                .unwrap_or_default()
        };
        if !wait.is_zero() {
            tokio::time::sleep_until(now + wait).await;
        }
    }

    /// A 429 says the account's budget is used by others too: empties the call's buckets.
    pub(crate) fn drain(&self, call: &Call, edge: bool) {
        let now = Instant::now();
        let mut buckets = self.buckets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for rate in rates(call, edge) {
            if let Some(bucket) = buckets.get_mut(rate.bucket) {
                bucket.tokens = bucket.tokens.min(0.0);
                bucket.filled = now;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn deployments_are_five_seconds_apart() {
        let limiter = Limiter::default();
        let call = Call::new("apigateway", "CreateDeployment");
        let start = Instant::now();
        for _ in 0..3 {
            limiter.acquire(&call, false).await;
        }
        assert_eq!(start.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn forty_calls_at_once_then_ten_a_second() {
        let limiter = Limiter::default();
        let call = Call::new("apigateway", "PutMethod");
        let start = Instant::now();
        for _ in 0..60 {
            limiter.acquire(&call, false).await;
        }
        assert_eq!(start.elapsed().as_secs(), 2);
    }
}
