//! Comparison of clients of user pools.

use std::collections::BTreeSet;

use super::{Desired, Live, Op, Settings};
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
        (Some(desired), None) => Change::act(Reason::Missing, vec![create(desired)]),
        // The pool was made anew; the client of the old one went with it.
        (Some(desired), Some(live)) if !desired.pool_id.matches(&live.pool_id) => {
            let mut compare = Compare::default();
            compare.text("user_pool", &live.pool_id, &desired.pool_id);
            Change::fields(compare.finish(), vec![Op::Delete { name: live.name.clone() }, create(desired)])
        }
        (Some(desired), Some(live)) => {
            let mut compare = Compare::default();
            settings(&mut compare, &live.settings, &desired.settings);
            let update = Op::Update { name: desired.name.clone(), settings: desired.settings.clone() };
            Change::fields(compare.finish(), vec![update])
        }
    }
}

fn create(desired: &Desired) -> Op {
    let Desired { pool_id, name, settings, secret } = desired.clone();
    Op::Create { pool_id, name, settings, secret }
}

fn settings(compare: &mut Compare, live: &Settings, desired: &Settings) {
    let flows = |of: &Settings| list(of.auth_flows.iter().map(|flow| flow.wire().to_owned()));
    compare.note(live.auth_flows != desired.auth_flows, "auth_flows", || (flows(live), flows(desired)));
    let seconds = |compare: &mut Compare, field: &str, was: i32, wanted: i32| {
        compare.note(was != wanted, field, || (format!("{was} s").into(), format!("{wanted} s").into()));
    };
    seconds(compare, "access_token", live.access_token_seconds, desired.access_token_seconds);
    seconds(compare, "id_token", live.id_token_seconds, desired.id_token_seconds);
    seconds(compare, "refresh_token", live.refresh_token_seconds, desired.refresh_token_seconds);
    compare.value("hide_user_existence", &live.hide_user_existence, &desired.hide_user_existence);
    compare.value("token_revocation", &live.token_revocation, &desired.token_revocation);
    urls(compare, "callback_urls", &live.callback_urls, &desired.callback_urls);
    urls(compare, "logout_urls", &live.logout_urls, &desired.logout_urls);
    let flows = |of: &Settings| list(of.oauth_flows.iter().map(|flow| flow.wire().to_owned()));
    compare.note(live.oauth_flows != desired.oauth_flows, "oauth_flows", || (flows(live), flows(desired)));
    words(compare, "oauth_scopes", &live.oauth_scopes, &desired.oauth_scopes);
    words(compare, "identity_providers", &live.identity_providers, &desired.identity_providers);
}

fn urls(compare: &mut Compare, field: &str, live: &BTreeSet<Text>, desired: &BTreeSet<Text>) {
    compare.note(live != desired, field, || {
        (list(live.iter().map(Text::to_string)), list(desired.iter().map(Text::to_string)))
    });
}

fn words(compare: &mut Compare, field: &str, live: &BTreeSet<String>, desired: &BTreeSet<String>) {
    compare.note(live != desired, field, || (list(live.iter().cloned()), list(desired.iter().cloned())));
}

fn list(items: impl Iterator<Item = String>) -> Shown {
    let items: Vec<String> = items.collect();
    if items.is_empty() { Shown::Absent } else { items.join(", ").into() }
}

/// A client has a secret from the beginning or never.
pub(super) fn objection(desired: &Desired, live: &Live) -> Option<(String, String)> {
    // A pool that is made anew gets a new client.
    if desired.secret == live.secret || !desired.pool_id.matches(&live.pool_id) {
        return None;
    }
    let (was, change) = if live.secret { ("has a", "lose it") } else { ("has no", "get one") };
    Some((
        format!("the client {was} secret and cannot {change}: AWS decides that when a client is made"),
        format!(
            "say `secret: {}`, or take `client` away, deploy, and add it again; it gets another id then",
            live.secret
        ),
    ))
}
