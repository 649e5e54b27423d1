//! The API as an OpenAPI document in a file of its own.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Map, Value as JsonValue, json};

use super::super::diagnostic::{Diagnostic, Place, Severity};
use super::super::reader::shape::{Definitions, Shape};
use super::super::reader::{Mention, Reader, scalar_json};
use super::super::source::{Source, Span};
use super::super::template::{Part, Template};
use super::super::yaml::{self, Kind, Node, Scalar, Style, Value};
use super::RouteKey;
use crate::kinds::rest_api::{
    Definition, Verb,
    openapi::read::{Imported, Problem, read},
};

/// The largest document that API Gateway imports, in bytes.
const DOCUMENT_BYTES_MAX: u64 = 6 * 1024 * 1024;
/// Around the number of a text that is not known yet, while the document is read.
const MARKS: [char; 2] = ['\u{e000}', '\u{e001}'];
/// What is taken as it is: schemas, examples, regular expressions.
const AS_IT_IS: [&str; 6] =
    ["schema", "schemas", "definitions", "example", "examples", "identityValidationExpression"];
/// Bodies: `${…}` in them is Velocity's.
const BODIES: [&str; 2] = ["requestTemplates", "responseTemplates"];
/// What is API Gateway's own and not a reference of ours.
const STAGE_VARIABLE: &str = "${stageVariables";

/// An OpenAPI document. `${…}` in its texts is taken apart; bodies, schemas and `${stageVariables.…}` are left as they are.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenApiFile {
    /// The document's own file.
    pub source: Arc<Source>,
    /// What it describes; none where it holds what only a stage's parameters say.
    imported: Option<Imported>,
    texts: Vec<Template>,
    mentions: Vec<Mention>,
}

impl OpenApiFile {
    /// What the document describes. Texts in it may hold marks, which [`Self::template`] takes apart.
    pub fn imported(&self) -> Option<&Imported> {
        self.imported.as_ref()
    }

    /// Every `${…}` that stayed in its texts, with places in the document's own file.
    pub fn mentions(&self) -> &[Mention] {
        &self.mentions
    }

    /// A text of the document, with what is known only later in its place.
    pub fn template(&self, text: &str) -> Template {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, marked)) = rest.split_once(MARKS[0]) {
            parts.push(Part::Literal(before.to_owned()));
            let Some((number, after)) = marked.split_once(MARKS[1]) else { break };
            let found = number.parse::<usize>().ok().and_then(|number| self.texts.get(number));
            parts.extend(found.into_iter().flat_map(|template| template.parts.iter().cloned()));
            rest = after;
        }
        parts.push(Part::Literal(rest.to_owned()));
        Template::from_parts(parts)
    }

    /// Whether something in `text` is known only later.
    pub fn is_marked(text: &str) -> bool {
        text.contains(MARKS[0])
    }

    /// Whether the document has the method of `key`, by itself or through `ANY`; true where that is not known yet.
    pub fn has_route(&self, key: RouteKey<'_>) -> bool {
        let Some(imported) = &self.imported else { return true };
        let path = if key.path == "/" { "/" } else { key.path.trim_end_matches('/') };
        let has = |verb| imported.definition.method(path, verb).is_some();
        key.method.parse().is_ok_and(has) || has(Verb::Any)
    }
}

impl Shape for OpenApiFile {
    fn read(node: &Node, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(name) =
            node.scalar().filter(|scalar| scalar.kind() != Kind::Null && !scalar.text.is_empty())
        else {
            reader.wrong_type(node, "the path of an OpenAPI document");
            return None;
        };
        let path = reader.folder.join(&name.text);
        let text = text_of(&path, node.span, reader)?;
        let source = Arc::new(Source::new(path, text));
        let tree = match yaml::parse(&source) {
            Ok(tree) => tree,
            Err(problems) => {
                reader.tell_all(problems);
                return None;
            }
        };
        let mut inner = reader.of(Arc::clone(&source));
        let mut texts = Texts::default();
        let document = texts.json(&tree, Inside::Nothing, &mut inner);
        let imported = imported(&document, &tree, &mut inner);
        let file = Self { source, imported, texts: texts.0, mentions: inner.mentions().to_vec() };
        reader.tell_all(inner.finish());
        Some(file)
    }

    fn schema(_: &mut Definitions) -> JsonValue {
        json!({ "type": "string" })
    }
}

fn text_of(path: &Path, span: Span, reader: &mut Reader<'_>) -> Option<String> {
    let wrong = match std::fs::metadata(path) {
        Ok(found) if found.len() > DOCUMENT_BYTES_MAX => {
            format!("is {} bytes; API Gateway takes at most {DOCUMENT_BYTES_MAX}", found.len())
        }
        _ => match std::fs::read_to_string(path) {
            Ok(text) if text.contains(MARKS) => "holds characters for private use (U+E000 or U+E001)".into(),
            Ok(text) => return Some(text),
            Err(error) if error.kind() == std::io::ErrorKind::InvalidData => "is not text in UTF-8".into(),
            Err(error) => format!("cannot be read: {error}"),
        },
    };
    reader
        .error(span, "file not readable", format!("`{}` {wrong}.", path.display()))
        .with_hint("the path is relative to the stack file");
    None
}

/// Where in the document a value is, as far as it decides what `${…}` means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Integration,
    /// Bodies that are mapping templates.
    Templates,
    /// What is taken as it is.
    Plain,
}

impl Inside {
    fn below(self, key: &str) -> Self {
        match self {
            Self::Nothing | Self::Integration if BODIES.contains(&key) => {
                if self == Self::Integration {
                    Self::Templates
                } else {
                    Self::Plain
                }
            }
            Self::Nothing if key.starts_with("x-amazon-apigateway-integration") => Self::Integration,
            Self::Nothing if AS_IT_IS.contains(&key) => Self::Plain,
            other => other,
        }
    }
}

/// Texts that are not known yet, by the number that stands for each in the JSON.
#[derive(Default)]
struct Texts(Vec<Template>);

impl Texts {
    fn json(&mut self, node: &Node, inside: Inside, reader: &mut Reader<'_>) -> JsonValue {
        match &node.value {
            Value::List(items) => items.iter().map(|item| self.json(item, inside, reader)).collect(),
            Value::Map(entries) => {
                let members = entries.iter().map(|entry| {
                    let inside = inside.below(&entry.key);
                    let value = reader
                        .within(&entry.key, entry.key_span, |reader| self.json(&entry.node, inside, reader));
                    (entry.key.clone(), value)
                });
                JsonValue::Object(members.collect::<Map<_, _>>())
            }
            Value::Scalar(scalar) => match inside {
                Inside::Plain => scalar_json(scalar),
                Inside::Templates => {
                    reader.check_template(node, &scalar.text);
                    scalar_json(scalar)
                }
                _ if scalar.text.contains("${") => self.text(node, scalar, reader),
                _ => scalar_json(scalar),
            },
        }
    }

    fn text(&mut self, node: &Node, scalar: &Scalar, reader: &mut Reader<'_>) -> JsonValue {
        let template = if scalar.text.contains(STAGE_VARIABLE) {
            // The text is longer than what is written: places within it cannot be told any more.
            let text = scalar.text.replace(STAGE_VARIABLE, &format!("${STAGE_VARIABLE}"));
            let scalar = Scalar { text, style: Style::Folded, ..scalar.clone() };
            Template::read(&Node { value: Value::Scalar(scalar), span: node.span }, reader)
        } else {
            Template::read(node, reader)
        };
        let Some(template) = template else { return JsonValue::Null };
        if let Some(known) = template.known() {
            return known.into();
        }
        self.0.push(template);
        format!("{}{}{}", MARKS[0], self.0.len() - 1, MARKS[1]).into()
    }
}

/// What the document describes. What is wrong is told with its place in the document's file.
fn imported(document: &JsonValue, tree: &Node, reader: &mut Reader<'_>) -> Option<Imported> {
    match read(document) {
        Ok(imported) => {
            for warning in &imported.warnings {
                let severity = match stays_unanswered(warning, &imported.definition) {
                    true => Severity::Error,
                    false => Severity::Warning,
                };
                tell(warning, severity, tree, reader);
            }
            Some(imported)
        }
        Err(problems) => {
            for problem in problems {
                // Before a stage is chosen a parameter's value may be anything.
                let found = place(tree, &problem.pointer).0;
                let open = reader.scope.given.is_none()
                    && found.scalar().is_some_and(|scalar| scalar.text.contains("${"));
                if !open {
                    tell(&problem, Severity::Error, tree, reader);
                }
            }
            None
        }
    }
}

/// An operation without an integration: a document may have one, an API that is to be deployed may not.
fn stays_unanswered(warning: &Problem, definition: &Definition<String>) -> bool {
    let [paths, path, key] = warning.pointer.as_slice() else { return false };
    let verb = if key == "x-amazon-apigateway-any-method" {
        Ok(Verb::Any)
    } else {
        key.to_ascii_uppercase().parse()
    };
    let trimmed = path.trim_end_matches('/');
    let path = if trimmed.is_empty() { "/" } else { trimmed };
    let method = verb.ok().and_then(|verb| definition.method(path, verb));
    paths == "paths" && method.is_some_and(|method| method.integration.is_none())
}

fn tell(problem: &Problem, severity: Severity, tree: &Node, reader: &mut Reader<'_>) {
    let summary = match severity {
        Severity::Error => "invalid OpenAPI document",
        Severity::Warning => "OpenAPI document not followed",
    };
    let place = Place { source: Arc::clone(&reader.source), span: Some(place(tree, &problem.pointer).1) };
    let mut diagnostic = Diagnostic::error(place, summary, problem.message.clone());
    diagnostic.severity = severity;
    diagnostic.hint.clone_from(&problem.help);
    diagnostic.key_path = problem.pointer.join(".");
    reader.problem(diagnostic);
}

/// The value at the end of `pointer`, and what to mark: plain values themselves, of others their key.
fn place<'n>(tree: &'n Node, pointer: &[String]) -> (&'n Node, Span) {
    let mut node = tree;
    let mut mark = Span::at(tree.span.start);
    for step in pointer {
        let (next, key_span) = match &node.value {
            Value::List(items) => match step.parse::<usize>().ok().and_then(|index| items.get(index)) {
                Some(item) => (item, item.span),
                None => break,
            },
            Value::Map(entries) => match entries.iter().find(|entry| entry.key == *step) {
                Some(entry) => (&entry.node, entry.key_span),
                None => break,
            },
            Value::Scalar(_) => break,
        };
        mark = if next.scalar().is_some() && !next.is_null() { next.span } else { key_span };
        node = next;
    }
    (node, mark)
}
