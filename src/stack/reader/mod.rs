//! From the YAML tree to the shapes of `file`, telling every problem on the way instead of the first.
//!
//! A shape is declared once, with the macros of [`shape`]: its Rust type, how it is read, and its JSON Schema come from that
//! one declaration. `${…}` is taken apart while reading, because only the shape knows which text may hold it.

mod basic;
mod collect;
mod document;
mod keyed;
mod scope;
#[macro_use]
pub mod shape;

use std::path::PathBuf;
use std::sync::Arc;

pub use basic::{Int, Raw, Real};
pub(in crate::stack) use document::scalar_json;
pub use document::{Document, Json};
pub use keyed::{Keyed, KeyedEntry};
pub use scope::{Given, ParamTable, ParamValue, Scope};
pub use shape::{At, Definitions, Fields, Shape, words_read, words_schema};

use super::diagnostic::{Diagnostic, Place, Severity};
use super::source::{Source, Span};
use super::template::Reference;
use super::yaml::{Node, locate};

/// What a checker of mapping templates says of a text it refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateMistake {
    /// Line in the template, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong, without a full stop.
    pub message: String,
}

/// Looks for a syntax error in the body of a mapping template.
pub type TemplateChecker = fn(&str) -> Option<TemplateMistake>;

/// Reads shapes and collects what is wrong.
pub struct Reader<'s> {
    /// The stack file.
    pub source: Arc<Source>,
    /// What `${params.x}`, `${stage}` and `${env:X}` stand for.
    pub scope: &'s Scope<'s>,
    /// Where relative paths start.
    pub folder: PathBuf,
    checker: Option<TemplateChecker>,
    path: Vec<(String, Span)>,
    params_open: Vec<String>,
    problems: Vec<Diagnostic>,
    references: Vec<Mention>,
}

/// A `${…}` that stayed in the text, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// What it names.
    pub reference: Reference,
    /// Where it is.
    pub span: Span,
    /// The way to it through the file's keys.
    pub key_path: String,
}

impl<'s> Reader<'s> {
    /// A reader of `source`.
    pub fn new(source: Arc<Source>, scope: &'s Scope<'s>, checker: Option<TemplateChecker>) -> Self {
        let folder = source.path().parent().map(PathBuf::from).unwrap_or_default();
        let (path, params_open) = (Vec::new(), Vec::new());
        Self {
            source,
            scope,
            folder,
            checker,
            path,
            params_open,
            problems: Vec::new(),
            references: Vec::new(),
        }
    }

    /// A reader of another file, with the same values of parameters.
    pub(in crate::stack) fn of(&self, source: Arc<Source>) -> Self {
        Self::new(source, self.scope, self.checker)
    }

    /// Notes an error at `span`; the result takes a hint.
    pub fn error(&mut self, span: Span, summary: &'static str, detail: impl Into<String>) -> &mut Diagnostic {
        let place = Place { source: Arc::clone(&self.source), span: Some(span) };
        self.problem(Diagnostic::error(place, summary, detail))
    }

    /// Notes a warning at `span`; the result takes a hint.
    pub fn warning(
        &mut self,
        span: Span,
        summary: &'static str,
        detail: impl Into<String>,
    ) -> &mut Diagnostic {
        let problem = self.error(span, summary, detail);
        problem.severity = Severity::Warning;
        problem
    }

    /// Notes `problem`, which happened where the reader is now.
    pub fn problem(&mut self, mut problem: Diagnostic) -> &mut Diagnostic {
        if problem.key_path.is_empty() {
            problem.key_path = self.key_path();
        }
        self.problems.push(problem);
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    /// Notes what was found in another file.
    pub(in crate::stack) fn tell_all(&mut self, problems: Vec<Diagnostic>) {
        for problem in problems {
            self.problem(problem);
        }
    }

    /// Goes into the value under `key`.
    pub fn within<T>(&mut self, key: &str, key_span: Span, read: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push((key.to_owned(), key_span));
        let result = read(self);
        self.path.pop();
        result
    }

    /// Where the reader is, such as `functions.user-profile`.
    pub fn key_path(&self) -> String {
        self.path.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>().join(".")
    }

    /// The key whose value is being read, to point at when something is missing in it.
    fn owner_span(&self, node: &Node) -> Span {
        self.path.last().map_or_else(|| Span::at(node.span.start), |(_, span)| *span)
    }

    /// The place of `at..end` within the text of a scalar, or the whole scalar where the way back is not known.
    pub(in crate::stack) fn span_within(&self, node: &Node, at: usize, end: usize) -> Span {
        let Some(scalar) = node.scalar() else { return node.span };
        match (locate(&self.source, node.span, scalar, at), locate(&self.source, node.span, scalar, end)) {
            (Some(start), Some(end)) => Span::new(start, end),
            _ => node.span,
        }
    }

    /// What the checker says of a mapping template.
    pub fn template_mistake(&self, text: &str) -> Option<TemplateMistake> {
        self.checker.and_then(|check| check(text))
    }

    /// Every `${…}` that stayed in a text so far.
    pub fn mentions(&self) -> &[Mention] {
        &self.references
    }

    /// Ends the reading.
    pub fn finish(self) -> Vec<Diagnostic> {
        self.problems
    }
}

impl Diagnostic {
    /// Adds a hint to a problem that was noted already.
    pub fn with_hint(&mut self, hint: impl Into<String>) -> &mut Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds a hint, if there is one.
    pub fn with_hint_of(&mut self, hint: Option<String>) -> &mut Self {
        self.hint = hint;
        self
    }
}
