//! An account that dies at a chosen point: before or after any effect.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use gatewright::{
    account::{Account, Answer, Asked, LedgerState, Version},
    kinds::{Live, Op, Snapshot, stack_outputs::Recorded},
    model::{Address, CloudError, Hint, Identity, Scope},
};
use tokio::sync::Notify;

/// Wraps an account. At the point `kill_at` everything stands still for ever, as for a killed process: who drives the deploy
/// drops it when [`Chaos::killed`] answers.
pub struct Chaos<'a> {
    inner: &'a dyn Account,
    points: AtomicUsize,
    kill_at: Option<usize>,
    dead: Notify,
}

impl<'a> Chaos<'a> {
    pub fn new(inner: &'a dyn Account, kill_at: Option<usize>) -> Self {
        Self { inner, points: AtomicUsize::new(0), kill_at, dead: Notify::new() }
    }

    /// How many points were passed.
    pub fn points(&self) -> usize {
        self.points.load(Ordering::SeqCst)
    }

    pub async fn killed(&self) {
        self.dead.notified().await;
    }

    async fn point(&self) {
        let point = self.points.fetch_add(1, Ordering::SeqCst);
        if self.kill_at.is_some_and(|kill_at| point >= kill_at) {
            self.dead.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

#[async_trait]
impl Account for Chaos<'_> {
    fn identity(&self) -> &Identity {
        self.inner.identity()
    }

    async fn put_rest_api(&self) -> Result<bool, CloudError> {
        self.inner.put_rest_api().await
    }

    async fn without_ledger(&self, scope: &Scope) -> Result<BTreeMap<Address, Hint>, CloudError> {
        self.inner.without_ledger(scope).await
    }

    async fn observe(&self, asked: &Asked<'_>) -> Result<Snapshot, CloudError> {
        self.inner.observe(asked).await
    }

    async fn send(&self, at: &Address, op: &Op, live: Option<&Live>) -> Result<Answer, CloudError> {
        self.point().await;
        let answer = self.inner.send(at, op, live).await;
        self.point().await;
        answer
    }

    async fn load_ledger(&self, scope: &Scope) -> Result<LedgerState, CloudError> {
        self.inner.load_ledger(scope).await
    }

    async fn store_ledger(
        &self,
        scope: &Scope,
        bytes: Vec<u8>,
        expected: Option<&Version>,
    ) -> Result<Version, CloudError> {
        self.point().await;
        let version = self.inner.store_ledger(scope, bytes, expected).await;
        self.point().await;
        version
    }

    async fn forget_scope(&self, scope: &Scope, expected: &Version) -> Result<(), CloudError> {
        self.point().await;
        let done = self.inner.forget_scope(scope, expected).await;
        self.point().await;
        done
    }

    async fn recorded(&self, scope: &Scope) -> Result<Option<Recorded>, CloudError> {
        self.inner.recorded(scope).await
    }

    async fn scopes(&self, stack: Option<&str>) -> Result<Vec<Scope>, CloudError> {
        self.inner.scopes(stack).await
    }

    async fn secret(&self, source: &str) -> Result<Option<String>, CloudError> {
        self.inner.secret(source).await
    }

    async fn keys(
        &self,
        stages: &std::collections::BTreeSet<String>,
    ) -> Result<gatewright::account::Keys, CloudError> {
        self.inner.keys(stages).await
    }
}
