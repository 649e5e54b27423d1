//! Lambda functions.

use super::super::file::runtimes::{RUNTIMES, closest_runtime};
use super::super::file::{Function, KeyOrArn, Stack, key_or_arn};
use super::super::reader::Reader;
use super::super::reader::shape::At;
use super::super::suggest::did_you_mean;
use super::super::template::Template;
use super::{each, events, layers, limit_chars, roles};

const DESCRIPTION_CHARS_MAX: usize = 256;
const HANDLER_CHARS_MAX: usize = 128;
/// Names and values of all variables together.
const ENVIRONMENT_BYTES_MAX: usize = 4096;

/// Variables that Lambda sets itself and refuses from others (Lambda developer guide, "defined runtime environment variables").
const RESERVED: [&str; 17] = [
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_EXECUTION_ENV",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_LAMBDA_RUNTIME_API",
    "LAMBDA_TASK_ROOT",
];

pub(super) fn check(stack: &Stack, stage: Option<&str>, reader: &mut Reader<'_>) {
    each("functions", &stack.functions, reader, |entry, reader| {
        let function = &entry.value;
        let folder = code_folder(&function.code, reader);
        runtime_and_handler(function, folder.as_deref(), reader);
        environment(function, reader);
        role(stack, function, reader);
        roles::statements(stack, &function.statements, reader);
        if let Some(description) = &function.description {
            limit_chars(description, description.span, DESCRIPTION_CHARS_MAX, "The description", reader);
        }
        layers::of_function(stack, &function.layers, reader);
        events::check(stack, &entry.key, function, stage, reader);
        if let Some(vpc) = &function.vpc
            && vpc.subnets.is_empty() != vpc.security_groups.is_empty()
        {
            let detail = "A function in a network needs both `subnets` and `security_groups`.";
            reader.error(vpc.span, "incomplete network", detail);
        }
    });
    events::overlaps(stack, reader);
}

/// The folder that `code` names; one that is not there is noted.
pub(super) fn code_folder(code: &At<Template>, reader: &mut Reader<'_>) -> Option<std::path::PathBuf> {
    let path = reader.folder.join(code.known()?);
    if path.is_dir() {
        return Some(path);
    }
    let what = if path.exists() { "is not a folder" } else { "does not exist" };
    let detail = format!("The folder `{}` {what}.", path.display());
    reader
        .error(code.span, "code folder missing", detail)
        .with_hint("the path is relative to the stack file");
    None
}

fn runtime_and_handler(function: &Function, folder: Option<&std::path::Path>, reader: &mut Reader<'_>) {
    let runtime = function.runtime.known().unwrap_or_default();
    if !runtime.is_empty() && !RUNTIMES.contains(&runtime) {
        let detail =
            format!("`{runtime}` is not a runtime known to this version of gatewright; AWS may know it.");
        let hint = closest_runtime(runtime).map(|near| format!("did you mean `{near}`?"));
        reader.warning(function.runtime.span, "unknown runtime", detail).with_hint_of(hint);
    }
    let (Some(handler), span) = (function.handler.known(), function.handler.span) else { return };
    limit_chars(&function.handler, span, HANDLER_CHARS_MAX, "The handler", reader);
    let expected = match runtime {
        _ if handler.is_empty() || handler.contains(char::is_whitespace) => Some("one word without blanks"),
        name if name.starts_with("nodejs") || name.starts_with("python") || name.starts_with("ruby") => {
            let parts =
                handler.rsplit_once('.').filter(|(file, function)| !file.is_empty() && !function.is_empty());
            parts
                .is_none()
                .then_some("a file without its ending, a dot and a function, such as `index.handler`")
        }
        name if name.starts_with("dotnet") => {
            (handler.split("::").count() != 3).then_some("`Assembly::Namespace.Class::Method`")
        }
        _ => None,
    };
    if let Some(expected) = expected {
        let detail = format!("`{handler}` is not a handler of the runtime `{runtime}`.");
        reader.error(span, "invalid handler", detail).with_hint(format!("it must be {expected}"));
    } else if let Some(folder) = folder.filter(|_| function.build.is_none()) {
        handler_file(handler, runtime, folder, span, reader);
    }
}

/// Without a build step the handler's file must be in the folder already.
fn handler_file(
    handler: &str,
    runtime: &str,
    folder: &std::path::Path,
    span: super::Span,
    reader: &mut Reader<'_>,
) {
    let Some((module, _)) = handler.rsplit_once('.') else { return };
    let files: Vec<String> = match runtime {
        name if name.starts_with("nodejs") => {
            ["js", "mjs", "cjs"].map(|ending| format!("{module}.{ending}")).into()
        }
        name if name.starts_with("python") => {
            let module = module.replace('.', "/");
            vec![format!("{module}.py"), format!("{module}/__init__.py")]
        }
        name if name.starts_with("ruby") => vec![format!("{module}.rb")],
        _ => return,
    };
    if !files.iter().any(|file| folder.join(file).is_file()) {
        let detail = format!(
            "The folder `{}` holds no `{}`, where Lambda looks for the handler.",
            folder.display(),
            files[0]
        );
        reader.warning(span, "handler file missing", detail);
    }
}

fn environment(function: &Function, reader: &mut Reader<'_>) {
    let mut bytes = 0;
    for variable in &function.environment {
        let name = variable.key.as_str();
        bytes += name.len() + variable.value.exposed().map_or(0, |value| value.len());
        let plain = name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.len() >= 2
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        if RESERVED.contains(&name) {
            reader.error(
                variable.key.span,
                "reserved variable",
                format!("Lambda sets `{name}` itself and refuses it here."),
            );
        } else if !plain {
            let detail = format!("`{name}` cannot be the name of a Lambda function's environment variable.");
            let hint = "a letter first, then letters, digits and `_`, at least two characters";
            reader.error(variable.key.span, "invalid name", detail).with_hint(hint);
        }
    }
    if bytes > ENVIRONMENT_BYTES_MAX
        && let Some(first) = function.environment.iter().next()
    {
        let detail = format!(
            "The environment variables have {bytes} bytes; Lambda takes at most {ENVIRONMENT_BYTES_MAX} together."
        );
        reader.error(first.key.span, "environment too large", detail);
    }
}

fn role(stack: &Stack, function: &Function, reader: &mut Reader<'_>) {
    let Some(role) = &function.role else { return };
    role_exists(stack, role, reader);
    if let Some(statement) = function.statements.first() {
        let detail = "`statements` are for the role of its own that a function gets when it names no `role`.";
        reader
            .error(statement.span, "statements without effect", detail)
            .with_hint("put them into the role, or leave `role` out");
    }
}

/// Notes a key of a role that the stack does not have.
pub(super) fn role_exists(stack: &Stack, role: &At<Template>, reader: &mut Reader<'_>) {
    if let KeyOrArn::Key(key) = key_or_arn(role)
        && !stack.roles.declares(key)
    {
        let detail = format!("The stack has no role `{key}`.");
        let hint = did_you_mean(key, stack.roles.names())
            .unwrap_or_else(|| "declare it under `roles`, or give an ARN".into());
        reader.error(role.span, "unknown role", detail).with_hint(hint);
    }
}

/// Notes a key of a function that the stack does not have.
pub(super) fn function_exists(stack: &Stack, function: &At<Template>, reader: &mut Reader<'_>) {
    if let KeyOrArn::Key(key) = key_or_arn(function)
        && !stack.functions.declares(key)
    {
        let detail = format!("The stack has no function `{key}`.");
        let hint = did_you_mean(key, stack.functions.names())
            .unwrap_or_else(|| "declare it under `functions`, or give an ARN".into());
        reader.error(function.span, "unknown function", detail).with_hint(hint);
    }
}
