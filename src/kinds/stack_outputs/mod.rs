//! The recorded outputs of a stage: a small document in the artifacts bucket, for `outputs` and for other stacks. It also says
//! whose outputs the stage uses, so that nobody destroys these without a word.
//!
//! It is an object like any other, so that a plan shows what will be recorded and a deploy records it last.

#[cfg(test)]
pub(crate) mod arbitrary;
mod diff;
mod document;
mod observe;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use serde::{Deserialize, Serialize};

pub use document::{Recorded, decode, encode};
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
    /// Stacks of the same stage whose outputs are used. Exclusive.
    #[serde(default)]
    pub uses: BTreeSet<String>,
}

/// What is recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The outputs by name.
    pub values: BTreeMap<String, String>,
    /// Stacks of the same stage whose outputs are used.
    #[serde(default)]
    pub uses: BTreeSet<String>,
}

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `PutObject`.
    Put {
        /// All outputs: the call replaces the document.
        values: BTreeMap<String, Text>,
        /// All stacks whose outputs are used.
        #[serde(default)]
        uses: BTreeSet<String>,
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
            Self::Put { values, uses } => {
                let list = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<_>>().join(", ");
                let outputs = format!("outputs {}", list(values.keys().collect()));
                let used = format!("that outputs of {} are used", list(uses.iter().collect()));
                match (values.is_empty(), uses.is_empty()) {
                    (_, true) => format!("record {outputs}"),
                    (true, false) => format!("record {used}"),
                    (false, false) => format!("record {outputs} and {used}"),
                }
            }
            Self::Delete => "forget recorded outputs".to_owned(),
        }
    }
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
