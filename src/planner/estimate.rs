//! How many calls a plan makes and how long they take under AWS's documented rates.

use serde::{Deserialize, Serialize};

use super::{AnyPlan, needs_no_lock};
use crate::model::{
    Call, Repeat,
    rates::{LATENCY_SECONDS, sequential_seconds},
};

/// What a plan is expected to cost.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Estimate {
    /// Writes, each listed in the plan.
    pub calls: usize,
    /// Writes of lock and ledger (`s3.PutObject` each): one takes the lock and announces, one notes each nameless object, one
    /// gives the lock back. A run of more than [`RENEW_SECONDS`](crate::ledger::RENEW_SECONDS) adds a renewal for each such time.
    pub ledger_writes: usize,
    /// Under AWS's rates, with objects of one kind of need done side by side.
    pub seconds: f64,
}

/// The cost of `plan`: the longest chain of items, and no less than each service's calls take at its rate.
pub fn estimate(plan: &AnyPlan, edge: bool) -> Estimate {
    let mut done_seconds = vec![0.0_f64; plan.items.len()];
    for (place, item) in plan.items.iter().enumerate() {
        let start = item.after.iter().map(|before| done_seconds[*before]).fold(0.0, f64::max);
        let calls: Vec<Call> = item.ops.iter().map(super::Op::call).collect();
        done_seconds[place] = start + sequential_seconds(&calls, edge) + settle_seconds(&calls);
    }
    let all: Vec<Call> = plan.ops().map(|(_, op)| op.call()).collect();
    // Side by side, latency overlaps: only the rates bound the sum.
    let bound = sequential_seconds(&all, edge) - all.len() as f64 * LATENCY_SECONDS;
    let seconds = done_seconds.into_iter().fold(bound.max(0.0), f64::max);
    let nameless = plan.ops().filter(|(_, op)| op.repeat() == Repeat::Duplicates).count();
    let ledger_writes = if plan.is_empty() || needs_no_lock(plan) { 0 } else { nameless + 2 };
    Estimate {
        calls: plan.ops().map(|(_, op)| op.requests()).sum(),
        ledger_writes,
        seconds: (seconds * 10.0).round() / 10.0,
    }
}

/// A function takes a few seconds to become active, a table some more to be made, changed or deleted.
fn settle_seconds(calls: &[Call]) -> f64 {
    let seconds = |call: &Call| match call.service.as_ref() {
        "lambda" if call.operation.contains("Function") => 1.5,
        "dynamodb" if call.operation.ends_with("Table") => 8.0,
        _ => 0.0,
    };
    calls.iter().map(seconds).sum()
}
