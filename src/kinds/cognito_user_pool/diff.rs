//! Comparison of user pools.

use std::collections::{BTreeMap, BTreeSet};

use super::{Attribute, CUSTOM_PREFIX, Desired, Email, Live, Mfa, Op, Settings};
use crate::{
    kinds::compare::Compare,
    model::{Change, FieldChange, Reason, Shown, Text},
};

/// How many attributes one call adds (API reference of `AddCustomAttributes`).
const ATTRIBUTES_AT_ONCE: usize = 25;

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => {
            // A pool with a domain cannot be deleted.
            let domain = live.domain.iter().map(|domain| Op::DeleteDomain { domain: domain.clone() });
            let delete = Op::Delete { name: live.name.clone() };
            Change::act(Reason::NotInStackFile, domain.chain([delete]).collect())
        }
        (Some(desired), None) => Change::act(Reason::Missing, create(desired)),
        (Some(desired), Some(live)) => change(desired, live),
    }
}

fn create(desired: &Desired) -> Vec<Op> {
    let Desired { name, settings, fixed, attributes, domain, tags } = desired.clone();
    let mfa = settings.mfa;
    let settings = Settings { mfa: Mfa::Off, ..settings };
    let mut ops = vec![Op::Create { name, settings, fixed, attributes, tags }];
    if mfa != Mfa::Off {
        ops.push(Op::SetMfa { mfa });
    }
    ops.extend(domain.map(|domain| Op::CreateDomain { domain }));
    ops
}

fn change(desired: &Desired, live: &Live) -> Change<Op> {
    let mut compare = Compare::default();
    let mut ops = Vec::new();
    let new = new_attributes(desired, live);
    let mut added: Vec<FieldChange> = Vec::new();
    for name in new.keys() {
        added.push(FieldChange::new(format!("attributes.{name}"), Shown::Absent, "to be added"));
    }
    let new: Vec<(String, Attribute)> = new.into_iter().collect();
    ops.extend(new.chunks(ATTRIBUTES_AT_ONCE).map(|some| Op::AddAttributes { attributes: some.iter().cloned().collect() }));

    let wanted = desired.settings.mfa;
    let without_app = wanted != Mfa::Off && !live.software_token;
    let mfa = compare.note(live.settings.mfa != wanted || without_app, "mfa", || {
        let app = if live.settings.mfa != Mfa::Off && without_app { ", without an app's code" } else { "" };
        (format!("{}{app}", word(live.settings.mfa)).into(), word(wanted).into())
    });
    if mfa {
        ops.push(Op::SetMfa { mfa: wanted });
    }
    let settings = settings(&mut compare, &live.settings, &desired.settings);
    let tags = compare.tags(&live.tags, &desired.tags);
    if settings || tags {
        let mut tags = live.tags.clone();
        tags.extend(desired.tags.clone());
        ops.push(Op::Update { settings: desired.settings.clone(), tags });
    }
    if compare.option("domain", &live.domain, &desired.domain) {
        ops.extend(live.domain.iter().map(|domain| Op::DeleteDomain { domain: domain.clone() }));
        ops.extend(desired.domain.iter().map(|domain| Op::CreateDomain { domain: domain.clone() }));
    }
    added.extend(compare.finish());
    Change::fields(added, ops)
}

/// Attributes of one's own that the pool has not.
fn new_attributes(desired: &Desired, live: &Live) -> BTreeMap<String, Attribute> {
    let own = desired.attributes.iter().filter(|(name, _)| name.starts_with(CUSTOM_PREFIX));
    own.filter(|(name, _)| !live.attributes.contains_key(*name)).map(|(name, of)| (name.clone(), *of)).collect()
}

/// Everything that `UpdateUserPool` changes. Answers whether something differs.
fn settings(compare: &mut Compare, live: &Settings, desired: &Settings) -> bool {
    let (was, wanted) = (&live.password, &desired.password);
    let mut differs = compare.value("password.minimum_length", &was.minimum_length, &wanted.minimum_length);
    differs |= compare.value("password.uppercase", &was.uppercase, &wanted.uppercase);
    differs |= compare.value("password.lowercase", &was.lowercase, &wanted.lowercase);
    differs |= compare.value("password.numbers", &was.numbers, &wanted.numbers);
    differs |= compare.value("password.symbols", &was.symbols, &wanted.symbols);
    differs |= compare.value("password.temporary_days", &was.temporary_days, &wanted.temporary_days);
    differs |= compare.note(live.auto_verified != desired.auto_verified, "auto_verified", || {
        let list = |of: &Settings| shown(of.auto_verified.iter().map(|one| one.wire()));
        (list(live), list(desired))
    });
    differs |= compare.note(live.recovery != desired.recovery, "account_recovery", || {
        let list = |of: &Settings| shown(of.recovery.iter().map(|one| one.wire()));
        (list(live), list(desired))
    });
    differs |= email(compare, live.email.as_ref(), desired.email.as_ref());
    differs |= compare.value("admin_create_only", &live.admin_create_only, &desired.admin_create_only);
    differs | compare.value("deletion_protection", &live.deletion_protection, &desired.deletion_protection)
}

fn email(compare: &mut Compare, live: Option<&Email>, desired: Option<&Email>) -> bool {
    let text = |text: Option<&Text>| text.map(|text| text.settled().to_owned());
    let (was, wanted) = (live.map(|of| &of.identity_arn), desired.map(|of| &of.identity_arn));
    let mut differs = compare.optional_text("email.identity", text(was).as_deref(), wanted);
    let from = |of: &Email| of.from.clone();
    let (was, wanted) = (live.and_then(from), desired.and_then(from));
    differs |= compare.optional_text("email.from", text(was.as_ref()).as_deref(), wanted.as_ref());
    let reply_to = |of: &Email| of.reply_to.clone();
    let (was, wanted) = (live.and_then(reply_to), desired.and_then(reply_to));
    differs |= compare.optional_text("email.reply_to", text(was.as_ref()).as_deref(), wanted.as_ref());
    let set = |of: Option<&Email>| of.and_then(|of| of.configuration_set.clone());
    differs | compare.option("email.configuration_set", &set(live), &set(desired))
}

fn word(mfa: Mfa) -> &'static str {
    match mfa {
        Mfa::Off => "off",
        Mfa::Optional => "optional",
        Mfa::On => "on",
    }
}

fn shown<'w>(words: impl Iterator<Item = &'w str>) -> Shown {
    let words: Vec<&str> = words.collect();
    if words.is_empty() { Shown::Absent } else { words.join(", ").into() }
}

/// What AWS never changes of a pool, and a pool that is protected.
pub(super) fn objection(desired: Option<&Desired>, live: &Live) -> Option<(String, String)> {
    let Some(desired) = desired else {
        let hint = "deploy it once with `deletion_protection: false`, then remove it: its users go with it";
        let why = "the user pool is protected from deletion";
        return live.settings.deletion_protection.then(|| (why.to_owned(), hint.to_owned()));
    };
    let list = |set: BTreeSet<&str>| if set.is_empty() { "none".to_owned() } else { set.into_iter().collect::<Vec<_>>().join(", ") };
    let (was, wanted) = (&live.fixed, &desired.fixed);
    if was.username_attributes != wanted.username_attributes {
        let words = |of: &BTreeSet<super::Contact>| list(of.iter().map(|one| one.wire()).collect());
        return Some(kept("username_attributes", &words(&was.username_attributes), &words(&wanted.username_attributes)));
    }
    if was.aliases != wanted.aliases {
        let words = |of: &BTreeSet<super::Alias>| list(of.iter().map(|one| one.wire()).collect());
        return Some(kept("aliases", &words(&was.aliases), &words(&wanted.aliases)));
    }
    if was.case_sensitive != wanted.case_sensitive {
        return Some(kept("case_sensitive", &was.case_sensitive.to_string(), &wanted.case_sensitive.to_string()));
    }
    desired.attributes.iter().find_map(|(name, wanted)| {
        let of_own = name.starts_with(CUSTOM_PREFIX);
        let was = live.attributes.get(name).copied().or((!of_own).then_some(Attribute::STANDARD))?;
        (!wanted.is_met_by(name, &was)).then(|| kept(&format!("attributes.{name}"), &attribute(&was), &attribute(wanted)))
    })
}

fn kept(field: &str, was: &str, wanted: &str) -> (String, String) {
    let hint = "put it back, or give the pool another key, which makes a new one; the users of the old one are lost with it";
    (format!("`{field}` is decided when a user pool is made; it cannot go from {was} to {wanted}"), hint.to_owned())
}

fn attribute(of: &Attribute) -> String {
    let required = if of.required { "required" } else { "not required" };
    let mutable = if of.mutable { "mutable" } else { "not mutable" };
    let limit = |limit: Option<i64>| limit.map_or("any".to_owned(), |limit| limit.to_string());
    format!("{} ({required}, {mutable}, {} to {})", of.kind.wire(), limit(of.minimum), limit(of.maximum))
}
