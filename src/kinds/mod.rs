//! Kinds: what has one identity and is read with one family of calls. One folder each.
//!
//! Adding a kind is a folder with a type that implements [`Kind`] and one line in [`kinds!`] below.

#[macro_use]
mod registry;

mod apis;
pub mod compare;
mod listed;
pub mod snapshot;

use std::future::Future;

use serde::{Serialize, de::DeserializeOwned};

pub use snapshot::{Ask, Snapshot, World};

use crate::{
    account::aws::Aws,
    model::{Address, Call, Change, CloudError, Found, Identity, Objection, Ownership, Refusal, Repeat},
};

registry! {
    artifacts_bucket => ArtifactsBucket,
    iam_role => IamRole,
    log_group => LogGroup,
    lambda_layer => LambdaLayer,
    dynamodb_table => DynamodbTable,
    ses_identity => SesIdentity,
    cognito_user_pool => CognitoUserPool,
    cognito_user_pool_client => CognitoUserPoolClient,
    cognito_identity_pool => CognitoIdentityPool,
    cognito_identity_pool_roles => CognitoIdentityPoolRoles,
    s3_bucket => S3Bucket,
    static_site => StaticSite,
    lambda_function => LambdaFunction,
    rest_api => RestApi,
    lambda_alias => LambdaAlias,
    api_account => ApiAccount,
    lambda_permission => LambdaPermission,
    event_rule => EventRule,
    event_source_mapping => EventSourceMapping,
    api_deployment => ApiDeployment,
    api_stage => ApiStage,
    api_key => ApiKey,
    usage_plan => UsagePlan,
    domain_name => DomainName,
    base_path_mapping => BasePathMapping,
    route53_record => Route53Record,
    stack_outputs => StackOutputs,
}

/// A desired object, a live object: plain data that can be compared and stored.
pub trait Record: Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync {}
impl<T: Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned + Send + Sync> Record for T {}

/// One typed API call.
pub trait Operation: Record {
    /// The AWS operation it is.
    fn call(&self) -> Call;
    /// What a second sending would do.
    fn repeat(&self) -> Repeat;
    /// What it does, for people: `PUT method GET /users`. No secrets, no ids.
    fn describe(&self) -> String;
    /// Whether the call carries its own precondition or writes under its content's hash, so that it is safe without the lock.
    fn guarded(&self) -> bool {
        false
    }
    /// What of it lets go of something that only one object of the kind may hold at a time, and the rest of it; `None` where it holds
    /// on to everything.
    fn release(&self) -> Option<(Self, Option<Self>)> {
        None
    }
    /// How many requests it takes: one, unless it is many of one sort.
    fn requests(&self) -> usize {
        1
    }
    /// What the call uploads: kept beside the local account as a bucket would keep it.
    fn uploads(&self) -> Vec<Upload> {
        Vec::new()
    }
}

/// What a call uploads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The name under which it is kept.
    pub name: String,
    /// What it is.
    pub content: Content,
}

/// Where uploaded bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A file of the artifacts folder, by its name.
    File(String),
    /// The bytes themselves.
    Bytes(Vec<u8>),
}

impl Upload {
    /// The file `name` of the artifacts folder, kept under the same name.
    pub fn file(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { content: Content::File(name.clone()), name }
    }
}

/// One kind of object.
pub trait Kind: Sized + Send + Sync + 'static {
    /// The kind's name in addresses, the same as its folder.
    const NAME: &'static str;
    /// Discovery runs in waves; a kind of a later wave may look at what earlier waves saw.
    const WAVE: u8;
    /// Objects of a higher rank are deleted first.
    const RANK: u8;
    /// It holds data or sends mail, which functions and pages reach by the SDK. Where the local account is given an emulator
    /// (`AWS_ENDPOINT_URL`), such objects live there.
    const DATA: bool = false;
    /// AWS gives it an id and takes its name twice: a listing that lags hides it, unless its id is known.
    const NAMELESS: bool = false;
    /// Nothing lists its objects for us, so that one that the stack file does not have any more would not be seen: the ledger
    /// remembers their addresses and their attribute `id`, and gives both as hints.
    const REMEMBERED: bool = Self::DATA;

    /// The attribute `id` of the object with this ARN, where it is one of the kind and can be tagged: by it objects that only the
    /// ledger remembers are found when there is none.
    fn id_of_arn(_arn: &str) -> Option<&str> {
        None
    }

    /// What the stack file asks for.
    type Desired: Record;
    /// What the account has, reduced to what we manage, with AWS's defaults filled in.
    type Live: Record;
    /// The calls that change it.
    type Op: Operation;

    /// What must be done so that `live` becomes `desired`. Pure. `desired` holds pending texts where ids are not known yet.
    /// With `desired` absent: how the object is removed.
    fn diff(
        at: &Address,
        desired: Option<&Self::Desired>,
        live: Option<&Self::Live>,
        context: &Context,
    ) -> Change<Self::Op>;

    /// What `op` makes of `live`, or AWS's refusal. Pure; `op` is settled. The local account runs on it, and on AWS it keeps the
    /// engine's picture of the object up to date between calls.
    fn simulate(
        at: &Address,
        op: &Self::Op,
        live: Option<Self::Live>,
        world: &World<'_>,
    ) -> Result<Option<Self::Live>, Refusal>;

    /// An attribute that others may refer to, such as `id`, `arn` or `url`.
    fn attribute(live: &Self::Live, name: &str, identity: &Identity) -> Option<String>;

    /// An attribute that is known before the object exists (the ARN of a function follows from its name).
    fn computed(
        _at: &Address,
        _desired: &Self::Desired,
        _name: &str,
        _identity: &Identity,
    ) -> Option<String> {
        None
    }

    /// Why no plan may be made that leads from `live` to `desired` (to nothing where it is absent). Pure.
    fn objection(
        _at: &Address,
        _desired: Option<&Self::Desired>,
        _live: &Self::Live,
        _context: &Context,
    ) -> Option<Objection> {
        None
    }

    /// What a person has still to do about the object, told at the end of a deploy: nothing waits for it.
    fn note(_live: &Self::Live, _identity: &Identity) -> Option<String> {
        None
    }

    /// What is still known of `live` once `op` is planned: what refers to an attribute that the op makes anew waits for it, instead of
    /// being planned with the old one.
    fn known_after(_op: &Self::Op, live: Self::Live) -> Option<Self::Live> {
        Some(live)
    }

    /// Whether `live` goes when `gone` goes (stages with their API): it needs no deletion of its own then.
    fn dies_with(_live: &Self::Live, _gone: &Live) -> bool {
        false
    }

    /// Whether `live`, found under the name of `at`, carries our mark.
    fn ownership(at: &Address, live: &Self::Live) -> Ownership;

    /// Reads every object of this kind that belongs to `ask.scope` or is wanted by it, with as few calls as can be.
    fn observe(
        aws: &Aws,
        ask: &Ask<'_, Self>,
    ) -> impl Future<Output = Result<Vec<Found<Self::Live>>, CloudError>> + Send;

    /// Sends one settled op with one SDK call and waits until its effect holds (reads only).
    fn send(
        aws: &Aws,
        at: &Address,
        op: &Self::Op,
        live: Option<&Self::Live>,
    ) -> impl Future<Output = Result<Sent<Self::Live>, CloudError>> + Send;
}

/// What a call left behind.
#[derive(Clone, Debug)]
pub enum Sent<Live> {
    /// Fold the op into the live object with [`Kind::simulate`]; ids that AWS made are given in the order `simulate` mints them.
    Fold(Vec<String>),
    /// The object was read back after the call (imports make many ids at once).
    Observed(Option<Live>),
}

impl<Live> Sent<Live> {
    /// The call made no id.
    pub fn done() -> Self {
        Self::Fold(Vec::new())
    }

    /// The call made one id.
    pub fn made(id: impl Into<String>) -> Self {
        Self::Fold(vec![id.into()])
    }
}

/// What a comparison may depend on besides the two objects.
#[derive(Clone, Debug)]
pub struct Context {
    /// Where the deploy goes.
    pub identity: Identity,
    /// The endpoint knows `PutRestApi` (emulators may not).
    pub put_rest_api: bool,
    /// Objects with our name and without our mark are taken over.
    pub adopt: bool,
    /// Objects that hold data and cannot be changed in place are deleted and made again.
    pub replace: bool,
}
