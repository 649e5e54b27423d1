//! DNS records in hosted zones of Route 53.
//!
//! A record has no tags, so beside each of ours stands a text record that says whose it is: `_gatewright-a.<name>` beside the
//! address of `<name>`. Both come, change and go in one batch, of which Route 53 does all or nothing. A new record is made by
//! `CREATE`, which never writes over what someone else put there; only `--adopt` does. A record that the stack file has no more is
//! found by the ledger, which remembers it from before it is made for as long as it is there.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod op;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub use op::{Op, Record};

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Ownership, Refusal, Text},
};

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The hosted zone: its id, or its name without a dot at the end.
    pub zone: String,
    /// The whole name in lower case, without a dot at the end.
    pub name: String,
    /// `A`, `AAAA`, `CNAME`, `TXT`…
    pub kind: String,
    /// What the name leads to.
    pub content: Content<Text>,
    /// The record's address, as its text record says it.
    pub owner: String,
}

/// What a name leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content<S> {
    /// Another name of AWS's, looked up by Route 53 itself.
    Alias {
        /// In lower case, without a dot at the end.
        target: S,
        /// The hosted zone of that name.
        zone_id: S,
        /// No answer is given while the target is ill.
        evaluate_health: bool,
    },
    /// Values as Route 53 writes them: texts are in quotes.
    Values {
        /// How long others may remember them, in seconds.
        ttl_seconds: i64,
        /// In any order.
        values: Vec<S>,
    },
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The hosted zone as the stack file calls it; its id where the file does not (any more).
    pub zone: String,
    /// The hosted zone's id.
    pub zone_id: String,
    /// The whole name in lower case, without a dot at the end.
    pub name: String,
    /// `A`, `AAAA`, `CNAME`, `TXT`…
    pub kind: String,
    /// What the name leads to; values are sorted.
    pub content: Content<String>,
    /// Whose it is, as the text record beside it says.
    pub owner: Option<String>,
}

/// The name of the text record that says whose the record `kind` of `name` is.
pub fn marker_name(name: &str, kind: &str) -> String {
    format!("_gatewright-{}.{name}", kind.to_lowercase())
}

/// Whether `zone` is the id of a hosted zone, and no name: capital letters and digits, without a dot.
pub fn is_zone_id(zone: &str) -> bool {
    zone.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// A name in lower case, without a dot at the end; Route 53 writes `*` as `\052`.
pub fn normal_name(name: &str) -> String {
    name.trim_end_matches('.').replace("\\052", "*").to_lowercase()
}

/// See the module.
pub struct Route53Record;

impl Kind for Route53Record {
    const NAME: &'static str = "route53_record";
    const WAVE: u8 = 0;
    /// Names go before what they lead to.
    const RANK: u8 = 97;
    const REMEMBERED: bool = true;

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
            "id" => Some(format!("{}/{}/{}", live.zone_id, live.name, live.kind)),
            "name" => Some(live.name.clone()),
            _ => None,
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, _: &Identity) -> Option<String> {
        match name {
            // The zone is as the stack file calls it until the record is there.
            "id" => Some(format!("{}/{}/{}", desired.zone, desired.name, desired.kind)),
            "name" => Some(desired.name.clone()),
            _ => None,
        }
    }

    fn ownership(at: &Address, live: &Live) -> Ownership {
        match live.owner.as_deref() == Some(at.to_string().as_str()) {
            true => Ownership::Ours,
            false => Ownership::Foreign,
        }
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}
