//! The calls that change an API. They name things by path and name; ids are looked up in the live API when a call is sent.

use std::{borrow::Cow, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use super::{
    definition::{
        Authorizer, Definition, GatewayResponse, Integration, IntegrationResponse, Method, MethodResponse, Model, Settings,
        Validator, Verb,
    },
    patch::Patch,
};
use crate::{
    kinds::Operation,
    model::{Call, Repeat, Text},
};

/// Where a method is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The resource's full path.
    pub path: String,
    /// The verb.
    pub verb: Verb,
}

impl Place {
    /// The method `verb` of `path`.
    pub fn new(path: &str, verb: Verb) -> Self {
        Self { path: path.to_owned(), verb }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.verb, self.path)
    }
}

/// One call of the API Gateway control plane.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of the AWS operation that each variant names")]
pub enum Op {
    /// `CreateRestApi`.
    CreateRestApi { name: String, settings: Settings, tags: BTreeMap<String, String> },
    /// `UpdateRestApi`.
    UpdateRestApi { patches: Vec<Patch> },
    /// `PutRestApi` in mode `overwrite`, with a document made of the definition; and the granular calls for what API Gateway's
    /// importer loses of it, if anything.
    PutRestApi { name: String, settings: Settings, definition: Definition<Text> },
    /// `DeleteRestApi`.
    DeleteRestApi { id: String },
    /// `TagResource`.
    TagResource { tags: BTreeMap<String, String> },
    /// `CreateResource`.
    CreateResource { path: String },
    /// `DeleteResource`: its children and their methods go with it.
    DeleteResource { path: String },
    /// `PutMethod`; `method` is without integration and responses.
    PutMethod { place: Place, method: Method<Text> },
    /// `UpdateMethod`.
    UpdateMethod { place: Place, patches: Vec<Patch> },
    /// `DeleteMethod`: its integration and responses go with it.
    DeleteMethod { place: Place },
    /// `PutMethodResponse`.
    PutMethodResponse { place: Place, status: u16, response: MethodResponse },
    /// `UpdateMethodResponse`.
    UpdateMethodResponse { place: Place, status: u16, patches: Vec<Patch> },
    /// `DeleteMethodResponse`.
    DeleteMethodResponse { place: Place, status: u16 },
    /// `PutIntegration`; `integration` is without responses, and those that are there go.
    PutIntegration { place: Place, integration: Integration<Text> },
    /// `UpdateIntegration`.
    UpdateIntegration { place: Place, patches: Vec<Patch> },
    /// `DeleteIntegration`.
    DeleteIntegration { place: Place },
    /// `PutIntegrationResponse`, which replaces one that is there.
    PutIntegrationResponse { place: Place, status: u16, response: IntegrationResponse },
    /// `DeleteIntegrationResponse`.
    DeleteIntegrationResponse { place: Place, status: u16 },
    /// `CreateModel`.
    CreateModel { name: String, model: Model },
    /// `UpdateModel`.
    UpdateModel { name: String, patches: Vec<Patch> },
    /// `DeleteModel`.
    DeleteModel { name: String },
    /// `CreateRequestValidator`.
    CreateRequestValidator { name: String, validator: Validator },
    /// `UpdateRequestValidator`.
    UpdateRequestValidator { name: String, patches: Vec<Patch> },
    /// `DeleteRequestValidator`; `stray` is the id of a second one of that name.
    DeleteRequestValidator { name: String, stray: Option<String> },
    /// `CreateAuthorizer`.
    CreateAuthorizer { name: String, authorizer: Authorizer<Text> },
    /// `UpdateAuthorizer`.
    UpdateAuthorizer { name: String, patches: Vec<Patch> },
    /// `DeleteAuthorizer`; `stray` is the id of a second one of that name.
    DeleteAuthorizer { name: String, stray: Option<String> },
    /// `PutGatewayResponse`, which replaces one that is there.
    PutGatewayResponse { kind: String, response: GatewayResponse },
    /// `DeleteGatewayResponse`: AWS's own answers again.
    DeleteGatewayResponse { kind: String },
}

impl Op {
    fn operation(&self) -> &'static str {
        match self {
            Self::CreateRestApi { .. } => "CreateRestApi",
            Self::UpdateRestApi { .. } => "UpdateRestApi",
            Self::PutRestApi { .. } => "PutRestApi",
            Self::DeleteRestApi { .. } => "DeleteRestApi",
            Self::TagResource { .. } => "TagResource",
            Self::CreateResource { .. } => "CreateResource",
            Self::DeleteResource { .. } => "DeleteResource",
            Self::PutMethod { .. } => "PutMethod",
            Self::UpdateMethod { .. } => "UpdateMethod",
            Self::DeleteMethod { .. } => "DeleteMethod",
            Self::PutMethodResponse { .. } => "PutMethodResponse",
            Self::UpdateMethodResponse { .. } => "UpdateMethodResponse",
            Self::DeleteMethodResponse { .. } => "DeleteMethodResponse",
            Self::PutIntegration { .. } => "PutIntegration",
            Self::UpdateIntegration { .. } => "UpdateIntegration",
            Self::DeleteIntegration { .. } => "DeleteIntegration",
            Self::PutIntegrationResponse { .. } => "PutIntegrationResponse",
            Self::DeleteIntegrationResponse { .. } => "DeleteIntegrationResponse",
            Self::CreateModel { .. } => "CreateModel",
            Self::UpdateModel { .. } => "UpdateModel",
            Self::DeleteModel { .. } => "DeleteModel",
            Self::CreateRequestValidator { .. } => "CreateRequestValidator",
            Self::UpdateRequestValidator { .. } => "UpdateRequestValidator",
            Self::DeleteRequestValidator { .. } => "DeleteRequestValidator",
            Self::CreateAuthorizer { .. } => "CreateAuthorizer",
            Self::UpdateAuthorizer { .. } => "UpdateAuthorizer",
            Self::DeleteAuthorizer { .. } => "DeleteAuthorizer",
            Self::PutGatewayResponse { .. } => "PutGatewayResponse",
            Self::DeleteGatewayResponse { .. } => "DeleteGatewayResponse",
        }
    }
}

impl Operation for Op {
    fn call(&self) -> Call {
        Call { service: Cow::Borrowed("apigateway"), operation: Cow::Borrowed(self.operation()) }
    }

    fn repeat(&self) -> Repeat {
        match self {
            // Neither has a name that AWS would refuse the second time.
            Self::CreateRestApi { .. } | Self::CreateRequestValidator { .. } => Repeat::Duplicates,
            Self::CreateResource { .. }
            | Self::PutMethod { .. }
            | Self::PutMethodResponse { .. }
            | Self::CreateModel { .. }
            | Self::CreateAuthorizer { .. } => Repeat::RefusedByName,
            _ => Repeat::Safe,
        }
    }

    fn describe(&self) -> String {
        match self {
            Self::CreateRestApi { name, .. } => format!("create REST API {name}"),
            Self::UpdateRestApi { patches } => format!("set {}", fields(patches)),
            Self::PutRestApi { definition, .. } => format!("import {} methods", definition.methods().count()),
            Self::DeleteRestApi { .. } => "delete REST API".to_owned(),
            Self::TagResource { tags } => format!("tag {}", tags.keys().cloned().collect::<Vec<_>>().join(", ")),
            Self::CreateResource { path } => format!("create resource {path}"),
            Self::DeleteResource { path } => format!("delete resource {path}"),
            Self::PutMethod { place, .. } => format!("put method {place}"),
            Self::UpdateMethod { place, patches } => format!("update method {place}: {}", fields(patches)),
            Self::DeleteMethod { place } => format!("delete method {place}"),
            Self::PutMethodResponse { place, status, .. } => format!("put response {status} of {place}"),
            Self::UpdateMethodResponse { place, status, patches } => {
                format!("update response {status} of {place}: {}", fields(patches))
            }
            Self::DeleteMethodResponse { place, status } => format!("delete response {status} of {place}"),
            Self::PutIntegration { place, integration } => format!("put {} integration of {place}", integration.kind),
            Self::UpdateIntegration { place, patches } => format!("update integration of {place}: {}", fields(patches)),
            Self::DeleteIntegration { place } => format!("delete integration of {place}"),
            Self::PutIntegrationResponse { place, status, .. } => format!("map answers to {status} of {place}"),
            Self::DeleteIntegrationResponse { place, status } => format!("stop mapping answers to {status} of {place}"),
            Self::CreateModel { name, .. } => format!("create model {name}"),
            Self::UpdateModel { name, patches } => format!("update model {name}: {}", fields(patches)),
            Self::DeleteModel { name } => format!("delete model {name}"),
            Self::CreateRequestValidator { name, .. } => format!("create validator {name}"),
            Self::UpdateRequestValidator { name, patches } => format!("update validator {name}: {}", fields(patches)),
            Self::DeleteRequestValidator { name, .. } => format!("delete validator {name}"),
            Self::CreateAuthorizer { name, .. } => format!("create authorizer {name}"),
            Self::UpdateAuthorizer { name, patches } => format!("update authorizer {name}: {}", fields(patches)),
            Self::DeleteAuthorizer { name, .. } => format!("delete authorizer {name}"),
            Self::PutGatewayResponse { kind, .. } => format!("put gateway response {kind}"),
            Self::DeleteGatewayResponse { kind } => format!("delete gateway response {kind}"),
        }
    }
}

/// What the patches are about: field names and members, never values.
fn fields(patches: &[Patch]) -> String {
    let mut names: Vec<String> = patches.iter().map(|patch| patch.pieces().join(" ")).collect();
    names.dedup();
    names.join(", ")
}
