use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Comparison, CognitoIdentityPoolRoles, Desired, Live, Mapping, Op, Roles, Rule, arbitrary, diff::diff, simulate::simulate};
use crate::{
    kinds::{self, CognitoIdentityPool, IamRole, Kind, Member, World, cognito_identity_pool, iam_role},
    model::{Address, Change, Class, Identity, Reason, Refusal, Scope, Text, owner},
};

fn scope() -> Scope {
    Scope::new("s", "dev")
}

fn identity() -> Identity {
    Identity::new("123456789012", "eu-west-1")
}

/// An account with the identity pool `pool` and the role `r`.
fn account() -> BTreeMap<Address, kinds::Live> {
    let at = scope().address(CognitoIdentityPool::NAME, "p");
    let names = ["a", "b", "c"].map(|name| (name.to_owned(), Text::from("1")));
    let settings = cognito_identity_pool::Settings { login_providers: names.into(), ..Default::default() };
    let pool = cognito_identity_pool::Live {
        id: "pool".into(),
        arn: "arn".into(),
        name: at.name(),
        settings,
        tags: owner::tags(&at, &BTreeMap::new()),
    };
    let role_at = scope().address(IamRole::NAME, "r");
    let role = iam_role::Live {
        name: role_at.name(),
        path: scope().iam_path(),
        trust: iam_role::Document::trust("lambda.amazonaws.com"),
        managed_policies: Default::default(),
        inline_policies: Default::default(),
        description: None,
        permissions_boundary: None,
        max_session_seconds: 3600,
        tags: BTreeMap::new(),
    };
    [(at, CognitoIdentityPool::wrap(pool)), (role_at, IamRole::wrap(role))].into()
}

fn role() -> Text {
    identity().role_arn(&scope().iam_path(), "s-dev-r").into()
}

fn desired() -> Desired {
    Desired { pool_id: "pool".into(), roles: Roles { authenticated: Some(role()), ..Roles::default() } }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn step(op: &Op) -> Result<Option<Live>, Refusal> {
    let (identity, account) = (identity(), account());
    simulate(op, &World::local(&identity, &account, &|length| "x".repeat(length)))
}

fn apply(change: Change<Op>, live: Option<Live>) -> Option<Live> {
    ops(change).iter().fold(live, |_, op| step(op).expect("accepted"))
}

#[test]
fn roles_are_given_changed_and_taken_away() {
    let live = apply(diff(Some(&desired()), None), None).expect("given");
    assert_eq!(diff(Some(&desired()), Some(&live)), Change::None);
    let mut more = desired();
    more.roles.unauthenticated = Some(role());
    more.roles.mappings = [Mapping {
        provider: "a".into(),
        rules: Some(vec![Rule {
            claim: "cognito:groups".into(),
            compare: Comparison::Contains,
            value: "admin".into(),
            role: role(),
        }]),
        deny_otherwise: true,
    }]
    .into();
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, .. } = diff(Some(&more), Some(&live)) else {
        panic!("a change")
    };
    let shown: Vec<String> = fields.iter().map(|field| format!("{}: {}", field.field, field.after)).collect();
    let arn = role();
    assert_eq!(
        shown,
        [
            format!("roles.unauthenticated: {arn}"),
            format!("role_mappings: a: cognito:groups contains admin → {arn}, otherwise denied"),
        ]
    );
    assert_eq!(ops.len(), 1, "one call sets everything");
    assert_eq!(apply(diff(None, Some(&live)), Some(live)), None);
}

#[test]
fn they_go_with_their_pool() {
    let live = Live { pool_id: "pool".into(), roles: desired().roles };
    let account = account();
    let pool = &account[&scope().address(CognitoIdentityPool::NAME, "p")];
    assert!(CognitoIdentityPoolRoles::dies_with(&live, pool));
    assert!(!CognitoIdentityPoolRoles::dies_with(&Live { pool_id: "other".into(), ..live }, pool));
}

#[test]
fn cognito_refuses() {
    let set = |pool_id: &str, roles: Roles| Op::Set { pool_id: pool_id.into(), roles };
    let unknown = identity().role_arn(&scope().iam_path(), "s-dev-none");
    let with = |arn: &str| Roles { authenticated: Some(arn.into()), ..Roles::default() };
    let refusal = step(&set("pool", with(&unknown))).expect_err("no such role");
    assert_eq!((refusal.code, refusal.class), ("NotAuthorizedException", Class::Propagating));
    assert_eq!(refusal.message, format!("Access to Role '{unknown}' is forbidden."));
    assert_eq!(step(&set("none", with(&unknown))).expect_err("no such pool").code, "ResourceNotFoundException");
    let mapped = |provider: &str, rules| Roles {
        mappings: [Mapping { provider: provider.into(), rules, deny_otherwise: false }].into(),
        ..Roles::default()
    };
    let refusal = step(&set("pool", mapped("d", None))).expect_err("no such provider");
    assert!(refusal.message.starts_with("d is not a valid RoleMapping ProviderName"), "{refusal}");
    assert_eq!(step(&set("pool", mapped("a", Some(Vec::new())))).expect_err("no rule").code, "InvalidParameterException");
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(one in arbitrary::desired(), two in arbitrary::desired()) {
        let live = apply(diff(Some(&one), None), None).expect("given");
        let live = apply(diff(Some(&two), Some(&live)), Some(live)).expect("there");
        prop_assert_eq!(diff(Some(&two), Some(&live)), Change::None);
        prop_assert_eq!(apply(diff(None, Some(&live)), Some(live)), None);
    }

    #[test]
    fn ops_come_back_from_json(one in arbitrary::desired()) {
        for op in ops(diff(Some(&one), None)) {
            let json = serde_json::to_string(&op).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Op>(&json).expect("an op"), op);
        }
    }
}
