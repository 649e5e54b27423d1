//! What a call makes of a role, with IAM's refusals.

use serde_json::Value as Json;

use super::{Document, IamRole, Live, Op, diff::MANAGED_POLICIES, user_tags};
use crate::{
    kinds::World,
    model::{Address, Class, Refusal},
};

/// IAM's quotas, in bytes without white space and in characters.
const TRUST_BYTES: usize = 2048;
const INLINE_BYTES: usize = 10_240;
const NAME_CHARS: usize = 64;

pub(super) fn simulate(
    at: &Address,
    op: &Op,
    live: Option<Live>,
    world: &World<'_>,
) -> Result<Option<Live>, Refusal> {
    if let Op::Create { name, trust, description, permissions_boundary, max_session_seconds, tags } = op {
        refuse_create(name, trust, *max_session_seconds, live.is_some(), world)?;
        return Ok(Some(Live {
            name: name.clone(),
            path: at.scope.iam_path(),
            trust: trust.normal(),
            managed_policies: Default::default(),
            inline_policies: Default::default(),
            description: description.clone().filter(|text| !text.is_empty()),
            permissions_boundary: permissions_boundary.clone(),
            max_session_seconds: *max_session_seconds,
            tags: user_tags(tags),
        }));
    }
    match live {
        Some(live) => change(op, live, world),
        // A real account said yes to deleting what was gone.
        None if matches!(op, Op::Delete { .. }) && world.objects.is_none() => Ok(None),
        None => Err(no_such(format!("The role with name {} cannot be found.", at.name()))),
    }
}

fn change(op: &Op, mut live: Live, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    // A real answer is folded in as it is: deleting a policy that was gone already is success there.
    let strict = world.objects.is_some();
    match op {
        Op::Create { .. } => {}
        Op::UpdateTrust { trust, .. } => {
            refuse_trust(trust)?;
            live.trust = trust.normal();
        }
        Op::Update { description, max_session_seconds, .. } => {
            refuse_session(*max_session_seconds)?;
            live.description = Some(description.clone()).filter(|text| !text.is_empty());
            live.max_session_seconds = *max_session_seconds;
        }
        Op::PutBoundary { arn, .. } => {
            refuse_arn(arn)?;
            live.permissions_boundary = Some(arn.clone());
        }
        Op::Attach { arn, .. } => {
            refuse_arn(arn)?;
            live.managed_policies.insert(arn.clone());
            if live.managed_policies.len() > MANAGED_POLICIES {
                return Err(limit(format!("Cannot exceed quota for PoliciesPerRole: {MANAGED_POLICIES}")));
            }
        }
        Op::Detach { arn, .. } => {
            if !live.managed_policies.remove(arn) && strict {
                return Err(no_such(format!("Policy {arn} was not found.")));
            }
        }
        Op::PutPolicy { policy, document, .. } => {
            refuse_policy(document)?;
            live.inline_policies.insert(policy.clone(), document.normal());
            if live.inline_policies.values().map(Document::bytes).sum::<usize>() > INLINE_BYTES {
                let message = format!("Maximum policy size of {INLINE_BYTES} bytes exceeded for role {}", live.name);
                return Err(limit(message));
            }
        }
        Op::DeletePolicy { policy, .. } => {
            if live.inline_policies.remove(policy).is_none() && strict {
                return Err(no_such(format!("The role policy with name {policy} cannot be found.")));
            }
        }
        Op::Tag { tags, .. } => live.tags.extend(user_tags(tags)),
        Op::Delete { .. } => {
            if strict {
                refuse_delete(&live)?;
            }
            return Ok(None);
        }
    }
    Ok(Some(live))
}

fn refuse_create(
    name: &str,
    trust: &Document,
    max_session_seconds: i32,
    exists: bool,
    world: &World<'_>,
) -> Result<(), Refusal> {
    // A role's name is unique in the account whatever its path, and without regard to case.
    let taken = |_: &Address, other: &Live| other.name.eq_ignore_ascii_case(name);
    if exists || world.objects.is_some() && world.has::<IamRole>(taken) {
        let message = format!("Role with name {name} already exists.");
        return Err(Refusal::new(Class::Exists, 409, "EntityAlreadyExists", message));
    }
    if name.chars().count() > NAME_CHARS {
        return Err(validation(format!(
            "1 validation error detected: Value '{name}' at 'roleName' failed to satisfy constraint: Member must have length \
             less than or equal to {NAME_CHARS}"
        )));
    }
    refuse_session(max_session_seconds)?;
    refuse_trust(trust)
}

fn refuse_session(seconds: i32) -> Result<(), Refusal> {
    let constraint = match seconds {
        ..3600 => "greater than or equal to 3600",
        43_201.. => "less than or equal to 43200",
        _ => return Ok(()),
    };
    Err(validation(format!(
        "1 validation error detected: Value '{seconds}' at 'maxSessionDuration' failed to satisfy constraint: Member must have \
         value {constraint}"
    )))
}

fn refuse_trust(trust: &Document) -> Result<(), Refusal> {
    for statement in statements(trust)? {
        if statement.get("Principal").or(statement.get("NotPrincipal")).is_none() {
            return Err(malformed("Missing required field Principal"));
        }
        if statement.get("Resource").or(statement.get("NotResource")).is_some() {
            return Err(malformed("Has prohibited field Resource"));
        }
        if !names_something(statement, ["Action", "NotAction"]) {
            return Err(malformed("Policy statement must contain actions."));
        }
    }
    match trust.bytes() {
        bytes if bytes > TRUST_BYTES => Err(limit(format!("Cannot exceed quota for ACLSizePerRole: {TRUST_BYTES}"))),
        _ => Ok(()),
    }
}

fn refuse_policy(document: &Document) -> Result<(), Refusal> {
    for statement in statements(document)? {
        if statement.get("Principal").or(statement.get("NotPrincipal")).is_some() {
            return Err(malformed("Policy document should not specify a principal."));
        }
        if !names_something(statement, ["Action", "NotAction"]) {
            return Err(malformed("Policy statement must contain actions."));
        }
        if !names_something(statement, ["Resource", "NotResource"]) {
            return Err(malformed("Policy statement must contain resources."));
        }
    }
    Ok(())
}

/// The statements, each with an effect.
fn statements(document: &Document) -> Result<Vec<&Json>, Refusal> {
    let statements = match document.json().get("Statement") {
        Some(Json::Array(statements)) if !statements.is_empty() => statements.iter().collect(),
        Some(statement @ Json::Object(_)) => vec![statement],
        _ => return Err(malformed("Syntax errors in policy.")),
    };
    let effect = |statement: &&Json| matches!(statement["Effect"].as_str(), Some("Allow" | "Deny"));
    if statements.iter().all(effect) { Ok(statements) } else { Err(malformed("Syntax errors in policy.")) }
}

fn names_something(statement: &Json, members: [&str; 2]) -> bool {
    members.iter().filter_map(|member| statement.get(member)).any(|value| match value {
        Json::Array(items) => !items.is_empty(),
        Json::String(text) => !text.is_empty(),
        _ => false,
    })
}

fn refuse_arn(arn: &str) -> Result<(), Refusal> {
    if arn.starts_with("arn:") && arn.contains(":policy/") {
        return Ok(());
    }
    Err(Refusal::new(Class::Invalid, 400, "InvalidInput", format!("ARN {arn} is not valid.")))
}

fn refuse_delete(live: &Live) -> Result<(), Refusal> {
    let message = match (live.managed_policies.is_empty(), live.inline_policies.is_empty()) {
        (false, _) => "Cannot delete entity, must detach all policies first.",
        (_, false) => "Cannot delete entity, must delete policies first.",
        _ => return Ok(()),
    };
    Err(Refusal::new(Class::Busy, 409, "DeleteConflict", message))
}

fn no_such(message: String) -> Refusal {
    Refusal::new(Class::Absent, 404, "NoSuchEntity", message)
}

fn limit(message: String) -> Refusal {
    Refusal::new(Class::Invalid, 409, "LimitExceeded", message)
}

fn malformed(message: &str) -> Refusal {
    Refusal::new(Class::Invalid, 400, "MalformedPolicyDocument", message)
}

fn validation(message: String) -> Refusal {
    Refusal::new(Class::Invalid, 400, "ValidationError", message)
}
