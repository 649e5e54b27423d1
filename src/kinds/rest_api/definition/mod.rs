//! What a REST API is made of. `S` is [`Text`](crate::model::Text) where values may be known only later (a stack file's wish, an op) and
//! `String` where they are known (an account's API).

mod collections;
mod method;
mod normal;
mod paths;
mod settings;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use collections::{Authorizer, GatewayResponse, Model, Part, REFERENCE, TTL_SECONDS, Validator, is_own_model};
pub use method::{Authorization, Integration, IntegrationResponse, Method, MethodResponse, TIMEOUT_MS};
pub use paths::{ancestors, parent, path_part};
pub use settings::Settings;
pub use words::{
    ApiKeySource, AuthorizerType, ContentHandling, EndpointType, IntegrationType, NotAWord, Passthrough, Verb,
};

use crate::model::Text;

/// The methods of one resource.
pub type Methods<S> = BTreeMap<Verb, Method<S>>;

/// All that a client can notice, and all that it is built from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition<S> {
    /// Methods by full path (`/`, `/users/{id}`, `/files/{proxy+}`) and verb. Parents are implied. In a live API only paths with
    /// methods are listed here; every path is in [`Live::resource_ids`](super::Live::resource_ids).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub resources: BTreeMap<String, Methods<S>>,
    /// JSON schemas by name (letters and digits).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub models: BTreeMap<String, Model>,
    /// Request validators by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub validators: BTreeMap<String, Validator>,
    /// Authorizers by name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub authorizers: BTreeMap<String, Authorizer<S>>,
    /// Customised gateway responses by type, such as `DEFAULT_4XX`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gateway_responses: BTreeMap<String, GatewayResponse>,
}

impl<S> Definition<S> {
    /// Every resource's path: those named, all their parents and the root.
    pub fn paths(&self) -> BTreeSet<String> {
        let mut paths: BTreeSet<String> = self.resources.keys().flat_map(|path| ancestors(path)).collect();
        paths.extend(self.resources.keys().cloned());
        paths.insert("/".to_owned());
        paths
    }

    /// The method at `path` and `verb`.
    pub fn method(&self, path: &str, verb: Verb) -> Option<&Method<S>> {
        self.resources.get(path)?.get(&verb)
    }

    /// Every method with its path and verb, in the order of paths.
    pub fn methods(&self) -> impl Iterator<Item = (&str, Verb, &Method<S>)> {
        self.resources.iter().flat_map(|(path, methods)| {
            methods.iter().map(move |(verb, method)| (path.as_str(), *verb, method))
        })
    }

    /// The collections that have members.
    pub fn parts(&self) -> BTreeSet<Part> {
        let has = [
            (Part::Authorizers, !self.authorizers.is_empty()),
            (Part::Models, !self.models.is_empty()),
            (Part::Validators, !self.validators.is_empty()),
            (Part::GatewayResponses, !self.gateway_responses.is_empty()),
        ];
        has.into_iter().filter_map(|(part, has)| has.then_some(part)).collect()
    }

    /// The same definition with every value of `S` changed by `change`.
    pub fn map<To>(&self, change: &dyn Fn(&S) -> To) -> Definition<To> {
        let methods =
            |methods: &Methods<S>| methods.iter().map(|(verb, method)| (*verb, method.map(change))).collect();
        Definition {
            resources: self.resources.iter().map(|(path, of)| (path.clone(), methods(of))).collect(),
            models: self.models.clone(),
            validators: self.validators.clone(),
            authorizers: self.authorizers.iter().map(|(name, of)| (name.clone(), of.map(change))).collect(),
            gateway_responses: self.gateway_responses.clone(),
        }
    }
}

impl Definition<Text> {
    /// The definition with its texts as they are known once the op that carries it is settled.
    pub fn settled(&self) -> Definition<String> {
        self.map(&|text| text.settled().to_owned())
    }
}
