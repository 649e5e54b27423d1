//! Strategies for user pools.

use std::collections::BTreeMap;

use proptest::{collection, option, prelude::*, sample};

use super::{
    Attribute, AttributeType, CUSTOM_PREFIX, CognitoUserPool, Contact, Desired, Email, Fixed, Mfa, Password, Recovery, Settings,
};
use crate::{
    kinds::Kind,
    model::{Scope, owner},
};

/// User pools `s-dev-u` that Cognito accepts, settled.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    let attributes = collection::btree_map(attribute_name(), attribute(), 0..4);
    let domain = option::of(sample::select(vec!["sign-in", "login"]));
    let tags = collection::btree_map("[x-z]", "[a-z]{0,3}", 0..3);
    (settings(), fixed(), attributes, domain, tags).prop_map(|(settings, fixed, attributes, domain, tags)| {
        let at = Scope::new("s", "dev").address(CognitoUserPool::NAME, "u");
        Desired {
            name: at.name(),
            settings,
            fixed,
            attributes: attributes.into_iter().map(|(name, of)| (name.clone(), fitting(&name, of))).collect(),
            domain: domain.map(str::to_owned),
            tags: owner::tags(&at, &tags),
        }
    })
}

fn attribute_name() -> impl Strategy<Value = String> {
    let own = ["plan", "seats"].map(|name| format!("{CUSTOM_PREFIX}{name}"));
    sample::select(vec!["email".to_owned(), "name".to_owned(), own[0].clone(), own[1].clone()])
}

fn attribute() -> impl Strategy<Value = Attribute> {
    let kind = sample::select(vec![AttributeType::String, AttributeType::Number]);
    (kind, any::<bool>(), any::<bool>(), option::of(0..2_i64), option::of(5..7_i64)).prop_map(
        |(kind, required, mutable, minimum, maximum)| Attribute { kind, required, mutable, minimum, maximum },
    )
}

/// What AWS lets be said of an attribute of this name.
fn fitting(name: &str, of: Attribute) -> Attribute {
    if name.starts_with(CUSTOM_PREFIX) {
        return Attribute { required: false, ..of };
    }
    Attribute { required: of.required, mutable: of.mutable, ..Attribute::STANDARD }
}

fn fixed() -> impl Strategy<Value = Fixed> {
    let contacts = sample::subsequence(Contact::ALL, 0..=2);
    (contacts, any::<bool>()).prop_map(|(contacts, case_sensitive)| Fixed {
        username_attributes: contacts.into_iter().collect(),
        aliases: Default::default(),
        case_sensitive,
    })
}

fn settings() -> impl Strategy<Value = Settings> {
    let password = (6..12_i32, any::<bool>(), any::<bool>(), 1..9_i32).prop_map(|(minimum_length, numbers, symbols, days)| {
        Password { minimum_length, numbers, symbols, temporary_days: days, ..Password::default() }
    });
    let email = option::of((0..2_u8, option::of("[a-c]@example.com"))).prop_map(|email| {
        email.map(|(identity, from)| Email {
            identity_arn: format!("arn:aws:ses:eu-west-1:1:identity/{identity}").into(),
            from: from.map(Into::into),
            reply_to: None,
            configuration_set: None,
        })
    });
    let recovery = sample::subsequence(&[Recovery::VerifiedEmail, Recovery::VerifiedPhoneNumber][..], 1..=2);
    let mfa = sample::select(Mfa::ALL);
    let contacts = sample::subsequence(Contact::ALL, 0..=2);
    (password, contacts, mfa, recovery, email, any::<bool>()).prop_map(
        |(password, contacts, mfa, recovery, email, admin_create_only)| Settings {
            password,
            auto_verified: contacts.into_iter().collect(),
            mfa,
            recovery,
            email,
            admin_create_only,
            deletion_protection: false,
        },
    )
}

/// Tags nobody of ours set.
pub(crate) fn strangers_tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    collection::btree_map("[m-o]", "[a-z]{0,3}", 0..2)
}
