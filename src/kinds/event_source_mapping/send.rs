//! One op, one SDK write, and the wait until Lambda is done with it.

use aws_sdk_lambda::types::{
    DestinationConfig, EventSourcePosition, Filter, FilterCriteria, FunctionResponseType, OnFailure,
};

use super::{Live, Op, Settings};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

/// How long a mapping may take to be made or changed, in seconds: it tries the stream first.
const READY_SECONDS: u64 = 180;
/// How long a deleted one may linger, in seconds. As long as it does, no other one of its function and stream can be made.
const GONE_SECONDS: u64 = 300;

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    match op {
        Op::Create { function_name, source_arn, starting_position, on_failure_arn, settings, tags } => {
            let wire = Wire::of(settings);
            let made = aws
                .call(&call, repeat, || {
                    let request = aws
                        .lambda
                        .create_event_source_mapping()
                        .function_name(function_name)
                        .event_source_arn(source_arn.settled())
                        .starting_position(EventSourcePosition::from(starting_position.as_str()))
                        .enabled(settings.enabled)
                        .batch_size(settings.batch_size)
                        .maximum_batching_window_in_seconds(settings.batching_window_seconds)
                        .parallelization_factor(settings.parallelization_factor)
                        .maximum_retry_attempts(settings.retries)
                        .maximum_record_age_in_seconds(settings.max_record_age_seconds)
                        .bisect_batch_on_function_error(settings.bisect_on_error)
                        .set_function_response_types(Some(wire.responses.clone()))
                        .set_tags(Some(tags.clone().into_iter().collect()));
                    let request = request.set_filter_criteria(wire.filters.clone());
                    let to = on_failure_arn.as_ref().map(|arn| destination(arn.settled()));
                    request.set_destination_config(to).send()
                })
                .await?;
            let id = made.uuid.unwrap_or_default();
            ready(aws, op, &id).await?;
            Ok(Sent::made(id))
        }
        Op::Update { id, function_name, on_failure_arn, settings } => {
            let wire = Wire::of(settings);
            aws.call(&call, repeat, || {
                aws.lambda
                    .update_event_source_mapping()
                    .uuid(id)
                    .function_name(function_name)
                    .enabled(settings.enabled)
                    .batch_size(settings.batch_size)
                    .maximum_batching_window_in_seconds(settings.batching_window_seconds)
                    .parallelization_factor(settings.parallelization_factor)
                    .maximum_retry_attempts(settings.retries)
                    .maximum_record_age_in_seconds(settings.max_record_age_seconds)
                    .bisect_batch_on_function_error(settings.bisect_on_error)
                    .set_function_response_types(Some(wire.responses.clone()))
                    // Without a list all filters go.
                    .filter_criteria(wire.filters.clone().unwrap_or_else(|| FilterCriteria::builder().build()))
                    .destination_config(destination(on_failure_arn.settled()))
                    .send()
            })
            .await?;
            ready(aws, op, id).await?;
            Ok(Sent::done())
        }
        Op::Delete { id, .. } => {
            match aws.call(&call, repeat, || aws.lambda.delete_event_source_mapping().uuid(id).send()).await {
                Err(error) if error.class != Class::Absent => return Err(error),
                _ => {}
            }
            aws.until(&call, GONE_SECONDS, "the event source mapping to go", || async {
                Ok(state(aws, id).await?.is_none().then_some(()))
            })
            .await?;
            Ok(Sent::done())
        }
    }
}

/// Waits until it reads, or rests as told.
async fn ready(aws: &Aws, op: &Op, id: &str) -> Result<(), CloudError> {
    aws.until(&op.call(), READY_SECONDS, "the event source mapping to become ready", || async {
        let between = ["Creating", "Enabling", "Disabling", "Updating"];
        Ok(state(aws, id).await?.filter(|state| !between.contains(&state.as_str())).map(drop))
    })
    .await
}

async fn state(aws: &Aws, id: &str) -> Result<Option<String>, CloudError> {
    let answer = aws
        .read_optional("lambda", "GetEventSourceMapping", || aws.lambda.get_event_source_mapping().uuid(id).send())
        .await?;
    Ok(answer.map(|answer| answer.state.unwrap_or_default()))
}

/// The structured settings in the SDK's types.
struct Wire {
    responses: Vec<FunctionResponseType>,
    filters: Option<FilterCriteria>,
}

impl Wire {
    fn of(settings: &Settings) -> Self {
        let responses = settings.report_batch_item_failures.then_some(FunctionResponseType::ReportBatchItemFailures);
        let filters: Vec<Filter> =
            settings.filters.iter().map(|pattern| Filter::builder().pattern(pattern).build()).collect();
        let filters =
            (!filters.is_empty()).then(|| FilterCriteria::builder().set_filters(Some(filters)).build());
        Self { responses: responses.into_iter().collect(), filters }
    }
}

/// An empty ARN takes the destination away.
fn destination(arn: &str) -> DestinationConfig {
    let to = OnFailure::builder().set_destination((!arn.is_empty()).then(|| arn.to_owned())).build();
    DestinationConfig::builder().on_failure(to).build()
}
