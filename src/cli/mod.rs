//! Commands, one file each. They wire the pipeline together and turn every failure into words and an exit code.

mod args;
mod commands;
mod error;
mod exit;
mod load;
mod prepare;
mod target;

use std::{ffi::OsString, io::Write};

use clap::Parser;

pub use args::Cli;
pub use exit::Exit;

use crate::{
    model::Env,
    view::{Options, View},
};

/// Runs the command line `args`.
pub async fn run(args: impl IntoIterator<Item = OsString>, env: Env) -> Exit {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Done };
        }
    };
    trace();
    let global = &cli.global;
    let view = View::new(Options { json: global.json, quiet: global.quiet, verbose: global.verbose > 0 });
    let context = commands::Context { global: cli.global.clone(), env, view: view.clone() };
    match commands::run(cli.command, &context).await {
        Ok(exit) => exit,
        Err(error) => {
            view.finish_progress();
            view.report(&error.report());
            error.exit()
        }
    }
}

/// Says that a signal was understood.
pub fn stop_requested(level: u8) {
    let words = match level {
        1 => "stopping: calls under way are finished first (press Ctrl-C again to stop now)",
        _ => "stopping now; the next `deploy` continues from here",
    };
    let _ = writeln!(anstream::stderr().lock(), "\n{words}");
}

/// `GATEWRIGHT_LOG=debug` shows every call as it is sent.
fn trace() {
    if let Ok(filter) = tracing_subscriber::EnvFilter::try_from_env("GATEWRIGHT_LOG") {
        let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    }
}
