//! One file for each command.

mod api_key;
mod completions;
mod deploy;
mod destroy;
mod dev;
mod export;
mod init;
mod invoke;
mod layers;
mod outputs;
mod plan;
mod render;
mod schema;
mod stages;
mod status;
mod validate;

use super::{
    Exit,
    args::{Command, Global},
    error::CommandError,
};
use crate::{model::Env, view::View};

/// What every command has at hand.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) global: Global,
    pub(super) env: Env,
    pub(super) view: View,
}

/// Runs one command.
pub(super) async fn run(command: Command, context: &Context) -> Result<Exit, CommandError> {
    match command {
        Command::Init { folder } => init::run(context, &folder),
        Command::Validate { files } => validate::run(context, &files.files),
        Command::Plan { files, exit_code, destroy, adopt, replace } => {
            plan::run(context, &files.files, &plan::Flags { exit_code, destroy, adopt, replace }).await
        }
        Command::Deploy { files, yes, wait, adopt, replace } => {
            deploy::run(context, &files.files, &deploy::Flags { yes, wait, adopt, replace }).await
        }
        Command::Destroy { files, yes, force, wait } => {
            destroy::run(context, &files.files, &destroy::Flags { yes, force, wait }).await
        }
        Command::Dev { files, port, host, open, cognito_issuer } => {
            dev::run(context, &files.files, &dev::Flags { host, port, open, cognito_issuer }).await
        }
        Command::Invoke { file, function, payload, port } => {
            invoke::run(context, &file, &invoke::Flags { function, payload, port }).await
        }
        Command::Render { template, request, response } => {
            render::run(context, &template, request.as_deref(), response)
        }
        Command::Outputs { files, name } => outputs::run(context, &files.files, name.as_deref()).await,
        Command::ApiKey { file, key } => api_key::run(context, &file, key.as_deref()).await,
        Command::Export { files, format, yaml, no_extensions } => {
            let flags = export::Flags { format, yaml, extensions: !no_extensions };
            export::run(context, &files.files, &flags).await
        }
        Command::Status { files } => status::run(context, &files.files).await,
        Command::Stages { file } => stages::run(context, file.as_deref()).await,
        Command::Schema => schema::run(context),
        Command::Completions { shell } => completions::run(shell),
    }
}
