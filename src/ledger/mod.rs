//! The ledger: what a run is about to make and what it has made, durable before anything depends on it, and the lock.
//!
//! It is a hint and never the truth: the account is. It matters where a listing may lag behind, or where an answer was lost,
//! and only for objects that have no name of their own. One small document holds both ledger and lock, so that taking the lock
//! and announcing every such call of the plan is one conditional write, and the lock's version fences later writes.

mod entry;
mod file;
mod lock;

pub use entry::{Entry, Ledger, Progress};
pub use file::{Held, LedgerError, LedgerFile};
pub use lock::{LEASE_SECONDS, Lock, RENEW_SECONDS};
