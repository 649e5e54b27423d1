//! The shapes of a stack file: one declaration gives the type, how it is read and its JSON Schema.
//!
//! What a single value may be is said here. What must hold between values is in `check`.

mod api;
mod authorizer;
mod body;
mod bucket;
mod cors;
mod domains;
mod event;
mod function;
mod identity_pool;
mod keys;
mod layer;
mod openapi;
mod policy;
mod role;

mod route;
pub mod runtimes;
mod ses;
mod settings;
mod site;
mod table;
mod top;
mod unions;
mod user_pool;

pub(super) use api::GATEWAY_RESPONSE_TYPES;
pub use api::{Api, ApiKeySource, Endpoint, EndpointType, GatewayResponse, Model, Validator};
pub use authorizer::{Authorizer, AuthorizerKind};
pub use body::{ModelSchema, PlainBody, TemplateBody};
pub use bucket::{
    Bucket, BucketCors, BucketLifecycle, BucketStatement, BucketWebsite, Encryption, ObjectOwnership,
};
pub use cors::{Cors, CorsRules};
pub use domains::{
    BasePath, DnsRecord, Domain, DomainEndpoint, MutualTls, RecordAlias, RecordType, SecurityPolicy,
};
pub use event::{Alias, Event, StartingPosition};
pub use function::{Architecture, Defaults, Function, FunctionDefaults, LogRetention, Tracing, Vpc};
pub use identity_pool::{
    IdentityPool, MappingKind, MappingRule, Otherwise, PoolProvider, PoolRoles, RoleMapping, RuleMatch,
};
pub use keys::{ApiKey, PlanStage, Quota, QuotaPeriod, UsagePlan};
pub use layer::Layer;
pub use openapi::OpenApiFile;
pub use policy::{Allow, Effect, ShortStatement, Statement, WholeStatement};
pub use role::{PoolTrust, Role, Trust};
pub use route::{
    AwsIntegration, ContentHandling, HttpIntegration, IntegrationStyle, Mock, Passthrough, Response, Route,
    RouteKey,
};
pub use ses::{Dkim, SesIdentity};
pub use settings::{
    AccessLog, Cache, CacheSize, LogFormat, LoggingLevel, MethodSettings, StageSettings, Throttling,
};
pub use site::{Compression, Generated, Site};
pub use table::{
    AttributeType, Billing, Capacity, Index, LocalIndex, Projection, StreamView, Table, TableClass,
    TableEncryption, TableKey,
};
pub use top::{Output, Param, ParamContent, Stack, Stage};
pub use unions::{KeyOrArn, StringOrList, key_or_arn};
pub use user_pool::{
    Attribute as UserAttribute, AuthFlow, Mfa, OAuthFlow, PasswordPolicy, PoolEmail, Recovery, UserAlias,
    UserAttributeType, UserPool, UserPoolClient, Validity, VerifiedAttribute,
};
