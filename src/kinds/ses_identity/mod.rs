//! SES identities: an email address or a domain that mail may be sent from.
//!
//! Whether an identity is verified is for a person to do, by a link in a mail or by records in the DNS: no deploy waits for it, a
//! note says what is left to do. One identity can be in an account only once: where it was made by others, or by another stage, it
//! is used by its ARN, or taken over with `--adopt`. One that the stack file does not have any more is known from the
//! ledger, and where there is none from the tagging API.

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

pub use op::Op;

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Owner, Ownership, Refusal, Text},
};

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// An email address or a domain.
    pub identity: String,
    /// Whether mail is signed (domains only). Declared.
    pub dkim_signing: Option<bool>,
    /// The length of the next key that SES makes for signing, 1024 or 2048 (domains only). Declared.
    pub dkim_key_bits: Option<i32>,
    /// The configuration set of mail that names none. Exclusive.
    pub configuration_set: Option<Text>,
    /// Owner tags and the user's own. Declared.
    pub tags: BTreeMap<String, String>,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// An email address or a domain.
    pub identity: String,
    /// Mail may be sent from it.
    pub verified: bool,
    /// How mail of a domain is signed; `None` for an address.
    pub dkim: Option<Dkim>,
    /// The configuration set of mail that names none.
    pub configuration_set: Option<String>,
    /// Its tags, but AWS's own.
    pub tags: BTreeMap<String, String>,
}

/// How mail of a domain is signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dkim {
    /// Whether it is.
    pub signing: bool,
    /// The length of the next key, where SES tells it.
    pub key_bits: Option<i32>,
    /// What the domain's DNS has to hold: `<token>._domainkey.<domain>` is an alias (CNAME) of `<token>.<zone>`.
    pub dkim_tokens: Vec<String>,
}

/// Where the records of the DNS point to.
const DKIM_ZONE: &str = "dkim.amazonses.com";

/// Whether `identity` is a domain and not an address.
pub fn is_domain(identity: &str) -> bool {
    !identity.contains('@')
}

/// See the module.
pub struct SesIdentity;

impl Kind for SesIdentity {
    const NAME: &'static str = "ses_identity";
    const WAVE: u8 = 0;
    /// With the tables: after everything that may still send mail.
    const RANK: u8 = 3;
    const DATA: bool = true;

    fn id_of_arn(arn: &str) -> Option<&str> {
        crate::model::id_of_arn(arn, "ses", "identity/")
    }

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(
        _: &Address,
        op: &Op,
        live: Option<Live>,
        world: &World<'_>,
    ) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    fn attribute(live: &Live, name: &str, identity: &Identity) -> Option<String> {
        attribute(&live.identity, name, identity)
    }

    fn computed(_: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        attribute(&desired.identity, name, identity)
    }

    fn note(live: &Live, _: &Identity) -> Option<String> {
        (!live.verified).then(|| note(live))
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

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}

fn attribute(name: &str, attribute: &str, identity: &Identity) -> Option<String> {
    match attribute {
        "name" | "id" => Some(name.to_owned()),
        "arn" => Some(identity.ses_identity_arn(name)),
        _ => None,
    }
}

/// What a person has to do so that mail can be sent.
fn note(live: &Live) -> String {
    let name = &live.identity;
    let tokens = live.dkim.iter().flat_map(|dkim| &dkim.dkim_tokens);
    let records: Vec<String> =
        tokens.map(|token| format!("\n  {token}._domainkey.{name} CNAME {token}.{DKIM_ZONE}")).collect();
    if !is_domain(name) {
        return format!(
            "no mail can be sent from `{name}` until the link in the mail that AWS sent to it was opened (the SES console sends it again)"
        );
    }
    if records.is_empty() {
        return format!(
            "no mail can be sent from `{name}` until its DNS holds the records that the SES console shows"
        );
    }
    format!("no mail can be sent from `{name}` until its DNS holds these records:{}", records.concat())
}
