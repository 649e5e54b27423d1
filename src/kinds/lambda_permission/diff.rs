//! Comparison of permissions. A statement cannot be changed: it is removed and added.

use super::{Desired, Live, Op};
use crate::{
    kinds::compare::Compare,
    model::{Address, Change, Reason},
};

pub(super) fn diff(at: &Address, desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, vec![remove(live)]),
        (Some(desired), None) => Change::act(Reason::Missing, vec![add(at, desired)]),
        (Some(desired), Some(live)) => {
            let mut compare = Compare::default();
            compare.value("function", &live.function_name, &desired.function_name);
            compare.value("statement_id", &live.statement_id, &desired.statement_id);
            compare.value("action", &live.action, &desired.action);
            compare.value("principal", &live.principal, &desired.principal);
            compare.text("source_arn", &live.source_arn, &desired.source_arn);
            compare.option("source_account", &live.source_account, &desired.source_account);
            Change::fields(compare.finish(), vec![remove(live), add(at, desired)])
        }
    }
}

fn add(at: &Address, desired: &Desired) -> Op {
    Op::Add {
        function_name: desired.function_name.clone(),
        statement_id: desired.statement_id.clone(),
        action: desired.action.clone(),
        principal: desired.principal.clone(),
        source_arn: desired.source_arn.clone(),
        source_account: desired.source_account.clone(),
        foreign: is_foreign(at, &desired.function_name),
    }
}

fn remove(live: &Live) -> Op {
    Op::Remove { function_name: live.function_name.clone(), statement_id: live.statement_id.clone() }
}

/// Whether `function_name` is not the scope's own function of the key in `at`, whose name would follow from the address. Keys are
/// `function`, `function:alias`, and for what is no API `function/what` or `function:alias/what`.
pub(super) fn is_foreign(at: &Address, function_name: &str) -> bool {
    let key = at.key.split('/').next().unwrap_or_default();
    at.scope.name(key) != function_name
}
