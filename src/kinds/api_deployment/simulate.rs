//! What a call makes of the deployments, with the refusals of API Gateway.

use super::{Deployment, Live, Op};
use crate::{
    kinds::{ApiStage, World, apis::simulated_api},
    model::{Class, Refusal},
};

/// How long a deployment's id is.
const ID_LENGTH: usize = 6;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Create { api_id, content_hash } => {
            let api_id = api_id.settled();
            check_methods(api_id, world)?;
            let id = world.id(ID_LENGTH);
            let made = Deployment { id, content_hash: content_hash.clone(), held_by: None };
            let before = live.filter(|live| live.api_id == api_id).map(|live| live.deployments).unwrap_or_default();
            let deployments = before.into_iter().chain([made]).collect();
            Ok(Some(Live { api_id: api_id.to_owned(), deployments }))
        }
        Op::Delete { api_id, id } => {
            check_unused(api_id, id, world)?;
            let Some(mut live) = live else { return Ok(None) };
            live.deployments.retain(|deployment| deployment.id != *id);
            Ok((!live.deployments.is_empty()).then_some(live))
        }
    }
}

fn check_methods(api_id: &str, world: &World<'_>) -> Result<(), Refusal> {
    let Some(api) = simulated_api(api_id, world)? else { return Ok(()) };
    let refuse = |message: &str| Err(Refusal::new(Class::Invalid, 400, "BadRequestException", message));
    if api.definition.methods().next().is_none() {
        return refuse("The REST API doesn't contain any methods");
    }
    if api.definition.methods().any(|(_, _, method)| method.integration.is_none()) {
        return refuse("No integration defined for method");
    }
    Ok(())
}

fn check_unused(api_id: &str, id: &str, world: &World<'_>) -> Result<(), Refusal> {
    let Some(mut stages) = world.all::<ApiStage>() else { return Ok(()) };
    if !stages.any(|(_, stage)| stage.api_id == api_id && stage.deployment_id == id) {
        return Ok(());
    }
    let message = "Active stages pointing to this deployment must be moved or deleted";
    Err(Refusal::new(Class::Invalid, 400, "BadRequestException", message))
}
