//! What a call makes of a mapping, with Lambda's refusals.

use super::{EventSourceMapping, Live, Op, Settings, base_name};
use crate::{
    kinds::{LambdaFunction, World},
    model::{Class, Refusal, Text},
};

/// A UUID without its dashes is as long.
const ID_LENGTH: usize = 32;
/// More filters need a quota that has been raised.
const FILTERS: usize = 5;
const BATCH_RECORDS: i32 = 10_000;
/// More records than these are gathered for a second at least.
const BATCH_WITHOUT_WINDOW: i32 = 1000;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Create { function_name, source_arn, starting_position, on_failure_arn, settings, .. } => {
            refuse_settings(settings)?;
            refuse_function(function_name, world)?;
            let source_arn = source_arn.settled().to_owned();
            refuse_second(function_name, &source_arn, live.as_ref(), world)?;
            Ok(Some(Live {
                id: world.id(ID_LENGTH),
                function_name: function_name.clone(),
                source_arn,
                starting_position: starting_position.clone(),
                on_failure_arn: on_failure_arn.as_ref().map(|arn| arn.settled().to_owned()),
                settings: settings.clone(),
            }))
        }
        Op::Update { function_name, on_failure_arn, settings, .. } => {
            let live = live.ok_or_else(absent)?;
            refuse_settings(settings)?;
            refuse_function(function_name, world)?;
            Ok(Some(Live {
                function_name: function_name.clone(),
                on_failure_arn: some(on_failure_arn),
                settings: settings.clone(),
                ..live
            }))
        }
        Op::Delete { .. } => Ok(None),
    }
}

fn some(text: &Text) -> Option<String> {
    Some(text.settled().to_owned()).filter(|text| !text.is_empty())
}

fn refuse_settings(settings: &Settings) -> Result<(), Refusal> {
    if settings.batch_size > BATCH_RECORDS {
        return Err(invalid(format!(
            "1 validation error detected: Value '{}' at 'batchSize' failed to satisfy constraint: Member must have value less \
             than or equal to {BATCH_RECORDS}",
            settings.batch_size
        )));
    }
    if settings.batch_size > BATCH_WITHOUT_WINDOW && settings.batching_window_seconds == 0 {
        return Err(invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 1000"));
    }
    if settings.filters.len() > FILTERS {
        return Err(invalid(format!("Maximum number of filters exceeded: {FILTERS}.")));
    }
    Ok(())
}

fn refuse_function(name: &str, world: &World<'_>) -> Result<(), Refusal> {
    if world.has::<LambdaFunction>(|_, function| function.name == base_name(name)) {
        return Ok(());
    }
    Err(invalid("Function does not exist"))
}

/// One for each function and stream.
fn refuse_second(function: &str, source: &str, live: Option<&Live>, world: &World<'_>) -> Result<(), Refusal> {
    let same = |other: &Live| other.function_name == function && other.source_arn == source;
    let all = world.all::<EventSourceMapping>().into_iter().flatten().map(|(_, other)| other);
    let Some(other) = all.chain(live).find(|other| same(other)) else { return Ok(()) };
    let message = format!(
        "The event source arn (\" {source} \") and function (\" {function} \") provided mapping already exists. Please update or \
         delete the existing mapping with UUID {}",
        other.id
    );
    Err(Refusal::new(Class::Exists, 409, "ResourceConflictException", message))
}

fn absent() -> Refusal {
    let message = "The resource you requested does not exist.";
    Refusal::new(Class::Absent, 404, "ResourceNotFoundException", message)
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Invalid, 400, "InvalidParameterValueException", message)
}
