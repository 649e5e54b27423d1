//! Functions as processes: what they are told, what they answer, and what is left when they break.
//!
//! `node`, `python3` and `sh` are taken from the PATH. Processes are looked at through `/proc`.

#![expect(clippy::unwrap_used, reason = "helpers of tests, too, may fail where they stand")]

#[path = "runtime_parts/custom.rs"]
mod custom;
#[path = "runtime_parts/endpoint.rs"]
mod endpoint;
#[path = "runtime_parts/life.rs"]
mod life;
#[path = "runtime_parts/node.rs"]
mod node;
#[path = "runtime_parts/mod.rs"]
mod parts;
#[path = "runtime_parts/python.rs"]
mod python;
