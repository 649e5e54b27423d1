//! What a call makes of a stage, with the refusals of API Gateway.

use std::collections::BTreeMap;

use super::{Live, LoggingLevel, Op, patch, variables, without_defaults};
use crate::{
    kinds::{ApiAccount, ApiDeployment, World, apis::simulated_api},
    model::{Class, Refusal, Text},
};

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Create { .. } => create(op, live.as_ref(), world).map(Some),
        Op::Update { patches, .. } => {
            let mut live = live.ok_or_else(absent)?;
            for patch in patches {
                patch::apply(&mut live, patch)?;
            }
            check_deployment(&live.api_id, &live.deployment_id, world)?;
            check_logs(&live, world)?;
            live.methods = without_defaults(live.methods);
            Ok(Some(live))
        }
        Op::Tag { tags, .. } => {
            let mut live = live.ok_or_else(absent)?;
            live.tags.extend(tags.clone());
            Ok(Some(live))
        }
        Op::Delete { .. } => Ok(None),
    }
}

fn create(op: &Op, before: Option<&Live>, world: &World<'_>) -> Result<Live, Refusal> {
    let Op::Create { api_id, stage_name, deployment_id, description, variables, cache_size_gb, tracing, tags } = op
    else {
        return Err(absent());
    };
    let live = Live {
        api_id: api_id.settled().to_owned(),
        stage_name: stage_name.clone(),
        deployment_id: deployment_id.settled().to_owned(),
        description: description.clone().filter(|description| !description.is_empty()),
        variables: settled(variables),
        cache_size_gb: cache_size_gb.clone(),
        tracing: *tracing,
        access_log: None,
        methods: BTreeMap::new(),
        client_certificate: None,
        canary: None,
        tags: tags.clone(),
    };
    if before.is_some_and(|before| before.api_id == live.api_id && before.stage_name == live.stage_name) {
        return Err(Refusal::new(Class::Exists, 409, "ConflictException", "Stage already exists"));
    }
    simulated_api(&live.api_id, world)?;
    check_name(stage_name)?;
    variables::check(live.variables.iter().map(|(name, value)| (name.as_str(), value.as_str())))?;
    check_deployment(&live.api_id, &live.deployment_id, world)?;
    Ok(live)
}

/// Variables with their texts as they are known once the op is settled.
pub(super) fn settled(variables: &BTreeMap<String, Text>) -> BTreeMap<String, String> {
    variables.iter().map(|(name, value)| (name.clone(), value.settled().to_owned())).collect()
}

/// API Gateway writes no log without the account's role for it.
fn check_logs(live: &Live, world: &World<'_>) -> Result<(), Refusal> {
    let to_group = live.access_log.as_ref().is_some_and(|log| log.destination_arn.contains(":logs:"));
    let logs = to_group || live.methods.values().any(|method| method.logging != LoggingLevel::Off);
    if !logs || world.has::<ApiAccount>(|_, account| account.role_arn.is_some()) {
        return Ok(());
    }
    let message = "CloudWatch Logs role ARN must be set in account settings to enable logging";
    Err(Refusal::new(Class::Invalid, 400, "BadRequestException", message))
}

fn absent() -> Refusal {
    Refusal::new(Class::Absent, 404, "NotFoundException", "Invalid stage identifier specified")
}

fn check_name(name: &str) -> Result<(), Refusal> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '-';
    if (1..=128).contains(&name.len()) && name.chars().all(fits) {
        return Ok(());
    }
    let message = "Stage name only allows a-zA-Z0-9_-";
    Err(Refusal::new(Class::Invalid, 400, "BadRequestException", message))
}

fn check_deployment(api_id: &str, deployment_id: &str, world: &World<'_>) -> Result<(), Refusal> {
    let there = world.has::<ApiDeployment>(|_, live| {
        live.api_id == api_id && live.deployments.iter().any(|deployment| deployment.id == deployment_id)
    });
    if there {
        return Ok(());
    }
    Err(Refusal::new(Class::Invalid, 400, "BadRequestException", "Deployment id does not exist"))
}
