//! API keys: by which usage plans know who calls.
//!
//! AWS gives a key its id and takes a name twice; owner tags say whose a key is. Its value is a secret: the stack file refers to
//! one that is kept elsewhere, or AWS makes one. It is read only where the stack file says what it is to be, for it cannot be
//! changed: a key with another value is another key.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub(crate) use observe::list_with_values;
pub use op::{Field, Op};

use super::{Ask, Context, Kind, Sent, World, lambda_function::Hidden};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Owner, Ownership, Part, Refusal, Text, text::digest},
};

/// The fewest characters of a value.
pub const VALUE_CHARS_MIN: usize = 20;
/// The most characters of a value.
pub const VALUE_CHARS_MAX: usize = 128;

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// `<stack>-<stage>-<key>` unless said otherwise.
    pub name: String,
    /// For people; never empty.
    pub description: Option<String>,
    /// Whether it lets anyone in.
    pub enabled: bool,
    /// What a client sends, always a secret. `None`: AWS makes one, and whatever there is stays.
    pub value: Option<Text>,
    /// Owner tags and the user's own. Declared.
    pub tags: BTreeMap<String, String>,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// AWS's id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Never empty.
    pub description: Option<String>,
    /// Whether it lets anyone in.
    pub enabled: bool,
    /// What a client sends, where it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Hidden>,
    /// All tags but AWS's own.
    pub tags: BTreeMap<String, String>,
}

/// The attribute by which others refer to the key's id: that of a key with this very value, where the stack file says one. So a
/// plan does not take the id of a key that is about to be replaced for that of the new one.
pub fn id_attribute(value: Option<&Text>) -> String {
    match value.map(Text::parts) {
        Some([Part::Secret { source, digest }]) => format!("id of {digest} {source}"),
        _ => "id".to_owned(),
    }
}

/// See the module.
pub struct ApiKey;

impl Kind for ApiKey {
    const NAME: &'static str = "api_key";
    const WAVE: u8 = 0;
    /// After the usage plans that have it.
    const RANK: u8 = 50;
    const NAMELESS: bool = true;

    fn id_of_arn(arn: &str) -> Option<&str> {
        crate::model::id_of_arn(arn, "apigateway", "/apikeys/")
    }

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        match name {
            "id" => Some(live.id.clone()),
            "name" => Some(live.name.clone()),
            name => {
                let (wanted, source) = name.strip_prefix("id of ")?.split_once(' ')?;
                let same = live.value.as_ref().is_some_and(|value| digest(source, value.reveal()) == wanted);
                same.then(|| live.id.clone())
            }
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

    async fn send(aws: &Aws, _: &Address, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op, live).await
    }
}
