//! Comparison of identity pools.

use std::collections::{BTreeMap, BTreeSet};

use super::{Desired, Live, Op, Provider, Settings};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason, Shown, Text},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => {
            Change::act(Reason::NotInStackFile, vec![Op::Delete { name: live.name.clone() }])
        }
        (Some(desired), None) => {
            let Desired { name, settings, tags } = desired.clone();
            Change::act(Reason::Missing, vec![Op::Create { name, settings, tags }])
        }
        (Some(desired), Some(live)) => {
            let mut compare = Compare::default();
            compare.value("name", &live.name, &desired.name);
            settings(&mut compare, &live.settings, &desired.settings);
            compare.tags(&live.tags, &desired.tags);
            let mut tags = live.tags.clone();
            tags.extend(desired.tags.clone());
            let update = Op::Update { name: desired.name.clone(), settings: desired.settings.clone(), tags };
            Change::fields(compare.finish(), vec![update])
        }
    }
}

fn settings(compare: &mut Compare, live: &Settings, desired: &Settings) {
    compare.value("allow_unauthenticated", &live.allow_unauthenticated, &desired.allow_unauthenticated);
    compare.value("classic_flow", &live.classic_flow, &desired.classic_flow);
    compare.option("developer_provider", &live.developer_provider, &desired.developer_provider);
    let providers = |set: &BTreeSet<Provider>| list(set.iter().map(provider));
    compare.note(live.user_pools != desired.user_pools, "user_pools", || {
        (providers(&live.user_pools), providers(&desired.user_pools))
    });
    arns(compare, "openid_connect_providers", &live.openid_connect_arns, &desired.openid_connect_arns);
    arns(compare, "saml_providers", &live.saml_arns, &desired.saml_arns);
    let known: BTreeMap<String, String> =
        live.login_providers.iter().map(|(name, id)| (name.clone(), id.settled().to_owned())).collect();
    compare.exclusive_map("login_providers", &known, &desired.login_providers, false);
}

fn arns(compare: &mut Compare, field: &str, live: &BTreeSet<Text>, desired: &BTreeSet<Text>) {
    compare.note(live != desired, field, || {
        (list(live.iter().map(Text::to_string)), list(desired.iter().map(Text::to_string)))
    });
}

fn provider(of: &Provider) -> String {
    let checked = if of.server_side_token_check { ", tokens checked" } else { "" };
    format!("{}:{}{checked}", of.provider, of.client_id)
}

fn list(items: impl Iterator<Item = String>) -> Shown {
    let items: Vec<String> = items.collect();
    if items.is_empty() { Shown::Absent } else { items.join(", ").into() }
}

/// A developer provider's name stays for as long as the pool does ("Once you have set a developer provider name, you cannot
/// change it", API reference of `CreateIdentityPool`).
pub(super) fn objection(desired: &Desired, live: &Live) -> Option<(String, String)> {
    let set = live.settings.developer_provider.as_ref()?;
    if desired.settings.developer_provider.as_ref() == Some(set) {
        return None;
    }
    let wanted = match &desired.settings.developer_provider {
        Some(wanted) => format!("the developer provider `{set}` cannot become `{wanted}`"),
        None => format!("the developer provider `{set}` cannot be taken away"),
    };
    Some((
        format!("{wanted}: AWS keeps the name for as long as the identity pool exists"),
        format!(
            "say `developer_provider: {set}`, or give the pool another key, which makes a new one; the identities of the old one are \
             lost with it"
        ),
    ))
}
