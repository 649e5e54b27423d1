//! What invokes a function besides routes, and what it is called by.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{At, Definitions, Shape, shape, words};
use super::super::reader::{Document, Int, Raw, Reader};
use super::super::template::Template;
use super::super::yaml::{Node, Value};

words! {
    /// Where the reading of a stream begins.
    pub enum StartingPosition {
        /// With what comes from now on.
        Latest = "latest",
        /// With the oldest record that is still there.
        TrimHorizon = "trim_horizon",
    }
}

shape! {
    /// Something that invokes a function: a `schedule`, the `stream` of a table, or a `bucket`.
    #[name = "an event"]
    pub struct Event {
        /// When the function is invoked, in UTC: `rate(5 minutes)` or `cron(0 12 * * ? *)`.
        optional schedule: Template,
        /// The event that a schedule gives to the function; left out: EventBridge's own.
        optional input: Document,
        /// What a schedule is for, at most 512 characters.
        optional description: Template,
        /// Whether a schedule fires, or a stream is read; they do unless this is `false`.
        optional enabled: bool,
        /// The stream of a table: a key of `tables`, or the ARN of a DynamoDB stream.
        optional stream: Template,
        /// Where the reading of a stream begins: `latest`, which is the default, or `trim_horizon`.
        optional starting_position: StartingPosition,
        /// How many records one event holds at most, 1 to 10000; 100 unless said otherwise.
        optional batch_size: Int<1, 10_000>,
        /// How long records are gathered for one event, 0 to 300 seconds.
        optional batching_window_seconds: Int<0, 300>,
        /// How many events of one shard are handled at once, 1 to 10.
        optional parallelization_factor: Int<1, 10>,
        /// How often records that failed are given to the function again, 0 to 10000; left out: until they expire.
        optional retries: Int<0, 10_000>,
        /// How old records may become before they are given up, 60 to 604800 seconds; left out: until they expire.
        optional max_record_age_seconds: Int<60, 604_800>,
        /// Whether a batch that failed is halved before it is tried again.
        optional bisect_on_error: bool,
        /// Whether the function answers which records of a batch failed.
        optional report_batch_item_failures: bool,
        /// ARN of the queue or topic that is told of records which were given up.
        optional on_failure_arn: Template,
        /// Patterns of the records that the function gets, at most five; one of them must fit.
        list filters: Document,
        /// Objects of a bucket: a key of `buckets`.
        optional bucket: Template,
        /// What happens to the objects, in S3's words, such as `s3:ObjectRemoved:*`; left out: `s3:ObjectCreated:*`.
        list events: Template,
        /// What the keys of the objects start with.
        optional prefix: Template,
        /// What the keys of the objects end with.
        optional suffix: Template,
    }
}

shape! {
    /// An alias with its settings.
    #[name = "an alias"]
    pub struct AliasSettings {
        /// Its name, such as `live`.
        required name: Raw,
        /// What it is for, at most 240 characters.
        optional description: Template,
        /// How many of a hundred calls still go to the version before, 0 to 99.
        optional previous_percent: Int<0, 99>,
    }
}

/// The alias of a function: a name, or a name with settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Alias {
    /// Its name.
    pub name: At<Raw>,
    /// What it is for.
    pub description: Option<At<Template>>,
    /// How many of a hundred calls still go to the version before.
    pub previous_percent: Option<At<Int<0, 99>>>,
}

impl Shape for Alias {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            let AliasSettings { name, description, previous_percent } = AliasSettings::read(node, reader)?;
            return Some(Self { name, description, previous_percent });
        }
        let value = Raw::read(node, reader)?;
        Some(Self { name: At { value, span: node.span }, description: None, previous_percent: None })
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let (name, settings) = (Raw::schema(definitions), AliasSettings::schema(definitions));
        json!({ "anyOf": [name, settings] })
    }
}
