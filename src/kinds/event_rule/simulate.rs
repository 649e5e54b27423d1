//! What a call makes of a rule, with EventBridge's refusals.

use std::collections::BTreeMap;

use super::{Live, Op, Target, schedule};
use crate::model::{Class, Refusal};

const NAME_CHARS: usize = 64;
const DESCRIPTION_CHARS: usize = 512;
const INPUT_CHARS: usize = 8192;
/// A rule may have this many targets.
const TARGETS: usize = 5;

pub(super) fn simulate(op: &Op, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Put { name, schedule, enabled, description, .. } => {
            refuse_rule(name, schedule, description)?;
            let targets = live.map(|live| live.targets).unwrap_or_default();
            Ok(Some(Live {
                name: name.clone(),
                schedule: schedule.clone(),
                enabled: *enabled,
                description: Some(description.clone()).filter(|text| !text.is_empty()),
                targets,
            }))
        }
        Op::PutTarget { rule, id, arn, input } => {
            let mut live = live.ok_or_else(|| absent(rule))?;
            at_most("targets.1.member.id", id, NAME_CHARS)?;
            at_most("targets.1.member.input", input.as_deref().unwrap_or_default(), INPUT_CHARS)?;
            live.targets.insert(id.clone(), Target { arn: arn.settled().to_owned(), input: input.clone() });
            if live.targets.len() > TARGETS {
                let message = "The requested resource exceeds the maximum number allowed.";
                return Err(Refusal::new(Class::Invalid, 400, "LimitExceededException", message));
            }
            Ok(Some(live))
        }
        Op::RemoveTargets { rule, ids } => {
            let mut live = live.ok_or_else(|| absent(rule))?;
            live.targets.retain(|id, _| !ids.contains(id));
            Ok(Some(live))
        }
        Op::Delete { .. } => match live {
            Some(live) if live.targets != BTreeMap::new() => {
                Err(validation("Rule can't be deleted since it has targets."))
            }
            _ => Ok(None),
        },
    }
}

fn refuse_rule(name: &str, expression: &str, description: &str) -> Result<(), Refusal> {
    at_most("name", name, NAME_CHARS)?;
    at_most("description", description, DESCRIPTION_CHARS)?;
    if schedule::problem(expression).is_some() {
        return Err(validation("Parameter ScheduleExpression is not valid."));
    }
    Ok(())
}

fn at_most(field: &str, text: &str, chars: usize) -> Result<(), Refusal> {
    if text.chars().count() <= chars {
        return Ok(());
    }
    Err(validation(format!(
        "1 validation error detected: Value '{text}' at '{field}' failed to satisfy constraint: Member must have length less \
         than or equal to {chars}"
    )))
}

fn absent(rule: &str) -> Refusal {
    let message = format!("Rule {rule} does not exist on EventBus default.");
    Refusal::new(Class::Absent, 400, "ResourceNotFoundException", message)
}

fn validation(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Invalid, 400, "ValidationException", message)
}
