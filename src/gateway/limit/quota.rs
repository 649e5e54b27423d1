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
        Self { since: begin(quota, now), requests: 0 }
    }

    /// Counts a request; `false`, uncounted, where the quota is used up.
    pub(super) fn take(&mut self, quota: Quota, now: Timestamp) -> bool {
        let since = begin(quota, now);
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
fn begin(quota: Quota, now: Timestamp) -> Date {
    let today = now.to_zoned(TimeZone::UTC).date();
    let offset_days = i8::try_from(quota.offset_days).unwrap_or_default();
    let back = match quota.period {
        Period::Day => Some(today),
        Period::Week => {
            let since = (today.weekday().to_sunday_zero_offset() - offset_days).rem_euclid(7);
            today.checked_sub(i32::from(since).days()).ok()
        }
        Period::Month if today.day() > offset_days => {
            today.first_of_month().checked_add(i32::from(offset_days).days()).ok()
        }
        Period::Month => {
            let last_month = today.first_of_month().checked_sub(1.month()).ok();
            last_month.and_then(|first| first.checked_add(i32::from(offset_days).days()).ok())
        }
    };
    back.unwrap_or(today)
}
