//! Comparison of mappings.

use super::{Desired, Live, Op, Settings};
use crate::{
    kinds::compare::Compare,
    model::{Change, Reason, Shown},
};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => Change::act(Reason::NotInStackFile, vec![delete(live)]),
        (Some(desired), None) => Change::act(Reason::Missing, vec![create(desired)]),
        (Some(desired), Some(live)) => {
            let mut compare = Compare::default();
            // A mapping stays with its stream and where it began; the table made anew has another stream.
            let mut replaced = compare.text("stream", &live.source_arn, &desired.source_arn);
            replaced |= compare.value("starting_position", &live.starting_position, &desired.starting_position);
            compare.value("function", &live.function_name, &desired.function_name);
            compare.optional_text("on_failure_arn", live.on_failure_arn.as_deref(), desired.on_failure_arn.as_ref());
            settings(&mut compare, &live.settings, &desired.settings);
            let ops = if replaced { vec![delete(live), create(desired)] } else { vec![update(desired, live)] };
            Change::fields(compare.finish(), ops)
        }
    }
}

fn settings(compare: &mut Compare, live: &Settings, desired: &Settings) {
    compare.value("enabled", &live.enabled, &desired.enabled);
    compare.value("batch_size", &live.batch_size, &desired.batch_size);
    compare.value("batching_window_seconds", &live.batching_window_seconds, &desired.batching_window_seconds);
    compare.value("parallelization_factor", &live.parallelization_factor, &desired.parallelization_factor);
    compare.value("retries", &live.retries, &desired.retries);
    compare.value("max_record_age_seconds", &live.max_record_age_seconds, &desired.max_record_age_seconds);
    compare.value("bisect_on_error", &live.bisect_on_error, &desired.bisect_on_error);
    compare.value("report_batch_item_failures", &live.report_batch_item_failures, &desired.report_batch_item_failures);
    let shown = |filters: &[String]| if filters.is_empty() { Shown::Absent } else { filters.join(" ").into() };
    compare.note(live.filters != desired.filters, "filters", || (shown(&live.filters), shown(&desired.filters)));
}

fn create(desired: &Desired) -> Op {
    let Desired { function_name, source_arn, starting_position, on_failure_arn, settings, tags } = desired.clone();
    Op::Create { function_name, source_arn, starting_position, on_failure_arn, settings, tags }
}

fn update(desired: &Desired, live: &Live) -> Op {
    Op::Update {
        id: live.id.clone(),
        function_name: desired.function_name.clone(),
        on_failure_arn: desired.on_failure_arn.clone().unwrap_or_default(),
        settings: desired.settings.clone(),
    }
}

fn delete(live: &Live) -> Op {
    Op::Delete { id: live.id.clone(), function_name: live.function_name.clone() }
}
