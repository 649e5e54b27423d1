//! Documents that are meant to break the reader.

use std::time::{Duration, Instant};

use serde_json::{Map, Value as Json, json};

use super::{base, read, said};

/// What is said of the document, which must not take long: anything that grows with the square of its size would take hours.
fn quickly(document: &Json) -> Vec<String> {
    let start = Instant::now();
    let said = said(document);
    assert!(start.elapsed() < Duration::from_secs(60), "took {:?}", start.elapsed());
    said
}

fn nested(levels: usize, wrap: impl Fn(Json) -> Json) -> Json {
    (0..levels).fold(json!("x"), |inner, _| wrap(inner))
}

#[test]
fn deep_nesting_is_refused_at_once() {
    for levels in [200, 3_000] {
        let list = |inner| Json::Array(vec![inner]);
        let object = |inner| Json::Object(Map::from_iter([("properties".to_owned(), inner)]));
        for deep in [nested(levels, list), nested(levels, object)] {
            let mut document = base(false);
            document["definitions"] = deep;
            let said = quickly(&document);
            assert_eq!(said.len(), 1);
            assert!(said[0].contains("nested more than 128 levels deep"), "{said:?}");
        }
    }
}

#[test]
fn references_in_circles_end() {
    let mut document = base(false);
    document["components"] = json!({
        "parameters": {"A": {"$ref": "#/components/parameters/B"}, "B": {"$ref": "#/components/parameters/A"}},
        "responses": {"R": {"$ref": "#/components/responses/R"}},
        "schemas": {
            "Self": {"$ref": "#/components/schemas/Self"},
            "House": {"properties": {"people": {"items": {"$ref": "#/components/schemas/Person"}}}},
            "Person": {"properties": {"house": {"$ref": "#/components/schemas/House"}, "me": {"$ref": "#/components/schemas/Person"}}},
            "Copied": {"properties": {"x": {"$ref": "#/components/schemas/Copied/properties"}}},
        },
    });
    let get = &mut document["paths"]["/pets"]["get"];
    get["parameters"] = json!([{"$ref": "#/components/parameters/A"}]);
    get["responses"]["404"] = json!({"$ref": "#/components/responses/R"});
    let said = quickly(&document);
    let circles = said.iter().filter(|line| line.contains("leads back to itself")).count();
    assert_eq!((circles, said.len()), (4, 4), "{said:#?}");
}

#[test]
fn references_that_copy_each_other_do_not_grow_without_end() {
    let mut document = base(false);
    let mut parts = Map::new();
    for level in 0..40 {
        let next = format!("#/components/x-parts/P{}", level + 1);
        parts.insert(format!("P{level}"), json!({"allOf": vec![json!({"$ref": next}); 10]}));
    }
    parts.insert("P40".into(), json!({"type": "string"}));
    document["components"] =
        json!({"x-parts": parts, "schemas": {"Bomb": {"$ref": "#/components/x-parts/P0/allOf/0"}}});
    let said = quickly(&document);
    assert!(said.iter().all(|line| line.contains("grow too large")) && !said.is_empty(), "{}", said.len());
}

#[test]
fn very_long_texts_are_neither_slow_nor_shown() {
    let long = "x".repeat(10 * 1024 * 1024);
    let mut document = base(true);
    document["info"]["description"] = long.clone().into();
    document["paths"]["/pets"]["get"]["x-amazon-apigateway-integration"]["type"] = long.clone().into();
    document["paths"]["/pets"]["get"]["parameters"] =
        json!([{"in": long, "name": "n"}, {"$ref": format!("#/{long}")}]);
    document["paths"][format!("/{}", "a/".repeat(2_000_000))] = json!({});
    document["definitions"] = json!({"Long": {"$ref": format!("#/definitions/{long}")}});
    document[format!("x-amazon-apigateway-{long}")] = true.into();
    let problems = read(&document).unwrap_err();
    assert!(problems.len() >= 6, "{}", problems.len());
    assert!(
        problems.iter().all(|problem| problem.message.len() < 400
            && problem.help.as_ref().is_none_or(|help| help.len() < 400))
    );
    quickly(&document);
}

#[test]
fn very_wide_documents_are_read_in_no_time() {
    let mut document = base(false);
    let get = document["paths"]["/pets"]["get"].clone();
    for number in 0..3_000 {
        document["paths"][format!("/p{number}")] = json!({"get": get.clone(), "pst": {}});
    }
    let said = quickly(&document);
    assert_eq!(said.len(), 500);
}

#[test]
fn any_value_in_any_place_is_told_and_nothing_panics() {
    let whole = super::extensions::everything();
    let mut pointers = Vec::new();
    places(&whole, String::new(), &mut pointers);
    assert!(pointers.len() > 150, "{}", pointers.len());
    let others = [
        json!(null),
        json!(7),
        json!(-1.5),
        json!("x"),
        json!([]),
        json!([[1]]),
        json!({}),
        json!({"$ref": 1}),
        json!({"$ref": "#/nowhere"}),
        json!(true),
    ];
    for pointer in pointers {
        for other in &others {
            let mut document = whole.clone();
            *document.pointer_mut(&pointer).unwrap() = other.clone();
            if let Err(problems) = read(&document) {
                assert!(
                    problems
                        .iter()
                        .all(|problem| problem.pointer.is_empty() || reaches(&document, &problem.pointer))
                );
            }
        }
    }
}

/// Whether there is something at the end of `pointer`.
fn reaches(document: &Json, pointer: &[String]) -> bool {
    let mut steps = pointer.iter();
    steps
        .try_fold(document, |value, step| match value {
            Json::Array(items) => items.get(step.parse::<usize>().ok()?),
            other => other.get(step),
        })
        .is_some()
}

fn places(value: &Json, at: String, found: &mut Vec<String>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Json::Object(members) => {
            members.iter().for_each(|(key, value)| places(value, format!("{at}/{}", escaped(key)), found))
        }
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, format!("{at}/{index}"), found))
        }
        _ => {}
    }
    found.push(at);
}
