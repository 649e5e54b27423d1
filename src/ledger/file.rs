//! The document in the account, changed by conditional writes only.

use std::collections::BTreeMap;

use crate::{
    account::{Account, LedgerState, Stored, Version},
    kinds::Snapshot,
    ledger::{Ledger, Lock},
    model::{Address, Call, Class, CloudError, Env, Scope},
};

/// Someone else is at work on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// The stage.
    pub scope: Scope,
    /// Who, and since when.
    pub lock: Box<Lock>,
}

/// The ledger cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Another run holds the lock.
    #[error("`{}` is being deployed by {} (pid {}) since {}", .0.scope, .0.lock.holder, .0.lock.pid, .0.lock.since)]
    Held(Held),
    /// Another run took the lock over while this one was at work.
    #[error("another run took over the lock of `{0}` while this one was at work")]
    Lost(Scope),
    /// The document is not a ledger.
    #[error("the ledger of `{scope}` cannot be read: {reason}")]
    Unreadable {
        /// The stage.
        scope: Scope,
        /// What is wrong with it.
        reason: String,
    },
    /// The account refused.
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

/// The ledger of one stage, as this run last saw or wrote it.
pub struct LedgerFile {
    scope: Scope,
    run: String,
    /// The document.
    pub ledger: Ledger,
    version: Option<Version>,
    /// There is no artifacts bucket yet.
    pub no_bucket: bool,
}

impl LedgerFile {
    /// Reads the ledger of `scope` for the run `run`.
    pub async fn load(account: &dyn Account, scope: &Scope, run: &str) -> Result<Self, LedgerError> {
        let (stored, no_bucket) = match account.load_ledger(scope).await? {
            LedgerState::NoBucket => (None, true),
            LedgerState::Absent => (None, false),
            LedgerState::Present(stored) => (Some(stored), false),
        };
        let (ledger, version) = match stored {
            None => (Ledger { version: 1, ..Ledger::default() }, None),
            Some(Stored { bytes, version }) => (parse(scope, &bytes)?, Some(version)),
        };
        Ok(Self { scope: scope.clone(), run: run.to_owned(), ledger, version, no_bucket })
    }

    /// A ledger that is not in any account: what is left of one that was handed on.
    pub fn detached(scope: &Scope) -> Self {
        Self {
            scope: scope.clone(),
            run: String::new(),
            ledger: Ledger::default(),
            version: None,
            no_bucket: false,
        }
    }

    /// Whether there is a ledger in the account.
    pub fn exists(&self) -> bool {
        self.version.is_some()
    }

    /// Refuses where another living run holds the lock.
    pub fn check_free(&self, env: &Env) -> Result<(), LedgerError> {
        match &self.ledger.lock {
            Some(lock) if lock.run != self.run && !lock.is_dead(env) => {
                Err(LedgerError::Held(Held { scope: self.scope.clone(), lock: Box::new(lock.clone()) }))
            }
            _ => Ok(()),
        }
    }

    /// Takes the lock, announces `intents` and notes the `names` that are looked for from now on, in one write. What discovery saw by itself is forgotten.
    pub async fn lock(
        &mut self,
        account: &dyn Account,
        env: &Env,
        seen: &Snapshot,
        intents: &[(Address, Call)],
        names: BTreeMap<Address, String>,
    ) -> Result<(), LedgerError> {
        self.check_free(env)?;
        self.ledger.names = names;
        self.ledger.lock = Some(Lock::of(env, &self.run));
        self.ledger.last_run.clone_from(&self.run);
        self.ledger.forget(seen);
        for (address, call) in intents {
            self.ledger.begin(&self.run, address, call);
        }
        match self.store(account).await {
            // Someone was faster: say who.
            Err(LedgerError::Lost(_)) => {
                let now = Self::load(account, &self.scope, &self.run).await?;
                now.check_free(env)?;
                Err(LedgerError::Lost(self.scope.clone()))
            }
            other => other,
        }
    }

    /// Announces a call that the lock's write did not.
    pub async fn begin(
        &mut self,
        account: &dyn Account,
        at: &Address,
        call: &Call,
    ) -> Result<(), LedgerError> {
        let announced = self.ledger.entries.iter().any(|entry| {
            entry.run == self.run
                && entry.address == *at
                && entry.call == *call
                && entry.progress == super::Progress::Begun
        });
        if announced {
            return Ok(());
        }
        self.ledger.begin(&self.run, at, call);
        self.store(account).await
    }

    /// Notes what a call made, before anything that depends on it starts.
    pub async fn end(
        &mut self,
        account: &dyn Account,
        at: &Address,
        call: &Call,
        id: Option<String>,
    ) -> Result<(), LedgerError> {
        self.ledger.end(&self.run, at, call, id);
        self.store(account).await
    }

    /// Holds the lock for another lease.
    pub async fn renew(&mut self, account: &dyn Account, env: &Env) -> Result<(), LedgerError> {
        if let Some(lock) = &mut self.ledger.lock {
            lock.until = Lock::of(env, &self.run).until;
        }
        self.store(account).await
    }

    /// Gives the lock back. Calls that were announced and never sent are dropped. `names`: those that are left, where all was done.
    pub async fn release(
        &mut self,
        account: &dyn Account,
        unsent: &[(Address, Call)],
        names: Option<BTreeMap<Address, String>>,
    ) -> Result<(), LedgerError> {
        self.ledger.lock = None;
        if let Some(names) = names {
            self.ledger.names = names;
        }
        let run = self.run.clone();
        self.ledger.entries.retain(|entry| {
            entry.run != run || !unsent.iter().any(|(at, call)| entry.address == *at && entry.call == *call)
        });
        self.store(account).await
    }

    /// Removes the document and what else the scope left beside it: the end of a destroy.
    pub async fn remove(&mut self, account: &dyn Account) -> Result<(), LedgerError> {
        if let Some(version) = self.version.take() {
            account.forget_scope(&self.scope, &version).await?;
        }
        Ok(())
    }

    async fn store(&mut self, account: &dyn Account) -> Result<(), LedgerError> {
        let bytes = serde_json::to_vec_pretty(&self.ledger).map_err(|error| LedgerError::Unreadable {
            scope: self.scope.clone(),
            reason: error.to_string(),
        })?;
        match account.store_ledger(&self.scope, bytes.clone(), self.version.as_ref()).await {
            Ok(version) => {
                self.version = Some(version);
                Ok(())
            }
            Err(error) if error.class == Class::Precondition => self.written_after_all(account, &bytes).await,
            Err(error) => Err(error.into()),
        }
    }

    /// A lost answer and a second try look like someone else's write: ours is recognised by its bytes.
    async fn written_after_all(&mut self, account: &dyn Account, bytes: &[u8]) -> Result<(), LedgerError> {
        match account.load_ledger(&self.scope).await? {
            LedgerState::Present(stored) if stored.bytes == bytes => {
                self.version = Some(stored.version);
                Ok(())
            }
            _ => Err(LedgerError::Lost(self.scope.clone())),
        }
    }
}

fn parse(scope: &Scope, bytes: &[u8]) -> Result<Ledger, LedgerError> {
    let unreadable = |reason: String| LedgerError::Unreadable { scope: scope.clone(), reason };
    let ledger: Ledger = serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string()))?;
    if ledger.version > 1 {
        return Err(unreadable(format!(
            "it has form {} of a newer gatewright; this one knows form 1",
            ledger.version
        )));
    }
    Ok(ledger)
}
