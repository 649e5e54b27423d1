//! Comparison of deployments.

use super::{Deployment, Desired, Live, Op};
use crate::model::{Change, FieldChange, FieldChanges, Reason, Shown};

pub(super) fn diff(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    match (desired, live) {
        (None, None) => Change::None,
        (None, Some(live)) => {
            Change::act(Reason::NotInStackFile, live.deployments.iter().map(|old| delete(live, old)).collect())
        }
        // Deployments of an API that is another one by now went with it.
        (Some(desired), live) => match live.filter(|live| desired.api_id.matches(&live.api_id)) {
            None => Change::act(Reason::Missing, vec![create(desired)]),
            Some(live) => compare(desired, live),
        },
    }
}

fn compare(desired: &Desired, live: &Live) -> Change<Op> {
    let mut fields = Vec::new();
    let mut ops = Vec::new();
    if live.of_content(&desired.content_hash).is_none() {
        let before = Shown::option(live.deployments.last().map(|newest| newest.content_hash.clone()));
        fields.push(FieldChange::new("definition", before, desired.content_hash.as_str()));
        ops.push(create(desired));
    }
    let old = superfluous(desired, live);
    if !old.is_empty() {
        let others = |count: usize| count.to_string();
        let before = live.deployments.len() - usize::from(ops.is_empty());
        fields.push(FieldChange::new("old_deployments", others(before), others(before - old.len())));
    }
    let sweep = old.into_iter().map(|old| delete(live, old)).collect();
    match FieldChanges::new(fields) {
        Some(fields) => Change::with_sweep(Reason::FieldsDiffer(fields), ops, sweep),
        None => Change::None,
    }
}

/// What is deleted once the wanted deployment serves, oldest first: all but the newest `keep` of the others, and second ones of
/// the same content.
pub(super) fn superfluous<'a>(desired: &Desired, live: &'a Live) -> Vec<&'a Deployment> {
    let wanted = live.of_content(&desired.content_hash).map(|wanted| wanted.id.as_str());
    let (duplicates, old): (Vec<_>, Vec<_>) = live
        .deployments
        .iter()
        .filter(|deployment| Some(deployment.id.as_str()) != wanted && deployment.held_by.is_none())
        .partition(|deployment| deployment.content_hash == desired.content_hash);
    let beyond = old.len().saturating_sub(desired.keep as usize);
    old.into_iter().take(beyond).chain(duplicates).collect()
}

fn create(desired: &Desired) -> Op {
    Op::Create { api_id: desired.api_id.clone(), content_hash: desired.content_hash.clone() }
}

fn delete(live: &Live, deployment: &Deployment) -> Op {
    Op::Delete { api_id: live.api_id.clone(), id: deployment.id.clone() }
}
