//! What a call makes of an API key, with the refusals of API Gateway.

use super::{ApiKey, Field, Live, Op, VALUE_CHARS_MAX, VALUE_CHARS_MIN};
use crate::{
    kinds::World,
    model::{Class, Refusal},
};

/// How many characters an id has, and a value that AWS makes.
const ID_CHARS: usize = 10;
const MADE_VALUE_CHARS: usize = 40;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Create { name, description, enabled, value, tags } => {
            let given = value.as_ref().map(|value| value.settled());
            if let Some(value) = given {
                check_value(value, world)?;
            }
            let id = world.id(ID_CHARS);
            // A value that AWS made is not read from its answer.
            let value = given.map_or_else(|| world.id(MADE_VALUE_CHARS), str::to_owned);
            Ok(Some(Live {
                id,
                name: name.clone(),
                description: description.clone().filter(|text| !text.is_empty()),
                enabled: *enabled,
                value: (!value.is_empty()).then(|| value.into()),
                tags: tags.clone(),
            }))
        }
        Op::Update { fields } => {
            let mut live = live.ok_or_else(absent)?;
            for field in fields {
                match field {
                    Field::Name(name) => live.name.clone_from(name),
                    Field::Description(text) => live.description = Some(text.clone()).filter(|text| !text.is_empty()),
                    Field::Enabled(enabled) => live.enabled = *enabled,
                }
            }
            Ok(Some(live))
        }
        Op::Tag { tags } => {
            let mut live = live.ok_or_else(absent)?;
            live.tags.extend(tags.clone());
            Ok(Some(live))
        }
        Op::Delete { .. } => Ok(None),
    }
}

/// The texts are API Gateway's; none of them repeats the value.
fn check_value(value: &str, world: &World<'_>) -> Result<(), Refusal> {
    let invalid = |message: &str| Err(Refusal::new(Class::Invalid, 400, "BadRequestException", message));
    if value.chars().count() < VALUE_CHARS_MIN {
        return invalid("API Key value should be at least 20 characters");
    }
    if value.chars().count() > VALUE_CHARS_MAX {
        return invalid("API Key value exceeds maximum size of 128 characters");
    }
    let taken = |live: &Live| live.value.as_ref().is_some_and(|other| other.reveal() == value);
    if world.objects.is_some() && world.has::<ApiKey>(|_, live| taken(live)) {
        return Err(Refusal::new(Class::Exists, 409, "ConflictException", "API Key already exists"));
    }
    Ok(())
}

fn absent() -> Refusal {
    Refusal::new(Class::Absent, 404, "NotFoundException", "Invalid API Key identifier specified")
}
