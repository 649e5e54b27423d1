//! Executes a plan: side by side where the plan allows, each step announced, sent, waited for and noted.

mod deploy;
mod event;
mod item;
mod outcome;
mod run;

pub use deploy::{DeployError, Deployed, Planned, Request, deploy, prepare};
pub use event::{Event, Events};
pub use outcome::{Failure, FailureCause, Outcome};
pub use run::{Run, execute, intents};
