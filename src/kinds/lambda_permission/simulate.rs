//! What a call makes of a permission, with the refusals of Lambda.

use super::{LambdaPermission, Live, Op, policy, taken_apart};
use crate::{
    kinds::{LambdaAlias, LambdaFunction, World},
    model::{Class, Refusal},
};

/// The largest resource policy of a function, in bytes.
const POLICY_BYTES_MAX: usize = 20_480;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Add { function_name, statement_id, action, principal, source_arn, source_account, .. } => {
            let added = Live {
                function_name: function_name.clone(),
                statement_id: statement_id.clone(),
                action: action.clone(),
                principal: principal.clone(),
                source_arn: source_arn.settled().to_owned(),
                source_account: source_account.clone(),
            };
            check_statement_id(statement_id)?;
            check_function(function_name, world)?;
            check_free(&added, live.as_ref(), world)?;
            check_size(&added, world)?;
            Ok(Some(added))
        }
        Op::Remove { .. } => Ok(None),
    }
}

fn check_statement_id(id: &str) -> Result<(), Refusal> {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let constraint = match id.len() {
        0 => "Member must have length greater than or equal to 1",
        101.. => "Member must have length less than or equal to 100",
        _ if id.chars().all(letter) => return Ok(()),
        _ => "Member must satisfy regular expression pattern: ([a-zA-Z0-9-_]+)",
    };
    let message = format!(
        "1 validation error detected: Value '{id}' at 'statementId' failed to satisfy constraint: {constraint}"
    );
    Err(Refusal::new(Class::Invalid, 400, "ValidationException", message))
}

/// Whether there is the function, or the alias of it, that `name` (`function` or `function:alias`) means.
pub(in crate::kinds) fn is_there(name: &str, world: &World<'_>) -> bool {
    match taken_apart(name) {
        (name, None) => world.has::<LambdaFunction>(|_, function| function.name == name),
        (name, Some(alias)) => world.has::<LambdaAlias>(|_, live| {
            live.function_name == name && live.aliases.iter().any(|other| other.name == alias)
        }),
    }
}

fn check_function(name: &str, world: &World<'_>) -> Result<(), Refusal> {
    if is_there(name, world) {
        return Ok(());
    }
    let message = format!("Function not found: {}", world.identity.function_arn(name));
    Err(Refusal::new(Class::Absent, 404, "ResourceNotFoundException", message))
}

fn check_free(added: &Live, live: Option<&Live>, world: &World<'_>) -> Result<(), Refusal> {
    let same = |other: &Live| {
        other.function_name == added.function_name && other.statement_id == added.statement_id
    };
    let elsewhere = world.all::<LambdaPermission>().is_some_and(|mut all| all.any(|(_, other)| same(other)));
    if !elsewhere && !live.is_some_and(same) {
        return Ok(());
    }
    let message = format!(
        "The statement id ({}) provided already exists. Please provide a new statement id, or remove the existing statement.",
        added.statement_id
    );
    Err(Refusal::new(Class::Exists, 409, "ResourceConflictException", message))
}

fn check_size(added: &Live, world: &World<'_>) -> Result<(), Refusal> {
    let Some(all) = world.all::<LambdaPermission>() else { return Ok(()) };
    let of_function = all.map(|(_, other)| other).filter(|other| other.function_name == added.function_name);
    let size_bytes = policy::size_bytes(world.identity, of_function.chain([added]));
    if size_bytes <= POLICY_BYTES_MAX {
        return Ok(());
    }
    let message = format!("The final policy size ({size_bytes}) is bigger than the limit ({POLICY_BYTES_MAX}).");
    Err(Refusal::new(Class::Invalid, 400, "PolicyLengthExceededException", message))
}
