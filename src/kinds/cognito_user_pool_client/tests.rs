use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{CognitoUserPoolClient, Desired, Live, OAuthFlow, Op, Settings, arbitrary, diff, simulate::simulate};
use crate::{
    kinds::{
        self, CognitoUserPool, Kind, Member, World,
        cognito_user_pool::{self, Fixed, Mfa, Password, Recovery},
    },
    model::{Address, Change, Identity, Reason, Refusal, Scope, Text},
};

/// A change of what is asked for.
type Edit<'a> = &'a dyn Fn(&mut Desired);

fn at() -> Address {
    Scope::new("s", "dev").address(CognitoUserPoolClient::NAME, "u")
}

/// An account with the user pool `pool`.
fn account() -> BTreeMap<Address, kinds::Live> {
    let pool = cognito_user_pool::Live {
        id: "pool".into(),
        arn: "arn".into(),
        name: "s-dev-u".into(),
        settings: cognito_user_pool::Settings {
            password: Password::default(),
            auto_verified: Default::default(),
            mfa: Mfa::Off,
            recovery: vec![Recovery::VerifiedEmail],
            email: None,
            admin_create_only: false,
            deletion_protection: false,
        },
        software_token: false,
        fixed: Fixed::default(),
        attributes: BTreeMap::new(),
        domain: None,
        tags: BTreeMap::new(),
    };
    [(Scope::new("s", "dev").address(CognitoUserPool::NAME, "u"), CognitoUserPool::wrap(pool))].into()
}

fn basic() -> Desired {
    Desired {
        pool_id: "pool".into(),
        name: "s-dev-u".into(),
        settings: Settings {
            auth_flows: Default::default(),
            access_token_seconds: 3600,
            id_token_seconds: 3600,
            refresh_token_seconds: 86_400,
            hide_user_existence: true,
            token_revocation: true,
            callback_urls: Default::default(),
            logout_urls: Default::default(),
            oauth_flows: Default::default(),
            oauth_scopes: Default::default(),
            identity_providers: ["COGNITO".to_owned()].into(),
        },
        secret: false,
    }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn step(op: &Op, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    let (identity, account) = (Identity::new("123456789012", "eu-west-1"), account());
    simulate(op, live, &World::local(&identity, &account, &|length| "x".repeat(length)))
}

fn apply(change: Change<Op>, live: Option<Live>) -> Option<Live> {
    ops(change).iter().fold(live, |live, op| step(op, live).expect("accepted"))
}

fn made(desired: &Desired) -> Live {
    apply(diff::diff(Some(desired), None), None).expect("made")
}

#[test]
fn what_differs_is_told_and_everything_is_sent() {
    let live = made(&basic());
    assert_eq!(live.id.len(), 26);
    let mut desired = basic();
    desired.settings.access_token_seconds = 600;
    desired.settings.callback_urls = ["https://a.example".into(), Text::pending(at(), "url")].into();
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, .. } = diff::diff(Some(&desired), Some(&live)) else {
        panic!("a change")
    };
    let shown: Vec<String> =
        fields.iter().map(|field| format!("{}: {} → {}", field.field, field.before, field.after)).collect();
    assert_eq!(
        shown,
        ["access_token: 3600 s → 600 s", "callback_urls: (absent) → https://a.example, (known after deploy)"]
    );
    assert!(matches!(ops.as_slice(), [Op::Update { settings, .. }] if *settings == desired.settings));
}

#[test]
fn a_secret_is_there_from_the_beginning_or_never() {
    let live = made(&basic());
    let with = Desired { secret: true, ..basic() };
    let told = objection(Some(&with), &live).expect("an objection");
    assert!(told.starts_with("the client has no secret and cannot get one"), "{told}");
    let told = objection(Some(&basic()), &made(&with)).expect("an objection");
    assert!(told.starts_with("the client has a secret and cannot lose it"), "{told}");
    assert_eq!(objection(Some(&basic()), &live), None);
    assert_eq!(objection(None, &live), None);
}

#[test]
fn it_goes_with_its_pool_and_is_made_anew_in_a_new_one() {
    let live = made(&basic());
    let account = account();
    let (_, pool) = account.iter().next().expect("a pool");
    assert!(CognitoUserPoolClient::dies_with(&live, pool));
    let old = Live { pool_id: "old".into(), ..live };
    assert!(!CognitoUserPoolClient::dies_with(&old, pool));
    let change = diff::diff(Some(&basic()), Some(&old));
    assert!(matches!(ops(change).as_slice(), [Op::Delete { .. }, Op::Create { .. }]));
}

#[test]
fn cognito_refuses() {
    let create = |change: &dyn Fn(&mut Desired)| {
        let mut desired = basic();
        change(&mut desired);
        let Desired { pool_id, name, settings, secret } = desired;
        Op::Create { pool_id, name, settings, secret }
    };
    let cases: [(Edit<'_>, &str); 6] = [
        (&|of| of.pool_id = "none".into(), "ResourceNotFoundException"),
        (&|of| of.settings.access_token_seconds = 60, "InvalidParameterException"),
        (&|of| of.settings.refresh_token_seconds = 60, "InvalidParameterException"),
        (&|of| of.settings.oauth_flows = [OAuthFlow::Code].into(), "InvalidParameterException"),
        (&|of| of.settings.oauth_flows = [OAuthFlow::ClientCredentials].into(), "InvalidOAuthFlowException"),
        (&|of| of.settings.oauth_flows = [OAuthFlow::Code, OAuthFlow::ClientCredentials].into(), "InvalidOAuthFlowException"),
    ];
    for (number, (change, code)) in cases.into_iter().enumerate() {
        assert_eq!(step(&create(change), None).expect_err("refused").code, code, "{number}");
    }
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(one in arbitrary::desired(), two in arbitrary::desired()) {
        let live = made(&one);
        let live = apply(diff::diff(Some(&two), Some(&live)), Some(live)).expect("there");
        prop_assert_eq!(diff::diff(Some(&two), Some(&live)), Change::None);
        prop_assert_eq!(apply(diff::diff(None, Some(&live)), Some(live)), None);
    }

    #[test]
    fn ops_come_back_from_json(one in arbitrary::desired()) {
        for op in ops(diff::diff(Some(&one), None)) {
            let json = serde_json::to_string(&op).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Op>(&json).expect("an op"), op);
        }
    }
}

/// Why there can be no plan, and what to do about it, one after the other.
fn objection(desired: Option<&Desired>, live: &Live) -> Option<String> {
    let context = crate::kinds::Context { identity: Identity::new("1", "eu-west-1"), put_rest_api: true, adopt: false, replace: false };
    let objection = CognitoUserPoolClient::objection(&at(), desired, live, &context)?;
    Some(format!("{}; {}", objection.why, objection.hint))
}
