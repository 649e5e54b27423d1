//! What a document can say and what API Gateway's importer loses of it.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use super::{operation::parameter_place, security};
use crate::{
    kinds::rest_api::{
        definition::{Definition, Method, ancestors},
        desired::Desired,
    },
    model::Text,
};

/// The largest document that `PutRestApi` takes, in bytes, with some room for ids that are not known yet.
const DOCUMENT_MAX_BYTES: usize = 5_500_000;

/// Whether a document can say all of `desired`, so that an import ends where granular calls do.
pub(crate) fn can_say(desired: &Desired) -> bool {
    let definition = &desired.definition;
    // An import takes VPC endpoints off and puts them on again, which clients notice.
    desired.settings.vpc_endpoint_ids.is_empty()
        && every_path_has_a_method_below(definition)
        && definition.authorizers.keys().all(|name| name_fits(name))
        && definition.models.values().all(|model| model.content_type == "application/json" && is_json(&model.schema))
        && different_operation_names(definition)
        && definition.methods().all(|(_, _, method)| method_fits(method))
        && serde_json::to_string(definition).is_ok_and(|text| text.len() < DOCUMENT_MAX_BYTES)
}

/// A path item without operations makes no resource for certain.
fn every_path_has_a_method_below(definition: &Definition<Text>) -> bool {
    let mut reached = BTreeSet::from(["/".to_owned()]);
    for (path, _) in definition.resources.iter().filter(|(_, methods)| !methods.is_empty()) {
        reached.extend(ancestors(path));
        reached.insert(path.clone());
    }
    definition.paths().is_subset(&reached)
}

/// Names of OpenAPI's components; those of our own schemes are taken.
fn name_fits(name: &str) -> bool {
    let letters = name.chars().all(|letter| letter.is_ascii_alphanumeric() || "._-".contains(letter));
    letters && name != security::API_KEY && name != security::SIGNED
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<Json>(text).is_ok()
}

/// OpenAPI wants each `operationId` once; API Gateway's operation names may repeat.
fn different_operation_names(definition: &Definition<Text>) -> bool {
    let mut seen = BTreeSet::new();
    definition.methods().filter_map(|(_, _, method)| method.operation_name.as_ref()).all(|name| seen.insert(name))
}

fn method_fits(method: &Method<Text>) -> bool {
    // OpenAPI has no optional path parameters.
    let parameters = method.request_parameters.iter().all(|(parameter, required)| {
        parameter_place(parameter).is_some_and(|(place, _)| place != "path" || *required)
    });
    // An import keys integration responses by their pattern.
    let mut patterns = BTreeSet::new();
    let responses = method.integration.iter().flat_map(|integration| integration.responses.values());
    let patterns = responses.into_iter().all(|response| {
        let pattern = response.selection_pattern.as_deref();
        pattern != Some("default") && patterns.insert(pattern)
    });
    let headers = method.responses.values().flat_map(|response| response.parameters.keys());
    parameters && patterns && headers.into_iter().all(|header| header.starts_with("method.response.header."))
}
