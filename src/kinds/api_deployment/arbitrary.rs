//! Deployments as property tests draw them: few hashes, so that some are there already and some twice.

use proptest::prelude::*;

use super::{Deployment, Desired, Live};

fn hash() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["aa", "bb", "cc", "dd", "ee"]).prop_map(str::to_owned)
}

fn api_id() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["api1", "api2"]).prop_map(str::to_owned)
}

/// A wanted deployment.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (api_id(), hash(), 0_u32..4).prop_map(|(api_id, content_hash, keep)| Desired {
        api_id: api_id.into(),
        content_hash,
        keep,
    })
}

/// The deployments of an API, some of them served by a stranger's stage.
pub(crate) fn live() -> impl Strategy<Value = Live> {
    let held = prop::option::weighted(0.1, Just("by-hand".to_owned()));
    (api_id(), prop::collection::vec((hash(), held), 1..8)).prop_map(|(api_id, deployments)| {
        let numbered = deployments.into_iter().enumerate();
        let deployments = numbered
            .map(|(place, (content_hash, held_by))| Deployment { id: format!("d{place}"), content_hash, held_by })
            .collect();
        Live { api_id, deployments }
    })
}
