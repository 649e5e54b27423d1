//! The REST APIs that earlier waves of discovery saw, for the kinds that live inside an API.

use super::{Ask, Kind};
use crate::model::{Address, Identity, Text};

/// A REST API of the scope.
pub(super) struct SeenApi<'a> {
    /// Where it belongs.
    pub at: &'a Address,
    /// Its id.
    pub id: String,
}

impl SeenApi<'_> {
    /// Whether `api_id` means this API: by its id, or by a reference to its address.
    pub fn is(&self, api_id: &Text) -> bool {
        api_id.matches(&self.id) || api_id.references().any(|reference| reference.address == *self.at)
    }
}

/// Every REST API of the scope that was seen.
pub(super) fn seen_apis<'a, K: Kind>(ask: &'a Ask<'_, K>, identity: &Identity) -> Vec<SeenApi<'a>> {
    let apis = ask.seen.iter().filter(|(at, _)| at.kind == "rest_api" && at.scope == *ask.scope);
    apis.filter_map(|(at, found)| Some(SeenApi { at, id: found.live.attribute("id", identity)? })).collect()
}
