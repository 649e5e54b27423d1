//! Reads DNS records: the zone's id once for each zone that is called by name, then the record and the text record beside it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_route53::types::{ResourceRecordSet, RrType};

use super::{Content, Live, Route53Record, is_zone_id, marker_name, normal_name};
use crate::{
    account::aws::Aws,
    kinds::{Ask, Kind},
    model::{Address, Call, Class, CloudError, Found},
};

pub(super) async fn observe(aws: &Aws, ask: &Ask<'_, Route53Record>) -> Result<Vec<Found<Live>>, CloudError> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    let mut zones: BTreeMap<&str, Option<String>> = BTreeMap::new();
    for (at, desired) in &ask.wanted {
        if !zones.contains_key(desired.zone.as_str()) {
            zones.insert(&desired.zone, zone_id(aws, &desired.zone).await?);
        }
        let Some(Some(zone_id)) = zones.get(desired.zone.as_str()).cloned() else { continue };
        seen.insert(format!("{zone_id}/{}/{}", desired.name, desired.kind));
        let live = read(aws, &desired.zone, &zone_id, &desired.name, &desired.kind).await?;
        found.extend(live.map(|live| found_at(at, live)));
    }
    for (at, id) in ask.hints.iter().filter_map(|(at, hint)| Some((at, hint.id.as_deref()?))) {
        let mut parts = id.splitn(3, '/');
        let (true, Some(zone), Some(name), Some(kind)) =
            (at.kind == Route53Record::NAME, parts.next(), parts.next(), parts.next())
        else {
            continue;
        };
        let zone_id = match zones.get(zone) {
            Some(known) => known.clone(),
            // Which of two zones was meant was never said: no record of ours is in them.
            None => zone_id(aws, zone).await.or_else(|error| match error.class {
                Class::Invalid => Ok(None),
                _ => Err(error),
            })?,
        };
        let Some(zone_id) = zone_id.filter(|zone_id| !seen.contains(&format!("{zone_id}/{name}/{kind}"))) else {
            continue;
        };
        let live = read(aws, &zone_id, &zone_id, name, kind).await?;
        // What someone else has put there since is none of ours.
        let ours = live.filter(|live| live.owner.as_deref() == Some(at.to_string().as_str()));
        found.extend(ours.map(|live| found_at(at, live)));
    }
    Ok(found)
}

fn found_at(at: &Address, live: Live) -> Found<Live> {
    let ownership = Route53Record::ownership(at, &live);
    Found { address: at.clone(), live, ownership, listed: false }
}

/// The id of the zone that is called by id or name: of public zones only. `None` where there is none of that name.
pub(super) async fn zone_id(aws: &Aws, zone: &str) -> Result<Option<String>, CloudError> {
    if is_zone_id(zone) {
        return Ok(Some(zone.to_owned()));
    }
    let answer = aws
        .read("route53", "ListHostedZonesByName", || {
            aws.route53.list_hosted_zones_by_name().dns_name(zone).max_items(10).send()
        })
        .await?;
    let is_it = |found: &&aws_sdk_route53::types::HostedZone| {
        normal_name(&found.name) == zone && !found.config.as_ref().is_some_and(|config| config.private_zone)
    };
    let ids: Vec<&str> = answer.hosted_zones.iter().filter(is_it).map(|zone| zone.id.as_str()).collect();
    match ids.as_slice() {
        [] => Ok(None),
        [id] => Ok(Some(id.trim_start_matches("/hostedzone/").to_owned())),
        _ => {
            let message = format!("there are {} public hosted zones called `{zone}`: write the zone's id", ids.len());
            Err(CloudError::new(Call::new("route53", "ListHostedZonesByName"), Class::Invalid, message))
        }
    }
}

/// One record, and whose it is.
async fn read(aws: &Aws, zone: &str, zone_id: &str, name: &str, kind: &str) -> Result<Option<Live>, CloudError> {
    let Some(record) = exactly(aws, zone_id, name, kind).await? else { return Ok(None) };
    let marker = exactly(aws, zone_id, &marker_name(name, kind), "TXT").await?;
    let owner = marker.and_then(|marker| {
        let text = marker.resource_records.unwrap_or_default().into_iter().next()?.value;
        Some(text.trim_matches('"').to_owned())
    });
    let content = content(record);
    let (zone, zone_id) = (zone.to_owned(), zone_id.to_owned());
    Ok(Some(Live { zone, zone_id, name: name.to_owned(), kind: kind.to_owned(), content, owner }))
}

/// The record `kind` of `name`: a listing starts at it, or at what would follow it.
async fn exactly(aws: &Aws, zone_id: &str, name: &str, kind: &str) -> Result<Option<ResourceRecordSet>, CloudError> {
    let answer = aws
        .read_optional("route53", "ListResourceRecordSets", || {
            aws.route53
                .list_resource_record_sets()
                .hosted_zone_id(zone_id)
                .start_record_name(name)
                .start_record_type(RrType::from(kind))
                .max_items(1)
                .send()
        })
        .await?;
    let mut records = answer.map(|answer| answer.resource_record_sets).unwrap_or_default().into_iter();
    Ok(records.find(|record| normal_name(&record.name) == name && record.r#type.as_str() == kind))
}

fn content(record: ResourceRecordSet) -> Content<String> {
    match record.alias_target {
        Some(alias) => Content::Alias {
            target: normal_name(&alias.dns_name),
            zone_id: alias.hosted_zone_id,
            evaluate_health: alias.evaluate_target_health,
        },
        None => {
            let records = record.resource_records.unwrap_or_default();
            let mut values: Vec<String> = records.into_iter().map(|record| record.value).collect();
            values.sort();
            Content::Values { ttl_seconds: record.ttl.unwrap_or_default(), values }
        }
    }
}
