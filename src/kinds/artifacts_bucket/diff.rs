//! Comparison of the bucket's settings.

use serde_json::{Value as Json, json};

use super::{Desired, LIFECYCLE, Lifecycle, Live, Op, tls_statement};
use crate::{
    kinds::{compare::Compare, iam_role::Document},
    model::{Change, Identity, Reason, Shown},
};

pub(super) fn diff(desired: &Desired, live: Option<&Live>, identity: &Identity) -> Change<Op> {
    let name = || desired.name.clone();
    match live {
        None => {
            let ops = [Op::Create { name: name() }].into_iter();
            Change::act(Reason::Missing, ops.chain(settings(desired, &new(desired), identity).1).collect())
        }
        Some(live) => {
            let (compare, ops) = settings(desired, live, identity);
            Change::fields(compare.finish(), ops)
        }
    }
}

/// A bucket as S3 makes it: private and encrypted since 2023, neither versioned nor tagged.
pub(super) fn new(desired: &Desired) -> Live {
    Live {
        name: desired.name.clone(),
        public_access_blocked: false,
        versioned: false,
        encrypted: false,
        policy: None,
        lifecycle: None,
        tags: Default::default(),
    }
}

/// Settings that differ. The policy comes last: it may close the bucket to whoever sends the other calls without TLS.
fn settings(desired: &Desired, live: &Live, identity: &Identity) -> (Compare, Vec<Op>) {
    let mut compare = Compare::default();
    let mut ops = Vec::new();
    let name = || desired.name.clone();
    if compare.value("public_access_blocked", &live.public_access_blocked, &true) {
        ops.push(Op::BlockPublicAccess { name: name() });
    }
    if compare.value("versioned", &live.versioned, &true) {
        ops.push(Op::Version { name: name() });
    }
    if compare.value("encrypted", &live.encrypted, &true) {
        ops.push(Op::Encrypt { name: name() });
    }
    if compare.tags(&live.tags, &desired.tags) {
        let tags = live.tags.clone().into_iter().chain(desired.tags.clone()).collect();
        ops.push(Op::Tag { name: name(), tags });
    }
    let shown = |lifecycle: Option<Lifecycle>| {
        let words = |lifecycle: Lifecycle| {
            let days = |days: Option<i32>| days.map_or("never".to_owned(), |days| format!("{days} days"));
            let (old, unfinished) = (days(lifecycle.noncurrent_days), days(lifecycle.abort_multipart_days));
            format!("old versions {old}, unfinished uploads {unfinished}")
        };
        Shown::option(lifecycle.map(words))
    };
    if compare.note(live.lifecycle != Some(LIFECYCLE), "lifecycle", || (shown(live.lifecycle), shown(Some(LIFECYCLE)))) {
        ops.push(Op::PutLifecycle { name: name(), lifecycle: LIFECYCLE });
    }
    let policy = with_tls(desired, live, identity);
    compare.note(policy.is_some(), "policy.TlsOnly", || (Shown::Absent, "refuse requests without TLS".into()));
    ops.extend(policy.map(|policy| Op::PutPolicy { name: name(), policy }));
    (compare, ops)
}

/// The policy with our statement added, where it is asked for and not there. Statements of others stay: an organisation may put
/// its own on every bucket.
fn with_tls(desired: &Desired, live: &Live, identity: &Identity) -> Option<Document> {
    let ours = tls_statement(&identity.partition, &desired.name);
    let there: Vec<Json> = live
        .policy
        .as_ref()
        .and_then(|policy| policy.normal().json()["Statement"].as_array().cloned())
        .unwrap_or_default();
    if !desired.tls_only || there.contains(&ours) {
        return None;
    }
    // Our statement, changed by hand, is replaced and not doubled.
    let mut statements: Vec<_> = there.into_iter().filter(|statement| statement["Sid"] != ours["Sid"]).collect();
    statements.push(ours);
    Some(json!({ "Version": "2012-10-17", "Statement": statements }).into())
}
