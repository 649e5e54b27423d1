//! The REST API around them, for the kinds that live inside an API.

use super::{Ask, Kind, Live, RestApi, World, rest_api};
use crate::model::{Address, Class, Refusal, Text};

/// A REST API of the scope.
pub(super) struct SeenApi<'a> {
    /// Where it belongs.
    pub at: &'a Address,
    /// What was seen.
    pub live: &'a rest_api::Live,
}

impl SeenApi<'_> {
    /// Whether `api_id` means this API: by its id, or by a reference to its address.
    pub fn is(&self, api_id: &Text) -> bool {
        api_id.matches(&self.live.id) || api_id.references().any(|reference| reference.address == *self.at)
    }
}

/// Every REST API of the scope that was seen.
pub(super) fn seen_apis<'a, K: Kind>(ask: &'a Ask<'_, K>) -> impl Iterator<Item = SeenApi<'a>> {
    let apis = ask.seen.all::<RestApi>().filter(|(at, _)| at.scope == *ask.scope);
    apis.map(|(at, live)| SeenApi { at, live })
}

/// The API `id` as a simulated call sees it: `None` where there is nothing to check against.
pub(super) fn simulated_api<'a>(id: &str, world: &World<'a>) -> Result<Option<&'a rest_api::Live>, Refusal> {
    let Some(mut all) = world.all::<RestApi>() else { return Ok(None) };
    all.find(|(_, live)| live.id == id).map(|(_, live)| Some(live)).ok_or_else(|| {
        let message = format!("Invalid API identifier specified {}:{id}", world.identity.account_id);
        Refusal::new(Class::Absent, 404, "NotFoundException", message)
    })
}

/// Whether `gone` is the API `id`: all that is inside goes with it.
pub(super) fn is_api(gone: &Live, id: &str) -> bool {
    matches!(gone, Live::RestApi(api) if api.id == id)
}
