//! How an execution ended. Not a `Result`: what was done stays done.

use crate::{
    kinds::Snapshot,
    ledger::LedgerError,
    model::{Address, Call, CloudError},
};

/// How an execution ended.
#[derive(Debug)]
pub struct Outcome {
    /// Calls made and in effect.
    pub done: usize,
    /// Calls never sent.
    pub not_started: usize,
    /// What went wrong.
    pub failures: Vec<Failure>,
    /// Someone asked to stop.
    pub stopped: bool,
    /// The account's objects as they are now, as far as is known.
    pub snapshot: Snapshot,
    /// Announced calls that made nothing: never sent, or refused.
    pub unsent: Vec<(Address, Call)>,
}

impl Outcome {
    /// Everything was done.
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty() && !self.stopped && self.not_started == 0
    }
}

/// One object that could not be finished.
#[derive(Debug)]
pub struct Failure {
    /// The object.
    pub address: Address,
    /// The call and what it was for, where it was a call.
    pub step: Option<(Call, String)>,
    /// Why.
    pub cause: FailureCause,
}

/// Why an object could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum FailureCause {
    /// AWS refused, or could not be reached.
    #[error(transparent)]
    Cloud(#[from] CloudError),
    /// The ledger could not be written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// An object of that name is there and is not ours.
    #[error("an object of this name exists and was not made by this stack")]
    Foreign,
    /// The object was compared again and again and never came to rest.
    #[error("it still differs after it was compared again {0} times")]
    Restless(usize),
    /// A value that should be known by now is not.
    #[error("`{0}` is not known although what it belongs to is done. This is a bug in gatewright.")]
    StillUnknown(String),
}
