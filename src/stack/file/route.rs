//! Routes: what answers a method of a path, and how requests and answers are mapped.

use serde_json::{Value as JsonValue, json};

use super::super::reader::shape::{At, Definitions, Shape, shape, words};
use super::super::reader::{Int, Raw, Reader};
use super::super::template::Template;
use super::super::yaml::{Kind, Node, Value};
use super::{Cors, TemplateBody};

words! {
    /// Whether API Gateway maps requests and answers.
    pub enum IntegrationStyle {
        /// The whole request goes to the backend, and its answer comes back as it is.
        Proxy = "proxy",
        /// Mapping templates make the backend's request and the client's answer.
        Custom = "custom",
    }
}

words! {
    /// What happens to a body whose content type has no mapping template.
    pub enum Passthrough {
        /// It goes on as it is.
        WhenNoMatch = "when_no_match",
        /// It goes on as it is if there is no template at all; otherwise 415.
        WhenNoTemplates = "when_no_templates",
        /// It is refused with 415.
        Never = "never",
    }
}

words! {
    /// How a body is converted.
    pub enum ContentHandling {
        /// Base64 text becomes bytes.
        ToBinary = "to_binary",
        /// Bytes become base64 text.
        ToText = "to_text",
    }
}

shape! {
    /// An HTTP backend.
    #[name = "`http`"]
    pub struct HttpIntegration {
        /// The backend's URL. `{name}` stands for a path parameter.
        required url: Template,
        /// The method by which it is called; left out: that of the route.
        optional method: Raw,
    }
}

shape! {
    /// Another AWS service as the backend.
    #[name = "`aws`"]
    pub struct AwsIntegration {
        /// The integration URI, such as `arn:aws:apigateway:${region}:sqs:path/${account}/queue`.
        required uri: Template,
        /// The method by which the service is called; left out: `POST`.
        optional method: Raw,
    }
}

/// `mock: true` or `mock: {}`: the request template alone decides the answer's status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mock;

impl Shape for Mock {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        match (&node.value, node.scalar().map(super::super::yaml::Scalar::kind)) {
            (Value::Map(entries), _) if entries.is_empty() => Some(Self),
            (_, Some(Kind::Bool(true))) => Some(Self),
            _ => {
                reader.wrong_type(node, "`true` or `{}`");
                None
            }
        }
    }

    fn schema(_: &mut Definitions) -> JsonValue {
        json!({ "anyOf": [{ "const": true }, { "type": "object", "maxProperties": 0 }] })
    }
}

shape! {
    /// A method of a path. Its key is the method and the path, such as `GET /orders/{id}`; `ANY` stands for every method.
    #[name = "a route"]
    pub struct Route {
        /// The function that answers: a key of `functions`, an ARN, or `${stacks.other.outputs.name}`.
        optional function: Template,
        /// The HTTP backend that answers.
        optional http: HttpIntegration,
        /// The gateway answers by itself.
        optional mock: Mock,
        /// The AWS service that answers.
        optional aws: AwsIntegration,
        /// `proxy`, which is the default of `function` and `http`, or `custom`, which has mapping templates.
        optional integration: IntegrationStyle,
        /// Who may call it: a key of `api.authorizers`, `iam` for signed requests, or `none`, which is the default.
        optional authorizer: Raw,
        /// Scopes of which the token must hold one. For Cognito authorizers.
        list authorization_scopes: Template,
        /// The caller must send an API key.
        optional api_key_required: bool,
        /// Request parameters by location and name, such as `method.request.querystring.encoding`; `true` makes it required.
        map request_parameters: bool,
        /// Models of the request body by content type.
        map request_models: Raw,
        /// What is validated: a key of `api.validators`.
        optional validator: Raw,
        /// Name of the operation in generated SDKs.
        optional operation_name: Raw,
        /// Mapping templates of the request by content type: text, or `{ file: … }`. For `custom`.
        map request_templates: TemplateBody,
        /// What happens to a body whose content type has no template. `when_no_templates` by default where there are templates.
        optional passthrough: Passthrough,
        /// How the request body is converted.
        optional content_handling: ContentHandling,
        /// Parameters of the backend's request, such as `integration.request.header.X-User: context.authorizer.principalId`.
        map integration_parameters: Template,
        /// The role by which the backend is called: a key of `roles`, or an ARN.
        optional credentials: Template,
        /// How long the backend may take, 50 to 29000 ms.
        optional timeout_ms: Int<50, 29000>,
        /// Request parameters that are part of the cache key.
        list cache_key_parameters: Raw,
        /// Answers by status code. For `custom`.
        map responses: Response,
        /// Rules for other origins in place of the API's, or `false` for none. They hold for the path as a whole.
        optional cors: Cors,
    }
}

shape! {
    /// An answer of a custom integration.
    #[name = "a response"]
    pub struct Response {
        /// A regular expression that picks this answer: of a function it is matched against the whole error message, of other
        /// backends against the status. One answer has none: it is the default.
        optional when: Raw,
        /// Headers by name, such as `integration.response.header.ETag` or `'text in quotes'`.
        map headers: Template,
        /// Mapping templates of the answer by content type: text, or `{ file: … }`.
        map templates: TemplateBody,
        /// Models of the answer by content type.
        map models: Raw,
        /// How the body is converted.
        optional content_handling: ContentHandling,
    }
}

/// A route's key, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RouteKey<'k> {
    /// `GET`, `POST`, … or `ANY`.
    pub method: &'k str,
    /// The path, from its first `/`.
    pub path: &'k str,
}

impl<'k> RouteKey<'k> {
    /// Takes `GET /orders/{id}` apart; none where there are not two words.
    pub fn parse(key: &'k str) -> Option<Self> {
        let (method, path) = key.trim().split_once(char::is_whitespace)?;
        Some(Self { method, path: path.trim_start() })
    }
}

impl Route {
    /// Proxy or custom, the default filled in: functions and HTTP backends are proxied, mocks and AWS services cannot be.
    pub fn style(&self) -> IntegrationStyle {
        match self.integration {
            Some(At { value, .. }) => value,
            None if self.mock.is_some() || self.aws.is_some() => IntegrationStyle::Custom,
            None => IntegrationStyle::Proxy,
        }
    }
}
