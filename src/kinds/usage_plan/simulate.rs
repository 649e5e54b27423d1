//! What a call makes of a usage plan, with the refusals of API Gateway.

use super::{Live, Op, Period, Quota, UsagePlan, patch};
use crate::{
    kinds::{ApiKey, ApiStage, World},
    model::{Class, Refusal},
};

/// How many characters an id has.
const ID_CHARS: usize = 6;

/// The most plans of one key ("Amazon API Gateway quotas": usage plans per API key).
const PLANS_PER_KEY: usize = 10;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Create { name, description, throttle, quota, stages, tags } => {
            quota.map(check_quota).transpose()?;
            let stages = stages.iter().map(|stage| (stage.id.settled().to_owned(), stage.methods.clone()));
            let live = Live {
                id: world.id(ID_CHARS),
                name: name.clone(),
                description: description.clone().filter(|text| !text.is_empty()),
                throttle: *throttle,
                quota: *quota,
                product_code: None,
                stages: stages.collect(),
                key_ids: std::collections::BTreeSet::new(),
                tags: tags.clone(),
            };
            live.stages.keys().try_for_each(|id| check_stage(id, world))?;
            Ok(Some(live))
        }
        Op::Update { patches } => {
            let mut live = live.ok_or_else(absent)?;
            let before = live.stages.clone();
            for patch in patches {
                patch::apply(&mut live, patch)?;
            }
            live.quota.map(check_quota).transpose()?;
            live.stages.keys().filter(|id| !before.contains_key(*id)).try_for_each(|id| check_stage(id, world))?;
            Ok(Some(live))
        }
        Op::AddKey { key_id } => {
            let mut live = live.ok_or_else(absent)?;
            check_key(&live, key_id.settled(), world)?;
            live.key_ids.insert(key_id.settled().to_owned());
            Ok(Some(live))
        }
        Op::RemoveKey { key_id } => {
            let mut live = live.ok_or_else(absent)?;
            live.key_ids.remove(key_id);
            Ok(Some(live))
        }
        Op::Tag { tags } => {
            let mut live = live.ok_or_else(absent)?;
            live.tags.extend(tags.clone());
            Ok(Some(live))
        }
        Op::Delete { id } => match live.iter().flat_map(|live| live.stages.keys()).next() {
            // AWS's text, as deploy tools report it when they delete a plan too early.
            Some(stage) => Err(invalid(format!(
                "Cannot delete Usage Plan {id} because there are API Stages associated with it, including {stage}"
            ))),
            None => Ok(None),
        },
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new(Class::Invalid, 400, "BadRequestException", message)
}

fn absent() -> Refusal {
    Refusal::new(Class::Absent, 404, "NotFoundException", "Invalid Usage Plan identifier specified")
}

fn check_quota(quota: Quota) -> Result<(), Refusal> {
    let allowed = match quota.period {
        Period::Day => "must be zero in the DAY period",
        Period::Week => "must be between zero and six inclusive in the WEEK period",
        Period::Month => "must be between zero and 27 inclusive in the MONTH period",
    };
    match (0..=quota.period.offset_max()).contains(&quota.offset) {
        true => Ok(()),
        false => Err(invalid(format!("Usage Plan quota offset {allowed}"))),
    }
}

fn check_stage(id: &str, world: &World<'_>) -> Result<(), Refusal> {
    if world.has::<ApiStage>(|_, stage| format!("{}:{}", stage.api_id, stage.stage_name) == id) {
        return Ok(());
    }
    Err(Refusal::new(Class::Absent, 404, "NotFoundException", format!("API Stage not found: {id}")))
}

fn check_key(live: &Live, key_id: &str, world: &World<'_>) -> Result<(), Refusal> {
    if !world.has::<ApiKey>(|_, key| key.id == key_id) {
        return Err(Refusal::new(Class::Absent, 404, "NotFoundException", "Invalid API Key identifier specified"));
    }
    let Some(all) = world.all::<UsagePlan>() else { return Ok(()) };
    let others: Vec<&Live> =
        all.map(|(_, plan)| plan).filter(|plan| plan.id != live.id && plan.key_ids.contains(key_id)).collect();
    let shared = others.iter().flat_map(|plan| plan.stages.keys()).find(|stage| live.stages.contains_key(*stage));
    if let Some(stage) = shared {
        let message = format!(
            "Usage Plan {} cannot be added because API Key {key_id} cannot reference multiple Usage Plans with the same API stage: \
             {stage}",
            live.id
        );
        return Err(Refusal::new(Class::Invalid, 409, "ConflictException", message));
    }
    if others.len() >= PLANS_PER_KEY {
        let message = format!("API Key {key_id} is in {PLANS_PER_KEY} usage plans already");
        return Err(Refusal::new(Class::Invalid, 429, "LimitExceededException", message));
    }
    Ok(())
}
