//! The shapes of a stack file: one declaration gives the type, how it is read and its JSON Schema.
//!
//! What a single value may be is said here. What must hold between values is in `check`.

mod api;
mod authorizer;
mod body;
mod cors;
mod domains;
mod function;
mod keys;
mod openapi;
mod policy;
mod role;

mod route;
pub mod runtimes;
mod settings;
mod top;
mod unions;

pub(super) use api::GATEWAY_RESPONSE_TYPES;
pub use api::{Api, ApiKeySource, Endpoint, EndpointType, GatewayResponse, Model, Validator};
pub use authorizer::{Authorizer, AuthorizerKind};
pub use body::{ModelSchema, PlainBody, TemplateBody};
pub use cors::{Cors, CorsRules};
pub use domains::{
    BasePath, DnsRecord, Domain, DomainEndpoint, MutualTls, RecordAlias, RecordType, SecurityPolicy,
};
pub use function::{Architecture, Defaults, Function, FunctionDefaults, LogRetention, Tracing, Vpc};
pub use keys::{ApiKey, PlanStage, Quota, QuotaPeriod, UsagePlan};
pub use openapi::OpenApiFile;
pub use policy::{Effect, Statement};
pub use role::{Role, Trust};
pub use route::{
    AwsIntegration, ContentHandling, HttpIntegration, IntegrationStyle, Mock, Passthrough, Response, Route,
    RouteKey,
};
pub use settings::{
    AccessLog, Cache, CacheSize, LogFormat, LoggingLevel, MethodSettings, StageSettings, Throttling,
};
pub use top::{Output, Param, ParamContent, Stack, Stage};
pub use unions::{KeyOrArn, StringOrList, key_or_arn};
