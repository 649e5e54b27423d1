//! Every failure in words: the one file in which all user-facing sentences about failures can be read together.

use super::Exit;
use crate::{
    account::aws::ConnectError,
    dev::DevError,
    engine::{DeployError, Failure, FailureCause, Outcome},
    ledger::LedgerError,
    model::{Address, Class, CloudError, Scope},
    package::PackageError,
    stack::{self, Diagnostic},
    view::Report,
};

/// Why a command ended badly.
#[derive(Debug)]
pub(super) enum CommandError {
    /// The command line asks for something that cannot be.
    Usage(String),
    /// The stack files are wrong.
    Stack(Vec<Diagnostic>),
    /// A folder could not be packaged.
    Package { what: String, error: PackageError },
    /// Something was refused; nothing was changed.
    Refused { summary: String, hint: String },
    /// The account cannot be reached.
    Connect(ConnectError),
    /// A call failed before anything was changed.
    Cloud(CloudError),
    /// The ledger or lock.
    Ledger(LedgerError),
    /// Stopped before anything was changed.
    Stopped,
    /// Some of it was done. Where each failed object stands in the stack file.
    Partly { outcome: Box<Outcome>, command: &'static str, places: Vec<(Address, String)> },
    /// Nothing can be served.
    Dev(DevError),
    /// A file could not be written or read.
    Io { what: String, error: std::io::Error },
}

impl CommandError {
    pub(super) fn exit(&self) -> Exit {
        match self {
            Self::Usage(_) => Exit::Usage,
            Self::Stack(_) => Exit::StackFile,
            Self::Refused { .. } | Self::Ledger(LedgerError::Held(_)) => Exit::Refused,
            Self::Stopped => Exit::Stopped,
            Self::Partly { outcome, .. } if outcome.stopped && outcome.failures.is_empty() => Exit::Stopped,
            Self::Partly { outcome, .. } if outcome.done == 0 => Exit::Failed,
            Self::Partly { .. } => Exit::Partly,
            _ => Exit::Failed,
        }
    }

    pub(super) fn report(&self) -> Report {
        match self {
            Self::Usage(words) => Report::new(words).hint("`gatewright --help` lists commands and options"),
            Self::Stack(diagnostics) => stack_report(diagnostics),
            Self::Package { what, error } => {
                let report = Report::new(format!("{what} cannot be packaged"));
                let report = error.to_string().lines().fold(report, |report, line| report.detail(line));
                match error.hint() {
                    Some(hint) => report.hint(hint),
                    None => report,
                }
            }
            Self::Refused { summary, hint } => Report::new(summary).hint(hint),
            Self::Connect(error) => match error {
                ConnectError::Identity(cloud) => {
                    Report::new("the account does not say who we are").cloud(cloud)
                }
                ConnectError::NoRegion => Report::new(error.to_string()),
            }
            .hint(error.hint()),
            Self::Cloud(error) => cloud_report(error),
            Self::Ledger(error) => ledger_report(error),
            Self::Stopped => Report::new("stopped before anything was changed"),
            Self::Partly { outcome, command, places } => partly_report(outcome, command, places),
            Self::Dev(error) => Report::new(error.to_string())
                .hint("choose another port with `--port`, or `--port 0` for any that is free"),
            Self::Io { what, error } => Report::new(format!("cannot {what}: {error}")),
        }
    }
}

fn stack_report(diagnostics: &[Diagnostic]) -> Report {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let styled = crate::view::Styles::choose(std::io::IsTerminal::is_terminal(&std::io::stderr())).is_on();
    Report {
        rendered: stack::render(diagnostics, styled),
        diagnostics: diagnostics
            .iter()
            .filter_map(|diagnostic| serde_json::to_value(diagnostic).ok())
            .collect(),
        summary: match errors {
            1 => "1 problem in the stack file; no call was made".to_owned(),
            n => format!("{n} problems in the stack files; no call was made"),
        },
        ..Report::default()
    }
}

fn cloud_report(error: &CloudError) -> Report {
    let report = Report::new(match error.class {
        Class::Denied => "AWS does not allow this call",
        Class::Throttled => "AWS kept saying that there are too many calls",
        Class::Unsent => "the endpoint cannot be reached",
        Class::Unknown => "the call got no usable answer",
        _ => "AWS refused a call",
    })
    .cloud(error);
    match error.class {
        Class::Denied => report.hint(format!(
            "the caller needs permission for `{}:{}`",
            error.call.service, error.call.operation
        )),
        Class::Throttled => {
            report.hint("the rates are shared by the whole account: run it again when other deploys are done")
        }
        _ => report,
    }
}

fn ledger_report(error: &LedgerError) -> Report {
    let report = Report::new(error.to_string());
    match error {
        LedgerError::Held(_) => {
            report.hint("pass `--wait` to wait for it; a lock whose holder died is taken over by itself")
        }
        LedgerError::Lost(_) => report.hint("run `gatewright deploy` again when the other run is done"),
        LedgerError::Unreadable { .. } => report.hint(
            "it is only a hint: once listings have caught up it may be deleted from the artifacts bucket",
        ),
        LedgerError::Cloud(cloud) => cloud_report(cloud),
    }
}

fn partly_report(outcome: &Outcome, command: &str, places: &[(Address, String)]) -> Report {
    let mut report = match outcome.failures.first() {
        Some(failure) => failure_report(failure, places),
        None => Report::new("stopped"),
    };
    for failure in outcome.failures.iter().skip(1) {
        report = report.detail("").detail(format!("also: {}: {}", failure.address, failure.cause));
    }
    let steps = |n: usize| if n == 1 { "1 step".to_owned() } else { format!("{n} steps") };
    let next = match outcome.failures.is_empty() {
        true => format!("Run `{command}` again; it continues from here."),
        false => format!("Fix the cause and run `{command}` again; it continues from here."),
    };
    report.state = Some(format!(
        "{} done, {} failed, {} not started. {next}",
        steps(outcome.done),
        outcome.failures.len(),
        outcome.not_started
    ));
    report
}

fn failure_report(failure: &Failure, places: &[(Address, String)]) -> Report {
    let what = failure.step.as_ref().map_or_else(String::new, |(_, what)| format!(": {what}"));
    let place = places.iter().find(|(at, _)| *at == failure.address).map(|(_, place)| place.clone());
    match &failure.cause {
        FailureCause::Cloud(error) => {
            let mut report = Report::new(format!("{} refused{what}", service_name(&error.call.service)));
            report.details.extend(place);
            let hints = cloud_report(error).hints;
            let mut report = report.cloud(error);
            report.hints = hints;
            report
        }
        FailureCause::Foreign => {
            let mut report = Report::new(failure.cause.to_string());
            report.details.extend(place);
            report
                .detail(failure.address.to_string())
                .hint("rename it in the stack file, or take it over with `--adopt`")
        }
        FailureCause::Ledger(error) => ledger_report(error),
        other => Report::new(format!("{other}{what}")).detail(failure.address.to_string()),
    }
}

fn service_name(service: &str) -> &str {
    match service {
        "apigateway" => "API Gateway",
        "lambda" => "Lambda",
        "iam" => "IAM",
        "s3" => "S3",
        "logs" => "CloudWatch Logs",
        "dynamodb" => "DynamoDB",
        "ses" => "SES",
        "cognito-identity" | "cognito-idp" => "Cognito",
        other => other,
    }
}

impl From<CloudError> for CommandError {
    fn from(error: CloudError) -> Self {
        Self::Cloud(error)
    }
}

impl From<ConnectError> for CommandError {
    fn from(error: ConnectError) -> Self {
        Self::Connect(error)
    }
}

impl From<Vec<Diagnostic>> for CommandError {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Stack(diagnostics)
    }
}

/// A refusal about `scope`.
pub(super) fn refused(scope: &Scope, why: &str, hint: impl Into<String>) -> CommandError {
    CommandError::Refused { summary: format!("`{scope}` {why}"), hint: hint.into() }
}

impl From<DeployError> for CommandError {
    fn from(error: DeployError) -> Self {
        match error {
            DeployError::Refused(refused) => {
                Self::Refused { summary: refused.to_string(), hint: refused.hint() }
            }
            DeployError::Ledger(error) => Self::Ledger(error),
            DeployError::Cloud(error) => Self::Cloud(error),
            DeployError::Declined => Self::Refused {
                summary: error.to_string(),
                hint: "pass `--yes` where nobody can be asked".to_owned(),
            },
            DeployError::Overtaken => {
                Self::Refused { summary: error.to_string(), hint: "try again later".to_owned() }
            }
            DeployError::Stopped => Self::Stopped,
        }
    }
}
