//! Imports that were recorded from AWS, where those recordings are at hand.

use std::path::PathBuf;

use serde_json::Value as Json;

use super::super::{BasePath, read_with};
use crate::kinds::rest_api::{IntegrationType, Verb, definition::ancestors};

fn recordings() -> Option<Json> {
    let folders = ["../shared/oracles", "../../shared/oracles"];
    let paths = folders.map(|folder| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(folder));
    let path = paths
        .into_iter()
        .map(|path| path.join("dataplane-localstack_import.json"))
        .find(|path| path.is_file())?;
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

/// Each document was imported with a choice of what becomes of its base path, and then called at the path that this gave.
#[test]
fn recorded_imports_have_their_methods_where_they_were_called() {
    let Some(recorded) = recordings() else { return };
    let mut called = 0;
    for test in recorded["tests"].as_array().unwrap() {
        for case in test["cases"].as_array().unwrap() {
            let version = &test["api_versions"][case["api_version"].as_u64().unwrap() as usize];
            let document: Json = serde_yaml::from_str(version["openapi"].as_str().unwrap()).unwrap();
            let base_path = match version["import_parameters"]["parameters"]["basepath"].as_str().unwrap() {
                "ignore" => BasePath::Ignore,
                "prepend" => BasePath::Prepend,
                "split" => BasePath::Split,
                other => panic!("unknown choice {other}"),
            };
            let imported = read_with(&document, base_path)
                .unwrap_or_else(|problems| panic!("{}", super::listed(&problems)));
            let definition = imported.definition;
            let (path, verb) =
                (case["request"]["path"].as_str().unwrap(), case["request"]["method"].as_str().unwrap());
            let method = definition.method(path, verb.parse::<Verb>().unwrap());
            let method =
                method.unwrap_or_else(|| panic!("no {verb} {path} in {:?}", definition.resources.keys()));
            assert_eq!(case["expected"]["ok"], true);
            assert_eq!(definition.resources.len(), 1);
            assert!(definition.paths().contains(&ancestors(path).next().unwrap()));
            assert_eq!(imported.name, document["info"]["title"]);

            // Recorded too, with each of these documents: what became of the method.
            let integration = method.integration.as_ref().unwrap();
            assert_eq!(integration.kind, IntegrationType::Mock);
            assert_eq!(integration.request_templates["application/json"], r#"{"statusCode": 200}"#);
            assert_eq!(
                integration.request_parameters["integration.request.header.X-Amz-Invocation-Type"],
                "'Event'"
            );
            assert!(!integration.request_parameters.contains_key("integration.request.header.nothing"));
            assert_eq!(method.responses[&200].models["application/json"], "Empty");
            assert!(!method.responses[&200].parameters["method.response.header.Access-Control-Allow-Origin"]);
            assert_eq!(
                integration.responses[&200].parameters["method.response.header.Access-Control-Allow-Origin"],
                "'*'"
            );
            assert!(definition.models.is_empty());
            called += 1;
        }
    }
    assert_eq!(called, 6);
}
