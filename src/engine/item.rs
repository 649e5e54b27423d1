//! One object: its calls in order, and what is done when an answer does not fit.

use std::collections::VecDeque;

use super::{Event, Failure, FailureCause, run::Shared};
use crate::{
    account::Asked,
    kinds::{self, Desired, Live, Op},
    model::{Address, Call, Change, Class, CloudError, Hint, Item, Ownership, Part, Phase, Reason, Repeat},
    planner::resolve,
};

/// How often an object is looked at again before it is given up.
const LOOKS_MAX: usize = 4;

/// How the work on one object ended.
pub(super) enum ItemEnd {
    /// As desired, after so many calls.
    Done { steps: usize },
    /// Asked to stop, after so many calls.
    Stopped { steps: usize },
    /// Failed, after so many calls.
    Failed { steps: usize, failure: Box<Failure> },
}

/// Makes the item's calls.
pub(super) async fn run_item(shared: &Shared<'_>, item: &Item<Op>) -> ItemEnd {
    let run = shared.run;
    let at = &item.address;
    run.events.emit(Event::ItemStarted { address: at.clone(), action: item.action, steps: item.ops.len() });
    let mut ops: VecDeque<Op> = item.ops.iter().cloned().collect();
    let (mut planned_left, mut looks) = (item.ops.len(), 0);
    while let Some(op) = ops.pop_front() {
        if run.env.stop.draining() {
            return ItemEnd::Stopped { steps: item.ops.len() - planned_left };
        }
        match step(shared, at, &op).await {
            Ok(None) => planned_left = planned_left.saturating_sub(1),
            Ok(Some(read_back)) => {
                planned_left = planned_left.saturating_sub(1);
                looks += 1;
                if looks > LOOKS_MAX {
                    return failed(item, planned_left, &op, FailureCause::Restless(LOOKS_MAX));
                }
                ops = compare_again(shared, item, Some(read_back), None).await;
            }
            Err(StepError::LookAgain(error)) if looks < LOOKS_MAX => {
                looks += 1;
                match look_again(shared, item, &error).await {
                    Ok(rest) => ops = rest,
                    Err(cause) => return failed(item, planned_left, &op, cause),
                }
            }
            Err(StepError::LookAgain(error) | StepError::Cloud(error)) => {
                return failed(item, planned_left, &op, error.at(at).into());
            }
            Err(StepError::Other(cause)) => return failed(item, planned_left, &op, cause),
        }
    }
    run.events.emit(Event::ItemDone { address: at.clone(), action: item.action });
    ItemEnd::Done { steps: item.ops.len() }
}

fn failed(item: &Item<Op>, planned_left: usize, op: &Op, cause: FailureCause) -> ItemEnd {
    let failure = Failure { address: item.address.clone(), step: Some((op.call(), op.describe())), cause };
    ItemEnd::Failed { steps: item.ops.len() - planned_left, failure: Box::new(failure) }
}

enum StepError {
    /// The object is not what the plan thought: look, and compare again.
    LookAgain(CloudError),
    Cloud(CloudError),
    Other(FailureCause),
}

/// One call: settled, announced, sent, folded in, noted. Answers the object where it was read back.
async fn step(shared: &Shared<'_>, at: &Address, op: &Op) -> Result<Option<Live>, StepError> {
    let run = shared.run;
    let (call, repeat) = (op.call(), op.repeat());
    let (ready, live) = {
        let snapshot = shared.snapshot.lock().await;
        let ready = resolve::settle(op, run.graph, &snapshot, run.account.identity(), run.secrets)
            .map_err(|open| StepError::Other(FailureCause::StillUnknown(name_of(&open))))?;
        (ready, snapshot.live(at).cloned())
    };
    if repeat == Repeat::Duplicates
        && let Some(ledger) = &shared.ledger
    {
        let begun = ledger.lock().await.begin(run.account, at, &call).await;
        begun.map_err(|error| StepError::Other(error.into()))?;
        shared.sent.lock().await.insert((at.clone(), call.clone()));
    }
    let (address, description) = (at.clone(), op.describe());
    run.events.emit(Event::StepStarted { address, call: call.clone(), description });
    let answer = match run.account.send(at, &ready, live.as_ref()).await {
        Ok(answer) => answer,
        Err(error) if worth_a_look(&error, repeat) => return Err(StepError::LookAgain(error)),
        Err(error) => {
            if error.class != Class::Unknown {
                shared.sent.lock().await.remove(&(at.clone(), call));
            }
            return Err(StepError::Cloud(error));
        }
    };
    let id = answer.live.as_ref().and_then(|live| live.attribute("id", run.account.identity()));
    let read_back = answer.live.clone().filter(|_| answer.read_back);
    shared.snapshot.lock().await.set(at, answer.live);
    note_end(shared, at, &call, repeat, id).await?;
    run.events.emit(Event::StepDone { address: at.clone(), call });
    Ok(read_back)
}

/// Makes the id of a nameless object durable before anything that depends on it starts.
async fn note_end(
    shared: &Shared<'_>,
    at: &Address,
    call: &Call,
    repeat: Repeat,
    id: Option<String>,
) -> Result<(), StepError> {
    let (Repeat::Duplicates, Some(ledger)) = (repeat, &shared.ledger) else { return Ok(()) };
    let ended = ledger.lock().await.end(shared.run.account, at, call, id).await;
    ended.map_err(|error| StepError::Other(error.into()))
}

/// The failures after which the account is looked at instead of giving up: a name that is taken may be ours, a lost answer may
/// hide a success, a failed precondition says that someone changed the object.
fn worth_a_look(error: &CloudError, repeat: Repeat) -> bool {
    match error.class {
        Class::Exists | Class::Precondition => true,
        Class::Unknown => repeat == Repeat::Duplicates,
        Class::Absent => true,
        _ => false,
    }
}

/// Reads the object anew and answers the calls that remain.
async fn look_again(
    shared: &Shared<'_>,
    item: &Item<Op>,
    error: &CloudError,
) -> Result<VecDeque<Op>, FailureCause> {
    let live = look(shared, &item.address, error.class != Class::Absent).await?;
    Ok(compare_again(shared, item, live, Some(error)).await)
}

/// Compares the object with what is desired and answers the calls that remain. `because`: the failure that led here; an object
/// that was merely read back is as expected most of the time and is not spoken of.
async fn compare_again(
    shared: &Shared<'_>,
    item: &Item<Op>,
    live: Option<Live>,
    because: Option<&CloudError>,
) -> VecDeque<Op> {
    let run = shared.run;
    let at = &item.address;
    let desired: Option<Desired> = {
        let mut snapshot = shared.snapshot.lock().await;
        snapshot.set(at, live.clone());
        run.graph
            .nodes
            .get(at)
            .map(|node| resolve(&node.desired, run.graph, &snapshot, run.account.identity()))
    };
    let change = kinds::diff(at, desired.as_ref(), live.as_ref(), run.context);
    let (reason, ops): (Option<Reason>, VecDeque<Op>) = match change {
        Change::None => (None, VecDeque::new()),
        Change::Act { reason, ops, sweep } => (
            Some(reason),
            match item.phase {
                Phase::Release => ops.iter().filter_map(Op::release).map(|(first, _)| first).collect(),
                Phase::Apply => ops.into(),
                Phase::Sweep if desired.is_some() => sweep.into(),
                Phase::Sweep => ops.into_iter().chain(sweep).collect(),
            },
        ),
    };
    let because = match because {
        Some(error) => error.to_string(),
        None if ops.is_empty() => return ops,
        None => "the call made only part of what it should".to_owned(),
    };
    run.events.emit(Event::Replanned { address: at.clone(), because, reason, steps: ops.len() });
    ops
}

/// Asks the account for the object. `expected`: it should be there, so listings that lag are given time.
async fn look(shared: &Shared<'_>, at: &Address, expected: bool) -> Result<Option<Live>, FailureCause> {
    let run = shared.run;
    let wanted = run.graph.wanted();
    let hints = [(at.clone(), Hint { id: None, open: expected })].into();
    let asked = Asked { scope: &run.graph.scope, wanted: &wanted, hints: &hints, kinds: None };
    let snapshot = run.account.observe(&asked).await.map_err(|error| error.at(at))?;
    match snapshot.found(at) {
        Some(found) if found.ownership == Ownership::Foreign && !run.context.adopt => {
            Err(FailureCause::Foreign)
        }
        found => Ok(found.map(|found| found.live.clone())),
    }
}

fn name_of(open: &[Part]) -> String {
    match open.first() {
        Some(Part::Pending(reference)) => format!("{} of {}", reference.attribute, reference.address),
        Some(Part::Secret { source, .. }) => source.clone(),
        _ => "a value".to_owned(),
    }
}
