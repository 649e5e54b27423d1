//! What a call makes of a function, with Lambda's refusals.

use std::collections::BTreeMap;

use super::{
    Architecture, Code, Fields, LambdaFunction, Live, Op, Revision, Tracing,
    fields::DEFAULT_EPHEMERAL_STORAGE_MB, limits,
};
use crate::{
    kinds::{IamRole, LambdaLayer, World},
    model::{Class, Refusal},
};

/// An account's concurrent executions in one region, and how many of them no function may reserve. AWS's defaults.
const ACCOUNT_CONCURRENCY: i32 = 1000;
const UNRESERVED_AT_LEAST: i32 = 100;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    let absent = |name: &str| {
        let message = format!("Function not found: {}", world.identity.function_arn(name));
        Refusal::new(Class::Absent, 404, "ResourceNotFoundException", message)
    };
    match op {
        Op::UploadCode { .. } => Ok(live),
        Op::Create { name, code, architecture, fields, tags } => {
            refuse_create(name, code, live.is_some(), world)?;
            refuse_fields(fields, world)?;
            Ok(Some(created(name, code, *architecture, fields, tags)))
        }
        Op::UpdateCode { name, code, architecture, .. } => {
            let live = live.ok_or_else(|| absent(name))?;
            limits::code(code)?;
            Ok(Some(Live {
                code_sha256_base64: code.sha256_base64.clone(),
                architecture: *architecture,
                revision: Revision::default(),
                ..live
            }))
        }
        Op::UpdateConfiguration { name, fields } => {
            let mut live = live.ok_or_else(|| absent(name))?;
            refuse_fields(fields, world)?;
            fields.apply(&mut live);
            live.revision = Revision::default();
            Ok(Some(live))
        }
        Op::PutConcurrency { name, reserved } => {
            refuse_reservation(name, *reserved, world)?;
            let live = live.ok_or_else(|| absent(name))?;
            Ok(Some(Live { reserved_concurrency: Some(*reserved), revision: Revision::default(), ..live }))
        }
        Op::DeleteConcurrency { name } => {
            let live = live.ok_or_else(|| absent(name))?;
            Ok(Some(Live { reserved_concurrency: None, revision: Revision::default(), ..live }))
        }
        Op::Tag { name, tags } => {
            let mut live = live.ok_or_else(|| absent(name))?;
            live.tags.extend(tags.clone());
            live.revision = Revision::default();
            Ok(Some(live))
        }
        Op::Untag { name, keys } => {
            let mut live = live.ok_or_else(|| absent(name))?;
            live.tags.retain(|key, _| !keys.contains(key));
            live.revision = Revision::default();
            Ok(Some(live))
        }
        Op::Delete { name } => {
            if live.is_none() && world.objects.is_some() {
                return Err(absent(name));
            }
            Ok(None)
        }
    }
}

fn created(
    name: &str,
    code: &Code,
    architecture: Architecture,
    fields: &Fields,
    tags: &BTreeMap<String, String>,
) -> Live {
    let mut live = Live {
        name: name.to_owned(),
        role_arn: String::new(),
        runtime: String::new(),
        handler: String::new(),
        code_sha256_base64: code.sha256_base64.clone(),
        image: false,
        failed: false,
        environment: BTreeMap::new(),
        memory_mb: 128,
        timeout_seconds: 3,
        ephemeral_storage_mb: DEFAULT_EPHEMERAL_STORAGE_MB,
        architecture,
        layers: Vec::new(),
        dead_letter_arn: None,
        vpc: None,
        reserved_concurrency: None,
        tracing: Tracing::default(),
        description: None,
        log_group: None,
        tags: tags.clone(),
        revision: Revision::default(),
    };
    fields.apply(&mut live);
    live
}

fn refuse_create(name: &str, code: &Code, exists: bool, world: &World<'_>) -> Result<(), Refusal> {
    let taken = exists
        || world.objects.is_some() && world.has::<LambdaFunction>(|_, other| other.name == name);
    if taken {
        let message = format!("Function already exist: {name}");
        return Err(Refusal::new(Class::Exists, 409, "ResourceConflictException", message));
    }
    limits::name(name)?;
    limits::code(code)
}

/// A role under our path is one of ours: it must be there, and Lambda must be allowed to take it.
fn refuse_fields(fields: &Fields, world: &World<'_>) -> Result<(), Refusal> {
    limits::configuration(fields)?;
    refuse_layers(fields, world)?;
    let Some(arn) = fields.role_arn.as_ref().map(|arn| arn.settled()) else { return Ok(()) };
    let ours = arn.starts_with(&world.identity.role_arn("/gatewright/", ""));
    let known = |role: &<IamRole as crate::kinds::Kind>::Live| {
        world.identity.role_arn(&role.path, &role.name) == arn && role.trust.names_service("lambda.amazonaws.com")
    };
    if ours && !world.has::<IamRole>(|_, role| known(role)) {
        return Err(limits::invalid("The role defined for the function cannot be assumed by Lambda."));
    }
    Ok(())
}

/// A layer version of this account must be there.
fn refuse_layers(fields: &Fields, world: &World<'_>) -> Result<(), Refusal> {
    let start = world.identity.layer_arn("");
    for arn in fields.layers.iter().flatten().map(|arn| arn.settled()).filter(|arn| arn.starts_with(&start)) {
        if !world.has::<LambdaLayer>(|_, layer| layer.arns(world.identity).any(|(other, _)| other == arn)) {
            return Err(limits::invalid(format!("Layer version {arn} does not exist.")));
        }
    }
    Ok(())
}

fn refuse_reservation(name: &str, reserved: i32, world: &World<'_>) -> Result<(), Refusal> {
    let others: i32 = world
        .all::<LambdaFunction>()
        .map(|all| all.filter(|(_, live)| live.name != name).filter_map(|(_, live)| live.reserved_concurrency).sum())
        .unwrap_or(0);
    if world.objects.is_some() && reserved.saturating_add(others) > ACCOUNT_CONCURRENCY - UNRESERVED_AT_LEAST {
        return Err(limits::invalid(format!(
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its \
             minimum value of [{UNRESERVED_AT_LEAST}]."
        )));
    }
    Ok(())
}
