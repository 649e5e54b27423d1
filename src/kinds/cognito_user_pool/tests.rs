use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{
    Alias, Attribute, AttributeType, CognitoUserPool, Contact, Desired, Fixed, Live, Mfa, Op, Password, Recovery, Settings,
    arbitrary, diff, simulate::simulate,
};
use crate::{
    kinds::{Kind, Operation, World},
    model::{Address, Change, Identity, Ownership, Reason, Refusal, Scope, owner},
};

/// A change of what is asked for.
type Edit<'a> = &'a dyn Fn(&mut Desired);

fn at() -> Address {
    Scope::new("s", "dev").address(CognitoUserPool::NAME, "u")
}

fn identity() -> Identity {
    Identity::new("123456789012", "eu-west-1")
}

fn basic() -> Desired {
    Desired {
        name: at().name(),
        settings: Settings {
            password: Password::default(),
            auto_verified: [Contact::Email].into(),
            mfa: Mfa::Off,
            recovery: vec![Recovery::VerifiedEmail],
            email: None,
            admin_create_only: false,
            deletion_protection: false,
        },
        fixed: Fixed { username_attributes: [Contact::Email].into(), ..Fixed::default() },
        attributes: [("email".to_owned(), Attribute { required: true, ..Attribute::STANDARD })].into(),
        domain: None,
        tags: owner::tags(&at(), &BTreeMap::new()),
    }
}

fn own(kind: AttributeType, mutable: bool) -> Attribute {
    Attribute { kind, required: false, mutable, minimum: None, maximum: Some(20) }
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

fn calls(change: Change<Op>) -> Vec<String> {
    ops(change).iter().map(|op| op.call().operation.into_owned()).collect()
}

#[test]
fn a_pool_and_what_is_known_of_it() {
    let live = made(&basic());
    let attribute = |name: &str| CognitoUserPool::attribute(&live, name, &identity());
    assert_eq!(attribute("id").as_deref(), Some("eu-west-1_xxxxxxxxx"));
    assert_eq!(attribute("arn").as_deref(), Some("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_xxxxxxxxx"));
    assert_eq!(attribute("issuer").as_deref(), Some("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_xxxxxxxxx"));
    assert_eq!(CognitoUserPool::ownership(&at(), &live), Ownership::Ours);
    assert_eq!(live.attributes.keys().collect::<Vec<_>>(), ["email"], "standard attributes as AWS makes them are no news");
}

#[test]
fn a_second_factor_and_a_domain_take_calls_of_their_own() {
    let mut desired = basic();
    desired.settings.mfa = Mfa::On;
    desired.domain = Some("sign-in".into());
    let change = diff::diff(Some(&desired), None);
    assert_eq!(calls(change), ["CreateUserPool", "SetUserPoolMfaConfig", "CreateUserPoolDomain"]);
    let live = made(&desired);
    assert!(live.software_token);
    assert_eq!(diff::diff(Some(&desired), Some(&live)), Change::None);
    let back = diff::diff(Some(&basic()), Some(&live));
    assert_eq!(calls(back), ["SetUserPoolMfaConfig", "DeleteUserPoolDomain"]);
    let gone = diff::diff(None, Some(&live));
    assert_eq!(calls(gone), ["DeleteUserPoolDomain", "DeleteUserPool"]);
    // A second factor by SMS, set by hand.
    let by_sms = Live { software_token: false, ..live };
    let Change::Act { reason: Reason::FieldsDiffer(fields), .. } = diff::diff(Some(&desired), Some(&by_sms)) else {
        panic!("a change")
    };
    let shown: Vec<String> = fields.iter().map(|field| format!("{}: {}", field.field, field.before)).collect();
    assert_eq!(shown, ["mfa: on, without an app's code"]);
}

#[test]
fn everything_is_sent_when_something_differs() {
    let live = Live { tags: [("hand".to_owned(), "made".to_owned())].into(), ..made(&basic()) };
    let mut desired = basic();
    desired.settings.password.minimum_length = 12;
    desired.settings.admin_create_only = true;
    desired.tags = BTreeMap::new();
    let Change::Act { reason: Reason::FieldsDiffer(fields), ops, .. } = diff::diff(Some(&desired), Some(&live)) else {
        panic!("a change")
    };
    let names: Vec<&str> = fields.iter().map(|field| field.field.as_str()).collect();
    assert_eq!(names, ["password.minimum_length", "admin_create_only"]);
    let [Op::Update { settings, tags }] = ops.as_slice() else { panic!("one call: {ops:?}") };
    assert_eq!((settings, tags.len()), (&desired.settings, 1), "tags of others stay");
}

#[test]
fn attributes_are_added_and_never_removed() {
    let live = made(&basic());
    let mut desired = basic();
    for number in 0..30 {
        desired.attributes.insert(format!("custom:a{number}"), own(AttributeType::String, true));
    }
    let change = diff::diff(Some(&desired), Some(&live));
    assert_eq!(calls(change.clone()), ["AddCustomAttributes", "AddCustomAttributes"], "25 at once");
    let live = apply(change, Some(live)).expect("there");
    assert_eq!(live.attributes.len(), 31);
    assert_eq!(diff::diff(Some(&basic()), Some(&live)), Change::None, "what is there stays");
    assert_eq!(objection(Some(&basic()), &live), None);
}

#[test]
fn what_is_decided_for_ever_is_objected_to() {
    let mut with = basic();
    with.attributes.insert("custom:plan".into(), own(AttributeType::String, true));
    let live = made(&with);
    let told_of = |change: &dyn Fn(&mut Desired)| {
        let mut desired = with.clone();
        change(&mut desired);
        objection(Some(&desired), &live).unwrap_or_default()
    };
    assert_eq!(told_of(&|_| {}), "");
    let cases: [(Edit<'_>, &str); 5] = [
        (&|of| of.fixed.username_attributes.clear(), "`username_attributes` is decided when a user pool is made; it cannot go from email to none"),
        (&|of| of.fixed.aliases = [Alias::PreferredUsername].into(), "`aliases` is decided"),
        (&|of| of.fixed.case_sensitive = true, "`case_sensitive` is decided when a user pool is made; it cannot go from false to true"),
        (&|of| { of.attributes.insert("custom:plan".into(), own(AttributeType::Number, true)); }, "`attributes.custom:plan` is decided"),
        (&|of| { of.attributes.insert("name".into(), Attribute { required: true, ..Attribute::STANDARD }); }, "`attributes.name` is decided"),
    ];
    for (change, text) in cases {
        let told = told_of(change);
        assert!(told.starts_with(text), "{text}: {told}");
    }
}

#[test]
fn a_protected_pool_is_not_removed() {
    let mut desired = basic();
    desired.settings.deletion_protection = true;
    let live = made(&desired);
    let told = objection(None, &live).expect("an objection");
    assert!(told.contains("`deletion_protection: false`"), "{told}");
    let refusal = step(&Op::Delete { name: at().name() }, Some(live.clone())).expect_err("refused");
    assert_eq!(
        refusal.message,
        "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first."
    );
    let open = apply(diff::diff(Some(&basic()), Some(&live)), Some(live)).expect("there");
    assert_eq!(objection(None, &open), None);
}

#[test]
fn cognito_refuses() {
    let create = |change: &dyn Fn(&mut Desired)| {
        let mut desired = basic();
        change(&mut desired);
        let Desired { name, settings, fixed, attributes, tags, .. } = desired;
        Op::Create { name, settings, fixed, attributes, tags }
    };
    let required = Attribute { required: true, ..own(AttributeType::String, true) };
    let cases: [&dyn Fn(&mut Desired); 5] = [
        &|of| of.settings.password.minimum_length = 5,
        &|of| of.settings.mfa = Mfa::On,
        &|of| of.fixed.aliases = [Alias::Email].into(),
        &|of| { of.attributes.insert("custom:plan".into(), required); },
        &|of| { of.attributes.insert(format!("custom:{}", "x".repeat(21)), own(AttributeType::String, true)); },
    ];
    for (number, change) in cases.into_iter().enumerate() {
        let refusal = step(&create(change), None).expect_err("refused");
        assert_eq!(refusal.code, "InvalidParameterException", "{number}");
    }
    let live = made(&basic());
    let with_domain = step(&Op::CreateDomain { domain: "a".into() }, Some(live.clone())).expect("accepted");
    let refusal = step(&Op::Delete { name: at().name() }, with_domain).expect_err("refused");
    assert!(refusal.message.starts_with("User pool cannot be deleted. It has a domain configured"), "{refusal}");
    let on = Settings { mfa: Mfa::On, ..basic().settings };
    let refusal = step(&Op::Update { settings: on, tags: BTreeMap::new() }, Some(live)).expect_err("no app's code");
    assert!(refusal.message.contains("are required when MFA is required/optional"), "{refusal}");
    assert_eq!(step(&Op::SetMfa { mfa: Mfa::On }, None).expect_err("gone").code, "ResourceNotFoundException");
}

proptest! {
    #[test]
    fn applying_the_change_empties_it(one in arbitrary::desired(), two in arbitrary::desired(), tags in arbitrary::strangers_tags()) {
        let mut live = made(&one);
        live.tags.extend(tags);
        // What is decided for ever is the first one's.
        let own = |(name, _): &(&String, &Attribute)| !one.attributes.contains_key(*name) && name.starts_with("custom:");
        let new: BTreeMap<_, _> = two.attributes.iter().filter(own).map(|(name, of)| (name.clone(), *of)).collect();
        let two = Desired { fixed: one.fixed.clone(), attributes: one.attributes.clone().into_iter().chain(new).collect(), ..two };
        prop_assert_eq!(objection(Some(&two), &live), None);
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
    let objection = CognitoUserPool::objection(&at(), desired, live, &context)?;
    Some(format!("{}; {}", objection.why, objection.hint))
}
