//! Mappings as property tests draw them.

use std::collections::BTreeMap;

use proptest::{option, prelude::*};

use super::{Desired, Live, Settings};
use crate::model::Text;

fn settings() -> impl Strategy<Value = Settings> {
    (any::<[bool; 3]>(), 1..1000_i32, 0..300_i32, 1..10_i32, -1..5_i32, prop::sample::select(vec![-1, 60, 600]), 0..3_usize)
        .prop_map(|(flags, batch_size, window, parallel, retries, age, filters)| Settings {
            enabled: flags[0],
            batch_size,
            batching_window_seconds: window,
            parallelization_factor: parallel,
            retries,
            max_record_age_seconds: age,
            bisect_on_error: flags[1],
            report_batch_item_failures: flags[2],
            filters: ["{\"a\":[1]}", "{\"b\":[2]}"].iter().take(filters).map(|text| (*text).to_owned()).collect(),
        })
}

fn stream() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["1", "2"]).prop_map(|made| {
        format!("arn:aws:dynamodb:eu-west-1:111122223333:table/s-dev-orders/stream/2026-01-0{made}T00:00:00.000")
    })
}

/// What reads `s-dev-orders`.
pub(crate) fn live() -> impl Strategy<Value = Live> {
    let function = prop::sample::select(vec!["s-dev-f", "s-dev-f:live"]);
    let position = prop::sample::select(vec!["LATEST", "TRIM_HORIZON"]);
    (function, stream(), position, option::of("arn:sqs:[ab]"), settings()).prop_map(
        |(function, source_arn, position, on_failure_arn, settings)| Live {
            id: "one".to_owned(),
            function_name: function.to_owned(),
            source_arn,
            starting_position: position.to_owned(),
            on_failure_arn,
            settings,
        },
    )
}

/// What is to read it.
pub(crate) fn desired() -> impl Strategy<Value = Desired> {
    live().prop_map(|live| Desired {
        function_name: live.function_name,
        source_arn: live.source_arn.into(),
        starting_position: live.starting_position,
        on_failure_arn: live.on_failure_arn.map(Text::from),
        settings: live.settings,
        tags: BTreeMap::new(),
    })
}
