//! One op, one SDK call.

use aws_sdk_eventbridge::types::{RuleState, Tag, Target};

use super::{Live, Op};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat, events) = (op.call(), op.repeat(), &aws.events);
    let unusable =
        |error: aws_sdk_eventbridge::error::BuildError| CloudError::new(call.clone(), Class::Invalid, error.to_string());
    match op {
        Op::Put { name, schedule, enabled, description, tags } => {
            let tags: Result<Vec<Tag>, _> =
                tags.iter().map(|(key, value)| Tag::builder().key(key).value(value).build()).collect();
            let tags = Some(tags.map_err(unusable)?).filter(|tags| !tags.is_empty());
            let state = if *enabled { RuleState::Enabled } else { RuleState::Disabled };
            aws.call(&call, repeat, || {
                events
                    .put_rule()
                    .name(name)
                    .schedule_expression(schedule)
                    .state(state.clone())
                    .description(description)
                    .set_tags(tags.clone())
                    .send()
            })
            .await?;
        }
        Op::PutTarget { rule, id, arn, input } => {
            let target = Target::builder().id(id).arn(arn.settled()).set_input(input.clone()).build();
            let target = target.map_err(unusable)?;
            let answer = aws
                .call(&call, repeat, || events.put_targets().rule(rule).targets(target.clone()).send())
                .await?;
            let failed = answer.failed_entries.unwrap_or_default();
            refused(op, failed.into_iter().next().map(|entry| (entry.error_code, entry.error_message)))?;
        }
        Op::RemoveTargets { rule, ids } => {
            let answer = aws
                .call(&call, repeat, || events.remove_targets().rule(rule).set_ids(Some(ids.clone())).send())
                .await;
            match answer {
                Ok(answer) => {
                    let failed = answer.failed_entries.unwrap_or_default();
                    refused(op, failed.into_iter().next().map(|entry| (entry.error_code, entry.error_message)))?;
                }
                Err(error) if error.class == Class::Absent => {}
                Err(error) => return Err(error),
            }
        }
        Op::Delete { name } => {
            let gone = aws.call(&call, repeat, || events.delete_rule().name(name).send()).await;
            if let Err(error) = gone
                && error.class != Class::Absent
            {
                return Err(error);
            }
        }
    }
    Ok(Sent::done())
}

/// Status 200 with a list of what was not done.
fn refused(op: &Op, failed: Option<(Option<String>, Option<String>)>) -> Result<(), CloudError> {
    let Some((code, message)) = failed else { return Ok(()) };
    let class = match code.as_deref() {
        Some("ConcurrentModificationException") => Class::Busy,
        Some("InternalException") => Class::Unknown,
        _ => Class::Invalid,
    };
    Err(CloudError { code, ..CloudError::new(op.call(), class, message.unwrap_or_default()) })
}
