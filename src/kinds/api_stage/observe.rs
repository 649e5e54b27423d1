//! Reads stages: one listing for the scope's REST API.

use std::collections::BTreeMap;

use aws_sdk_apigateway::types::{MethodSetting, Stage};

use super::{
    AccessLog, ApiStage, Live, LoggingLevel, MethodSettings, UnauthorizedCacheControl, settings::key_of_aws,
    without_defaults,
};
use crate::{
    account::aws::Aws,
    kinds::{
        Ask, Kind,
        apis::{SeenApi, seen_apis},
    },
    model::{Address, CloudError, Found, Owner, Scope},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, ApiStage>) -> Result<Vec<Found<Live>>, CloudError> {
    let mut found = Vec::new();
    for api in seen_apis(ask) {
        let answer = aws
            .read("apigateway", "GetStages", || aws.apigateway.get_stages().rest_api_id(&api.live.id).send())
            .await?;
        let mut stages: Vec<Found<Live>> = answer
            .item
            .unwrap_or_default()
            .into_iter()
            .filter_map(|stage| {
                let live = read(&api.live.id, stage)?;
                let address = address_of(ask, &api, &live)?;
                let ownership = ApiStage::ownership(&address, &live);
                Some(Found { address, live, ownership, listed: true })
            })
            .collect();
        // The wanted stage claims its address before one that only carries its tags.
        stages.sort_by_key(|found| !is_wanted(ask, &api, &found.live));
        found.extend(stages);
    }
    Ok(found)
}

fn is_wanted(ask: &Ask<'_, ApiStage>, api: &SeenApi<'_>, live: &Live) -> bool {
    wanted_address(ask, api, live).is_some()
}

fn wanted_address(ask: &Ask<'_, ApiStage>, api: &SeenApi<'_>, live: &Live) -> Option<Address> {
    let mut wanted = ask.wanted.iter();
    let found = wanted.find(|(_, desired)| desired.stage_name == live.stage_name && api.is(&desired.api_id));
    found.map(|(at, _)| (*at).clone())
}

/// The address of a stage: the wanted one of that name, or what its owner tags say. Other people's stages have none.
fn address_of(ask: &Ask<'_, ApiStage>, api: &SeenApi<'_>, live: &Live) -> Option<Address> {
    wanted_address(ask, api, live).or_else(|| {
        let owner = Owner::of(&live.tags)?;
        let scope = Scope::new(owner.stack, owner.stage);
        (scope == *ask.scope).then(|| ask.address(&owner.key))
    })
}

/// A stage in our words; `None` where it has no name.
pub(super) fn read(api_id: &str, stage: Stage) -> Option<Live> {
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let cached = stage.cache_cluster_enabled;
    let methods = stage.method_settings.unwrap_or_default();
    Some(Live {
        api_id: api_id.to_owned(),
        stage_name: stage.stage_name?,
        deployment_id: stage.deployment_id.unwrap_or_default(),
        description: some(stage.description),
        variables: stage.variables.unwrap_or_default().into_iter().collect(),
        cache_size_gb: stage
            .cache_cluster_size
            .map(|size| size.as_str().to_owned())
            .filter(|size| cached && !size.is_empty()),
        tracing: stage.tracing_enabled,
        access_log: stage.access_log_settings.and_then(|log| {
            let destination = some(log.destination_arn)?;
            let destination_arn = destination.strip_suffix(":*").unwrap_or(&destination).to_owned();
            Some(AccessLog { destination_arn, format: log.format.unwrap_or_default() })
        }),
        methods: without_defaults(
            methods.into_iter().map(|(key, settings)| (key_of_aws(&key), method_settings(&settings))).collect(),
        ),
        client_certificate: some(stage.client_certificate_id),
        canary: stage.canary_settings.and_then(|canary| some(canary.deployment_id)),
        tags: without_aws_tags(stage.tags.unwrap_or_default()),
    })
}

fn without_aws_tags(tags: impl IntoIterator<Item = (String, String)>) -> BTreeMap<String, String> {
    tags.into_iter().filter(|(key, _)| !key.starts_with("aws:")).collect()
}

fn method_settings(answer: &MethodSetting) -> MethodSettings {
    let logging = answer.logging_level.as_deref().map(LoggingLevel::from_aws);
    let strategy = answer.unauthorized_cache_control_header_strategy.as_ref();
    MethodSettings {
        metrics: answer.metrics_enabled,
        logging: logging.unwrap_or_default(),
        data_trace: answer.data_trace_enabled,
        throttling_burst: answer.throttling_burst_limit,
        throttling_rate: answer.throttling_rate_limit,
        caching: answer.caching_enabled,
        cache_ttl_seconds: answer.cache_ttl_in_seconds,
        cache_encrypted: answer.cache_data_encrypted,
        cache_control_authorization: answer.require_authorization_for_cache_control,
        unauthorized_cache_control: strategy
            .map(|strategy| UnauthorizedCacheControl::from_aws(strategy.as_str()))
            .unwrap_or_default(),
    }
}
