//! REST APIs: the whole tree of one API as one object, from its settings down to each mapping template.
//!
//! [`Desired`] and [`Live`] share a [`Definition`]. A difference becomes granular calls, or one import of an OpenAPI document where
//! that takes less time under AWS's rates; both end in the same API.

pub mod compare;
pub mod definition;
pub mod desired;
mod diff;
pub mod live;
mod observe;
mod op;
pub mod openapi;
mod patch;
mod send;
mod simulate;
#[cfg(test)]
pub(crate) mod tests;

pub use definition::{
    ApiKeySource, Authorization, Authorizer, AuthorizerType, ContentHandling, Definition, EndpointType, GatewayResponse,
    Integration, IntegrationResponse, IntegrationType, Method, MethodResponse, Methods, Model, Part, Passthrough, Settings,
    REFERENCE, TIMEOUT_MS, Validator, Verb,
};
pub use desired::{Desired, content_hash};
pub use live::Live;
pub use op::{Op, Place};
pub use patch::{Action, Patch, Value};

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Owner, Ownership, Refusal},
};

/// See the module.
pub struct RestApi;

/// The key of the one API that a stack has.
pub const KEY: &str = "api";

impl Kind for RestApi {
    const NAME: &'static str = "rest_api";
    const WAVE: u8 = 0;
    const RANK: u8 = 60;
    const NAMELESS: bool = true;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(at: &Address, desired: Option<&Desired>, live: Option<&Live>, context: &Context) -> Change<Op> {
        diff::diff(at, desired, live, context)
    }

    fn simulate(at: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(at, op, live, world)
    }

    fn attribute(live: &Live, name: &str, identity: &Identity) -> Option<String> {
        match name {
            "id" => Some(live.id.clone()),
            "name" => Some(live.name.clone()),
            "root_resource_id" => Some(live.root_resource_id().to_owned()),
            "arn" => Some(identity.execute_api_arn(&live.id)),
            _ => None,
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, _: &Identity) -> Option<String> {
        (name == "name").then(|| desired.name.clone())
    }

    fn ownership(at: &Address, live: &Live) -> Ownership {
        match Owner::of(&live.tags) {
            Some(owner) if owner.owns(at) => Ownership::Ours,
            _ => Ownership::Foreign,
        }
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, at: &Address, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, at, op, live).await
    }
}
