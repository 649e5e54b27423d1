//! The shapes of a stack file: one declaration gives the type, how it is read and its JSON Schema.
//!
//! What a single value may be is said here. What must hold between values is in `check`.

mod api;
mod authorizer;
mod body;
mod cors;
mod function;
mod openapi;
mod policy;
mod role;

mod route;
pub mod runtimes;
mod ses;
mod settings;
mod table;
mod top;
mod unions;

pub(super) use api::GATEWAY_RESPONSE_TYPES;
pub use api::{Api, ApiKeySource, Endpoint, EndpointType, GatewayResponse, Model, Validator};
pub use authorizer::{Authorizer, AuthorizerKind};
pub use body::{ModelSchema, PlainBody, TemplateBody};
pub use cors::{Cors, CorsRules};
pub use function::{Architecture, Defaults, Function, FunctionDefaults, LogRetention, Tracing, Vpc};
pub use openapi::OpenApiFile;
pub use policy::{Allow, Effect, ShortStatement, Statement, WholeStatement};
pub use role::{PoolTrust, Role, Trust};
pub use route::{
    AwsIntegration, ContentHandling, HttpIntegration, IntegrationStyle, Mock, Passthrough, Response, Route,
    RouteKey,
};
pub use ses::{Dkim, SesIdentity};
pub use settings::{AccessLog, Cache, CacheSize, LoggingLevel, MethodSettings, StageSettings, Throttling};
pub use table::{
    AttributeType, Billing, Capacity, Encryption, Index, LocalIndex, Projection, StreamView, Table,
    TableClass, TableKey,
};
pub use top::{Output, Param, ParamContent, Stack, Stage};
pub use unions::{KeyOrArn, StringOrList, key_or_arn};
