//! The alias of a function, and the numbered versions it has pointed to.
//!
//! A version is a frozen copy of a function's code and configuration. Whether there is one of what the stack file asks for is
//! seen by comparing: a listing gives every version's whole configuration. So nothing is published twice, and going back to an
//! earlier configuration finds its version as long as it is kept. The newest few are kept to go back to; older ones go once the
//! alias has moved on, unless an alias that others made holds them.
//!
//! Aliases have no tags: ours are known by their description, which ends in `gatewright`. Functions with an alias carry the tag
//! [`ALIAS_TAG`]; versions and aliases of others are not read.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use op::Op;

use super::{Ask, Context, Kind, Live as AnyLive, Sent, World, lambda_function};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Ownership, Refusal},
};

pub use super::lambda_function::ALIAS_TAG;

/// How many versions besides the one in service are kept unless chosen otherwise.
pub const KEEP: u32 = 3;
/// The most characters of a description that leave room for the mark: AWS takes 256 for both.
pub const DESCRIPTION_CHARS_MAX: usize = 240;
/// What the description of each of our aliases ends in.
const MARK: &str = "gatewright";

/// What the stack file asks for: a version of the function as it is to be, and an alias that points to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desired {
    /// The function as it is to be.
    pub function: lambda_function::Desired,
    /// The alias.
    pub name: String,
    /// The user's own words. Never empty.
    pub description: Option<String>,
    /// How many of a hundred calls go to the version before, 0 to 99.
    pub previous_percent: u8,
    /// How many versions besides the one in service are kept.
    pub keep_versions: u32,
}

/// What the account has of one function.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Live {
    /// The function.
    pub function_name: String,
    /// Oldest first.
    pub versions: Vec<Version>,
    /// Our aliases, and one that has the wanted name.
    pub aliases: Vec<Alias>,
    /// Versions that aliases of others point to: AWS would refuse to delete them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub held: BTreeSet<i64>,
}

/// A version of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number, from 1. AWS uses none twice.
    pub number: i64,
    /// Code and configuration. Versions have neither tags nor a reservation.
    pub function: lambda_function::Live,
}

/// An alias of a function.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// Its name.
    pub name: String,
    /// The version it points to.
    pub version: i64,
    /// The description as AWS has it, mark included.
    pub description: String,
    /// How many of a hundred calls go to other versions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub percents: BTreeMap<i64, u8>,
}

impl Live {
    /// A function without versions.
    pub(super) fn none(function_name: &str) -> Self {
        let function_name = function_name.to_owned();
        Self { function_name, versions: Vec::new(), aliases: Vec::new(), held: BTreeSet::new() }
    }

    /// The newest version that is what `desired` asks for.
    fn version_of(&self, desired: &Desired) -> Option<i64> {
        let same = |version: &&Version| lambda_function::is_version_of(&desired.function, &version.function);
        self.versions.iter().rev().find(same).map(|version| version.number)
    }

    fn alias(&self, name: &str) -> Option<&Alias> {
        self.aliases.iter().find(|alias| alias.name == name)
    }

    /// Nothing is left of it.
    fn or_nothing(self) -> Option<Self> {
        (!self.versions.is_empty() || !self.aliases.is_empty()).then_some(self)
    }
}

/// The description of an alias of ours.
fn description(words: Option<&str>) -> String {
    words.map_or_else(|| MARK.to_owned(), |words| format!("{words} ({MARK})"))
}

/// Whether a description is that of an alias of ours.
fn is_ours(description: &str) -> bool {
    description == MARK || description.ends_with(&format!(" ({MARK})"))
}

/// See the module.
pub struct LambdaAlias;

impl Kind for LambdaAlias {
    const NAME: &'static str = "lambda_alias";
    const WAVE: u8 = 1;
    /// Before the function, whose tag leads to it.
    const RANK: u8 = 45;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    /// `version` is the newest version's number.
    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        match name {
            "version" => live.versions.last().map(|version| version.number.to_string()),
            _ => None,
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        (name == "arn").then(|| identity.function_arn(&format!("{}:{}", desired.function.name, desired.name)))
    }

    /// Versions and aliases go with their function.
    fn dies_with(live: &Live, gone: &AnyLive) -> bool {
        matches!(gone, AnyLive::LambdaFunction(function) if function.name == live.function_name)
    }

    /// Only what is of a function of ours is read at all.
    fn ownership(_: &Address, _: &Live) -> Ownership {
        Ownership::Ours
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op, live).await
    }
}
