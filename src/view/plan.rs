//! A plan as text: objects with their reasons, and the calls under them.

use super::Styles;
use crate::{
    kinds::Op,
    model::{Action, FieldChange, Item, Phase, Plan, Reason},
    planner::Estimate,
};

/// How many calls and fields of one object are listed unless all are asked for.
const LINES_MAX: usize = 8;

pub(super) fn text(plan: &Plan<Op>, estimate: &Estimate, verbose: bool, styles: Styles) -> String {
    let place = format!("account {}, {}", plan.identity.account_id, plan.identity.region);
    if plan.is_empty() {
        return format!("{}: nothing to change ({place})", styles.strong(&plan.scope.to_string()));
    }
    let mut lines =
        vec![format!("{}  {}", styles.strong(&plan.scope.to_string()), styles.dim(&place)), String::new()];
    for item in &plan.items {
        lines.extend(item_lines(item, verbose, styles));
    }
    let (create, update, delete) = plan.counts();
    let calls = if estimate.calls == 1 { "1 call".to_owned() } else { format!("{} calls", estimate.calls) };
    let ledger = match estimate.ledger_writes {
        0 => String::new(),
        writes => format!(" and {writes} of the ledger"),
    };
    lines.push(String::new());
    lines.push(format!(
        "Plan: {create} to create, {update} to change, {delete} to delete. {calls}{ledger}, about {} under AWS's rates.",
        seconds(estimate.seconds)
    ));
    lines.join("\n")
}

/// Seconds for people: `0.4 s`, `12 s`, `3 min 20 s`.
pub(super) fn seconds(seconds: f64) -> String {
    if seconds < 10.0 {
        format!("{seconds:.1} s")
    } else if seconds < 120.0 {
        format!("{seconds:.0} s")
    } else {
        let whole = seconds.round() as u64;
        format!("{} min {} s", whole / 60, whole % 60)
    }
}

fn item_lines(item: &Item<Op>, verbose: bool, styles: Styles) -> Vec<String> {
    let name = format!("{} {}", item.address.kind, item.address.key);
    let head = match item.action {
        Action::Create => styles.create(&format!("  + {name}")),
        Action::Update => styles.update(&format!("  ~ {name}")),
        Action::Delete => styles.delete(&format!("  - {name}")),
    };
    let why = match (&item.reason, item.phase) {
        (_, Phase::Release) => "lets go of what another takes",
        (Reason::Missing, _) => "missing",
        (Reason::NotInStackFile, _) => "not in the stack file",
        (Reason::LeftHalfDone, _) => "left half done by an earlier run",
        (Reason::FieldsDiffer(_), Phase::Sweep) => "no longer needed afterwards",
        (Reason::FieldsDiffer(_), Phase::Apply) => "differs",
    };
    let mut lines = vec![format!("{head}  {}", styles.dim(&format!("({why})")))];
    if let (Reason::FieldsDiffer(fields), Phase::Apply) = (&item.reason, item.phase) {
        let fields: Vec<String> = fields.iter().map(field_line).collect();
        lines.extend(shortened(fields, verbose, "fields"));
    }
    let calls =
        item.ops.iter().map(|op| styles.dim(&format!("      {}: {}", op.call(), op.describe()))).collect();
    lines.extend(shortened(calls, verbose, "calls"));
    lines
}

fn field_line(change: &FieldChange) -> String {
    format!("      {}: {} -> {}", change.field, change.before, change.after)
}

fn shortened(lines: Vec<String>, verbose: bool, what: &str) -> Vec<String> {
    if verbose || lines.len() <= LINES_MAX + 1 {
        return lines;
    }
    let more = lines.len() - LINES_MAX;
    let mut shown: Vec<String> = lines.into_iter().take(LINES_MAX).collect();
    shown.push(format!("      … {more} more {what} (`-v` lists all)"));
    shown
}
