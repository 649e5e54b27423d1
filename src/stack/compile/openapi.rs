//! What an OpenAPI document adds to the API of a stack.

use std::cell::RefCell;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value as Json;

use super::{
    Builder,
    integration::CalledFunctions,
    texts::Texts,
};
use crate::{
    kinds::{
        Kind, LambdaFunction,
        rest_api::{Definition, Settings},
    },
    model::Text,
    stack::{
        file::{Api, OpenApiFile},
        reader::At,
        template::{Reference, Template},
    },
};

/// Before the ARN of a function in the URI by which it is invoked.
const FUNCTIONS: &str = "/functions/";

impl Builder<'_> {
    /// Adds what the document says to `definition`, and to `settings` what the stack file leaves open. The API is called as every
    /// API of a stack is, whatever the document's title.
    pub(super) fn add_document(
        &mut self,
        api: &Api,
        file: &OpenApiFile,
        definition: &mut Definition<Text>,
        settings: &mut Settings,
        called: &mut CalledFunctions,
    ) {
        let Some(imported) = file.imported() else { return };
        let texts = &mut self.texts;
        let (document, from_document) = texts.of_file(&file.source, |texts| {
            (document_of(&imported.definition, file, texts), settings_of(&imported.settings, file, texts))
        });
        let own = std::mem::take(&mut definition.gateway_responses);
        *definition = document;
        for (kind, response) in own {
            let place = definition.gateway_responses.entry(kind).or_default();
            place.status = response.status.or(place.status);
            place.parameters.extend(response.parameters);
            place.templates.extend(response.templates);
        }
        fill(api, settings, from_document);
        self.add_called(definition, called);
    }

    /// The functions that the document's URIs invoke without a role: each needs to allow it.
    fn add_called(&mut self, definition: &Definition<Text>, called: &mut CalledFunctions) {
        let integrations = definition.methods().filter_map(|(_, _, method)| method.integration.as_ref());
        let integrations = integrations.map(|integration| (&integration.uri, &integration.credentials));
        let authorizers = definition.authorizers.values().map(|authorizer| (&authorizer.uri, &authorizer.credentials));
        let uris = integrations.chain(authorizers).filter(|(_, credentials)| credentials.is_none());
        for name in uris.filter_map(|(uri, _)| function_name(uri.as_ref()?)) {
            let scope = self.scope();
            let own = self.stack.functions().names().find(|key| scope.name(key) == name);
            let own = own.map(|key| scope.address(LambdaFunction::NAME, key));
            called.entry(name).or_default().extend(own);
        }
    }
}

/// The name of the function that `uri` invokes; none where a stage variable chooses it, for then nobody knows which it will be.
fn function_name(uri: &Text) -> Option<String> {
    let (before, after) = uri.known()?.split_once(FUNCTIONS)?;
    let name = after.strip_suffix("/invocations")?.split(':').nth(6)?;
    (before.contains(":lambda:path/") && !name.contains("${")).then(|| name.to_owned())
}

/// What the stack file says of the API as a whole wins.
fn fill(api: &Api, settings: &mut Settings, document: Settings) {
    if api.description.is_none() {
        settings.description = document.description;
    }
    if api.endpoint.is_none() {
        settings.endpoint = document.endpoint;
        settings.vpc_endpoint_ids = document.vpc_endpoint_ids;
    }
    if api.api_key_source.is_none() {
        settings.api_key_source = document.api_key_source;
    }
    if api.binary_media_types.is_empty() {
        settings.binary_media_types = document.binary_media_types;
    }
    if api.minimum_compression_bytes.is_none() {
        settings.minimum_compression_bytes = document.minimum_compression_bytes;
    }
    if api.policy.is_none() {
        settings.policy = document.policy;
    }
    if api.disable_execute_api_endpoint.is_none() {
        settings.disable_execute_api_endpoint = document.disable_execute_api_endpoint;
    }
}

/// The document's definition, its texts resolved: URIs, ARNs and ids may be known after the deploy only, all else is known now.
fn document_of(definition: &Definition<String>, file: &OpenApiFile, texts: &mut Texts<'_>) -> Definition<Text> {
    let definition = settled(definition, file, texts, false);
    let resolved = {
        let texts = RefCell::new(&mut *texts);
        definition.map(&|text| texts.borrow_mut().text(&at(file, text)))
    };
    settled(&resolved, file, texts, true)
}

fn settings_of(settings: &Settings, file: &OpenApiFile, texts: &mut Texts<'_>) -> Settings {
    settled(settings, file, texts, true)
}

fn at(file: &OpenApiFile, text: &str) -> At<Template> {
    let value = file.template(text);
    let span = value.references().map(|(_, span)| span).next().unwrap_or_default();
    At { value, span }
}

/// The same with what is known now filled into its texts; with `all`, what is not known now is a mistake and told.
fn settled<T: Clone + Serialize + DeserializeOwned>(
    value: &T,
    file: &OpenApiFile,
    texts: &mut Texts<'_>,
    all: bool,
) -> T {
    let Ok(mut json) = serde_json::to_value(value) else { return value.clone() };
    let mut open = vec![&mut json];
    while let Some(value) = open.pop() {
        match value {
            Json::String(text) if OpenApiFile::is_marked(text) => {
                let template = at(file, text);
                if all || is_known_now(&template) {
                    *text = texts.plain(&template);
                }
            }
            Json::Array(items) => open.extend(items),
            Json::Object(members) => open.extend(members.values_mut()),
            _ => {}
        }
    }
    serde_json::from_value(json).unwrap_or_else(|_| value.clone())
}

/// Whether nothing in it is a secret or made by a deploy.
fn is_known_now(template: &Template) -> bool {
    !template.is_secret()
        && template.references().all(|(reference, _)| {
            matches!(
                reference,
                Reference::Stage | Reference::Account | Reference::Region | Reference::Function(..) | Reference::Role(..)
            )
        })
}
