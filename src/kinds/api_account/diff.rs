//! Comparison: only whether there is a role.

use super::{Desired, Live, Op};
use crate::model::{Change, FieldChange, FieldChanges, Reason, Shown};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    let Some(desired) = desired else { return Change::None };
    if live.is_some_and(|live| live.role_arn.is_some()) {
        return Change::None;
    }
    let role_arn = desired.role_arn.clone();
    let field = FieldChange::new("account_logging_role", Shown::Absent, role_arn.as_str());
    let reason = FieldChanges::new(vec![field]).filter(|_| live.is_some()).map_or(Reason::Missing, Reason::FieldsDiffer);
    Change::act(reason, vec![Op::CreateRole, Op::AttachPolicy, Op::SetRole { role_arn }])
}
