//! Reads API keys: one listing, and none where the stack has nothing to do with keys. Values are part of it only where the stack
//! file says what one is to be.

use aws_sdk_apigateway::types::ApiKey as Answer;

use super::{ApiKey, Live};
use crate::{
    account::aws::Aws,
    kinds::{Ask, listed},
    model::{CloudError, Found, Ownership},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, ApiKey>) -> Result<Vec<Found<Live>>, CloudError> {
    if !listed::concerns(ask) {
        return Ok(Vec::new());
    }
    let values = ask.wanted.values().any(|desired| desired.value.is_some());
    let listing = || async move {
        Ok(list(aws, values).await?.into_iter().map(listing_entry).collect())
    };
    let one = |id: String| async move { Ok(get(aws, &id, values).await?.map(listing_entry)) };
    let found = listed::find(aws, ask, listing, one).await?;
    Ok(found
        .into_iter()
        .map(|(address, key)| Found { address, live: key.object, ownership: Ownership::Ours, listed: false })
        .collect())
}

fn listing_entry(live: Live) -> listed::Listed<Live> {
    listed::Listed { id: live.id.clone(), tags: live.tags.clone(), object: live }
}

/// Every key of the account with its value.
pub(crate) async fn list_with_values(aws: &Aws) -> Result<Vec<Live>, CloudError> {
    list(aws, true).await
}

/// Every key of the account, with its value only where `values` are asked for.
async fn list(aws: &Aws, values: bool) -> Result<Vec<Live>, CloudError> {
    let mut keys = Vec::new();
    let mut position = None;
    loop {
        let page = aws
            .read("apigateway", "GetApiKeys", || {
                let call = aws.apigateway.get_api_keys().limit(500).include_values(values);
                call.set_position(position.clone()).send()
            })
            .await?;
        keys.extend(page.items.unwrap_or_default().into_iter().filter_map(|key| live(key, values)));
        position = page.position.filter(|position| !position.is_empty());
        if position.is_none() {
            return Ok(keys);
        }
    }
}

async fn get(aws: &Aws, id: &str, values: bool) -> Result<Option<Live>, CloudError> {
    let answer = aws
        .read_optional("apigateway", "GetApiKey", || {
            aws.apigateway.get_api_key().api_key(id).include_value(values).send()
        })
        .await?;
    Ok(answer.and_then(|answer| {
        let key = Answer::builder()
            .set_id(answer.id)
            .set_name(answer.name)
            .set_value(answer.value)
            .set_description(answer.description)
            .enabled(answer.enabled)
            .set_tags(answer.tags)
            .build();
        live(key, values)
    }))
}

/// A key in our words. A value that was not asked for is dropped, even where an endpoint tells it.
fn live(key: Answer, values: bool) -> Option<Live> {
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    Some(Live {
        id: key.id?,
        name: key.name.unwrap_or_default(),
        description: some(key.description),
        enabled: key.enabled,
        value: some(key.value).filter(|_| values).map(Into::into),
        tags: listed::own_tags(key.tags),
    })
}
