//! What a call makes of a DNS record, with the refusals of Route 53.

use super::{Content, Live, Op, Record, Route53Record, is_zone_id};
use crate::{
    kinds::World,
    model::{Class, Refusal, Text},
};

/// How many characters of a zone's id follow the `Z`.
const ZONE_ID_CHARS: usize = 13;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Create(record) => {
            let zone_id = zone_id(record, world);
            let same = |other: &Live| other.zone_id == zone_id && other.name == record.name && other.kind == record.kind;
            if live.is_some_and(|live| same(&live)) || world.objects.is_some() && world.has::<Route53Record>(|_, other| same(other)) {
                let message = format!(
                    "[Tried to create resource record set [name='{}.', type='{}'] but it already exists]",
                    record.name, record.kind
                );
                return Err(Refusal::new(Class::Exists, 400, "InvalidChangeBatch", message));
            }
            Ok(Some(written(record, zone_id)))
        }
        Op::Put { record, .. } => {
            let zone_id = live.map_or_else(|| zone_id(record, world), |live| live.zone_id);
            Ok(Some(written(record, zone_id)))
        }
        Op::Delete(_) => Ok(None),
    }
}

/// The zone's id: AWS's where it answered, that of another record in the zone, or a made one.
fn zone_id(record: &Record, world: &World<'_>) -> String {
    if is_zone_id(&record.zone) {
        return record.zone.clone();
    }
    let known = world.all::<Route53Record>().and_then(|mut all| {
        all.find(|(_, other)| other.zone == record.zone).map(|(_, other)| other.zone_id.clone())
    });
    known.unwrap_or_else(|| match world.objects {
        Some(_) => format!("Z{}", world.id(ZONE_ID_CHARS).to_uppercase()),
        None => world.id(0),
    })
}

fn written(record: &Record, zone_id: String) -> Live {
    let settled = |text: &Text| text.settled().to_owned();
    let content = match &record.content {
        Content::Alias { target, zone_id, evaluate_health } => Content::Alias {
            target: settled(target),
            zone_id: settled(zone_id),
            evaluate_health: *evaluate_health,
        },
        Content::Values { ttl_seconds, values } => {
            let mut values: Vec<String> = values.iter().map(settled).collect();
            values.sort();
            Content::Values { ttl_seconds: *ttl_seconds, values }
        }
    };
    Live {
        zone: record.zone.clone(),
        zone_id,
        name: record.name.clone(),
        kind: record.kind.clone(),
        content,
        owner: Some(record.owner.clone()),
    }
}
