//! Lambda layers: numbered versions of one folder's content. A version cannot be changed: other content or settings make a new
//! one, and older ones go once no function of the stack refers to them.
//!
//! Layers have no tags, and listings do not tell a version's content. So a version's description says both: it ends in
//! `gatewright <digest of stack and stage> <SHA-256 of the zip>`. "Is this content published?" is a comparison of texts then, a
//! second run publishes nothing, and versions that others made under the same name are never touched.
//!
//! A layer that is no longer in the stack file is seen through the ledger, which remembers every layer, and through functions of
//! the stack that still use it. Where both are lost, it is not found until the stack file names it again.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

pub use op::Op;

use super::{Ask, Context, Kind, Sent, World, lambda_function::Code};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Ownership, Refusal, Scope},
};

pub use super::lambda_function::Architecture;

/// The most characters of a description that leave room for the mark: AWS takes 256 for both.
pub const DESCRIPTION_CHARS_MAX: usize = 160;
/// What the mark at the end of a description starts with.
const MARK: &str = "gatewright ";

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// `<stack>-<stage>-<key>`.
    pub name: String,
    /// The zip.
    pub code: Code,
    /// What is said of it.
    pub settings: Settings,
}

/// What is said of a version beside its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Such as `nodejs22.x`. Empty: any.
    pub compatible_runtimes: BTreeSet<String>,
    /// Empty: any.
    pub compatible_architectures: BTreeSet<Architecture>,
    /// An SPDX identifier, a URL or the text of a licence. Never empty.
    pub license: Option<String>,
    /// The user's own words. Never empty.
    pub description: Option<String>,
}

/// What the account has: our versions of one layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The layer.
    pub name: String,
    /// Oldest first.
    pub versions: Vec<Version>,
}

/// One published version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Version {
    /// Its number, from 1. AWS uses none twice.
    pub number: i64,
    /// SHA-256 of its zip in lower-case hexadecimal.
    pub sha256_hex: String,
    /// What is said of it.
    pub settings: Settings,
}

impl Desired {
    /// The attribute under which [`LambdaLayer`] tells the ARN of the version that this asks for. Older versions have other ones:
    /// a function that refers to it waits until the version is published.
    pub fn arn_attribute(&self) -> String {
        format!("{ARN_OF}{}", fingerprint(&self.code.sha256_hex, &self.settings))
    }
}

/// What the attribute for the ARN of a certain content starts with.
const ARN_OF: &str = "arn:";

impl Live {
    /// The version that `desired` asks for: the oldest, so that a second one, left by a lost answer, changes nothing.
    pub fn of(&self, desired: &Desired) -> Option<&Version> {
        let same = |version: &&Version| {
            version.sha256_hex == desired.code.sha256_hex && version.settings == desired.settings
        };
        self.versions.iter().find(same)
    }

    /// The ARNs of its versions, each with the SHA-256 of its zip in hexadecimal.
    pub fn arns<'a>(&'a self, identity: &'a Identity) -> impl Iterator<Item = (String, &'a str)> {
        let arn = |version: &Version| identity.layer_version_arn(&self.name, version.number);
        self.versions.iter().map(move |version| (arn(version), version.sha256_hex.as_str()))
    }
}

/// Content and settings in sixteen hexadecimal digits.
fn fingerprint(sha256_hex: &str, settings: &Settings) -> String {
    let mut hash = Sha256::new();
    hash.update(sha256_hex);
    hash.update(serde_json::to_vec(settings).unwrap_or_default());
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The words and the mark of a version of `scope`.
fn description(scope: &Scope, sha256_hex: &str, words: Option<&str>) -> String {
    let mark = format!("{MARK}{} {sha256_hex}", scope_digest(scope));
    words.map_or_else(|| mark.clone(), |words| format!("{words} ({mark})"))
}

/// The words and the SHA-256 in a description of ours.
fn taken_apart(scope: &Scope, description: &str) -> Option<(Option<String>, String)> {
    let start = format!("{MARK}{} ", scope_digest(scope));
    let (words, rest) = description.rsplit_once(&start)?;
    let (words, sha256_hex) = match (words.strip_suffix(" ("), rest.strip_suffix(')')) {
        (Some(words), Some(sha256_hex)) => (Some(words.to_owned()), sha256_hex),
        (None, None) if words.is_empty() => (None, rest),
        _ => return None,
    };
    let is_digest = sha256_hex.len() == 64 && sha256_hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_digest.then(|| (words, sha256_hex.to_owned()))
}

/// 32 bits of SHA-256: tells the stack `a-b` in stage `c` from the stack `a` in stage `b-c`, whose names are the same.
fn scope_digest(scope: &Scope) -> String {
    let hash = Sha256::digest(format!("{}/{}", scope.stack, scope.stage));
    hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect()
}

/// See the module.
pub struct LambdaLayer;

impl Kind for LambdaLayer {
    const NAME: &'static str = "lambda_layer";
    const WAVE: u8 = 1;
    /// After the functions that use it.
    const RANK: u8 = 30;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(at: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(at, desired, live)
    }

    fn simulate(at: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(at, op, live, world)
    }

    /// `id` is the newest version's number, `arn` its ARN; `arn:<fingerprint>` is the ARN of one content.
    fn attribute(live: &Live, name: &str, identity: &Identity) -> Option<String> {
        let arn = |version: &Version| identity.layer_version_arn(&live.name, version.number);
        match name {
            "id" => live.versions.last().map(|version| version.number.to_string()),
            "arn" => live.versions.last().map(arn),
            "name" => Some(live.name.clone()),
            _ => {
                let wanted = name.strip_prefix(ARN_OF)?;
                let is = |version: &&Version| fingerprint(&version.sha256_hex, &version.settings) == wanted;
                live.versions.iter().find(is).map(arn)
            }
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, _: &Identity) -> Option<String> {
        (name == "name").then(|| desired.name.clone())
    }

    /// Only versions with our mark are read at all.
    fn ownership(_: &Address, _: &Live) -> Ownership {
        Ownership::Ours
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, at: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, at, op).await
    }
}
