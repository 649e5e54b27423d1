//! The account: one interface, two implementations. `aws` goes through the SDK, `local` keeps a model of an account on disk.

pub mod aws;
mod aws_account;
pub mod local;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use crate::{
    kinds::{Desired, Live, Op, Snapshot, api_key, stack_outputs::Recorded, usage_plan},
    model::{Address, CloudError, Hint, Identity, Scope},
};

/// What discovery is asked for.
pub struct Asked<'a> {
    /// Whose objects.
    pub scope: &'a Scope,
    /// What the stack file asks for.
    pub wanted: &'a BTreeMap<Address, Desired>,
    /// What the ledger remembers.
    pub hints: &'a BTreeMap<Address, Hint>,
    /// Only these kinds, where not all.
    pub kinds: Option<BTreeSet<&'static str>>,
}

/// The version of a stored document; a conditional write names the one it replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version(pub String);

/// A document of ours in the account: the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its version.
    pub version: Version,
}

/// What is there where the ledger should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LedgerState {
    /// There is not even the artifacts bucket.
    NoBucket,
    /// The bucket is there, the ledger is not.
    Absent,
    /// The ledger.
    Present(Stored),
}

/// API keys with their values, and usage plans.
#[derive(Clone, Debug, Default)]
pub struct Keys {
    /// Every key of the account.
    pub keys: Vec<api_key::Live>,
    /// The usage plans that cover the stages that were asked for.
    pub plans: Vec<usage_plan::Live>,
}

/// What a call left behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The object as it is now.
    pub live: Option<Live>,
    /// It was read back, and may differ from what the call should have made (an endpoint that imports only part of a
    /// document): the rest of the work is what a new comparison says.
    pub read_back: bool,
}

/// Where objects live: AWS, or the stored model of it.
#[async_trait]
pub trait Account: Send + Sync {
    /// Whose account and which region.
    fn identity(&self) -> &Identity;

    /// Whether the endpoint knows `PutRestApi`. May ask it once.
    async fn put_rest_api(&self) -> Result<bool, CloudError>;

    /// The objects of `scope` that only a ledger remembers, as far as they can be found without one: by their owner tags.
    async fn without_ledger(&self, scope: &Scope) -> Result<BTreeMap<Address, Hint>, CloudError>;

    /// Reads every object of the scope, and those the stack file names.
    async fn observe(&self, asked: &Asked<'_>) -> Result<Snapshot, CloudError>;

    /// Makes one settled call, waits until its effect holds, and answers the object as it is then.
    async fn send(&self, at: &Address, op: &Op, live: Option<&Live>) -> Result<Answer, CloudError>;

    /// Reads the ledger of `scope`.
    async fn load_ledger(&self, scope: &Scope) -> Result<LedgerState, CloudError>;

    /// Writes the ledger if it is still the `expected` version (absent for `None`); `Class::Precondition` otherwise.
    async fn store_ledger(
        &self,
        scope: &Scope,
        bytes: Vec<u8>,
        expected: Option<&Version>,
    ) -> Result<Version, CloudError>;

    /// Removes what a destroyed scope leaves in the artifacts bucket: ledger, zips, all their versions.
    async fn forget_scope(&self, scope: &Scope, expected: &Version) -> Result<(), CloudError>;

    /// What another stack recorded: its outputs, and whose outputs it uses.
    async fn recorded(&self, scope: &Scope) -> Result<Option<Recorded>, CloudError>;

    /// The recorded outputs of another stack.
    async fn outputs(&self, scope: &Scope) -> Result<Option<BTreeMap<String, String>>, CloudError> {
        // A stage that only uses others' outputs has recorded none of its own.
        let recorded = self.recorded(scope).await?;
        Ok(recorded.map(|recorded| recorded.outputs).filter(|outputs| !outputs.is_empty()))
    }

    /// Every stage of `stack` that has a ledger, or of every stack.
    async fn scopes(&self, stack: Option<&str>) -> Result<Vec<Scope>, CloudError>;

    /// Puts the zip of the layer version `arn`, ours or not, into the artifacts folder under its content's name, and answers
    /// that name: its SHA-256 in hexadecimal. `None` where the account has no such version.
    async fn fetch_layer(&self, _arn: &str) -> Result<Option<String>, CloudError> {
        Ok(None)
    }

    /// The value of a secret: `ssm:/name` or `secretsmanager:name#key`. `None` where there is none of that name.
    async fn secret(&self, source: &str) -> Result<Option<String>, CloudError>;

    /// The account's API keys, whosever they are, with their values; and the usage plans that cover one of `stages`, each
    /// `<API id>:<stage>`. For `dev`, which checks keys as API Gateway does, and for who asks for a value in so many words.
    async fn keys(&self, stages: &BTreeSet<String>) -> Result<Keys, CloudError>;
}

/// The member `name` of a secret that is a JSON object; the whole value without a name.
fn secret_member(value: String, name: Option<&str>) -> Option<String> {
    let Some(name) = name else { return Some(value) };
    let json: serde_json::Value = serde_json::from_str(&value).ok()?;
    match json.get(name)? {
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
