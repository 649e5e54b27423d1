//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

const EXIT_CODES: &str = "Exit codes: 0 done or nothing to do, 1 failed, 2 changes found (plan --exit-code), 3 partly deployed, \
4 refused, 64 usage, 65 stack file, 70 bug, 130 stopped.";

/// Deploys serverless APIs on AWS from one stack file: idempotent, safe at any crash, with a true plan.
#[derive(Parser, Debug)]
#[command(name = "gatewright", version, after_help = EXIT_CODES, subcommand_required = true, arg_required_else_help = true)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
pub struct Global {
    /// The stage: every stage is a set of objects of its own.
    #[arg(long, global = true, env = "GATEWRIGHT_STAGE", default_value = "dev", value_name = "NAME")]
    pub stage: String,
    /// Use the local account under .gatewright/ instead of AWS.
    #[arg(long, global = true, env = "GATEWRIGHT_LOCAL", conflicts_with_all = ["endpoint_url", "profile"])]
    pub local: bool,
    /// Send every call to this endpoint (an emulator, say).
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,
    /// A profile of the AWS configuration files.
    #[arg(long, global = true, value_name = "NAME")]
    pub profile: Option<String>,
    /// The AWS region.
    #[arg(long, global = true, value_name = "REGION")]
    pub region: Option<String>,
    /// A value for a param of the stack file; may be given several times.
    #[arg(long = "param", global = true, value_name = "KEY=VALUE", value_parser = key_value)]
    pub params: Vec<(String, String)>,
    /// Where gatewright keeps builds, zips and the local account.
    #[arg(long, global = true, env = "GATEWRIGHT_DIR", default_value = ".gatewright", value_name = "FOLDER")]
    pub work_dir: PathBuf,
    /// Newline-delimited JSON events and a result object on stdout.
    #[arg(long, global = true)]
    pub json: bool,
    /// Only results and errors.
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Say more: every call of a plan, the output of builds.
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
}

fn key_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

/// Which stack files.
#[derive(Args, Clone, Debug)]
pub struct Files {
    /// Stack files, or folders of them; ordered by their references.
    #[arg(value_name = "STACK_FILE", required = true)]
    pub files: Vec<PathBuf>,
}

/// The format of an exported document.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// OpenAPI 3.0.
    Openapi3,
    /// Swagger 2.0.
    Swagger2,
}

/// What to do.
#[derive(Subcommand, Debug)]
pub enum Command {
    /// Write a working example into a new folder.
    Init {
        /// The folder.
        #[arg(value_name = "FOLDER")]
        folder: PathBuf,
    },
    /// Check stack files: every problem at once, no call made.
    Validate {
        /// Which.
        #[command(flatten)]
        files: Files,
    },
    /// Show what a deploy would do, and why. Changes nothing.
    Plan {
        /// Which.
        #[command(flatten)]
        files: Files,
        /// Exit with 2 where there are changes.
        #[arg(long)]
        exit_code: bool,
        /// Plan the removal instead.
        #[arg(long)]
        destroy: bool,
        /// Take over objects that carry our names and not our mark.
        #[arg(long)]
        adopt: bool,
        /// Delete and make again what cannot be changed in place, such as a table whose key changes. Its data is lost.
        #[arg(long)]
        replace: bool,
    },
    /// Make the account match the stack files.
    Deploy {
        /// Which.
        #[command(flatten)]
        files: Files,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
        /// Wait for a deploy of the same stage that is under way.
        #[arg(long)]
        wait: bool,
        /// Take over objects that carry our names and not our mark.
        #[arg(long)]
        adopt: bool,
        /// Delete and make again what cannot be changed in place, such as a table whose key changes. Its data is lost.
        #[arg(long)]
        replace: bool,
    },
    /// Remove everything that the stage has. Asks for the stage's name.
    Destroy {
        /// Which.
        #[command(flatten)]
        files: Files,
        /// Do not ask.
        #[arg(long, short)]
        yes: bool,
        /// Also where other deployed stacks use its outputs.
        #[arg(long)]
        force: bool,
        /// Wait for a deploy of the same stage that is under way.
        #[arg(long)]
        wait: bool,
    },
    /// Run it here: deploy to the local account, serve the result, and do both again whenever something is saved. With
    /// --endpoint-url or --profile: serve what is deployed there; functions run here.
    Dev {
        /// Which.
        #[command(flatten)]
        files: Files,
        /// The port; 0 for any that is free.
        #[arg(long, default_value_t = 3000, value_name = "PORT")]
        port: u16,
        /// The address to listen on.
        #[arg(long, default_value = "127.0.0.1", value_name = "ADDRESS")]
        host: String,
        /// Open it in a browser.
        #[arg(long)]
        open: bool,
        /// Where the keys of Cognito user pools are, in place of AWS: --endpoint-url or AWS_ENDPOINT_URL where there is one.
        #[arg(long, value_name = "URL")]
        cognito_issuer: Option<String>,
    },
    /// Invoke one function: in a running `dev` with --local, elsewhere otherwise.
    Invoke {
        /// The stack file.
        #[arg(value_name = "STACK_FILE")]
        file: PathBuf,
        /// The function's key in the stack file.
        #[arg(value_name = "FUNCTION")]
        function: String,
        /// The event: JSON, @file, or - for standard input.
        #[arg(long, default_value = "{}", value_name = "JSON")]
        payload: String,
        /// The port of the running `dev`.
        #[arg(long, default_value_t = 3000, value_name = "PORT")]
        port: u16,
    },
    /// Print what API Gateway would make of a mapping template.
    Render {
        /// The template.
        #[arg(value_name = "TEMPLATE")]
        template: PathBuf,
        /// JSON with any of body (text), headers, querystring, path, stageVariables, context.
        #[arg(long, value_name = "FILE")]
        request: Option<PathBuf>,
        /// It is a response template: the body is what the integration answered.
        #[arg(long)]
        response: bool,
    },
    /// Print the outputs of a deployed stage.
    Outputs {
        /// Which.
        #[command(flatten)]
        files: Files,
        /// Only this one, bare.
        #[arg(long, value_name = "OUTPUT")]
        name: Option<String>,
    },
    /// Print the value of an API key of a deployed stage, and nothing else. It is a secret.
    ApiKey {
        /// The stack file.
        #[arg(value_name = "STACK_FILE")]
        file: PathBuf,
        /// The key's key under `api_keys`; may be left out where there is only one.
        #[arg(value_name = "KEY")]
        key: Option<String>,
    },
    /// Write the API of a deployed stage as an OpenAPI document to stdout.
    Export {
        /// Which.
        #[command(flatten)]
        files: Files,
        /// The format of the document.
        #[arg(long, value_enum, default_value_t = ExportFormat::Openapi3)]
        format: ExportFormat,
        /// YAML in place of JSON.
        #[arg(long, conflicts_with = "json")]
        yaml: bool,
        /// Leave out what only API Gateway understands (`x-amazon-apigateway-…`).
        #[arg(long)]
        no_extensions: bool,
    },
    /// Show the objects of a stage and whether they are as the stack file says.
    Status {
        /// Which.
        #[command(flatten)]
        files: Files,
    },
    /// List the stages that are deployed.
    Stages {
        /// Of this stack file only.
        #[arg(value_name = "STACK_FILE")]
        file: Option<PathBuf>,
    },
    /// Print the JSON Schema of stack files, for editors.
    Schema,
    /// Print a completion script for a shell.
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}
