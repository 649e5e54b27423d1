//! What is written is read again.

use proptest::prelude::*;
use serde_json::Value as Json;

use super::super::read;
use crate::kinds::rest_api::{
    Definition, Desired, Settings,
    compare::canonical_json,
    openapi::{Flavor, export},
    tests::arbitrary,
};

/// The one form of what can be said in two ways.
fn comparable(settings: &Settings, definition: &Definition<String>) -> (Settings, Definition<String>) {
    let mut definition = definition.clone().normal();
    for model in definition.models.values_mut() {
        model.schema = canonical_json(&model.schema);
    }
    // API Gateway's own model is declared by nobody where it says nothing new.
    (settings.clone().normal(), definition)
}

fn check(desired: &Desired, flavor: Flavor) -> Result<(), TestCaseError> {
    let definition = desired.definition.settled();
    let url = Some("https://a1b2c3.execute-api.eu-west-1.amazonaws.com/dev");
    let document = export(&desired.name, &desired.settings, &definition, url, flavor, true);
    let read = match read(&document) {
        Ok(read) => read,
        Err(problems) => {
            return Err(TestCaseError::fail(format!("{}\n{document:#}", super::listed(&problems))));
        }
    };
    prop_assert_eq!(&read.name, &desired.name);
    let expected = comparable(&desired.settings, &definition);
    let found = comparable(&read.settings, &read.definition);
    prop_assert_eq!(found, expected, "{:#}", document);
    Ok(())
}

fn extensions_in(value: &Json, found: &mut Vec<String>) {
    match value {
        Json::Object(members) => members.iter().for_each(|(key, value)| {
            if key.starts_with("x-") {
                found.push(key.clone());
            }
            extensions_in(value, found);
        }),
        Json::Array(items) => items.iter().for_each(|item| extensions_in(item, found)),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn openapi_3_is_read_as_it_was_written(desired in arbitrary::desired()) {
        check(&desired, Flavor::OpenApi3)?;
    }

    #[test]
    fn swagger_2_is_read_as_it_was_written(desired in arbitrary::desired()) {
        check(&desired, Flavor::Swagger2)?;
    }

    #[test]
    fn without_extensions_there_are_none(desired in arbitrary::desired(), swagger in any::<bool>()) {
        let flavor = if swagger { Flavor::Swagger2 } else { Flavor::OpenApi3 };
        let document = export("a", &desired.settings, &desired.definition.settled(), None, flavor, false);
        let mut found = Vec::new();
        extensions_in(&document, &mut found);
        prop_assert!(found.is_empty(), "{:?}", found);
    }
}
