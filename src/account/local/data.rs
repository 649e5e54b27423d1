//! Objects that hold data, for a local account that is given an emulator: the local account has APIs, functions and what leads to
//! them; tables, buckets, mail and identities need a service that answers.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use super::super::{Account, Answer, Asked, aws::Aws};
use crate::{
    kinds::{self, Live, Op},
    model::{Address, CloudError, Found, Hint, Scope},
};

/// The endpoint, and what was seen there.
pub(super) struct Data {
    aws: Aws,
    seen: Mutex<BTreeMap<Address, Live>>,
}

impl Data {
    pub(super) fn new(aws: Aws) -> Self {
        Self { aws, seen: Mutex::default() }
    }

    /// The local `objects` and those that live here.
    pub(super) fn beside(&self, objects: &BTreeMap<Address, Live>) -> BTreeMap<Address, Live> {
        let mut all = objects.clone();
        all.extend(self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone());
        all
    }

    pub(super) async fn without_ledger(&self, scope: &Scope) -> Result<BTreeMap<Address, Hint>, CloudError> {
        let mut hints = Account::without_ledger(&self.aws, scope).await?;
        hints.retain(|at, _| kinds::data_kinds().any(|kind| kind == at.kind));
        Ok(hints)
    }

    pub(super) async fn observe(&self, asked: &Asked<'_>) -> Result<Vec<Found<Live>>, CloudError> {
        let here =
            kinds::data_kinds().filter(|kind| asked.kinds.as_ref().is_none_or(|kinds| kinds.contains(kind)));
        let here = Asked { kinds: Some(here.collect()), ..*asked };
        let snapshot = Account::observe(&self.aws, &here).await?;
        let found: Vec<Found<Live>> = snapshot.iter().map(|(_, found)| found.clone()).collect();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.extend(found.iter().map(|found| (found.address.clone(), found.live.clone())));
        Ok(found)
    }

    pub(super) async fn send(
        &self,
        at: &Address,
        op: &Op,
        live: Option<&Live>,
    ) -> Result<Answer, CloudError> {
        let answer = Account::send(&self.aws, at, op, live).await?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        match &answer.live {
            Some(live) => seen.insert(at.clone(), live.clone()),
            None => seen.remove(at),
        };
        Ok(answer)
    }
}
