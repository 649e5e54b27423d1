//! DynamoDB tables.
//!
//! A table is found by its name, which follows from the address; that of a table which the stack file does not have any more is
//! known from the ledger, and where there is none from the tagging API.
//!
//! Key and local indexes cannot be changed: the table would have to be made again without its items, which only `--replace` does.

#[cfg(test)]
pub(crate) mod arbitrary;
mod definition;
mod diff;
mod observe;
mod op;
mod read;
mod send;
mod simulate;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use definition::{
    AttributeType, Billing, Capacity, Encryption, Index, Key, KeyAttribute, LocalIndex, Projection,
    StreamView, TableClass,
};
pub use op::Op;

use super::{Ask, Context, Kind, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Change, CloudError, Found, Identity, Objection, Owner, Ownership, Refusal, Text},
};

/// The tag that says that TTL is to be read too: `DescribeTable` does not tell of it.
const TTL_TAG: &str = "gatewright:ttl";
/// The tag that says that point-in-time recovery is to be read too.
const BACKUPS_TAG: &str = "gatewright:backups";
/// The tag that says that the KMS key is the one that AWS keeps for DynamoDB: its ARN does not.
const MANAGED_KEY_TAG: &str = "gatewright:aws-managed-key";
/// The value of these tags.
const TAG_VALUE: &str = "yes";

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// `<stack>-<stage>-<key>`, 3 to 255 characters.
    pub name: String,
    /// What identifies an item. Cannot be changed.
    pub key: Key,
    /// Global secondary indexes by name. Exclusive.
    pub indexes: BTreeMap<String, Index>,
    /// Local secondary indexes by name. Cannot be changed.
    pub local_indexes: BTreeMap<String, LocalIndex>,
    /// How reads and writes are paid.
    pub billing: Billing,
    /// The attribute that holds when an item is to go, in seconds since 1970.
    pub ttl: Option<String>,
    /// What a stream of changes holds; `None` without one.
    pub stream: Option<StreamView>,
    /// The table can be had back as it was at any second of the last 35 days.
    pub point_in_time_recovery: bool,
    /// It cannot be deleted until this is taken away.
    pub deletion_protection: bool,
    /// What storage costs.
    pub class: TableClass,
    /// Whose key encrypts it.
    pub encryption: Encryption,
    /// The ARN of the customer's key, and only of that.
    pub kms_key: Option<Text>,
    /// Owner tags and the user's own. Declared.
    pub tags: BTreeMap<String, String>,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// Its name.
    pub name: String,
    /// What identifies an item.
    pub key: Key,
    /// Global secondary indexes by name, but those that are being deleted.
    pub indexes: BTreeMap<String, Index>,
    /// Local secondary indexes by name.
    pub local_indexes: BTreeMap<String, LocalIndex>,
    /// How reads and writes are paid.
    pub billing: Billing,
    /// The TTL attribute; read only where it is wanted or [`TTL_TAG`] tells of it.
    pub ttl: Option<String>,
    /// What a stream of changes holds; `None` without one.
    pub stream: Option<StreamView>,
    /// The last part of the stream's ARN: when it was made.
    pub stream_label: Option<String>,
    /// Read only where it is wanted or [`BACKUPS_TAG`] tells of it.
    pub point_in_time_recovery: bool,
    /// It cannot be deleted until this is taken away.
    pub deletion_protection: bool,
    /// What storage costs.
    pub class: TableClass,
    /// Whose key encrypts it.
    pub encryption: Encryption,
    /// The ARN of the customer's key, and only of that.
    pub kms_key: Option<String>,
    /// Its tags, but AWS's own.
    pub tags: BTreeMap<String, String>,
}

/// See the module.
pub struct DynamodbTable;

impl Kind for DynamodbTable {
    const NAME: &'static str = "dynamodb_table";
    const WAVE: u8 = 0;
    /// Last: whatever fails before, the data is still there.
    const RANK: u8 = 3;
    const DATA: bool = true;

    fn id_of_arn(arn: &str) -> Option<&str> {
        crate::model::id_of_arn(arn, "dynamodb", "table/")
    }

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, context: &Context) -> Change<Op> {
        diff::diff(desired, live, context.replace)
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
        match (name, &live.stream_label) {
            ("stream_arn", Some(label)) => Some(format!("{}/stream/{label}", identity.table_arn(&live.name))),
            _ => attribute(&live.name, name, identity),
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        attribute(&desired.name, name, identity)
    }

    fn objection(
        at: &Address,
        desired: Option<&Desired>,
        live: &Live,
        context: &Context,
    ) -> Option<Objection> {
        diff::objection(at, desired, live, context.replace)
    }

    /// A stream that is turned on anew has another ARN, and so has that of a table that is made again.
    fn known_after(op: &Op, live: Live) -> Option<Live> {
        match op {
            Op::Delete { .. } => None,
            Op::SetStream { .. } => Some(Live { stream_label: None, ..live }),
            _ => Some(live),
        }
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

fn attribute(table: &str, name: &str, identity: &Identity) -> Option<String> {
    match name {
        "name" | "id" => Some(table.to_owned()),
        "arn" => Some(identity.table_arn(table)),
        _ => None,
    }
}
