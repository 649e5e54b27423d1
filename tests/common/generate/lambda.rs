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

/// What a function says of its alias and of what invokes it.
fn invoked() -> impl Strategy<Value = Json> {
    let alias = prop::option::of((prop::sample::select(vec!["live", "other"]), 0..2_i32, any::<bool>()));
    let schedule =
        (prop::sample::select(vec!["rate(1 hour)", "rate(2 days)", "cron(0 12 * * ? *)"]), any::<bool>())
            .prop_map(|(schedule, input)| {
                if input {
                    json!({ "schedule": schedule, "input": { "a": 1 } })
                } else {
                    json!({ "schedule": schedule })
                }
            });
    let stream = (1..200_i32, any::<bool>(), any::<bool>()).prop_map(|(batch_size, oldest, enabled)| {
        let position = if oldest { "trim_horizon" } else { "latest" };
        json!({ "stream": STREAM, "batch_size": batch_size, "starting_position": position, "enabled": enabled })
    });
    (alias, 0..3_i32, prop::collection::vec(schedule, 0..3), prop::option::of(stream)).prop_map(
        |(alias, keep, mut events, stream)| {
            events.extend(stream);
            let mut function = json!({ "events": events });
            if let Some((name, percent, plain)) = alias {
                function["alias"] = if plain {
                    json!(name)
                } else {
                    json!({ "name": name, "previous_percent": percent * 10 })
                };
                function["keep_versions"] = json!(keep);
            }
            function
        },
    )
}

/// A table of somebody else.
const STREAM: &str = "arn:aws:dynamodb:eu-west-1:123456789012:table/theirs/stream/2026-01-01T00:00:00.000";

/// `{"layers": {…}, "functions": {…}}`; of the latter those count that the stack has.
pub fn section() -> impl Strategy<Value = Json> {
    let used = prop::collection::vec((any::<(bool, bool)>(), invoked()), FUNCTIONS.len());
    (prop::option::of(layer()), prop::option::of(layer()), used).prop_map(|(one, two, used)| {
        let layers: Map<String, Json> = [("one", one), ("two", two)]
            .into_iter()
            .filter_map(|(key, layer)| Some((key.to_owned(), layer?)))
            .collect();
        let mut functions = Map::new();
        for (key, ((first, second), mut function)) in FUNCTIONS.iter().zip(used) {
            let wanted = [("one", first), ("two", second)];
            let names: Vec<&str> = wanted
                .iter()
                .filter(|(name, uses)| *uses && layers.contains_key(*name))
                .map(|(name, _)| *name)
                .collect();
            function["layers"] = json!(names);
            functions.insert((*key).to_owned(), function);
        }
        json!({ "layers": layers, "functions": functions })
    })
}
