//! REST APIs: the whole tree of one API as one object, from its settings down to each mapping template.

pub mod compare;
pub mod definition;
pub mod desired;
pub mod live;

pub use definition::{
    ApiKeySource, Authorization, Authorizer, AuthorizerType, ContentHandling, Definition, EndpointType,
    GatewayResponse, Integration, IntegrationResponse, IntegrationType, Method, MethodResponse, Methods,
    Model, Part, Passthrough, Settings, Validator, Verb,
};
pub use desired::{Desired, content_hash};
pub use live::Live;
