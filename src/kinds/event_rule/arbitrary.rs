//! Rules as property tests draw them.

use std::collections::BTreeMap;

use proptest::{collection, option, prelude::*};

use super::{Desired, Live, Target, target_id};
use crate::model::{Scope, owner};

fn schedule() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["rate(1 minute)", "rate(2 hours)", "cron(0 12 * * ? *)"]).prop_map(str::to_owned)
}

fn arn() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["arn:f", "arn:f:live"]).prop_map(str::to_owned)
}

/// A wanted rule `s-dev-f-schedule`.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    (schedule(), any::<bool>(), option::of("[a-c]{1,3}"), arn(), option::of(Just("{}".to_owned()))).prop_map(
        |(schedule, enabled, description, arn, input)| {
            let at = Scope::new("s", "dev").address("event_rule", "f-schedule");
            Desired {
                name: at.name(),
                schedule,
                enabled,
                description,
                target_arn: arn.into(),
                input,
                tags: owner::tags(&at, &BTreeMap::new()),
            }
        },
    )
}

/// The rule as the account may have it.
pub(crate) fn live() -> impl Strategy<Value = Live> {
    let id = prop_oneof![
        Just(target_id(&Scope::new("s", "dev").address("event_rule", "f-schedule"))),
        Just("theirs".to_owned())
    ];
    let target = (arn(), option::of(Just("{}".to_owned()))).prop_map(|(arn, input)| Target { arn, input });
    (schedule(), any::<bool>(), option::of("[a-c]{1,3}"), collection::btree_map(id, target, 0..3)).prop_map(
        |(schedule, enabled, description, targets)| Live {
            name: "s-dev-f-schedule".to_owned(),
            schedule,
            enabled,
            description,
            targets,
        },
    )
}
