//! Documents and what becomes of them.

mod extensions;
mod hostile;
mod problems;
mod recorded;
mod round;

use serde_json::{Value as Json, json};

use super::{Imported, read};

/// Both formats of one document: `change` is called with each, and puts what is tested where that format has it.
fn both(change: impl Fn(&mut Json, bool)) -> [Imported; 2] {
    [true, false].map(|swagger| {
        let mut document = base(swagger);
        change(&mut document, swagger);
        match read(&document) {
            Ok(imported) => imported,
            Err(problems) => panic!("{}\n{document:#}", listed(&problems)),
        }
    })
}

/// A document with `GET /pets`, which is a mock.
fn base(swagger: bool) -> Json {
    let mut document = json!({
        "info": {"title": "pets", "version": "1"},
        "paths": {"/pets": {"get": {
            "responses": {"200": {"description": "", "headers": {"X": {"type": "string"}}}},
            "x-amazon-apigateway-integration": {"type": "mock", "responses": {"default": {"statusCode": "200"}}},
        }}},
    });
    if swagger {
        document["swagger"] = "2.0".into();
    } else {
        document["openapi"] = "3.0.1".into();
    }
    document
}

fn listed(problems: &[super::Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// What is said of a document, each as `#/pointer: message (help)`.
fn said(document: &Json) -> Vec<String> {
    match read(document) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

fn warned(imported: &Imported) -> Vec<String> {
    imported.warnings.iter().map(ToString::to_string).collect()
}
