//! Reads custom domain names: one call for each that is wanted or remembered, none otherwise.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_apigateway::operation::get_domain_name::GetDomainNameOutput as Answer;

use super::{DomainName, Endpoint, Live, MutualTls, Target};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind, listed},
    model::{Address, CloudError, Found},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, DomainName>) -> Result<Vec<Found<Live>>, CloudError> {
    let wanted: BTreeMap<&str, &Address> = ask.wanted.iter().map(|(at, desired)| (desired.name.as_str(), *at)).collect();
    let hints = ask.hints.iter().filter(|(at, _)| at.kind == DomainName::NAME);
    let remembered: BTreeMap<&str, &Address> = hints.filter_map(|(at, hint)| Some((hint.id.as_deref()?, at))).collect();
    let names: BTreeSet<&str> = wanted.keys().chain(remembered.keys()).copied().collect();
    let mut found = Vec::new();
    for name in names {
        let Some(at) = wanted.get(name).or_else(|| remembered.get(name)) else { continue };
        let Some(live) = get(aws, name).await? else { continue };
        let ownership = DomainName::ownership(at, &live);
        found.push(Found { address: (*at).clone(), live, ownership, listed: false });
    }
    Ok(found)
}

/// The domain called `name`.
pub(super) async fn get(aws: &Aws, name: &str) -> Result<Option<Live>, CloudError> {
    let asked = aws.read_optional("apigateway", "GetDomainName", || aws.apigateway.get_domain_name().domain_name(name).send());
    Ok(asked.await?.map(|answer| live(name, answer)))
}

/// Whether the domain is being changed: AWS refuses another change until then.
pub(super) async fn is_settled(aws: &Aws, name: &str) -> Result<bool, CloudError> {
    let asked = aws.read("apigateway", "GetDomainName", || aws.apigateway.get_domain_name().domain_name(name).send());
    Ok(asked.await?.domain_name_status.is_none_or(|status| status.as_str() != "UPDATING"))
}

/// Where DNS must lead, by endpoint.
pub(super) fn targets(
    endpoints: &[aws_sdk_apigateway::types::EndpointType],
    regional: (Option<String>, Option<String>),
    edge: (Option<String>, Option<String>),
) -> BTreeMap<Endpoint, Target> {
    let has = |endpoint: Endpoint| endpoints.iter().any(|known| known.as_str() == endpoint.as_aws());
    let target = |(name, zone_id): (Option<String>, Option<String>)| Target {
        name: name.unwrap_or_default(),
        zone_id: zone_id.unwrap_or_default(),
    };
    [(Endpoint::Regional, regional), (Endpoint::Edge, edge)]
        .into_iter()
        .filter(|(endpoint, _)| has(*endpoint))
        .map(|(endpoint, told)| (endpoint, target(told)))
        .collect()
}

fn live(name: &str, answer: Answer) -> Live {
    let some = |text: Option<String>| text.filter(|text| !text.is_empty());
    let endpoints = answer.endpoint_configuration.and_then(|endpoint| endpoint.types).unwrap_or_default();
    let targets = targets(
        &endpoints,
        (answer.regional_domain_name, answer.regional_hosted_zone_id),
        (answer.distribution_domain_name, answer.distribution_hosted_zone_id),
    );
    let (regional, edge) = (some(answer.regional_certificate_arn), some(answer.certificate_arn));
    let certificates = targets
        .keys()
        .map(|endpoint| {
            let arn = match endpoint {
                Endpoint::Regional => regional.clone(),
                Endpoint::Edge => edge.clone(),
            };
            (*endpoint, arn.unwrap_or_default())
        })
        .collect();
    Live {
        name: name.to_owned(),
        certificates,
        security_policy: answer.security_policy.map(|policy| policy.as_str().to_owned()).unwrap_or_default(),
        mutual_tls: answer.mutual_tls_authentication.and_then(|tls| {
            Some(MutualTls { truststore_uri: some(tls.truststore_uri)?, truststore_version: some(tls.truststore_version) })
        }),
        targets,
        tags: listed::own_tags(answer.tags),
    }
}
