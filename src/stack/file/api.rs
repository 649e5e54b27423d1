//! The REST API.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{At, Definitions, Shape, shape, words};
use super::super::reader::{Document, Int, Raw, Reader};
use super::super::template::Template;
use super::super::yaml::{Node, Value};
use super::{Authorizer, BasePath, CorsRules, ModelSchema, OpenApiFile, PlainBody, Route, StageSettings};

words! {
    /// Where an API is reached.
    pub enum EndpointType {
        /// In its region.
        Regional = "regional",
        /// Through CloudFront's edge locations.
        Edge = "edge",
        /// Through VPC endpoints only.
        Private = "private",
    }
}

words! {
    /// Where a caller's API key is taken from.
    pub enum ApiKeySource {
        /// The header `x-api-key`.
        Header = "header",
        /// The authorizer's answer.
        Authorizer = "authorizer",
    }
}

/// Where an API is reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Endpoint {
    /// Its type.
    pub kind: EndpointType,
    /// Ids of VPC endpoints. For private APIs.
    pub vpc_endpoints: Vec<At<Template>>,
}

shape! {
    /// An endpoint with its VPC endpoints.
    #[name = "`endpoint`"]
    pub struct EndpointDetails {
        /// `regional`, `edge` or `private`.
        required kind as "type": EndpointType,
        /// Ids of VPC endpoints. For `private`.
        list vpc_endpoints: Template,
    }
}

impl Shape for Endpoint {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        if let Value::Map(_) = node.value {
            let details = EndpointDetails::read(node, reader)?;
            return Some(Self { kind: details.kind.value, vpc_endpoints: details.vpc_endpoints });
        }
        EndpointType::read(node, reader).map(|kind| Self { kind, vpc_endpoints: Vec::new() })
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        let (word, details) = (EndpointType::schema(definitions), EndpointDetails::schema(definitions));
        json!({ "anyOf": [word, details] })
    }
}

shape! {
    /// The shape of a body.
    #[name = "a model"]
    pub struct Model {
        /// The content type it is for; `application/json` by default.
        optional content_type: Raw,
        /// A JSON Schema of draft 4: a mapping, or JSON text.
        required schema: ModelSchema,
        /// What it describes.
        optional description: Template,
    }
}

shape! {
    /// What of a request is validated before anything is called.
    #[name = "a validator"]
    pub struct Validator {
        /// The body, against the route's model.
        optional body: bool,
        /// The parameters that are required.
        optional parameters: bool,
    }
}

shape! {
    /// An answer of the gateway's own, such as the one to a missing token.
    #[name = "a gateway response"]
    pub struct GatewayResponse {
        /// The status code, 100 to 599; left out: that of the response type.
        optional status: Int<100, 599>,
        /// Headers by name: `'text in quotes'`, `context.…` or `stageVariables.…`.
        map headers: Template,
        /// Bodies by content type; `$context` variables are replaced in them.
        map templates: PlainBody,
    }
}

shape! {
    /// A REST API.
    #[name = "`api`"]
    pub struct Api {
        /// Its name; `<stack>-<stage>` by default.
        optional name: Template,
        /// What it is for.
        optional description: Template,
        /// `regional`, which is the default, `edge`, `private`, or `{ type: private, vpc_endpoints: […] }`.
        optional endpoint: Endpoint,
        /// Where API keys are taken from: `header`, which is the default, or `authorizer`.
        optional api_key_source: ApiKeySource,
        /// Content types that are handled as bytes.
        list binary_media_types: Template,
        /// Answers of this size and more are compressed, 0 to 10485760 bytes.
        optional minimum_compression_bytes: Int<0, 10_485_760>,
        /// Its resource policy, a whole document.
        optional policy: Document,
        /// Calls by the `execute-api` host name are refused.
        optional disable_execute_api_endpoint: bool,
        /// Shapes of bodies by name: letters and digits only.
        map models: Model,
        /// What is validated, by key.
        map validators: Validator,
        /// Who decides about calls, by key.
        map authorizers: Authorizer,
        /// Which pages of other origins may call it.
        optional cors: CorsRules,
        /// Answers of the gateway's own by type, such as `UNAUTHORIZED` or `DEFAULT_5XX`.
        map gateway_responses: GatewayResponse,
        /// An OpenAPI 3.0 or Swagger 2.0 document with `x-amazon-apigateway-*` extensions, JSON or YAML, in place of `routes`,
        /// `models`, `validators` and `authorizers`. The path is relative to this file. What is said here of the API as a whole
        /// wins over what the document says.
        optional openapi: OpenApiFile,
        /// Methods of paths, such as `GET /orders/{id}`.
        map routes: Route,
        /// Settings of the deployed stage.
        optional stage: StageSettings,
        /// Whether a stack that writes logs (`stage.logging_level`, `stage.access_log`) sees to it that API Gateway may: where the
        /// account and region have no role for it, the role `gatewright-api-gateway-logs` is made and set, for all APIs of the
        /// account; no `destroy` takes it away. `true` by default.
        optional account_logging_role: bool,
        /// Where it answers under domains of other stacks, or under those made by hand. See `domains` for the stack's own.
        list base_paths: BasePath,
    }
}

/// The response types of API Gateway's `GatewayResponseType`.
pub(in crate::stack) const GATEWAY_RESPONSE_TYPES: [&str; 22] = [
    "ACCESS_DENIED",
    "API_CONFIGURATION_ERROR",
    "AUTHORIZER_CONFIGURATION_ERROR",
    "AUTHORIZER_FAILURE",
    "BAD_REQUEST_BODY",
    "BAD_REQUEST_PARAMETERS",
    "DEFAULT_4XX",
    "DEFAULT_5XX",
    "EXPIRED_TOKEN",
    "INTEGRATION_FAILURE",
    "INTEGRATION_TIMEOUT",
    "INVALID_API_KEY",
    "INVALID_SIGNATURE",
    "MISSING_AUTHENTICATION_TOKEN",
    "QUOTA_EXCEEDED",
    "REQUEST_TOO_LARGE",
    "RESOURCE_NOT_FOUND",
    "THROTTLED",
    "UNAUTHORIZED",
    "UNSUPPORTED_MEDIA_TYPE",
    "WAF_FILTERED",
    "WAF_ERROR",
];

impl Api {
    /// The type where one is chosen, or the default.
    pub fn endpoint_type(&self) -> EndpointType {
        self.endpoint.as_ref().map_or(EndpointType::Regional, |endpoint| endpoint.kind)
    }

    /// The models every API has from the start.
    pub const BUILT_IN_MODELS: [&'static str; 2] = ["Empty", "Error"];

    /// The names of models a route may refer to.
    pub fn model_names(&self) -> impl Iterator<Item = &str> {
        Self::BUILT_IN_MODELS.into_iter().chain(self.models.names())
    }
}
