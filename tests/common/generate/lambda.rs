//! Layers, and what functions say of them, of aliases and of what invokes them.

use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::FUNCTIONS;

fn layer() -> impl Strategy<Value = Json> {
    (
        prop::collection::vec(prop::sample::select(vec!["nodejs22.x", "python3.13"]), 0..2),
        prop::option::of("[a-z]{1,4}"),
        any::<bool>(),
    )
        .prop_map(|(runtimes, description, licensed)| {
            let mut layer = json!({ "code": "code", "compatible_runtimes": runtimes });
            if let Some(text) = description {
                layer["description"] = json!(text);
            }
            if licensed {
                layer["license"] = json!("MIT");
            }
            layer
        })
}

/// `{"layers": {…}, "functions": {…}}`; of the latter those count that the stack has.
pub fn section() -> impl Strategy<Value = Json> {
    let used = prop::collection::vec(any::<(bool, bool)>(), FUNCTIONS.len());
    (prop::option::of(layer()), prop::option::of(layer()), used).prop_map(|(one, two, used)| {
        let layers: Map<String, Json> = [("one", one), ("two", two)]
            .into_iter()
            .filter_map(|(key, layer)| Some((key.to_owned(), layer?)))
            .collect();
        let mut functions = Map::new();
        for (key, (first, second)) in FUNCTIONS.iter().zip(used) {
            let wanted = [("one", first), ("two", second)];
            let names: Vec<&str> = wanted
                .iter()
                .filter(|(name, uses)| *uses && layers.contains_key(*name))
                .map(|(name, _)| *name)
                .collect();
            functions.insert((*key).to_owned(), json!({ "layers": names }));
        }
        json!({ "layers": layers, "functions": functions })
    })
}
