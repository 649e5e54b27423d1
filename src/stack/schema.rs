//! The JSON Schema of stack files, for editors.

use serde_json::{Value as JsonValue, json};

use super::file::Stack;
use super::reader::shape::{Definitions, Shape};

/// The JSON Schema (2020-12) of a stack file, made from the same declarations by which files are read.
pub fn schema() -> JsonValue {
    let mut definitions = Definitions::default();
    let root = Stack::schema(&mut definitions);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "gatewright stack file",
        "$ref": root["$ref"],
        "$defs": definitions.into_json(),
    })
}
