//! Lambda functions.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{Definitions, Shape, shape, words};
use super::super::reader::{Int, Reader};
use super::super::template::Template;
use super::super::yaml::{Kind, Node};
use super::{Alias, Event, Statement};

words! {
    /// A processor architecture.
    pub enum Architecture {
        /// Intel and AMD.
        X86_64 = "x86_64",
        /// AWS Graviton.
        Arm64 = "arm64",
    }
}

words! {
    /// Whether calls are traced by X-Ray.
    pub enum Tracing {
        /// A part of the calls is traced.
        Active = "active",
        /// A call is traced when its caller says so.
        Passthrough = "passthrough",
    }
}

shape! {
    /// The network a function runs in.
    #[name = "`vpc`"]
    pub struct Vpc {
        /// Subnet ids.
        list subnets: Template,
        /// Security group ids.
        list security_groups: Template,
    }
}

shape! {
    /// A Lambda function.
    #[name = "a function"]
    pub struct Function {
        /// The folder with its code, relative to the stack file.
        required code: Template,
        /// Files of the folder to take, as glob patterns; left out: all of them.
        list include: Template,
        /// Files of the folder to leave out, as glob patterns.
        list exclude: Template,
        /// A shell command that prepares the folder, such as `npm ci --omit=dev`. It runs in a copy, never in the folder itself.
        optional build: Template,
        /// Lambda's name of the runtime, such as `nodejs22.x` or `python3.13`.
        merged runtime: Template,
        /// What Lambda calls, such as `index.handler`.
        merged handler: Template,
        /// A key of `roles`, or an ARN. Left out: the function gets a role of its own that may write its log and do what
        /// `statements` says, and nothing else.
        optional role: Template,
        /// What the function's own role may do, besides writing its log.
        list statements: Statement,
        /// What the function is for, at most 256 characters.
        optional description: Template,
        /// Environment variables by name, 4 KB together.
        map environment: Template,
        /// Memory in MB, 128 to 10240.
        optional memory_mb: Int<128, 10240>,
        /// How long a call may take, 1 to 900 seconds.
        optional timeout_seconds: Int<1, 900>,
        /// Size of `/tmp` in MB, 512 to 10240.
        optional ephemeral_storage_mb: Int<512, 10240>,
        /// `x86_64`, which is the default, or `arm64`.
        optional architecture: Architecture,
        /// Keys of `layers`, or ARNs of layer versions, at most five, later ones over earlier ones.
        list layers: Template,
        /// ARN of the queue or topic that gets events which failed.
        optional dead_letter_arn: Template,
        /// The network the function runs in.
        optional vpc: Vpc,
        /// How many calls may run at once; 0 stops the function.
        optional reserved_concurrency: Int<0, 100_000>,
        /// Whether calls are traced by X-Ray: `active` or `passthrough`, which is the default.
        optional tracing: Tracing,
        /// How long its log is kept, in days: one of AWS's values, or `never` (to delete it).
        optional log_retention_days: LogRetention,
        /// The alias that routes, authorizers and events invoke, such as `live`: whenever code or configuration changes, a deploy
        /// publishes a version and then points the alias to it. Left out: they invoke the function itself.
        optional alias: Alias,
        /// How many versions besides the one in service are kept to go back to; 3 unless said otherwise.
        optional keep_versions: Int<0, 100>,
        /// What invokes the function besides routes: schedules, streams of tables, buckets.
        list events: Event,
        /// Tags of the function.
        map tags: Template,
    }
}

shape! {
    /// What objects have when they do not say otherwise.
    #[name = "`defaults`"]
    pub struct Defaults {
        /// What functions have when they do not say otherwise. `environment` and `tags` are added entry by entry; every other
        /// key is taken as a whole.
        optional function: FunctionDefaults,
    }
}

shape! {
    /// What functions have when they do not say otherwise.
    #[name = "`defaults.function`"]
    pub struct FunctionDefaults {
        /// Files of the folder to take, as glob patterns.
        list include: Template,
        /// Files of the folder to leave out, as glob patterns.
        list exclude: Template,
        /// A shell command that prepares the folder.
        optional build: Template,
        /// Lambda's name of the runtime.
        optional runtime: Template,
        /// What Lambda calls.
        optional handler: Template,
        /// A key of `roles`, or an ARN.
        optional role: Template,
        /// Environment variables by name.
        map environment: Template,
        /// Memory in MB, 128 to 10240.
        optional memory_mb: Int<128, 10240>,
        /// How long a call may take, 1 to 900 seconds.
        optional timeout_seconds: Int<1, 900>,
        /// Size of `/tmp` in MB, 512 to 10240.
        optional ephemeral_storage_mb: Int<512, 10240>,
        /// `x86_64` or `arm64`.
        optional architecture: Architecture,
        /// Keys of `layers`, or ARNs of layer versions, at most five.
        list layers: Template,
        /// ARN of the queue or topic that gets events which failed.
        optional dead_letter_arn: Template,
        /// The network the functions run in.
        optional vpc: Vpc,
        /// Whether calls are traced by X-Ray.
        optional tracing: Tracing,
        /// How long logs are kept, in days, or `never` (to delete them).
        optional log_retention_days: LogRetention,
        /// The alias that routes, authorizers and events invoke.
        optional alias: Alias,
        /// How many versions besides the one in service are kept to go back to.
        optional keep_versions: Int<0, 100>,
        /// Tags of the functions.
        map tags: Template,
    }
}

/// How long a log is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogRetention {
    /// It is never deleted.
    Never,
    /// This many days.
    Days(i32),
}

/// The values that CloudWatch Logs' `PutRetentionPolicy` accepts.
const RETENTION_DAYS: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

impl LogRetention {
    fn allowed() -> &'static [i32] {
        &RETENTION_DAYS
    }
}

impl Shape for LogRetention {
    const REFERABLE: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(scalar) = node.scalar().filter(|scalar| scalar.kind() != Kind::Null) else {
            reader.wrong_type(node, "a number of days, or `never`");
            return None;
        };
        if scalar.text == "never" {
            return Some(Self::Never);
        }
        let Ok(days) = scalar.text.parse::<i32>() else {
            reader.wrong_type(node, "a number of days, or `never`");
            return None;
        };
        if Self::allowed().contains(&days) {
            return Some(Self::Days(days));
        }
        let near = Self::allowed()
            .iter()
            .min_by_key(|allowed| (**allowed - days).unsigned_abs())
            .copied()
            .unwrap_or(1);
        let all = Self::allowed().iter().map(i32::to_string).collect::<Vec<_>>().join(", ");
        reader
            .error(
                node.span,
                "value out of range",
                format!("CloudWatch Logs keeps logs for one of {all} days, or `never` deletes them."),
            )
            .with_hint(format!("the nearest is {near}"));
        None
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let mut words: Vec<JsonValue> = Self::allowed().iter().map(|days| (*days).into()).collect();
        words.push("never".into());
        definitions.or_reference(json!({ "enum": words }))
    }
}
