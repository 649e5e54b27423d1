//! The artifacts bucket: one for each account and region, made on first use, before there can be a lock in it.

use std::collections::BTreeSet;

use crate::{
    kinds::{ArtifactsBucket, Desired, Kind, Member, NAMES, artifacts_bucket},
    model::{Address, Identity, Plan, Scope},
    planner::{AnyPlan, Graph},
};

/// The bucket's address: it belongs to no stack.
pub fn artifacts_bucket_address(identity: &Identity) -> Address {
    Scope::new("gatewright", identity.region.clone()).address(ArtifactsBucket::NAME, "artifacts")
}

/// Asks for the bucket. Where the stage has a ledger the bucket is there, and reading its settings would be wasted calls.
pub fn add_artifacts_bucket(graph: &mut Graph, identity: &Identity) {
    let at = artifacts_bucket_address(identity);
    let desired = artifacts_bucket::Desired::of(identity);
    graph.add(at, ArtifactsBucket::want(desired), []);
}

/// The kinds that are read: all but the bucket, unless it is asked for.
pub fn kinds(graph: &Graph) -> Option<BTreeSet<&'static str>> {
    let bucket = graph.nodes.keys().any(|at| at.kind == ArtifactsBucket::NAME);
    (!bucket).then(|| NAMES.iter().copied().filter(|name| *name != ArtifactsBucket::NAME).collect())
}

/// The bucket's part of the plan, which comes before the lock, and the rest.
pub fn split(plan: AnyPlan) -> (AnyPlan, AnyPlan) {
    let is_bucket = |at: &Address| at.kind == ArtifactsBucket::NAME;
    let mut places = Vec::new();
    let (mut before, mut rest) = (Vec::new(), Vec::new());
    for item in plan.items {
        let part = if is_bucket(&item.address) { &mut before } else { &mut rest };
        places.push((is_bucket(&item.address), part.len()));
        part.push(item);
    }
    for (bucket, items) in [(true, &mut before), (false, &mut rest)] {
        for item in items.iter_mut() {
            let same_part =
                item.after.iter().map(|place| places[*place]).filter(|(other, _)| *other == bucket);
            item.after = same_part.map(|(_, place)| place).collect();
        }
    }
    let part = |items| Plan { scope: plan.scope.clone(), identity: plan.identity.clone(), items };
    (part(before), part(rest))
}

/// Whether the REST API is edge-optimised, which makes `CreateRestApi` ten times rarer.
pub fn is_edge(graph: &Graph) -> bool {
    graph.nodes.values().any(|node| match &node.desired {
        Desired::RestApi(api) => api.settings.endpoint == crate::kinds::rest_api::EndpointType::Edge,
        _ => false,
    })
}
