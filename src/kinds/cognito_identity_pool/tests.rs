use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{CognitoIdentityPool, Desired, Live, Op, Provider, Settings, arbitrary, diff, simulate::simulate};
use crate::{
    kinds::{self, Kind, Member, Operation, World},
    model::{Address, Change, Identity, Ownership, Reason, Refusal, Repeat, Scope, Text, owner},
};

fn at() -> Address {
    Scope::new("s", "dev").address(CognitoIdentityPool::NAME, "p")
}

fn identity() -> Identity {
    Identity::new("123456789012", "eu-west-1")
}

fn basic() -> Desired {
    Desired {
        name: at().name(),
        settings: Settings { developer_provider: Some("login.example.app".into()), ..Settings::default() },
        tags: owner::tags(&at(), &BTreeMap::new()),
    }
}

fn ops(change: Change<Op>) -> Vec<Op> {
    match change {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

fn step(op: &Op, live: Option<Live>) -> Result<Option<Live>, Refusal> {
    let (identity, none) = (identity(), BTreeMap::new());
    simulate(op, live, &World::local(&identity, &none, &|length| "x".repeat(length)))
}

fn apply(change: Change<Op>, live: Option<Live>) -> Option<Live> {
    ops(change).iter().fold(live, |live, op| step(op, live).expect("accepted"))
}

fn made(desired: &Desired) -> Live {
    apply(diff::diff(Some(desired), None), None).expect("made")
}

#[test]
fn a_pool_is_made_with_its_mark_and_an_id_of_awss_form() {
    let live = made(&basic());
    assert_eq!(live.id, "eu-west-1:88888888-8888-8888-8888-888888888888");
    let arn = format!("arn:aws:cognito-identity:eu-west-1:123456789012:identitypool/{}", live.id);
    assert_eq!(CognitoIdentityPool::attribute(&live, "arn", &identity()), Some(arn));
    assert_eq!(CognitoIdentityPool::attribute(&live, "id", &identity()).as_ref(), Some(&live.id));
    assert_eq!(CognitoIdentityPool::ownership(&at(), &live), Ownership::Ours);
    let other = Scope::new("s", "prod").address(CognitoIdentityPool::NAME, "p");
    assert_eq!(CognitoIdentityPool::ownership(&other, &live), Ownership::Foreign);
    assert_eq!(ops(diff::diff(Some(&basic()), None))[0].repeat(), Repeat::Duplicates);
}

#[test]
fn what_differs_is_told_and_everything_is_sent() {
    let live = Live { tags: [("hand".to_owned(), "made".to_owned())].into(), ..made(&basic()) };
    let provider = Provider {
        provider: "cognito-idp.eu-west-1.amazonaws.com/pool".into(),
        client_id: "client".into(),
        server_side_token_check: true,
    };
    let mut desired = basic();
    desired.settings.allow_unauthenticated = true;
    desired.settings.user_pools = [provider].into();
    desired.settings.login_providers = [("graph.facebook.com".to_owned(), "1".into())].into();
    let change = diff::diff(Some(&desired), Some(&live));
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, .. } = change else { panic!("a change") };
    let shown: Vec<String> =
        fields.iter().map(|field| format!("{}: {} → {}", field.field, field.before, field.after)).collect();
    assert_eq!(
        shown,
        [
            "allow_unauthenticated: false → true",
            "user_pools: (absent) → cognito-idp.eu-west-1.amazonaws.com/pool:client, tokens checked",
            "login_providers.graph.facebook.com: (absent) → 1",
            "tags.gatewright:key: (absent) → p",
            "tags.gatewright:stack: (absent) → s",
            "tags.gatewright:stage: (absent) → dev",
        ]
    );
    let [Op::Update { settings, tags, .. }] = ops.as_slice() else { panic!("one call: {ops:?}") };
    assert_eq!(settings, &desired.settings);
    assert_eq!(tags.get("hand").map(String::as_str), Some("made"), "tags of others stay");
}

#[test]
fn a_client_that_is_not_made_yet_is_known_later() {
    let client = Scope::new("s", "dev").address("cognito_user_pool_client", "u");
    let mut desired = basic();
    desired.settings.user_pools = [Provider {
        provider: "cognito-idp.eu-west-1.amazonaws.com/pool".into(),
        client_id: Text::pending(client, "id"),
        server_side_token_check: false,
    }]
    .into();
    let change = diff::diff(Some(&desired), Some(&made(&basic())));
    let Change::Act { reason: Reason::FieldsDiffer(fields), .. } = change else { panic!("a change") };
    assert!(fields.iter().any(|field| field.after.to_string().ends_with("/pool:(known after deploy)")));
}

#[test]
fn a_developer_providers_name_stays() {
    let live = made(&basic());
    let with = |name: Option<&str>| {
        let settings = Settings { developer_provider: name.map(str::to_owned), ..Settings::default() };
        Desired { settings, ..basic() }
    };
    let told = |name| objection(Some(&with(name)), &live);
    assert_eq!(told(Some("login.example.app")), None);
    let changed = told(Some("login.other.app")).expect("an objection");
    assert!(changed.starts_with("the developer provider `login.example.app` cannot become `login.other.app`"), "{changed}");
    let taken = told(None).expect("an objection");
    assert!(taken.starts_with("the developer provider `login.example.app` cannot be taken away"), "{taken}");
    let without = made(&with(None));
    assert_eq!(objection(Some(&basic()), &without), None, "it may be set later");
    let update = Op::Update { name: at().name(), settings: Settings::default(), tags: BTreeMap::new() };
    assert_eq!(step(&update, Some(live)).expect_err("refused").code, "InvalidParameterException");
}

#[test]
fn cognito_refuses() {
    let create = |name: &str, settings: Settings| Op::Create { name: name.into(), settings, tags: BTreeMap::new() };
    let provider = |name: &str| Settings { developer_provider: Some(name.into()), ..Settings::default() };
    let strange = Provider { provider: "https://x".into(), client_id: "c".into(), server_side_token_check: false };
    let cases = [
        (create("a/b", Settings::default()), "ValidationException"),
        (create(&"x".repeat(129), Settings::default()), "ValidationException"),
        (create("a", provider("a b")), "ValidationException"),
        (create("a", Settings { user_pools: [strange].into(), ..Settings::default() }), "InvalidParameterException"),
        (Op::Update { name: "a".into(), settings: Settings::default(), tags: BTreeMap::new() }, "ResourceNotFoundException"),
        (Op::Delete { name: "a".into() }, "ResourceNotFoundException"),
    ];
    for (op, code) in cases {
        assert_eq!(step(&op, None).expect_err("refused").code, code, "{op:?}");
    }
}

#[test]
fn an_answer_of_aws_is_folded_in() {
    let identity = identity();
    let world = World::answered(&identity, vec!["eu-west-1:its-own".into()]);
    let Change::Act { ops, .. } = diff::diff(Some(&basic()), None) else { panic!("a change") };
    let live = simulate(&ops[0], None, &world).expect("accepted").expect("made");
    assert_eq!(live.id, "eu-west-1:its-own");
    let gone = Op::Delete { name: at().name() };
    assert_eq!(simulate(&gone, None, &world), Ok(None), "it was gone already");
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(one in arbitrary::desired(), two in arbitrary::desired(), tags in arbitrary::strangers_tags()) {
        let mut live = made(&one);
        live.tags.extend(tags);
        prop_assume!(objection(Some(&two), &live).is_none());
        let live = apply(diff::diff(Some(&two), Some(&live)), Some(live)).expect("there");
        prop_assert_eq!(diff::diff(Some(&two), Some(&live)), Change::None);
        prop_assert_eq!(apply(diff::diff(None, Some(&live)), Some(live)), None);
    }

    #[test]
    fn ops_and_objects_come_back_from_json(one in arbitrary::desired()) {
        for op in ops(diff::diff(Some(&one), None)) {
            let json = serde_json::to_string(&op).expect("JSON");
            prop_assert_eq!(serde_json::from_str::<Op>(&json).expect("an op"), op);
        }
        let live = CognitoIdentityPool::wrap(made(&one));
        let json = serde_json::to_string(&live).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<kinds::Live>(&json).expect("a pool"), live);
    }
}

/// Why there can be no plan, and what to do about it, one after the other.
fn objection(desired: Option<&Desired>, live: &Live) -> Option<String> {
    let context = crate::kinds::Context { identity: Identity::new("1", "eu-west-1"), put_rest_api: true, adopt: false, replace: false };
    let objection = CognitoIdentityPool::objection(&at(), desired, live, &context)?;
    Some(format!("{}; {}", objection.why, objection.hint))
}
