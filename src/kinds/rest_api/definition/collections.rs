//! What methods refer to by name: models, validators, authorizers; and gateway responses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::AuthorizerType;

/// A collection of an API. Which ones an API uses is kept in a tag, so that those never used need not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Authorizers.
    Authorizers,
    /// Models.
    Models,
    /// Request validators.
    Validators,
    /// Customised gateway responses.
    GatewayResponses,
}

impl Part {
    /// Every collection.
    pub const ALL: [Self; 4] = [Self::Authorizers, Self::Models, Self::Validators, Self::GatewayResponses];

    /// Its word in the tag.
    pub fn word(self) -> &'static str {
        match self {
            Self::Authorizers => "authorizers",
            Self::Models => "models",
            Self::Validators => "validators",
            Self::GatewayResponses => "gateway_responses",
        }
    }
}

/// A JSON schema (draft 4) with a name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Model {
    /// The content type it is for.
    pub content_type: String,
    /// The schema as JSON text, compared as JSON. Another model of the API is referred to as
    /// `{"$ref": "#/components/schemas/<name>"}`; AWS's own form, a URL with the API's id, is made and read at the border.
    pub schema: String,
    /// For people; never empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

/// Whether API Gateway has a model of this name by itself. Such a model counts only where the stack file declares it: it is never
/// removed, for methods may refer to it all the same.
pub fn is_own_model(name: &str) -> bool {
    matches!(name, "Empty" | "Error")
}

/// How one model refers to another in [`Model::schema`].
pub const REFERENCE: &str = "#/components/schemas/";

impl Model {
    /// Whether the schema refers to the model `name`.
    pub fn refers_to(&self, name: &str) -> bool {
        self.schema.contains(&format!("\"{REFERENCE}{name}\""))
    }
}

/// What of a request is checked before it is let through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validator {
    /// The body, by the model of its content type.
    pub body: bool,
    /// That required parameters are there.
    pub parameters: bool,
}

/// AWS's time to keep an authorizer's answer where none is chosen, in seconds.
pub const TTL_SECONDS: u32 = 300;

/// Who decides about a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Authorizer<S> {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: AuthorizerType,
    /// The invocation URI of the Lambda function; absent for Cognito.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub uri: Option<S>,
    /// `method.request.header.Authorization` and so on; one for `TOKEN`, several for `REQUEST`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identity_sources: Vec<String>,
    /// A regular expression that the token must match before the function is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validation_expression: Option<String>,
    /// How long an answer is kept, in seconds; 0 for not at all, 3600 at most.
    pub ttl_seconds: u32,
    /// The ARN of the role that invokes the function; absent where the function's own policy allows it.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub credentials: Option<S>,
    /// The ARNs of the Cognito user pools, in any order.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub provider_arns: Vec<S>,
}

impl<S> Default for Authorizer<S> {
    fn default() -> Self {
        Self {
            kind: AuthorizerType::default(),
            uri: None,
            identity_sources: Vec::new(),
            validation_expression: None,
            ttl_seconds: TTL_SECONDS,
            credentials: None,
            provider_arns: Vec::new(),
        }
    }
}

impl<S> Authorizer<S> {
    /// The same authorizer with every value of `S` changed by `change`.
    pub fn map<To>(&self, change: &dyn Fn(&S) -> To) -> Authorizer<To> {
        Authorizer {
            kind: self.kind,
            uri: self.uri.as_ref().map(change),
            identity_sources: self.identity_sources.clone(),
            validation_expression: self.validation_expression.clone(),
            ttl_seconds: self.ttl_seconds,
            credentials: self.credentials.as_ref().map(change),
            provider_arns: self.provider_arns.iter().map(change).collect(),
        }
    }
}

/// What API Gateway answers by itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GatewayResponse {
    /// The status; AWS's own for the type where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// `gatewayresponse.header.X` from `'a literal'`, `method.request.header.Y` and so on.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Bodies by content type; `$context.error.messageString` and the like are filled in.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub templates: BTreeMap<String, String>,
}
