//! Texts that are handed on as they are: mapping templates, bodies of gateway responses, schemas of models.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::{Value as JsonValue, json};

use super::super::diagnostic::{Diagnostic, Place};
use super::super::reader::shape::{At, Definitions, Shape, shape};
use super::super::reader::{Json, Raw, Reader};
use super::super::source::{Source, Span};
use super::super::yaml::{Kind, Node, Value};

/// The largest mapping template, in bytes (API Gateway's developer guide, "known issues": 300 KB).
const TEMPLATE_BYTES_MAX: usize = 300 * 1024;

shape! {
    /// A text in a file of its own.
    #[name = "a body"]
    pub struct FileBody {
        /// The file, relative to the stack file.
        required file: Raw,
    }
}

/// The body of a mapping template, in Velocity's language. `${…}` in it is Velocity's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateBody {
    /// The template.
    pub text: String,
    /// The file it was read from, if it has one of its own.
    pub file: Option<PathBuf>,
}

/// The body of a gateway response, in which only `$context` and `$stageVariables` are replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainBody {
    /// The body.
    pub text: String,
    /// The file it was read from, if it has one of its own.
    pub file: Option<PathBuf>,
}

/// The JSON Schema (draft 4) of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelSchema {
    /// The schema.
    pub schema: JsonValue,
}

impl Shape for TemplateBody {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let (text, own) = text_of(node, reader)?;
        match &own {
            Some(file) => {
                reader.tell_template_mistake(&text, |_, line, column| within_file(file, line, column))
            }
            None => reader.check_template(node, &text),
        }
        Some(Self { text, file: own.map(|source| source.path().to_owned()) })
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        body_schema(definitions)
    }
}

impl Shape for PlainBody {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        text_of(node, reader)
            .map(|(text, own)| Self { text, file: own.map(|source| source.path().to_owned()) })
    }

    fn schema(definitions: &mut Definitions) -> JsonValue {
        body_schema(definitions)
    }
}

fn body_schema(definitions: &mut Definitions) -> JsonValue {
    let file = FileBody::schema(definitions);
    json!({ "anyOf": [{ "type": ["string", "number", "boolean"] }, file] })
}

/// The text itself, or that of the file it names, with the file.
fn text_of(node: &Node, reader: &mut Reader<'_>) -> Option<(String, Option<Arc<Source>>)> {
    let (text, own) = if let Value::Map(_) = node.value {
        let named: At<Raw> = FileBody::read(node, reader)?.file;
        if named.is_empty() {
            return None;
        }
        let path = reader.folder.join(&*named.value.0);
        let text = read_text(&path, named.span, reader)?;
        (text.clone(), Some(Arc::new(Source::new(path, text))))
    } else {
        match node.scalar().filter(|scalar| scalar.kind() != Kind::Null) {
            Some(scalar) => (scalar.text.clone(), None),
            None => {
                reader.wrong_type(node, "text, or `{ file: … }`");
                return None;
            }
        }
    };
    if text.len() > TEMPLATE_BYTES_MAX {
        let detail =
            format!("The text is {} bytes; API Gateway takes at most {TEMPLATE_BYTES_MAX}.", text.len());
        reader.error(node.span, "template too large", detail);
    }
    Some((text, own))
}

fn read_text(path: &Path, span: Span, reader: &mut Reader<'_>) -> Option<String> {
    let error = match std::fs::metadata(path) {
        Ok(found) if found.len() > TEMPLATE_BYTES_MAX as u64 => {
            format!("is {} bytes; API Gateway takes at most {TEMPLATE_BYTES_MAX}", found.len())
        }
        _ => match std::fs::read_to_string(path) {
            Ok(text) => return Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => "is not text in UTF-8".into(),
            Err(error) => format!("cannot be read: {error}"),
        },
    };
    reader.error(span, "file not readable", format!("`{}` {error}.", path.display()));
    None
}

fn within_file(source: &Arc<Source>, line: usize, column: usize) -> Place {
    let at = offset_in(source.text(), line, column);
    Place { source: Arc::clone(source), span: Some(Span::new(at, at + 1)) }
}

/// The byte at a line and column (both from 1, columns in characters) of a text.
fn offset_in(text: &str, line: usize, column: usize) -> usize {
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let rest = text.get(start..).unwrap_or_default();
    let in_line = rest.lines().next().unwrap_or_default();
    start + in_line.chars().take(column.saturating_sub(1)).map(char::len_utf8).sum::<usize>()
}

impl Reader<'_> {
    /// Tells a syntax error of the mapping template that is written at `node`.
    pub(super) fn check_template(&mut self, node: &Node, text: &str) {
        self.tell_template_mistake(text, |reader, line, column| {
            reader.place_within(node, text, line, column)
        });
    }

    fn tell_template_mistake(&mut self, text: &str, place: impl FnOnce(&Self, usize, usize) -> Place) {
        let Some(mistake) = self.template_mistake(text) else { return };
        let (line, column) = (mistake.line, mistake.column);
        let detail = format!("The mapping template cannot be read: {}.", mistake.message);
        let problem = Diagnostic::error(place(self, line, column), "template syntax error", detail);
        self.problem(problem.hint(format!("it is on line {line}, column {column} of the template")));
    }

    /// Where a line and column of the text of `node` are in the stack file, as far as that can be known.
    fn place_within(&self, node: &Node, text: &str, line: usize, column: usize) -> Place {
        let at = offset_in(text, line, column);
        let span = self.span_within(node, at, at);
        let span = if span == node.span { span } else { Span::new(span.start, span.start + 1) };
        Place { source: Arc::clone(&self.source), span: Some(span) }
    }
}

impl Shape for ModelSchema {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let (schema, what) = match &node.value {
            Value::Map(_) => (Json::read(node, reader)?.0, "the schema"),
            _ => match node.scalar().filter(|scalar| scalar.kind() == Kind::Text) {
                Some(scalar) => match serde_json::from_str::<JsonValue>(&scalar.text) {
                    Ok(schema) => (schema, "the JSON text"),
                    Err(error) => {
                        let place = reader.place_within(node, &scalar.text, error.line(), error.column());
                        reader.problem(Diagnostic::error(
                            place,
                            "invalid JSON",
                            format!("The schema is not valid JSON: {error}."),
                        ));
                        return None;
                    }
                },
                None => {
                    reader.wrong_type(node, "a JSON schema: a mapping, or JSON text");
                    return None;
                }
            },
        };
        if !schema.is_object() {
            let detail = format!("A model's schema is a JSON object, and {what} is something else.");
            reader.error(node.span, "invalid model schema", detail);
            return None;
        }
        Some(Self { schema })
    }

    fn schema(_: &mut Definitions) -> JsonValue {
        json!({ "type": ["object", "string"] })
    }
}
