//! What a call makes of a custom domain name, with the refusals of API Gateway.

use std::collections::BTreeMap;

use super::{DomainName, Endpoint, Live, MutualTls, Op, Patch, PatchOp, Target};
use crate::{
    kinds::World,
    model::{Class, Refusal},
};

/// CloudFront's hosted zone, the same everywhere ("AWS service endpoints", CloudFront).
const CLOUDFRONT_ZONE_ID: &str = "Z2FDTNDATAQYW2";
/// How many characters the made part of a target has.
const TARGET_CHARS: usize = 10;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    match op {
        Op::Create { name, endpoint, certificate_arn, security_policy, mutual_tls, tags } => {
            if world.objects.is_some() && world.has::<DomainName>(|_, live| live.name == *name) {
                return Err(Refusal::new(
                    Class::Exists,
                    400,
                    "BadRequestException",
                    "The domain name you provided already exists.",
                ));
            }
            Ok(Some(Live {
                name: name.clone(),
                certificates: BTreeMap::from([(*endpoint, certificate_arn.clone())]),
                security_policy: security_policy.as_aws().to_owned(),
                mutual_tls: mutual_tls.clone(),
                targets: BTreeMap::from([(*endpoint, target(*endpoint, world))]),
                tags: tags.clone(),
            }))
        }
        Op::Update { patches, .. } => {
            let mut live = live.ok_or_else(absent)?;
            patches.iter().try_for_each(|patch| apply(&mut live, patch, world))?;
            Ok(Some(live))
        }
        Op::Tag { tags, .. } => {
            let mut live = live.ok_or_else(absent)?;
            live.tags.extend(tags.clone());
            Ok(Some(live))
        }
        Op::Delete { .. } => Ok(None),
    }
}

/// What AWS answered, or a made one: the name, then its zone.
fn target(endpoint: Endpoint, world: &World<'_>) -> Target {
    if world.objects.is_none() {
        return Target { name: world.id(0), zone_id: world.id(0) };
    }
    let id = world.id(TARGET_CHARS);
    match endpoint {
        Endpoint::Regional => Target {
            name: format!("d-{id}.execute-api.{}.amazonaws.com", world.identity.region),
            zone_id: format!("Z{}", world.id(TARGET_CHARS).to_uppercase()),
        },
        Endpoint::Edge => Target { name: format!("d{id}.cloudfront.net"), zone_id: CLOUDFRONT_ZONE_ID.to_owned() },
    }
}

fn absent() -> Refusal {
    Refusal::new(Class::Absent, 404, "NotFoundException", "Invalid domain name identifier specified")
}

fn apply(live: &mut Live, patch: &Patch, world: &World<'_>) -> Result<(), Refusal> {
    let value = patch.value.clone().unwrap_or_default();
    let endpoint = |word: &str| [Endpoint::Regional, Endpoint::Edge].into_iter().find(|known| known.as_aws() == word);
    let tls = |live: &mut Live| {
        live.mutual_tls.take().unwrap_or(MutualTls { truststore_uri: String::new(), truststore_version: None })
    };
    match (patch.op, patch.path.as_str()) {
        (PatchOp::Add, "/endpointConfiguration/types") => {
            if let Some(endpoint) = endpoint(&value) {
                live.certificates.entry(endpoint).or_default();
                let target = target(endpoint, world);
                live.targets.entry(endpoint).or_insert(target);
            }
        }
        (PatchOp::Remove, "/endpointConfiguration/types") => {
            if let Some(endpoint) = endpoint(&value) {
                live.certificates.remove(&endpoint);
                live.targets.remove(&endpoint);
            }
        }
        (PatchOp::Add | PatchOp::Replace, "/certificateArn") => {
            live.certificates.insert(Endpoint::Edge, value);
        }
        (PatchOp::Add | PatchOp::Replace, "/regionalCertificateArn") => {
            live.certificates.insert(Endpoint::Regional, value);
        }
        // It went with its endpoint.
        (PatchOp::Remove, "/certificateArn" | "/regionalCertificateArn") => {}
        (PatchOp::Replace, "/securityPolicy") => live.security_policy = value,
        (PatchOp::Replace, "/mutualTlsAuthentication/truststoreUri") => {
            let before = tls(live);
            live.mutual_tls = (!value.is_empty()).then_some(MutualTls { truststore_uri: value, ..before });
        }
        (PatchOp::Replace, "/mutualTlsAuthentication/truststoreVersion") => {
            let before = tls(live);
            let truststore_version = (!value.is_empty()).then_some(value);
            live.mutual_tls = Some(MutualTls { truststore_version, ..before });
        }
        (_, path) => {
            let message = format!("Invalid patch path {path}");
            return Err(Refusal::new(Class::Invalid, 400, "BadRequestException", message));
        }
    }
    Ok(())
}
