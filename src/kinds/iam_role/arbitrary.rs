//! Strategies for roles.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{collection, option, prelude::*};
use serde_json::json;

use super::{Desired, Document};
use crate::model::{Scope, owner};

/// Roles `s-dev-r` that IAM accepts, settled.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (
        trust(),
        collection::btree_set(managed(), 0..=10),
        collection::btree_map("[a-c]", policy(), 0..3),
        option::of("[a-z ]{0,8}"),
        option::of(managed()),
        prop_oneof![Just(3600), Just(7200), Just(43_200)],
        collection::btree_map("[x-z]", "[a-z]{0,3}", 0..3),
    )
        .prop_map(|(trust, managed_policies, inline_policies, description, permissions_boundary, max, tags)| {
            let at = Scope::new("s", "dev").address("iam_role", "r");
            Desired {
                name: at.name(),
                trust,
                managed_policies,
                inline_policies,
                description,
                permissions_boundary,
                max_session_seconds: max,
                tags: owner::tags(&at, &tags),
            }
        })
}

/// ARNs of managed policies: fourteen of them, so that sets of ten overlap without being equal.
fn managed() -> impl Strategy<Value = String> {
    (0..14_u8).prop_map(|number| format!("arn:aws:iam::aws:policy/p{number}"))
}

fn trust() -> impl Strategy<Value = Document> {
    let service = prop_oneof![Just("lambda.amazonaws.com"), Just("apigateway.amazonaws.com")];
    collection::btree_set(service, 1..=2).prop_map(|services: BTreeSet<_>| {
        let statements: Vec<_> = services
            .iter()
            .map(|service| json!({ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }))
            .collect();
        json!({ "Version": "2012-10-17", "Statement": statements }).into()
    })
}

fn policy() -> impl Strategy<Value = Document> {
    let statement = (any::<bool>(), collection::vec("[a-c]:[A-C]", 1..3), "arn:[a-c]", any::<bool>()).prop_map(
        |(allow, actions, resource, one)| {
            let effect = if allow { "Allow" } else { "Deny" };
            let resource = if one { json!(resource) } else { json!([resource]) };
            json!({ "Effect": effect, "Action": actions, "Resource": resource })
        },
    );
    collection::vec(statement, 1..3)
        .prop_map(|statements| json!({ "Version": "2012-10-17", "Statement": statements }).into())
}

/// Tags nobody of ours set.
pub(crate) fn strangers_tags() -> impl Strategy<Value = BTreeMap<String, String>> {
    collection::btree_map("[m-o]", "[a-z]{0,3}", 0..2)
}
