//! Comparison of custom domain names.

use std::collections::BTreeMap;

use super::{Desired, Endpoint, Live, MutualTls, Op, Patch, PatchOp};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason, Shown},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, vec![Op::Delete { name: live.name.clone() }]),
        (Some(desired), None) => Change::act(Reason::Missing, vec![create(desired)]),
        // The key names another domain by now.
        (Some(desired), Some(live)) if desired.name != live.name => {
            let mut compare = Compare::default();
            compare.value("name", &live.name, &desired.name);
            Change::fields(compare.finish(), vec![Op::Delete { name: live.name.clone() }, create(desired)])
        }
        (Some(desired), Some(live)) => update(desired, live),
    }
}

fn create(desired: &Desired) -> Op {
    Op::Create {
        name: desired.name.clone(),
        endpoint: desired.endpoint,
        certificate_arn: desired.certificate_arn.clone(),
        security_policy: desired.security_policy,
        mutual_tls: desired.mutual_tls.clone(),
        tags: desired.tags.clone(),
    }
}

/// Where the certificate of an endpoint is.
fn certificate_path(endpoint: Endpoint) -> &'static str {
    match endpoint {
        Endpoint::Regional => "/regionalCertificateArn",
        Endpoint::Edge => "/certificateArn",
    }
}

fn update(desired: &Desired, live: &Live) -> Change<Op> {
    let mut compare = Compare::default();
    let (mut patches, mut ops) = (Vec::new(), Vec::new());
    let shown = |certificates: &BTreeMap<Endpoint, String>| {
        certificates.keys().map(|endpoint| endpoint.as_aws().to_lowercase()).collect::<Vec<_>>().join(" and ")
    };
    let (wanted, arn) = (desired.endpoint, desired.certificate_arn.as_str());
    let wanted_alone = BTreeMap::from([(wanted, arn.to_owned())]);
    compare.value("endpoint", &shown(&live.certificates), &shown(&wanted_alone));
    match live.certificates.get(&wanted) {
        Some(before) if before == arn => {}
        Some(before) => {
            compare.note(true, "certificate_arn", || (before.as_str().into(), arn.into()));
            patches.push(Patch::new(PatchOp::Replace, certificate_path(wanted), Some(arn)));
        }
        None => {
            compare.note(true, "certificate_arn", || (Shown::Absent, arn.into()));
            patches.push(Patch::new(PatchOp::Add, "/endpointConfiguration/types", Some(wanted.as_aws())));
            patches.push(Patch::new(PatchOp::Add, certificate_path(wanted), Some(arn)));
        }
    }
    let policy = desired.security_policy.as_aws();
    if compare.value("security_policy", &live.security_policy, &policy.to_owned()) {
        patches.push(Patch::new(PatchOp::Replace, "/securityPolicy", Some(policy)));
    }
    mutual_tls(&mut compare, &mut patches, desired.mutual_tls.as_ref(), live.mutual_tls.as_ref());
    let name = || desired.name.clone();
    if !patches.is_empty() {
        ops.push(Op::Update { name: name(), patches });
    }
    let others: Vec<Patch> = live
        .certificates
        .keys()
        .filter(|endpoint| **endpoint != wanted)
        .flat_map(|other| {
            [
                Patch::new(PatchOp::Remove, "/endpointConfiguration/types", Some(other.as_aws())),
                Patch::new(PatchOp::Remove, certificate_path(*other), None),
            ]
        })
        .collect();
    if !others.is_empty() {
        ops.push(Op::Update { name: name(), patches: others });
    }
    if compare.tags(&live.tags, &desired.tags) {
        let missing = desired.tags.iter().filter(|(key, value)| live.tags.get(*key) != Some(value));
        let tags = missing.map(|(key, value)| (key.clone(), value.clone())).collect();
        ops.push(Op::Tag { name: name(), tags });
    }
    Change::fields(compare.finish(), ops)
}

fn mutual_tls(
    compare: &mut Compare,
    patches: &mut Vec<Patch>,
    desired: Option<&MutualTls>,
    live: Option<&MutualTls>,
) {
    let uri = |tls: Option<&MutualTls>| tls.map(|tls| tls.truststore_uri.clone());
    let version = |tls: Option<&MutualTls>| tls.and_then(|tls| tls.truststore_version.clone());
    // An empty text takes mutual TLS away.
    if compare.option("mutual_tls.truststore", &uri(live), &uri(desired)) {
        let uri = uri(desired).unwrap_or_default();
        patches.push(Patch::new(PatchOp::Replace, "/mutualTlsAuthentication/truststoreUri", Some(&uri)));
    }
    if compare.option("mutual_tls.version", &version(live), &version(desired)) && desired.is_some() {
        let version = version(desired).unwrap_or_default();
        patches.push(Patch::new(PatchOp::Replace, "/mutualTlsAuthentication/truststoreVersion", Some(&version)));
    }
}
