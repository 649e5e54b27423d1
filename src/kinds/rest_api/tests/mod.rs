//! Tests of the kind, and strategies that make APIs for other tests.

pub(crate) mod arbitrary;
mod documents;
mod laws;
mod refusals;
mod tables;

use std::{
    cell::Cell,
    collections::BTreeMap,
};

use super::{Desired, Live, Op, RestApi, diff, simulate};
use crate::{
    kinds::{Context, Kind, World},
    model::{Address, Change, FieldChange, Identity, Reason, Refusal, Scope},
};

fn at() -> Address {
    Scope::new("shop", "dev").address(RestApi::NAME, super::KEY)
}

fn identity() -> Identity {
    Identity::new("123456789012", "eu-west-1")
}

fn context(put_rest_api: bool) -> Context {
    Context { identity: identity(), put_rest_api, adopt: false, replace: false }
}

/// Ids that count up, each of the length that was asked for.
struct Mint(Cell<usize>);

impl Mint {
    fn new() -> Self {
        Self(Cell::new(0))
    }

    fn simulate(&self, op: &Op, live: Option<Live>) -> Result<Option<Live>, Refusal> {
        let (identity, objects) = (identity(), BTreeMap::new());
        let mint = |length: usize| {
            self.0.set(self.0.get() + 1);
            format!("{:0>length$}", self.0.get())
        };
        simulate::simulate(&at(), op, live, &World::local(&identity, &objects, &mint))
    }

    /// Applies `ops` one after the other; none may be refused.
    fn apply(&self, ops: &[Op], live: Option<Live>) -> Option<Live> {
        ops.iter().fold(live, |live, op| match self.simulate(op, live) {
            Ok(live) => live,
            Err(refusal) => panic!("{op:?}\nwas refused: {refusal}\nin {ops:#?}"),
        })
    }
}

fn change(desired: Option<&Desired>, live: Option<&Live>) -> Change<Op> {
    diff::diff(&at(), desired, live, &context(false))
}

fn ops(desired: Option<&Desired>, live: Option<&Live>) -> Vec<Op> {
    match change(desired, live) {
        Change::None => Vec::new(),
        Change::Act { ops, .. } => ops,
    }
}

/// The API that `desired` becomes from nothing.
fn made(desired: &Desired) -> Live {
    Mint::new().apply(&ops(Some(desired), None), None).expect("an API")
}

fn fields(desired: &Desired, live: &Live) -> Vec<FieldChange> {
    match change(Some(desired), Some(live)) {
        Change::Act { reason: Reason::FieldsDiffer(fields), .. } => fields.iter().cloned().collect(),
        other => panic!("expected a change of fields: {other:?}"),
    }
}
