//! Permissions as property tests draw them: few values, so that fields often agree.

use proptest::prelude::*;

use super::{API_GATEWAY, Desired, INVOKE, Live};

/// A wanted statement.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    live().prop_map(|live| Desired {
        function_name: live.function_name,
        statement_id: live.statement_id,
        action: INVOKE.to_owned(),
        principal: API_GATEWAY.to_owned(),
        source_arn: live.source_arn.into(),
        source_account: live.source_account,
    })
}

/// A statement of the account, changed by hand or not.
pub(crate) fn live() -> impl Strategy<Value = Live> {
    let one_of = |values: &'static [&'static str]| prop::sample::select(values).prop_map(str::to_owned);
    (
        one_of(&["s-dev-f", "s-dev-g"]),
        one_of(&["gatewright-a", "gatewright-b"]),
        one_of(&[INVOKE, "lambda:GetFunction"]),
        one_of(&[API_GATEWAY, "events.amazonaws.com"]),
        one_of(&["arn:aws:execute-api:eu-west-1:1:a/*", "arn:aws:execute-api:eu-west-1:1:b/*", ""]),
        prop::option::of(one_of(&["111122223333", "444455556666"])),
    )
        .prop_map(|(function_name, statement_id, action, principal, source_arn, source_account)| Live {
            function_name,
            statement_id,
            action,
            principal,
            source_arn,
            source_account,
        })
}
