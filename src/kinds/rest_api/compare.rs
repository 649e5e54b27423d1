//! Texts that say the same in different words: JSON documents, resource policies.

use std::collections::BTreeMap;

use serde_json::Value as Json;

/// JSON text in one fixed form (sorted keys, no blanks); text that is not JSON as it is.
pub fn canonical_json(text: &str) -> String {
    serde_json::from_str::<Json>(text).map_or_else(|_| text.to_owned(), |value| sorted(value).to_string())
}

fn sorted(value: Json) -> Json {
    match value {
        Json::Object(map) => {
            let members: BTreeMap<_, _> = map.into_iter().map(|(key, value)| (key, sorted(value))).collect();
            Json::Object(members.into_iter().collect())
        }
        Json::Array(items) => Json::Array(items.into_iter().map(sorted).collect()),
        other => other,
    }
}
