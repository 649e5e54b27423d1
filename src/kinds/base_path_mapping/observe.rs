//! Reads base path mappings: one listing for each domain that the stack has to do with, none otherwise.

use std::collections::{BTreeMap, BTreeSet};

use super::{BasePathMapping, Live, ROOT, url};
use crate::{
    account::aws::Aws,
    kinds::{Ask, DomainName, apis::seen_apis},
    model::{Address, CloudError, Found, Ownership},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, BasePathMapping>) -> Result<Vec<Found<Live>>, CloudError> {
    let hints = ask.hints.iter().filter(|(at, _)| at.kind == <BasePathMapping as crate::kinds::Kind>::NAME);
    let remembered: BTreeMap<&str, &Address> = hints.filter_map(|(at, hint)| Some((hint.id.as_deref()?, at))).collect();
    let own: BTreeMap<&str, &Address> = ask
        .seen
        .all::<DomainName>()
        .filter(|(at, _)| at.scope == *ask.scope)
        .map(|(at, live)| (live.name.as_str(), at))
        .collect();
    let wanted: BTreeMap<String, &Address> =
        ask.wanted.iter().map(|(at, desired)| (url(&desired.domain, &desired.base_path), *at)).collect();
    let named = wanted.keys().map(String::as_str).chain(remembered.keys().copied());
    let mut domains: BTreeSet<&str> = named.filter_map(|id| id.split_once('/')).map(|(domain, _)| domain).collect();
    domains.extend(own.keys());
    let api_ids: BTreeSet<&str> = seen_apis(ask).map(|api| api.live.id.as_str()).collect();
    let mut found = Vec::new();
    for domain in domains {
        for live in list(aws, domain).await? {
            let id = url(&live.domain, &live.base_path);
            let known = remembered.get(id.as_str());
            let ours = known.is_some() || api_ids.contains(live.api_id.as_str());
            let on_own_domain = || {
                let at = own.get(domain).filter(|_| ours)?;
                Some(ask.address(&format!("{}/{}", at.key, live.base_path)))
            };
            let address = wanted.get(&id).map(|at| (*at).clone()).or_else(|| known.map(|at| (*at).clone())).or_else(on_own_domain);
            let Some(address) = address else { continue };
            let ownership = if ours { Ownership::Ours } else { Ownership::Foreign };
            found.push(Found { address, live, ownership, listed: false });
        }
    }
    Ok(found)
}

async fn list(aws: &Aws, domain: &str) -> Result<Vec<Live>, CloudError> {
    let mut mappings = Vec::new();
    let mut position = None;
    loop {
        let page = aws
            .read_optional("apigateway", "GetBasePathMappings", || {
                let call = aws.apigateway.get_base_path_mappings().domain_name(domain).limit(500);
                call.set_position(position.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(mappings) };
        mappings.extend(page.items.unwrap_or_default().into_iter().map(|mapping| Live {
            domain: domain.to_owned(),
            base_path: mapping.base_path.filter(|path| !path.is_empty()).unwrap_or_else(|| ROOT.to_owned()),
            api_id: mapping.rest_api_id.unwrap_or_default(),
            stage: mapping.stage.filter(|stage| !stage.is_empty()),
        }));
        position = page.position.filter(|position| !position.is_empty());
        if position.is_none() {
            return Ok(mappings);
        }
    }
}
