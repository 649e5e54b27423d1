//! What needs no process.
