//! One API, from its answer in a listing to all that is in it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigateway::types::RestApi as Answer;

use super::{collections, settings, tree};
use crate::{
    account::aws::Aws,
    kinds::rest_api::{
        definition::Part,
        desired::Desired,
        live::{Live, PARTS_TAG, parts_of},
    },
    model::CloudError,
};

/// Reads the tree of `api` and the collections that its tag, `wanted` or a method names; all of them where there is no tag.
/// `None` where the API is gone by now.
pub(crate) async fn read(
    aws: &Aws,
    api: &Answer,
    wanted: Option<&Desired>,
) -> Result<Option<Live>, CloudError> {
    let id = api.id().unwrap_or_default();
    let mut live = Live {
        id: id.to_owned(),
        name: api.name().unwrap_or_default().to_owned(),
        settings: settings::settings(api),
        ..Live::default()
    };
    take_tags(&mut live, api.tags().cloned().unwrap_or_default());
    if wanted.is_some_and(|wanted| tags_differ(&live, wanted)) {
        take_tags(&mut live, current_tags(aws, id).await?);
    }
    let Some(resources) = tree::resources(aws, id).await? else { return Ok(None) };
    let mut parts: BTreeSet<Part> = live.parts.clone().unwrap_or_else(|| Part::ALL.into());
    parts.extend(wanted.map(|wanted| wanted.definition.parts()).unwrap_or_default());
    parts.extend(tree::used(&resources));
    if parts.contains(&Part::Authorizers) {
        collections::authorizers(aws, &mut live, &tree::authorizer_ids(&resources)).await?;
    }
    if parts.contains(&Part::Validators) {
        collections::validators(aws, &mut live, &tree::validator_ids(&resources)).await?;
    }
    if parts.contains(&Part::Models) {
        collections::models(aws, &mut live, wanted).await?;
    }
    if parts.contains(&Part::GatewayResponses) {
        collections::gateway_responses(aws, &mut live).await?;
    }
    tree::take(aws, &mut live, resources).await?;
    live.definition = live.definition.normal();
    Ok(Some(live))
}

fn take_tags(live: &mut Live, tags: impl IntoIterator<Item = (String, String)>) {
    for (key, value) in tags {
        if key == PARTS_TAG {
            live.parts = Some(parts_of(&value));
        } else {
            live.tags.insert(key, value);
        }
    }
}

/// A listing may be older than the last change of tags; where it differs from what is wanted the tags themselves are read.
fn tags_differ(live: &Live, wanted: &Desired) -> bool {
    let missing = wanted.tags.iter().any(|(key, value)| live.tags.get(key) != Some(value));
    missing || live.parts.as_ref() != Some(&wanted.definition.parts())
}

async fn current_tags(aws: &Aws, id: &str) -> Result<BTreeMap<String, String>, CloudError> {
    let arn = super::super::send::arn(aws, id);
    let answer =
        aws.read_optional("apigateway", "GetTags", || aws.apigateway.get_tags().resource_arn(&arn).send()).await?;
    Ok(answer.and_then(|answer| answer.tags).unwrap_or_default().into_iter().collect())
}
