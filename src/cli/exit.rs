//! Exit codes: documented constants.

use std::process::ExitCode;

/// How the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// Done, or nothing to do.
    Done = 0,
    /// Failed; nothing was changed.
    Failed = 1,
    /// `plan --exit-code` found changes.
    Changes = 2,
    /// Partly deployed; the next deploy continues.
    Partly = 3,
    /// Refused: protected, locked, declined, or not ours.
    Refused = 4,
    /// The command line is wrong (`EX_USAGE`).
    Usage = 64,
    /// The stack file is wrong (`EX_DATAERR`).
    StackFile = 65,
    /// A bug in gatewright (`EX_SOFTWARE`).
    Bug = 70,
    /// Stopped by a signal.
    Stopped = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
