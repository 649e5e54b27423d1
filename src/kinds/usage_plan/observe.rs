//! Reads usage plans: one listing, and one of the keys of each plan of the scope; nothing where the stack has nothing to do with
//! plans.

use std::collections::BTreeSet;

use aws_sdk_apigateway::types as sdk;

use super::{Live, Period, Quota, Throttle, UsagePlan};
use crate::{
    account::aws::Aws,
    kinds::{Ask, listed},
    model::{CloudError, Found, Ownership},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, UsagePlan>) -> Result<Vec<Found<Live>>, CloudError> {
    if !listed::concerns(ask) {
        return Ok(Vec::new());
    }
    let listing = || async move {
        Ok(list(aws).await?.into_iter().map(entry).collect())
    };
    let one = |id: String| async move { Ok(get(aws, &id).await?.map(entry)) };
    let mut found = Vec::new();
    for (address, plan) in listed::find(aws, ask, listing, one).await? {
        // One that went away while we looked is not there.
        let Some(key_ids) = key_ids(aws, &plan.id).await? else { continue };
        let live = Live { key_ids, ..plan.object };
        found.push(Found { address, live, ownership: Ownership::Ours, listed: false });
    }
    Ok(found)
}

fn entry(live: Live) -> listed::Listed<Live> {
    listed::Listed { id: live.id.clone(), tags: live.tags.clone(), object: live }
}

/// Every plan of the account, without its keys.
pub(crate) async fn list(aws: &Aws) -> Result<Vec<Live>, CloudError> {
    let mut plans = Vec::new();
    let mut position = None;
    loop {
        let page = aws
            .read("apigateway", "GetUsagePlans", || {
                aws.apigateway.get_usage_plans().limit(500).set_position(position.clone()).send()
            })
            .await?;
        plans.extend(page.items.unwrap_or_default().into_iter().filter_map(live));
        position = page.position.filter(|position| !position.is_empty());
        if position.is_none() {
            return Ok(plans);
        }
    }
}

async fn get(aws: &Aws, id: &str) -> Result<Option<Live>, CloudError> {
    let asked = aws.read_optional("apigateway", "GetUsagePlan", || aws.apigateway.get_usage_plan().usage_plan_id(id).send());
    Ok(asked.await?.and_then(|answer| {
        let plan = sdk::UsagePlan::builder()
            .set_id(answer.id)
            .set_name(answer.name)
            .set_description(answer.description)
            .set_api_stages(answer.api_stages)
            .set_throttle(answer.throttle)
            .set_quota(answer.quota)
            .set_product_code(answer.product_code)
            .set_tags(answer.tags)
            .build();
        live(plan)
    }))
}

/// The ids of a plan's keys; `None` where the plan is gone.
pub(crate) async fn key_ids(aws: &Aws, plan_id: &str) -> Result<Option<BTreeSet<String>>, CloudError> {
    let mut ids = BTreeSet::new();
    let mut position = None;
    loop {
        let page = aws
            .read_optional("apigateway", "GetUsagePlanKeys", || {
                let call = aws.apigateway.get_usage_plan_keys().usage_plan_id(plan_id).limit(500);
                call.set_position(position.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(None) };
        ids.extend(page.items.unwrap_or_default().into_iter().filter_map(|key| key.id));
        position = page.position.filter(|position| !position.is_empty());
        if position.is_none() {
            return Ok(Some(ids));
        }
    }
}

/// A plan in our words, its keys left out.
fn live(plan: sdk::UsagePlan) -> Option<Live> {
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let throttle = |it: &sdk::ThrottleSettings| Throttle { rate: it.rate_limit, burst: it.burst_limit };
    let stages = plan.api_stages.unwrap_or_default().into_iter().filter_map(|stage| {
        let methods = stage.throttle.unwrap_or_default();
        let methods = methods.iter().map(|(method, it)| (method.clone(), throttle(it))).collect();
        Some((format!("{}:{}", stage.api_id?, stage.stage?), methods))
    });
    Some(Live {
        id: plan.id?,
        name: plan.name.unwrap_or_default(),
        description: some(plan.description),
        // Some endpoints answer an empty group in place of none.
        throttle: plan.throttle.as_ref().map(throttle).filter(|it| it.rate != 0.0 || it.burst != 0),
        quota: plan.quota.and_then(|quota| {
            let period = Period::from_aws(quota.period.as_ref()?.as_str())?;
            Some(Quota { limit: quota.limit, offset: quota.offset, period })
        }),
        product_code: some(plan.product_code),
        stages: stages.collect(),
        key_ids: BTreeSet::new(),
        tags: listed::own_tags(plan.tags),
    })
}
