//! Event source mappings: Lambda reads a table's stream and invokes a function with its records.
//!
//! AWS names a mapping by a UUID and takes one for each function and stream, so that the two name it here. Functions that have a
//! mapping carry the tag [`STREAMS_TAG`]; where no function has it and the stack file asks for none, nothing is read. On such a
//! function mappings to streams of tables are exclusive: those that the stack file does not have are removed.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use op::Op;

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Ownership, Refusal, Scope, Text},
};

pub use super::lambda_function::STREAMS_TAG;

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The function's name, with `:alias` where it has one.
    pub function_name: String,
    /// The stream.
    pub source_arn: Text,
    /// Where reading begins when the mapping is made: `LATEST` or `TRIM_HORIZON`.
    pub starting_position: String,
    /// The queue or topic for batches that failed for good.
    pub on_failure_arn: Option<Text>,
    /// How it reads.
    pub settings: Settings,
    /// Owner tags and the user's own.
    pub tags: BTreeMap<String, String>,
}

/// How a stream is read. AWS's defaults are those of `Default`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Whether it is read at all.
    pub enabled: bool,
    /// Records in one event at most, 1 to 10000.
    pub batch_size: i32,
    /// How long records are gathered, 0 to 300, in seconds.
    pub batching_window_seconds: i32,
    /// Events of one shard that are handled side by side, 1 to 10.
    pub parallelization_factor: i32,
    /// How often a batch that failed is given again; -1 for as long as its records last.
    pub retries: i32,
    /// How old records may become, in seconds; -1 for as old as they last.
    pub max_record_age_seconds: i32,
    /// Whether a batch that failed is halved.
    pub bisect_on_error: bool,
    /// Whether the function answers which records failed.
    pub report_batch_item_failures: bool,
    /// Patterns as JSON text, keys sorted, in AWS's order.
    pub filters: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            enabled: true,
            batch_size: 100,
            batching_window_seconds: 0,
            parallelization_factor: 1,
            retries: -1,
            max_record_age_seconds: -1,
            bisect_on_error: false,
            report_batch_item_failures: false,
            filters: Vec::new(),
        }
    }
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// AWS's UUID.
    pub id: String,
    /// The function's name, with `:alias` where it has one.
    pub function_name: String,
    /// The stream. (Not `source_arn`: it says when the stream was made.)
    pub source_arn: String,
    /// Where reading began.
    pub starting_position: String,
    /// The queue or topic for batches that failed for good.
    pub on_failure_arn: Option<String>,
    /// How it reads.
    pub settings: Settings,
}

/// The key of the mapping of the function `function_key` to the stream `source_arn`, if it is a table's: a table of the stack by
/// its key, another one by its name.
pub fn key(scope: &Scope, function_key: &str, source_arn: &str) -> Option<String> {
    let (_, rest) = source_arn.split_once(":table/")?;
    let (table, _) = rest.split_once("/stream/")?;
    Some(format!("{function_key}/{}", table.strip_prefix(&scope.name_prefix()).unwrap_or(table)))
}

/// The function's name without its alias.
fn base_name(function_name: &str) -> &str {
    function_name.split_once(':').map_or(function_name, |(name, _alias)| name)
}

/// JSON text as it is compared: keys sorted, no blanks.
pub fn canonical(text: &str) -> String {
    let Ok(mut json) = serde_json::from_str::<serde_json::Value>(text) else { return text.to_owned() };
    json.sort_all_objects();
    json.to_string()
}

/// See the module.
pub struct EventSourceMapping;

impl Kind for EventSourceMapping {
    const NAME: &'static str = "event_source_mapping";
    const WAVE: u8 = 1;
    /// Before the function: AWS leaves the mappings of a function that is gone.
    const RANK: u8 = 60;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        (name == "id").then(|| live.id.clone())
    }

    /// Only mappings of functions of ours are read at all.
    fn ownership(_: &Address, _: &Live) -> Ownership {
        Ownership::Ours
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}
