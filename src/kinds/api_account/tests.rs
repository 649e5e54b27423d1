use proptest::prelude::*;

use super::{ApiAccount, Desired, Live, Op, address, diff::diff, simulate::simulate};
use crate::{
    kinds::{Kind, Operation},
    model::{Change, Identity},
};

fn desired() -> Desired {
    Desired { role_arn: "arn:aws:iam::111122223333:role/gatewright/gatewright-api-gateway-logs".into() }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn apply(ops: &[Op], live: Option<Live>) -> Option<Live> {
    ops.iter().fold(live, |live, op| simulate(op, live).expect("accepted"))
}

#[test]
fn a_role_is_made_where_there_is_none() {
    let steps = ops(diff(Some(&desired()), Some(&Live { role_arn: None })));
    let calls: Vec<String> = steps.iter().map(|op| op.call().to_string()).collect();
    assert_eq!(calls, ["iam.CreateRole", "iam.AttachRolePolicy", "apigateway.UpdateAccount"]);
    assert_eq!(apply(&steps, None), Some(Live { role_arn: Some(desired().role_arn) }));
    let refusal = simulate(&Op::SetRole { role_arn: String::new() }, None).expect_err("refused");
    assert_eq!((refusal.code, refusal.message.as_str()), ("BadRequestException", "The role ARN is not well formed"));
}

#[test]
fn it_belongs_to_no_stack() {
    let at = address(&Identity::new("111122223333", "eu-west-1"));
    assert_eq!(at.to_string(), "gatewright/eu-west-1/api_account/logs");
    assert_eq!(at.kind, ApiAccount::NAME);
}

proptest! {
    #[test]
    fn a_role_that_is_set_is_kept_and_nothing_takes_it_away(role in prop::option::of("arn:aws:iam::1:role/[a-z]{1,8}")) {
        let before = Live { role_arn: role.clone() };
        let after = apply(&ops(diff(Some(&desired()), Some(&before))), Some(before)).expect("there");
        prop_assert_eq!(diff(Some(&desired()), Some(&after)), Change::None);
        prop_assert_eq!(after.role_arn.clone(), Some(role.unwrap_or(desired().role_arn)));
        prop_assert_eq!(diff(None, Some(&after)), Change::None);
    }
}
