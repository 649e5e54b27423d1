//! Strategies for base path mappings.

use proptest::{prelude::*, sample};

use super::{Desired, ROOT};

/// Mappings to the stages `dev` and `prod` of `api1` and `api2`.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (
        sample::select(vec!["api.example.com", "www.example.com"]),
        sample::select(vec![ROOT, "v1", "v1/orders"]),
        sample::select(vec!["api1", "api2"]),
        sample::select(vec!["dev", "prod"]),
    )
        .prop_map(|(domain, base_path, api_id, stage)| Desired {
            domain: domain.to_owned(),
            base_path: base_path.to_owned(),
            api_id: api_id.into(),
            stage: stage.to_owned(),
        })
}
