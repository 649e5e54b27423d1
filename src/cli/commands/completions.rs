//! `completions`: a script for the shell.

use clap::CommandFactory;

use crate::cli::{Cli, Exit, error::CommandError};

pub(super) fn run(shell: clap_complete::Shell) -> Result<Exit, CommandError> {
    clap_complete::generate(shell, &mut Cli::command(), "gatewright", &mut std::io::stdout());
    Ok(Exit::Done)
}
