//! The recorded outputs of a stage: a small document in the artifacts bucket, for `outputs` and for other stacks.
//!
//! It is an object like any other, so that a plan shows what will be recorded and a deploy records it last.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod observe;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

pub use observe::read;

use super::{Ask, Context, Kind, Operation, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Call, Change, CloudError, Found, Identity, Ownership, Refusal, Repeat, Scope, Text},
};

/// The key of the one such object of a scope.
pub const KEY: &str = "outputs";

/// What the stack file asks for. No output holds a secret: such a stack file is refused before there is a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The outputs by name. Exclusive.
    pub values: BTreeMap<String, Text>,
}

/// What is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The outputs by name.
    pub values: BTreeMap<String, String>,
}

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `PutObject`.
    Put {
        /// All outputs: the call replaces the document.
        values: BTreeMap<String, Text>,
    },
    /// `DeleteObject`.
    Delete,
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call {
            service: Cow::Borrowed("s3"),
            operation: Cow::Borrowed(match self {
                Self::Put { .. } => "PutObject",
                Self::Delete => "DeleteObject",
            }),
        }
    }

    fn repeat(&self) -> Repeat {
        Repeat::Safe
    }

    fn describe(&self) -> String {
        match self {
            Self::Put { values } => {
                format!("record outputs {}", values.keys().cloned().collect::<Vec<_>>().join(", "))
            }
            Self::Delete => "forget recorded outputs".to_owned(),
        }
    }
}

/// The document's bytes: a JSON object from name to value.
pub fn encode(values: &BTreeMap<String, String>) -> Vec<u8> {
    // A map of strings always has a JSON form.
    serde_json::to_vec_pretty(values).unwrap_or_default()
}

/// The outputs in a document's bytes; `None` where it is no such document.
pub fn decode(bytes: &[u8]) -> Option<BTreeMap<String, String>> {
    serde_json::from_slice(bytes).ok()
}

/// The address of the recorded outputs of `scope`.
pub fn address(scope: &Scope) -> Address {
    scope.address(StackOutputs::NAME, KEY)
}

/// See the module.
pub struct StackOutputs;

impl Kind for StackOutputs {
    const NAME: &'static str = "stack_outputs";
    const WAVE: u8 = 0;
    /// Nothing depends on them, and while anything is there they say where.
    const RANK: u8 = 1;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(_: &Address, op: &Op, _: Option<Live>, _: &World<'_>) -> Result<Option<Live>, Refusal> {
        Ok(simulate::simulate(op))
    }

    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        live.values.get(name).cloned()
    }

    /// The object's key names the stack and the stage, in a bucket that is ours.
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
