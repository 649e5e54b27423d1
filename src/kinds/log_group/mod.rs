//! CloudWatch log groups, one for each function: made before the function so that its retention holds from the first line,
//! removed after it so that a late line does not bring it back for ever. And one for the access log of an API.
//!
//! A function's group is found by its name's beginning. Nothing lists the group of an access log once the stack file has it no
//! more, but the ledger: its entry is kept for as long as the group is there.
//!
//! Stack `a` in stage `b-c` and stack `a-b` in stage `c` have the same names. Whose function it is decides whose the function's group
//! is; of the group of an access log the owner tags are read.

mod diff;
mod observe;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{Ask, Context, Kind, Operation, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Call, Change, CloudError, Found, Identity, Ownership, Refusal, Repeat, Scope},
};

/// The key of the group of the API's access log: no function has a slash in its key.
pub const ACCESS_LOG_KEY: &str = "api/access";

/// The name of the group of the access log of `scope`.
pub fn access_log_name(scope: &Scope) -> String {
    format!("/aws/apigateway/{}-{}", scope.stack, scope.stage)
}

/// What the name of every function's log group starts with.
const LAMBDA_PREFIX: &str = "/aws/lambda/";

/// What the stack file asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// `/aws/lambda/<function>`.
    pub name: String,
    /// How long lines are kept, in days; `None` for ever.
    pub retention_days: Option<i32>,
    /// Owner tags and the user's own.
    pub tags: BTreeMap<String, String>,
}

/// What the account has. A function's group is known by its name, which follows from the function's: its tags are not read, that
/// would be one call for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// `/aws/lambda/<function>`.
    pub name: String,
    /// How long lines are kept, in days; `None` for ever.
    pub retention_days: Option<i32>,
    /// It is the group of an access log, and its tags say that another stack or stage made it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub of_another: bool,
}

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateLogGroup`.
    Create {
        /// The group.
        name: String,
        /// Its tags.
        tags: BTreeMap<String, String>,
    },
    /// `PutRetentionPolicy`.
    PutRetention {
        /// The group.
        name: String,
        /// In days.
        days: i32,
    },
    /// `DeleteRetentionPolicy`.
    DeleteRetention {
        /// The group.
        name: String,
    },
    /// `TagResource`.
    Tag {
        /// The group.
        name: String,
        /// Its tags.
        tags: BTreeMap<String, String>,
    },
    /// `DeleteLogGroup`.
    Delete {
        /// The group.
        name: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call {
            service: Cow::Borrowed("logs"),
            operation: Cow::Borrowed(match self {
                Self::Create { .. } => "CreateLogGroup",
                Self::PutRetention { .. } => "PutRetentionPolicy",
                Self::DeleteRetention { .. } => "DeleteRetentionPolicy",
                Self::Tag { .. } => "TagResource",
                Self::Delete { .. } => "DeleteLogGroup",
            }),
        }
    }

    fn repeat(&self) -> Repeat {
        match self {
            Self::Create { name, .. } if name.starts_with(LAMBDA_PREFIX) => Repeat::RefusedByName,
            // Refused by name as well, but to be remembered by the ledger, as is what was taken over.
            Self::Create { .. } | Self::Tag { .. } => Repeat::Duplicates,
            _ => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Create { name, .. } => format!("create log group {name}"),
            Self::PutRetention { days, .. } => format!("keep log lines {days} days"),
            Self::DeleteRetention { .. } => "keep log lines for ever".to_owned(),
            Self::Tag { name, .. } => format!("take over log group {name}"),
            Self::Delete { name } => format!("delete log group {name}"),
        }
    }
}

/// See the module.
pub struct LogGroup;

impl Kind for LogGroup {
    const NAME: &'static str = "log_group";
    const WAVE: u8 = 0;
    const RANK: u8 = 20;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(at: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(at, desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, _: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live)
    }

    fn attribute(live: &Live, name: &str, identity: &Identity) -> Option<String> {
        match name {
            "name" | "id" => Some(live.name.clone()),
            "arn" => Some(identity.log_group_arn(&live.name)),
            _ => None,
        }
    }

    fn computed(_: &Address, desired: &Desired, name: &str, identity: &Identity) -> Option<String> {
        match name {
            "name" => Some(desired.name.clone()),
            "arn" => Some(identity.log_group_arn(&desired.name)),
            _ => None,
        }
    }

    /// A group under a function's name was made by that function (or for it), even where Lambda itself made it: it is adopted.
    fn ownership(_: &Address, live: &Live) -> Ownership {
        if live.of_another { Ownership::Foreign } else { Ownership::Ours }
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}
