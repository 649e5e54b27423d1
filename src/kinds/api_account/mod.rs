//! The account's settings of API Gateway: the role by which it writes logs to CloudWatch.
//!
//! There is one for each account and region, and every API of the account uses it, those of others too. So it belongs to no stack:
//! a role that is set stays, whosever it is; where none is set, one is made; and nothing ever takes it away again.

mod diff;
mod observe;
mod send;
mod simulate;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::{Ask, Context, Kind, Operation, Sent, World};
use crate::{
    account::aws::Aws,
    model::{Address, Call, Change, CloudError, Found, Identity, Ownership, Refusal, Repeat, Scope},
};

/// The role that is made where the account has none: one for all regions.
pub const ROLE_NAME: &str = "gatewright-api-gateway-logs";
/// Its path: above the paths of all stacks, so that no stack takes it for its own.
pub const ROLE_PATH: &str = "/gatewright/";
/// AWS's own policy for it.
pub const POLICY: &str = "service-role/AmazonAPIGatewayPushToCloudWatchLogs";

/// The settings' address: they belong to no stack.
pub fn address(identity: &Identity) -> Address {
    Scope::new("gatewright", identity.region.clone()).address(ApiAccount::NAME, "logs")
}

/// What a stack that logs asks for: that there is a role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desired {
    /// The ARN of the role that is set where none is.
    pub role_arn: String,
}

/// What the account has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// The role by which API Gateway writes logs.
    pub role_arn: Option<String>,
}

/// The calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// `CreateRole`; one that is there already, made for another region, is taken.
    CreateRole,
    /// `AttachRolePolicy`.
    AttachPolicy,
    /// `UpdateAccount`. AWS takes one in twenty seconds.
    SetRole {
        /// The role.
        role_arn: String,
    },
}

impl Operation for Op {
    fn call(&self) -> Call {
        match self {
            Self::CreateRole => Call::new("iam", "CreateRole"),
            Self::AttachPolicy => Call::new("iam", "AttachRolePolicy"),
            Self::SetRole { .. } => Call::new("apigateway", "UpdateAccount"),
        }
    }

    fn repeat(&self) -> Repeat {
        Repeat::Safe
    }

    fn describe(&self) -> String {
        match self {
            Self::CreateRole => format!("create role {ROLE_NAME} if it is not there"),
            Self::AttachPolicy => format!("attach {POLICY}"),
            Self::SetRole { .. } => "let API Gateway write logs, in the whole account and region".to_owned(),
        }
    }
}

/// See the module.
pub struct ApiAccount;

impl Kind for ApiAccount {
    const NAME: &'static str = "api_account";
    const WAVE: u8 = 0;
    const RANK: u8 = 0;

    type Desired = Desired;
    type Live = Live;
    type Op = Op;

    fn diff(_: &Address, desired: Option<&Desired>, live: Option<&Live>, _: &Context) -> Change<Op> {
        diff::diff(desired, live)
    }

    fn simulate(_: &Address, op: &Op, live: Option<Live>, _: &World<'_>) -> Result<Option<Live>, Refusal> {
        simulate::simulate(op, live)
    }

    fn attribute(live: &Live, name: &str, _: &Identity) -> Option<String> {
        live.role_arn.clone().filter(|_| name == "role_arn")
    }

    fn ownership(_: &Address, _: &Live) -> Ownership {
        Ownership::Ours
    }

    async fn observe(aws: &Aws, ask: &Ask<'_, Self>) -> Result<Vec<Found<Live>>, CloudError> {
        observe::observe(aws, ask).await
    }

    async fn send(aws: &Aws, _: &Address, op: &Op, _: Option<&Live>) -> Result<Sent<Live>, CloudError> {
        send::send(aws, op).await
    }
}
