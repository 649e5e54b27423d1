//! Lambda resource policies: one statement for each function that a REST API may invoke, whatever the number of its routes, and one
//! for each schedule and bucket that invokes one. An alias has a policy of its own: `function_name` is `name:alias` then.
//!
//! A policy may be 20 KB at most and a statement for each route fills it, so that one statement covers every stage, verb, path
//! and authorizer of the API. Its id follows from the owner: it is the mark by which the statement is known as ours.

#[cfg(test)]
pub(crate) mod arbitrary;
mod called;
mod diff;
mod observe;
mod policy;
mod send;
mod simulate;
mod statement_id;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

pub(in crate::kinds) use simulate::is_there;
pub use statement_id::{prefix, statement_id};

use super::{Ask, Context, Kind, Live as AnyLive, Operation, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Call, Change, CloudError, Found, Identity, Ownership, Part, Reference, Refusal, Repeat, Text},
};

/// The only action that is ever allowed.
pub const INVOKE: &str = "lambda:InvokeFunction";
/// Who is allowed it.
pub const API_GATEWAY: &str = "apigateway.amazonaws.com";

/// What the stack file asks for: that a service may invoke a function on behalf of something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The function, the stack's own or another stack's; with `:alias` where that is invoked.
    pub function_name: String,
    /// See [`statement_id`].
    pub statement_id: String,
    /// [`INVOKE`].
    pub action: String,
    /// [`API_GATEWAY`], or another service.
    pub principal: String,
    /// For an API `arn:aws:execute-api:<region>:<account>:<api>/*`: every stage, verb, path and authorizer of it.
    pub source_arn: Text,
    /// Whose it must be, where the ARN does not say so (buckets).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_account: Option<String>,
}

impl Desired {
    /// The statement at `at` by which the REST API `api` may invoke `function_name`.
    pub fn for_api(at: &Address, function_name: impl Into<String>, api: &Address, identity: &Identity) -> Self {
        let id = Part::Pending(Reference { address: api.clone(), attribute: "id".to_owned() });
        let source_arn =
            [Part::Known(identity.execute_api_arn("")), id, Part::Known("/*".to_owned())];
        Self {
            function_name: function_name.into(),
            statement_id: statement_id(&at.scope, &at.key),
            action: INVOKE.to_owned(),
            principal: API_GATEWAY.to_owned(),
            source_arn: Text::from_parts(source_arn),
            source_account: None,
        }
    }
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The function whose policy holds the statement.
    pub function_name: String,
    /// Its id.
    pub statement_id: String,
    /// What is allowed.
    pub action: String,
    /// Who is allowed it: a service's name, or AWS's JSON where it is something else.
    pub principal: String,
    /// The condition on the caller's ARN; empty where there is none.
    pub source_arn: String,
    /// The condition on the caller's account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_account: Option<String>,
}

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `AddPermission`.
    Add {
        /// The function.
        function_name: String,
        /// The statement's id.
        statement_id: String,
        /// What is allowed.
        action: String,
        /// The service that is allowed it.
        principal: String,
        /// The callers.
        source_arn: Text,
        /// Whose they must be.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        source_account: Option<String>,
        /// The function is another stack's: once the API no longer calls it, nothing in the account leads to the statement, so
        /// that the ledger has to remember it.
        #[serde(default)]
        foreign: bool,
    },
    /// `RemovePermission`.
    Remove {
        /// The function.
        function_name: String,
        /// The statement's id.
        statement_id: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        match self {
            Self::Add { .. } => Call::new("lambda", "AddPermission"),
            Self::Remove { .. } => Call::new("lambda", "RemovePermission"),
        }
    }

    fn repeat(&self) -> Repeat {
        match self {
            // A second sending is refused either way; what counts as nameless is what the ledger keeps.
            Self::Add { foreign: true, .. } => Repeat::Duplicates,
            Self::Add { .. } => Repeat::RefusedByName,
            Self::Remove { .. } => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::Add { function_name, principal, .. } if principal == API_GATEWAY => {
                format!("let the API invoke {function_name}")
            }
            Self::Add { function_name, principal, .. } => format!("let {principal} invoke {function_name}"),
            Self::Remove { function_name, .. } => format!("take a permission to invoke {function_name} away"),
        }
    }
}

/// The function's name, and its alias where it has one.
fn taken_apart(function_name: &str) -> (&str, Option<&str>) {
    function_name.split_once(':').map_or((function_name, None), |(name, alias)| (name, Some(alias)))
}

/// See the module.
pub struct LambdaPermission;

impl Kind for LambdaPermission {
    const NAME: &'static str = "lambda_permission";
    const WAVE: u8 = 1;
    const RANK: u8 = 70;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(at: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(at, desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live, world)
    }

    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        matches!(name, "id" | "statement_id").then(|| live.statement_id.clone())
    }

    /// A function's policy goes with the function.
    fn dies_with(live: &Live, gone: &AnyLive) -> bool {
        matches!(gone, AnyLive::LambdaFunction(function) if function.name == taken_apart(&live.function_name).0)
    }

    /// The statement's id is the mark: it starts with the scope's own digest.
    fn ownership(at: &Address, live: &Live) -> Ownership {
        if live.statement_id.starts_with(&prefix(&at.scope)) { Ownership::Ours } else { Ownership::Foreign }
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}
