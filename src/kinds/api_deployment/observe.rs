//! Reads deployments: one listing for the scope's REST API.

use std::{cmp::Ordering, time::Duration};

use aws_sdk_apigateway::types::Deployment as Answer;

use super::{ApiDeployment, Deployment, Desired, Live, content_hash_of, diff::superfluous};
use crate::{
    account::aws::Aws,
    kinds::{Ask, apis::{SeenApi, seen_apis}},
    model::{CloudError, Found, Hint, Owner, Ownership},
};

/// The most that one page holds.
const PAGE: i32 = 500;

/// How often a deployment whose making was begun is looked for before it counts as never made.
const LOOKS: u32 = 20;

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, ApiDeployment>) -> Result<Vec<Found<Live>>, CloudError> {
    let mut found = Vec::new();
    for api in seen_apis(ask) {
        let wanted = ask.wanted.iter().find(|(_, desired)| api.is(&desired.api_id));
        let address = wanted.map_or_else(|| ask.address(&api.at.key), |(at, _)| (*at).clone());
        let desired = wanted.map(|(_, desired)| *desired);
        let hint = ask.hint(&address).cloned().unwrap_or_default();
        let (mut answers, listed) = look(aws, &api, desired, &hint).await?;
        answers.sort_by(by_creation);
        let deployments: Vec<Deployment> = answers.iter().filter_map(ours).collect();
        if deployments.is_empty() {
            continue;
        }
        let mut live = Live { api_id: api.live.id.clone(), deployments };
        if desired.is_some_and(|desired| !superfluous(desired, &live).is_empty()) {
            note_strangers(aws, ask, &mut live).await?;
        }
        found.push(Found { address, live, ownership: Ownership::Ours, listed });
    }
    Ok(found)
}

/// The listing, and whether it holds what the ledger remembers.
async fn look(
    aws: &Aws,
    api: &SeenApi<'_>,
    desired: Option<&Desired>,
    hint: &Hint,
) -> Result<(Vec<Answer>, bool), CloudError> {
    let mut answers = list(aws, &api.live.id).await?;
    let is_wanted = |answer: &Answer| {
        desired.is_none_or(|desired| ours(answer).is_some_and(|ours| ours.content_hash == desired.content_hash))
    };
    if hint.open && hint.id.is_none() && desired.is_some() {
        for _ in 0..LOOKS {
            if answers.iter().any(is_wanted) {
                break;
            }
            tokio::time::sleep(Duration::from_millis(aws.patience.poll_ms)).await;
            answers = list(aws, &api.live.id).await?;
        }
    }
    let Some(id) = &hint.id else { return Ok((answers, true)) };
    if answers.iter().any(|answer| answer.id.as_ref() == Some(id)) {
        return Ok((answers, true));
    }
    answers.extend(get(aws, &api.live.id, id).await?);
    Ok((answers, false))
}

async fn list(aws: &Aws, api_id: &str) -> Result<Vec<Answer>, CloudError> {
    let mut answers = Vec::new();
    let mut position = None;
    loop {
        let page = aws
            .read("apigateway", "GetDeployments", || {
                let request = aws.apigateway.get_deployments().rest_api_id(api_id).limit(PAGE);
                request.set_position(position.clone()).send()
            })
            .await?;
        answers.extend(page.items.unwrap_or_default());
        position = page.position.filter(|position| !position.is_empty());
        if position.is_none() {
            return Ok(answers);
        }
    }
}

async fn get(aws: &Aws, api_id: &str, id: &str) -> Result<Option<Answer>, CloudError> {
    let answer = aws
        .read_optional("apigateway", "GetDeployment", || {
            aws.apigateway.get_deployment().rest_api_id(api_id).deployment_id(id).send()
        })
        .await?;
    Ok(answer.map(|answer| {
        Answer::builder()
            .set_id(answer.id)
            .set_description(answer.description)
            .set_created_date(answer.created_date)
            .build()
    }))
}

fn ours(answer: &Answer) -> Option<Deployment> {
    let content_hash = content_hash_of(answer.description.as_deref()?)?.to_owned();
    Some(Deployment { id: answer.id.clone()?, content_hash, held_by: None })
}

/// Oldest first; by id where made in the same second.
fn by_creation(one: &Answer, other: &Answer) -> Ordering {
    let seconds = |answer: &Answer| answer.created_date.as_ref().map(aws_sdk_apigateway::primitives::DateTime::as_secs_f64);
    seconds(one).partial_cmp(&seconds(other)).unwrap_or(Ordering::Equal).then_with(|| one.id.cmp(&other.id))
}

/// Notes which deployments a stage serves that is not of this scope: one read, made only where deployments would be deleted.
async fn note_strangers(aws: &Aws, ask: &Ask<'_, ApiDeployment>, live: &mut Live) -> Result<(), CloudError> {
    let answer = aws
        .read("apigateway", "GetStages", || aws.apigateway.get_stages().rest_api_id(&live.api_id).send())
        .await?;
    for stage in answer.item.unwrap_or_default() {
        let tags = stage.tags.unwrap_or_default().into_iter().collect();
        if Owner::of(&tags).is_some_and(|owner| owner.stack == ask.scope.stack && owner.stage == ask.scope.stage) {
            continue;
        }
        let canary = stage.canary_settings.and_then(|canary| canary.deployment_id);
        let serves = [stage.deployment_id, canary];
        for deployment in &mut live.deployments {
            if serves.iter().flatten().any(|id| *id == deployment.id) {
                deployment.held_by.clone_from(&stage.stage_name);
            }
        }
    }
    Ok(())
}
