//! Reads APIs: the listing, and for each of ours one read of its tree and one of each collection it uses.

mod collections;
mod read;
mod settings;
mod tree;

use std::collections::BTreeMap;

use aws_sdk_apigateway::types::RestApi as Answer;

use super::{Live, RestApi};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind},
    model::{Address, CloudError, Found, Owner, Ownership},
};

pub(super) use read::read;

/// How often an API whose creation is in doubt is looked for, at the polling interval: about ten seconds.
const LOOKS: u64 = 33;

/// An API that may be one of ours.
struct Candidate {
    at: Address,
    api: Answer,
    listed: bool,
}

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, RestApi>) -> Result<Vec<Found<Live>>, CloudError> {
    let mut candidates = listed(aws, ask).await?;
    let hints: BTreeMap<_, _> = ask.hints.iter().filter(|(at, _)| at.kind == RestApi::NAME).collect();
    for (at, hint) in hints {
        let known = candidates.iter().any(|candidate| candidate.api.id() == hint.id.as_deref());
        if let Some(id) = hint.id.as_deref().filter(|_| !known) {
            let asked = aws.read_optional("apigateway", "GetRestApi", || aws.apigateway.get_rest_api().rest_api_id(id).send());
            let api = asked.await?;
            candidates.extend(api.map(|api| Candidate { at: at.clone(), api: named(api), listed: false }));
        }
        if hint.open && !candidates.iter().any(|candidate| candidate.at == *at) {
            candidates.extend(await_one(aws, ask, at).await?);
        }
    }
    let mut found = Vec::new();
    for candidate in candidates {
        let wanted = ask.wanted.get(&candidate.at).copied();
        let hinted = ask.hint(&candidate.at).is_some_and(|hint| hint.id.as_deref() == candidate.api.id());
        // One that went away while we looked is not there.
        let Some(live) = read(aws, &candidate.api, wanted).await? else { continue };
        let ownership = if hinted { Ownership::Ours } else { RestApi::ownership(&candidate.at, &live) };
        let full = live.definition.methods().count();
        found.push(((hinted, full), Found { address: candidate.at, live, ownership, listed: candidate.listed }));
    }
    // Of several with one owner the first counts: the one the ledger knows, or else the one that has the most in it.
    found.sort_by(|(a, _), (b, _)| b.cmp(a));
    Ok(found.into_iter().map(|(_, found)| found).collect())
}

/// The APIs that carry the owner tags of the scope.
async fn listed(aws: &Aws, ask: &Ask<'_, RestApi>) -> Result<Vec<Candidate>, CloudError> {
    let mut candidates = Vec::new();
    let mut position = None;
    loop {
        let page = aws
            .read("apigateway", "GetRestApis", || {
                aws.apigateway.get_rest_apis().limit(500).set_position(position.clone()).send()
            })
            .await?;
        for api in page.items.unwrap_or_default() {
            let tags = api.tags.clone().unwrap_or_default().into_iter().collect();
            if let Some(owner) = Owner::of(&tags)
                && owner.owns(&ask.address(&owner.key))
            {
                candidates.push(Candidate { at: ask.address(&owner.key), api, listed: true });
            }
        }
        position = page.position.filter(|position| !position.is_empty());
        if position.is_none() {
            return Ok(candidates);
        }
    }
}

/// A creation was begun and its end is not known: looks for a while, for a listing may lag behind.
async fn await_one(aws: &Aws, ask: &Ask<'_, RestApi>, at: &Address) -> Result<Vec<Candidate>, CloudError> {
    for _ in 0..LOOKS {
        tokio::time::sleep(std::time::Duration::from_millis(aws.patience.poll_ms)).await;
        let mut seen = listed(aws, ask).await?;
        seen.retain(|candidate| candidate.at == *at);
        if !seen.is_empty() {
            return Ok(seen);
        }
    }
    Ok(Vec::new())
}

/// The answer to `GetRestApi` in the form in which a listing has it.
fn named(api: aws_sdk_apigateway::operation::get_rest_api::GetRestApiOutput) -> Answer {
    Answer::builder()
        .set_id(api.id)
        .set_name(api.name)
        .set_description(api.description)
        .set_binary_media_types(api.binary_media_types)
        .set_minimum_compression_size(api.minimum_compression_size)
        .set_api_key_source(api.api_key_source)
        .set_endpoint_configuration(api.endpoint_configuration)
        .set_policy(api.policy)
        .set_tags(api.tags)
        .disable_execute_api_endpoint(api.disable_execute_api_endpoint)
        .set_root_resource_id(api.root_resource_id)
        .build()
}

/// Reads the API with the id `id`, or `None` where there is none.
pub(super) async fn again(
    aws: &Aws,
    id: &str,
    wanted: Option<&super::Desired>,
) -> Result<Option<Live>, CloudError> {
    let asked = aws.read_optional("apigateway", "GetRestApi", || aws.apigateway.get_rest_api().rest_api_id(id).send());
    match asked.await? {
        Some(api) => read(aws, &named(api), wanted).await,
        None => Ok(None),
    }
}
