//! The local account: a stored model of an AWS account under `.gatewright/`, with AWS's rules.
//!
//! It applies the same typed calls through [`kinds::simulate`], refuses what AWS refuses, and answers the same live objects, so
//! that every command works without an AWS account. One small file for each object; processes take turns by a file lock.

mod data;
mod documents;
mod store;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;

use super::{Account, Answer, Asked, Keys, LedgerState, Version, aws::Aws};
use crate::{
    kinds::{
        self, Content, Live, Member, Op, Snapshot, StackOutputs, Upload, World,
        snapshot::duplicate_address,
        stack_outputs::{self, Recorded},
    },
    model::{Address, Call, Class, CloudError, Env, Found, Hint, Identity, Repeat, Scope},
};
use data::Data;
use store::Store;

/// The account number of the local account.
pub const ACCOUNT_ID: &str = "000000000000";

/// The local account of one region.
pub struct LocalAccount {
    identity: Identity,
    root: PathBuf,
    artifacts_dir: PathBuf,
    env: Env,
    store: Mutex<Store>,
    /// Objects that listings do not show yet.
    listing_lag: Mutex<BTreeSet<Address>>,
    lags: bool,
    /// Where objects that hold data live, if not here.
    data: Option<Data>,
}

impl LocalAccount {
    /// Opens (or begins) the local account of `region` under `root`, a folder such as `.gatewright`.
    pub fn open(root: &Path, region: &str, artifacts_dir: &Path, env: Env) -> Result<Self, CloudError> {
        let mut identity = Identity::new(ACCOUNT_ID, region);
        identity.endpoint = Some("http://127.0.0.1:3000".to_owned());
        let root = root.join("local").join(region);
        let store = Store::open(&root).map_err(|error| trouble("open", &root, &error))?;
        let artifacts_dir = artifacts_dir.to_owned();
        Ok(Self {
            identity,
            root,
            artifacts_dir,
            env,
            store: Mutex::new(store),
            listing_lag: Mutex::default(),
            lags: false,
            data: None,
        })
    }

    /// The same account, whose tables, buckets, mail identities and pools live at the endpoint of `aws`: functions that run on
    /// this machine reach them there.
    pub fn with_data(mut self, aws: Aws) -> Self {
        self.data = Some(Data::new(aws));
        self
    }

    /// The same account, whose APIs answer at `url`.
    pub fn at_endpoint(mut self, url: &str) -> Self {
        self.identity.endpoint = Some(url.to_owned());
        self
    }

    /// The same account, in which objects made by this process are not listed until [`LocalAccount::catch_up`]: what AWS may do
    /// for some seconds.
    pub fn with_listing_lag(mut self) -> Self {
        self.lags = true;
        self
    }

    /// Lists everything again.
    pub fn catch_up(&self) {
        self.listing_lag.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Every object of the account.
    pub fn objects(&self) -> Result<BTreeMap<Address, Live>, CloudError> {
        self.with_store(|store| Ok(store.objects()?.clone()))
    }

    /// Changes the account behind gatewright's back, as someone in the console would.
    pub fn alter(&self, at: &Address, live: Option<Live>) -> Result<(), CloudError> {
        self.with_store(|store| store.put(at, live.as_ref()))
    }

    /// Where the zip of a function lies.
    pub fn code_path(&self, sha256_hex: &str) -> PathBuf {
        self.kept(&format!("{sha256_hex}.zip"))
    }

    /// Where an uploaded file lies.
    pub fn kept(&self, file: &str) -> PathBuf {
        self.root.join("code").join(file)
    }

    /// Whether objects of `kind` live at the endpoint for data.
    fn lives_elsewhere(&self, kind: &str) -> bool {
        self.data.is_some() && kinds::data_kinds().any(|data| data == kind)
    }

    fn with_store<T>(&self, work: impl FnOnce(&mut Store) -> std::io::Result<T>) -> Result<T, CloudError> {
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        work(&mut store).map_err(|error| trouble("use", &self.root, &error))
    }

    /// Keeps an uploaded file as a bucket would: the folder it was packaged into may be emptied at any time.
    fn keep(&self, upload: &Upload) -> Result<(), CloudError> {
        let to = self.kept(&upload.name);
        if to.exists() {
            return Ok(());
        }
        let keep = || {
            to.parent().map_or(Ok(()), std::fs::create_dir_all)?;
            let draft = to.with_extension(format!("{}.tmp", std::process::id()));
            match &upload.content {
                Content::File(file) => drop(std::fs::copy(self.artifacts_dir.join(file), &draft)?),
                Content::Bytes(bytes) => std::fs::write(&draft, bytes)?,
            }
            std::fs::rename(&draft, &to)
        };
        keep().map_err(|error| trouble("keep uploads in", &to, &error))
    }

    fn apply(&self, at: &Address, op: &Op, known: Option<&Live>) -> Result<Option<Live>, CloudError> {
        for upload in op.uploads() {
            self.keep(&upload)?;
        }
        let mut store = self.store.lock().unwrap_or_else(PoisonError::into_inner);
        let storage = |error: std::io::Error| trouble("use", &self.root, &error);
        let _turn = store.turn().map_err(storage)?;
        let objects = store.objects().map_err(storage)?;
        let place = place_of(objects, at, known);
        // The service does not know that a nameless object is there already: it makes a second one.
        let second = known.is_none() && op.repeat() == Repeat::Duplicates;
        let before = objects.get(&place).filter(|_| !second).cloned();
        let mint = |length: usize| self.env.random_id(length);
        let with_data = self.data.as_ref().map(|data| data.beside(objects));
        let world = World::local(&self.identity, with_data.as_ref().unwrap_or(objects), &mint);
        let after = kinds::simulate(at, op, before.clone(), &world)
            .map_err(|refusal| refusal.of(op.call()).at(at))?;
        let place = match &after {
            Some(after) if second && objects.contains_key(&place) => duplicate_address(at, after),
            _ => place,
        };
        if let (Some(gone), None) = (&before, &after) {
            let others = objects.iter().filter(|(other, live)| **other != place && live.dies_with(gone));
            let others: Vec<Address> = others.map(|(other, _)| other.clone()).collect();
            for other in others {
                store.put(&other, None).map_err(storage)?;
            }
        }
        store.put(&place, after.as_ref()).map_err(storage)?;
        if self.lags && before.is_none() && after.is_some() {
            self.listing_lag.lock().unwrap_or_else(PoisonError::into_inner).insert(place);
        }
        Ok(after)
    }
}

/// Where the object that the caller means is stored: the one whose id it knows, among those that claim the address.
fn place_of(objects: &BTreeMap<Address, Live>, at: &Address, known: Option<&Live>) -> Address {
    let id = |live: &Live| live.attribute("id", &Identity::new("", ""));
    let wanted = known.and_then(id);
    let claims = objects.iter().filter(|(place, _)| base_address(place) == base_address(at));
    let same = claims.into_iter().find(|(_, live)| wanted.is_some() && id(live) == wanted);
    same.map_or_else(|| at.clone(), |(place, _)| place.clone())
}

fn trouble(what: &str, root: &Path, error: &std::io::Error) -> CloudError {
    let message = format!("cannot {what} the local account in {}: {error}", root.display());
    CloudError::new(Call::new("local", "Store"), Class::Invalid, message)
}

#[async_trait]
impl Account for LocalAccount {
    fn identity(&self) -> &Identity {
        &self.identity
    }

    async fn put_rest_api(&self) -> Result<bool, CloudError> {
        Ok(true)
    }

    /// The local account lists everything; what lives elsewhere is asked for there.
    async fn without_ledger(&self, scope: &Scope) -> Result<BTreeMap<Address, Hint>, CloudError> {
        match &self.data {
            Some(data) => data.without_ledger(scope).await,
            None => Ok(BTreeMap::new()),
        }
    }

    async fn observe(&self, asked: &Asked<'_>) -> Result<Snapshot, CloudError> {
        let lagging = self.listing_lag.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut snapshot = Snapshot::default();
        self.with_store(|store| {
            for (at, live) in store.objects()? {
                let wanted = asked.wanted.contains_key(&base_address(at));
                let asked_kind = asked.kinds.as_ref().is_none_or(|kinds| kinds.contains(at.kind.as_str()));
                if !asked_kind || self.lives_elsewhere(&at.kind) || !(wanted || at.scope == *asked.scope) {
                    continue;
                }
                // Lag is about listings: nameless objects cannot be found otherwise, unless their id is known.
                let named = !kinds::is_nameless(&at.kind);
                let hinted = asked.hints.get(at).is_some_and(|hint| hint.id.is_some() || hint.open);
                let listed = !lagging.contains(at);
                if listed || named || hinted {
                    let (address, ownership) = (base_address(at), live.ownership(&base_address(at)));
                    snapshot.extend([Found { address, live: live.clone(), ownership, listed }]);
                }
            }
            Ok(())
        })?;
        if let Some(data) = &self.data {
            snapshot.extend(data.observe(asked).await?);
        }
        Ok(snapshot)
    }

    async fn send(&self, at: &Address, op: &Op, live: Option<&Live>) -> Result<Answer, CloudError> {
        if let Some(data) = self.data.as_ref().filter(|_| self.lives_elsewhere(&at.kind)) {
            return data.send(at, op, live).await;
        }
        Ok(Answer { live: self.apply(at, op, live)?, read_back: false })
    }

    async fn load_ledger(&self, scope: &Scope) -> Result<LedgerState, CloudError> {
        let stored = documents::read(&self.root, &Identity::ledger_key(scope))
            .map_err(|e| trouble("use", &self.root, &e))?;
        let bucket =
            |objects: BTreeMap<Address, Live>| objects.keys().any(|at| at.kind == "artifacts_bucket");
        Ok(match stored {
            Some(stored) => LedgerState::Present(stored),
            None if bucket(self.objects()?) => LedgerState::Absent,
            None => LedgerState::NoBucket,
        })
    }

    async fn store_ledger(
        &self,
        scope: &Scope,
        bytes: Vec<u8>,
        expected: Option<&Version>,
    ) -> Result<Version, CloudError> {
        documents::write(&self.root, &Identity::ledger_key(scope), &bytes, expected)
            .map_err(|error| trouble("use", &self.root, &error))?
            .ok_or_else(|| {
                let message = "At least one of the pre-conditions you specified did not hold";
                CloudError::new(Call::new("s3", "PutObject"), Class::Precondition, message)
            })
    }

    async fn forget_scope(&self, scope: &Scope, _expected: &Version) -> Result<(), CloudError> {
        documents::remove(&self.root, &Identity::ledger_key(scope))
            .map_err(|e| trouble("use", &self.root, &e))
    }

    async fn recorded(&self, scope: &Scope) -> Result<Option<Recorded>, CloudError> {
        let at = stack_outputs::address(scope);
        let objects = self.objects()?;
        let live = objects.get(&at).and_then(<StackOutputs as Member>::live);
        Ok(live.map(|live| Recorded { outputs: live.values.clone(), uses: live.uses.clone() }))
    }

    async fn scopes(&self, stack: Option<&str>) -> Result<Vec<Scope>, CloudError> {
        let scopes = documents::scopes(&self.root).map_err(|error| trouble("use", &self.root, &error))?;
        Ok(scopes.into_iter().filter(|scope| stack.is_none_or(|stack| scope.stack == stack)).collect())
    }

    async fn secret(&self, source: &str) -> Result<Option<String>, CloudError> {
        let path = self.root.join("secrets.json");
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(trouble("use", &path, &error)),
        };
        let secrets: BTreeMap<String, String> = serde_json::from_str(&text).map_err(|error| {
            trouble(
                "use",
                &path,
                &std::io::Error::other(format!("not a JSON object of texts at line {}", error.line())),
            )
        })?;
        let (name, member) =
            source.split_once('#').map_or((source, None), |(name, member)| (name, Some(member)));
        Ok(secrets.get(name).and_then(|value| super::secret_member(value.clone(), member)))
    }

    async fn keys(&self, stages: &BTreeSet<String>) -> Result<Keys, CloudError> {
        let mut found = Keys::default();
        for (_, live) in self.objects()? {
            match live {
                Live::ApiKey(key) => found.keys.push(*key),
                Live::UsagePlan(plan) if plan.stages.keys().any(|stage| stages.contains(stage)) => {
                    found.plans.push(*plan);
                }
                _ => {}
            }
        }
        Ok(found)
    }
}

/// A second object of one address is stored under `key#id`; it claims the address without that ending.
fn base_address(at: &Address) -> Address {
    let key = at.key.split('#').next().unwrap_or_default().to_owned();
    Address { key, ..at.clone() }
}
