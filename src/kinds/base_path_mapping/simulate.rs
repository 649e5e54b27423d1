//! What a call makes of a base path mapping, with the refusals of API Gateway.

use super::{BasePathMapping, Live, Op};
use crate::{
    kinds::{ApiStage, World},
    model::{Class, Refusal},
};

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Create { domain, base_path, api_id, stage } => {
            let taken = |other: &Live| other.domain == *domain && other.base_path == *base_path;
            if world.objects.is_some() && world.has::<BasePathMapping>(|_, other| taken(other)) {
                let message = "Base path already exists for this domain name";
                return Err(Refusal::new(Class::Exists, 409, "ConflictException", message));
            }
            let live = Live {
                domain: domain.clone(),
                base_path: base_path.clone(),
                api_id: api_id.settled().to_owned(),
                stage: Some(stage.clone()),
            };
            check_stage(&live, world)?;
            Ok(Some(live))
        }
        Op::Update { api_id, stage, .. } => {
            let mut live = live.ok_or_else(|| {
                let message = "Invalid base path mapping identifier specified";
                Refusal::new(Class::Absent, 404, "NotFoundException", message)
            })?;
            if let Some(api_id) = api_id {
                api_id.settled().clone_into(&mut live.api_id);
            }
            live.stage = stage.clone().or(live.stage);
            check_stage(&live, world)?;
            Ok(Some(live))
        }
        Op::Delete { .. } => Ok(None),
    }
}

fn check_stage(live: &Live, world: &World<'_>) -> Result<(), Refusal> {
    let is_it = |stage: &crate::kinds::api_stage::Live| {
        stage.api_id == live.api_id && live.stage.as_ref().is_none_or(|name| *name == stage.stage_name)
    };
    if world.has::<ApiStage>(|_, stage| is_it(stage)) {
        return Ok(());
    }
    Err(Refusal::new(Class::Invalid, 400, "BadRequestException", "Invalid stage identifier specified"))
}
