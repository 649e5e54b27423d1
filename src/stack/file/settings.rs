//! Settings of the deployed stage.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{Definitions, Shape, shape, words};
use super::super::reader::{Int, Json, Reader, Real};
use super::super::template::Template;
use super::super::yaml::{Node, Value};
use super::LogRetention;

words! {
    /// What API Gateway writes to the execution log.
    pub enum LoggingLevel {
        /// Nothing.
        Off = "off",
        /// Calls that failed.
        Error = "error",
        /// Every call.
        Info = "info",
    }
}

shape! {
    /// How many calls are let through.
    #[name = "`throttling`"]
    pub struct Throttling {
        /// Calls a second.
        required rate: Real,
        /// Calls at once.
        required burst: Int<0, 2_147_483_647>,
    }
}

shape! {
    /// The cache of answers.
    #[name = "`cache`"]
    pub struct Cache {
        /// Size in GB: 0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118 or 237. It costs by the hour. Only for the stage as a whole.
        optional size_gb: CacheSize,
        /// Whether answers are cached; `true` by default.
        optional enabled: bool,
        /// How long an answer is kept, 0 to 3600 seconds, 300 by default.
        optional ttl_seconds: Int<0, 3600>,
        /// Answers are encrypted.
        optional encrypted: bool,
    }
}

shape! {
    /// Settings of one method, in place of the stage's.
    #[name = "method settings"]
    pub struct MethodSettings {
        /// How many calls are let through.
        optional throttling: Throttling,
        /// Whether and how long answers are cached.
        optional cache: Cache,
        /// What the execution log holds: `off`, `error` or `info`.
        optional logging_level: LoggingLevel,
        /// CloudWatch metrics for each method.
        optional metrics: bool,
        /// Whole requests and answers are logged: never where they hold secrets.
        optional data_trace: bool,
    }
}

shape! {
    /// One line for each call, in a log group or a Firehose stream.
    #[name = "`access_log`"]
    pub struct AccessLog {
        /// ARN of the log group or Firehose stream; left out: a log group of the stack's own, `/aws/apigateway/<stack>-<stage>`.
        optional destination_arn: Template,
        /// The line, with `$context` variables: text, or a mapping that becomes JSON. It must hold `$context.requestId` or
        /// `$context.extendedRequestId`. By default JSON with who asked for what, when, and how it was answered.
        optional format: LogFormat,
        /// How many days lines are kept in the log group of the stack's own, or `never` deletes them, which is the default.
        optional log_retention_days: LogRetention,
    }
}

shape! {
    /// The API's deployed stage. Its name is that of the stack's stage.
    #[name = "`api.stage`"]
    pub struct StageSettings {
        /// What the stage is for.
        optional description: Template,
        /// Stage variables by name.
        map variables: Template,
        /// How many calls are let through.
        optional throttling: Throttling,
        /// The cache of answers.
        optional cache: Cache,
        /// What the execution log holds: `off`, which is the default, `error` or `info`.
        optional logging_level: LoggingLevel,
        /// CloudWatch metrics for each method.
        optional metrics: bool,
        /// Whole requests and answers are logged: never where they hold secrets.
        optional data_trace: bool,
        /// One line for each call.
        optional access_log: AccessLog,
        /// Calls are traced by X-Ray.
        optional tracing: bool,
        /// Tags of the stage.
        map tags: Template,
        /// Settings of single methods by method and path, such as `GET /videos`.
        map methods: MethodSettings,
    }
}

/// A line of the access log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogFormat(pub Template);

impl Default for LogFormat {
    fn default() -> Self {
        const FIELDS: [(&str, &str); 11] = [
            ("requestId", "$context.requestId"),
            ("ip", "$context.identity.sourceIp"),
            ("requestTime", "$context.requestTime"),
            ("httpMethod", "$context.httpMethod"),
            ("resourcePath", "$context.resourcePath"),
            ("status", "$context.status"),
            ("protocol", "$context.protocol"),
            ("responseLength", "$context.responseLength"),
            ("error", "$context.error.message"),
            ("errorType", "$context.error.responseType"),
            ("authorizerError", "$context.authorizer.error"),
        ];
        let line: serde_json::Map<String, JsonValue> =
            FIELDS.into_iter().map(|(name, variable)| (name.to_owned(), variable.into())).collect();
        Self(Template::literal(JsonValue::Object(line).to_string()))
    }
}

impl Shape for LogFormat {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match node.value {
            Value::Map(_) => Some(Self(Template::literal(Json::read(node, reader)?.0.to_string()))),
            _ => Template::read(node, reader).map(Self),
        }
    }

    fn schema(_: &mut Definitions) -> JsonValue {
        json!({ "type": ["string", "object"] })
    }
}

/// The size of a cache cluster, as API Gateway writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CacheSize(pub &'static str);

/// The values of API Gateway's `CacheClusterSize`.
const SIZES: [&str; 8] = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"];

impl Shape for CacheSize {
    const REFERABLE: bool = true;

    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let found = node.scalar().and_then(|scalar| SIZES.into_iter().find(|size| *size == scalar.text));
        if found.is_none() {
            reader.wrong_type(node, &format!("one of the cache sizes {}", SIZES.join(", ")));
        }
        found.map(Self)
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        definitions.or_reference(json!({ "enum": [0.5, 1.6, 6.1, 13.5, 28.4, 58.2, 118, 237] }))
    }
}
