//! Comparison of the roles of an identity pool.

use std::collections::BTreeSet;

use super::{Comparison, Desired, Live, Mapping, Op, Rule};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason, Shown},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => {
            Change::act(Reason::NotInStackFile, vec![Op::Clear { pool_id: live.pool_id.clone() }])
        }
        (Some(desired), None) => Change::act(Reason::Missing, vec![set(desired)]),
        (Some(desired), Some(live)) => {
            let mut compare = Compare::default();
            compare.text("pool_id", &live.pool_id, &desired.pool_id);
            let (was, wanted) = (&live.roles, &desired.roles);
            let known = |text: &Option<crate::model::Text>| text.as_ref().map(|text| text.settled().to_owned());
            let (auth, unauth) = (known(&was.authenticated), known(&was.unauthenticated));
            compare.optional_text("roles.authenticated", auth.as_deref(), wanted.authenticated.as_ref());
            compare.optional_text("roles.unauthenticated", unauth.as_deref(), wanted.unauthenticated.as_ref());
            compare.note(was.mappings != wanted.mappings, "role_mappings", || {
                (shown(&was.mappings), shown(&wanted.mappings))
            });
            Change::fields(compare.finish(), vec![set(desired)])
        }
    }
}

fn set(desired: &Desired) -> Op {
    Op::Set { pool_id: desired.pool_id.clone(), roles: desired.roles.clone() }
}

fn shown(mappings: &BTreeSet<Mapping>) -> Shown {
    if mappings.is_empty() {
        return Shown::Absent;
    }
    let mapping = |mapping: &Mapping| {
        let how = match &mapping.rules {
            Some(rules) => rules.iter().map(rule).collect::<Vec<_>>().join(", "),
            None => "by the token".to_owned(),
        };
        let otherwise = if mapping.deny_otherwise { "denied" } else { "the authenticated role" };
        format!("{}: {how}, otherwise {otherwise}", mapping.provider)
    };
    mappings.iter().map(mapping).collect::<Vec<_>>().join("; ").into()
}

fn rule(rule: &Rule) -> String {
    let compare = match rule.compare {
        Comparison::Equals => "is",
        Comparison::NotEqual => "is not",
        Comparison::StartsWith => "starts with",
        Comparison::Contains => "contains",
    };
    format!("{} {compare} {} → {}", rule.claim, rule.value, rule.role)
}
