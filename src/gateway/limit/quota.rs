//! How many requests a key has made in the period that is running.

use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};

use crate::gateway::served::{Period, Quota};

/// The requests of one key under one plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Used {
    since: Date,
    requests: u64,
}

impl Used {
    /// None yet.
    pub(super) fn new(quota: Quota, now: Timestamp) -> Self {
        Self { since: begin(quota.period, now), requests: 0 }
    }

    /// Counts a request; `false`, uncounted, where the quota is used up.
    pub(super) fn take(&mut self, quota: Quota, now: Timestamp) -> bool {
        let since = begin(quota.period, now);
        if since != self.since {
            *self = Self { since, requests: 0 };
        }
        if self.requests >= quota.limit {
            return false;
        }
        self.requests += 1;
        true
    }
}

/// The day, in UTC, on which the period around `now` began.
fn begin(period: Period, now: Timestamp) -> Date {
    let today = now.to_zoned(TimeZone::UTC).date();
    match period {
        Period::Day => today,
        Period::Week => {
            today.checked_sub(i32::from(today.weekday().to_monday_zero_offset()).days()).unwrap_or(today)
        }
        Period::Month => today.first_of_month(),
    }
}
