//! What a call makes of an identity pool, with Cognito's refusals.

use super::{CognitoIdentityPool, Live, Op, Settings, arn};
use crate::{
    kinds::{Kind, World},
    model::{Class, Refusal},
};

/// The longest name of a pool, and of a developer provider, in characters (API reference of `CreateIdentityPool`).
const NAME_CHARS: usize = 128;
/// How many clients of user pools a pool takes ("Quotas in Amazon Cognito", identity pools).
const USER_POOLS: usize = 50;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    // A real answer is folded in as it is.
    let strict = world.objects.is_some();
    match (op, live) {
        (Op::Create { .. }, Some(_)) => {
            // AWS would make a second pool; nothing we do ever asks for that.
            Err(Refusal::new(Class::Exists, 400, "ResourceConflictException", "this identity pool is there already"))
        }
        (Op::Create { name, settings, tags }, None) => {
            refuse(name, settings)?;
            let id = mint(world);
            let (name, settings, tags) = (name.clone(), settings.clone(), tags.clone());
            Ok(Some(Live { arn: arn(world.identity, &id), id, name, settings, tags }))
        }
        (Op::Update { name, settings, tags }, Some(live)) => {
            refuse(name, settings)?;
            let before = &live.settings.developer_provider;
            if strict && before.is_some() && *before != settings.developer_provider {
                return Err(invalid("The developer provider name of an identity pool cannot be changed."));
            }
            let (name, settings, tags) = (name.clone(), settings.clone(), tags.clone());
            Ok(Some(Live { name, settings, tags, ..live }))
        }
        (Op::Delete { .. }, Some(_)) => Ok(None),
        (Op::Delete { .. }, None) if !strict => Ok(None),
        (Op::Update { name, .. } | Op::Delete { name }, None) => {
            let message = format!("IdentityPool '{name}' not found.");
            Err(Refusal::new(Class::Absent, 400, "ResourceNotFoundException", message))
        }
    }
}

/// An id of AWS's form: the region, and a UUID made of the letters and digits that are minted.
fn mint(world: &World<'_>) -> String {
    let made = world.id(32);
    if world.objects.is_none() {
        return made;
    }
    let hex: String = made.bytes().map(|byte| char::from(b"0123456789abcdef"[usize::from(byte % 16)])).collect();
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    let uuid = [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-");
    format!("{}:{uuid}", world.identity.region)
}

fn refuse(name: &str, settings: &Settings) -> Result<(), Refusal> {
    let named = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_+=,.@-".contains(c);
    if !(1..=NAME_CHARS).contains(&name.chars().count()) || !name.chars().all(named) {
        return Err(constraint(name, "identityPoolName", "Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+"));
    }
    if let Some(provider) = &settings.developer_provider {
        let fits = |c: char| c.is_alphanumeric() || "_.-".contains(c);
        if !(1..=NAME_CHARS).contains(&provider.chars().count()) || !provider.chars().all(fits) {
            let pattern = "Member must satisfy regular expression pattern: [\\w._-]+";
            return Err(constraint(provider, "developerProviderName", pattern));
        }
    }
    if settings.user_pools.len() > USER_POOLS {
        let message = format!("{} supports at most {USER_POOLS} Cognito user pool providers", CognitoIdentityPool::NAME);
        return Err(Refusal::new(Class::Invalid, 400, "LimitExceededException", message));
    }
    for provider in &settings.user_pools {
        if !provider.provider.settled().starts_with("cognito-idp.") {
            return Err(invalid("Invalid Cognito Identity Provider"));
        }
    }
    Ok(())
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(Class::Invalid, 400, "InvalidParameterException", message)
}

fn constraint(value: &str, member: &str, constraint: &str) -> Refusal {
    let message = format!("1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}");
    Refusal::new(Class::Invalid, 400, "ValidationException", message)
}
