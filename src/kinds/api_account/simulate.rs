//! What a call makes of the settings.

use super::{Live, Op};
use crate::model::{Class, Refusal};

pub(super) fn simulate(op: &Op, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    let live = live.unwrap_or(Live { role_arn: None });
    match op {
        Op::CreateRole | Op::AttachPolicy => Ok(Some(live)),
        // AWS's text for an empty one.
        Op::SetRole { role_arn } if !role_arn.starts_with("arn:") => Err(Refusal::new(
            Class::Invalid,
            400,
            "BadRequestException",
            "The role ARN is not well formed",
        )),
        Op::SetRole { role_arn } => Ok(Some(Live { role_arn: Some(role_arn.clone()) })),
    }
}
