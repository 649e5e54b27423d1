//! Methods: the request that is let in, what it calls, what comes back.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{ContentHandling, IntegrationType, Passthrough, Verb};

/// A method of a resource.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method<S> {
    /// Who may call it.
    #[serde(default)]
    pub authorization: Authorization,
    /// A usage plan's key is needed.
    #[serde(default)]
    pub api_key_required: bool,
    /// The name SDKs give it; never empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation_name: Option<String>,
    /// Parameters such as `method.request.header.Authorization`, and whether they are required.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, bool>,
    /// Model names by content type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_models: BTreeMap<String, String>,
    /// The name of the request validator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_validator: Option<String>,
    /// What it may answer, by status.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub responses: BTreeMap<u16, MethodResponse>,
    /// What it calls. A live method may lack it where a run stopped half-way; a deployment is refused then.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub integration: Option<Integration<S>>,
}

/// Who may call a method.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authorization {
    /// Everyone.
    #[default]
    None,
    /// Callers who sign with AWS credentials.
    AwsIam,
    /// Whom a Lambda authorizer lets in.
    Custom {
        /// The authorizer's name.
        authorizer: String,
    },
    /// Users of a Cognito user pool.
    CognitoUserPools {
        /// The authorizer's name.
        authorizer: String,
        /// OAuth scopes, of which the token must carry one.
        #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
        scopes: BTreeSet<String>,
    },
}

impl Authorization {
    /// AWS's word for the type.
    pub fn word(&self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::AwsIam => "AWS_IAM",
            Self::Custom { .. } => "CUSTOM",
            Self::CognitoUserPools { .. } => "COGNITO_USER_POOLS",
        }
    }

    /// The authorizer's name, where there is one.
    pub fn authorizer(&self) -> Option<&str> {
        match self {
            Self::Custom { authorizer } | Self::CognitoUserPools { authorizer, .. } => Some(authorizer),
            Self::None | Self::AwsIam => None,
        }
    }

    /// The OAuth scopes, where there are any.
    pub fn scopes(&self) -> BTreeSet<String> {
        match self {
            Self::CognitoUserPools { scopes, .. } => scopes.clone(),
            _ => BTreeSet::new(),
        }
    }
}

/// What a method may answer with one status.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MethodResponse {
    /// Headers such as `method.response.header.Location`, and whether they are required.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, bool>,
    /// Model names by content type.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub models: BTreeMap<String, String>,
}

/// AWS's timeout where none is chosen, in milliseconds.
pub const TIMEOUT_MS: u32 = 29_000;

/// What a method calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Integration<S> {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: IntegrationType,
    /// An invocation URI, a service action or a URL; absent for `MOCK`.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub uri: Option<S>,
    /// The verb of the call; absent for `MOCK`, `POST` for Lambda.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_method: Option<Verb>,
    /// The ARN of the role that calls, or `arn:aws:iam::*:user/*` for the caller's own.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub credentials: Option<S>,
    /// Mapping templates by content type.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_templates: BTreeMap<String, String>,
    /// `integration.request.header.X` from `method.request.header.Y`, `'a literal'` and so on.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, String>,
    /// What happens to a body whose content type has no template.
    #[serde(default)]
    pub passthrough_behavior: Passthrough,
    /// The request body's conversion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<ContentHandling>,
    /// How long the call may take, in milliseconds.
    pub timeout_ms: u32,
    /// Parameters that make up the cache key.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub cache_key_parameters: BTreeSet<String>,
    /// Methods of one namespace share cached answers; the resource's id where left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache_namespace: Option<String>,
    /// The id of the VPC link that is gone through.
    #[serde(default = "Option::default", skip_serializing_if = "Option::is_none")]
    pub vpc_link: Option<S>,
    /// The endpoint's certificate need not come from a known authority (HTTP integrations).
    #[serde(default)]
    pub insecure_skip_verification: bool,
    /// How answers are turned into the method's, by the method's status.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub responses: BTreeMap<u16, IntegrationResponse>,
}

impl<S> Default for Integration<S> {
    fn default() -> Self {
        Self {
            kind: IntegrationType::default(),
            uri: None,
            http_method: None,
            credentials: None,
            request_templates: BTreeMap::new(),
            request_parameters: BTreeMap::new(),
            passthrough_behavior: Passthrough::default(),
            content_handling: None,
            timeout_ms: TIMEOUT_MS,
            cache_key_parameters: BTreeSet::new(),
            cache_namespace: None,
            vpc_link: None,
            insecure_skip_verification: false,
            responses: BTreeMap::new(),
        }
    }
}

/// How one sort of answer is turned into the method's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct IntegrationResponse {
    /// A regular expression for the error message (Lambda) or status (others); `None` for the default response.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub selection_pattern: Option<String>,
    /// `method.response.header.X` from `integration.response.header.Y`, `'a literal'` and so on.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Mapping templates by content type.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub templates: BTreeMap<String, String>,
    /// The body's conversion.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_handling: Option<ContentHandling>,
}

impl<S> Method<S> {
    /// The same method with every value of `S` changed by `change`.
    pub fn map<To>(&self, change: &dyn Fn(&S) -> To) -> Method<To> {
        Method {
            authorization: self.authorization.clone(),
            api_key_required: self.api_key_required,
            operation_name: self.operation_name.clone(),
            request_parameters: self.request_parameters.clone(),
            request_models: self.request_models.clone(),
            request_validator: self.request_validator.clone(),
            responses: self.responses.clone(),
            integration: self.integration.as_ref().map(|integration| integration.map(change)),
        }
    }
}

impl<S> Integration<S> {
    /// The same integration with every value of `S` changed by `change`.
    pub fn map<To>(&self, change: &dyn Fn(&S) -> To) -> Integration<To> {
        Integration {
            kind: self.kind,
            uri: self.uri.as_ref().map(change),
            http_method: self.http_method,
            credentials: self.credentials.as_ref().map(change),
            request_templates: self.request_templates.clone(),
            request_parameters: self.request_parameters.clone(),
            passthrough_behavior: self.passthrough_behavior,
            content_handling: self.content_handling,
            timeout_ms: self.timeout_ms,
            cache_key_parameters: self.cache_key_parameters.clone(),
            cache_namespace: self.cache_namespace.clone(),
            vpc_link: self.vpc_link.as_ref().map(change),
            insecure_skip_verification: self.insecure_skip_verification,
            responses: self.responses.clone(),
        }
    }
}
