//! What a call makes of a log group, with the refusals of CloudWatch Logs.

use super::{Live, Op};
use crate::model::{Class, Refusal};

pub(super) fn simulate(op: &Op, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    let absent = || {
        let message = "The specified log group does not exist.";
        Refusal::new(Class::Absent, 400, "ResourceNotFoundException", message)
    };
    match op {
        Op::Create { .. } if live.is_some() => Err(Refusal::new(
            Class::Exists,
            400,
            "ResourceAlreadyExistsException",
            "The specified log group already exists",
        )),
        Op::Create { name, .. } => Ok(Some(Live { name: name.clone(), retention_days: None, of_another: false })),
        Op::PutRetention { days, .. } => Ok(Some(Live { retention_days: Some(*days), ..live.ok_or_else(absent)? })),
        Op::DeleteRetention { .. } => Ok(Some(Live { retention_days: None, ..live.ok_or_else(absent)? })),
        Op::Tag { .. } => Ok(Some(Live { of_another: false, ..live.ok_or_else(absent)? })),
        Op::Delete { .. } => live.map(|_| None).ok_or_else(absent),
    }
}
