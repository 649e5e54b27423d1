//! What is wrong in a stack file, where, and what to do about it.

use std::path::Path;
use std::sync::Arc;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use serde::{Serialize, Serializer};

use super::source::{Position, Source, Span};

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Nothing can be deployed.
    Error,
    /// It can be deployed, and is probably not what was meant.
    Warning,
}

/// One problem.
///
/// The summary is a fixed text, so that readers learn to recognise it; the detail says in full sentences what is wrong and
/// why; the hint says what to do. Values of secrets are in none of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// What kind of problem it is.
    pub summary: &'static str,
    /// What is wrong here, and why.
    pub detail: String,
    /// What to do.
    pub hint: Option<String>,
    /// Where it is.
    pub place: Option<Place>,
    /// The way to it through the file's keys, such as `functions.user-profile.timeout_seconds`.
    pub key_path: String,
}

/// A range in a file, or a file as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub source: Arc<Source>,
    /// The range; none where the file as a whole is meant.
    pub span: Option<Span>,
}

impl Place {
    /// Line and column of the start.
    pub fn position(&self) -> Option<Position> {
        self.span.map(|span| self.source.position(span.start))
    }

    /// The file's path.
    pub fn path(&self) -> &Path {
        self.source.path()
    }
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(place: Place, summary: &'static str, detail: impl Into<String>) -> Self {
        let (detail, place) = (detail.into(), Some(place));
        Self { severity: Severity::Error, summary, detail, hint: None, place, key_path: String::new() }
    }

    /// An error about a whole file that could not be taken apart.
    pub fn file(path: &Path, summary: &'static str, detail: impl Into<String>) -> Self {
        Self::error(Place { source: Arc::new(Source::new(path, "")), span: None }, summary, detail)
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// It stops a deploy.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl Serialize for Diagnostic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown<'a> {
            severity: Severity,
            summary: &'a str,
            detail: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            hint: Option<&'a str>,
            #[serde(skip_serializing_if = "Option::is_none")]
            file: Option<String>,
            #[serde(skip_serializing_if = "Option::is_none")]
            line: Option<usize>,
            #[serde(skip_serializing_if = "Option::is_none")]
            column: Option<usize>,
            #[serde(skip_serializing_if = "Option::is_none")]
            snippet: Option<String>,
            #[serde(skip_serializing_if = "str::is_empty")]
            key_path: &'a str,
        }
        let place = self.place.as_ref();
        let position = place.and_then(Place::position);
        Shown {
            severity: self.severity,
            summary: self.summary,
            detail: &self.detail,
            hint: self.hint.as_deref(),
            file: place.map(|place| place.path().display().to_string()),
            line: position.map(|position| position.line),
            column: position.map(|position| position.column),
            snippet: place.and_then(|place| Some(place.source.excerpt(place.span?).text)),
            key_path: &self.key_path,
        }
        .serialize(serializer)
    }
}

/// The diagnostics as text for a person, one after the other, each with its line of the file. With `styled` the text holds
/// ANSI colours.
pub fn render(diagnostics: &[Diagnostic], styled: bool) -> String {
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() }.decor_style(DecorStyle::Ascii);
    diagnostics.iter().map(|diagnostic| render_one(diagnostic, &renderer)).collect::<Vec<_>>().join("\n\n")
}

fn render_one(diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let path = diagnostic.place.as_ref().map(|place| place.path().display().to_string());
    let mut group = level.primary_title(diagnostic.summary).elements(Vec::<Origin<'_>>::new());
    if let (Some(place), Some(path)) = (&diagnostic.place, path) {
        group = match place.span {
            None => group.element(Origin::path(path)),
            Some(span) => {
                let excerpt = place.source.excerpt(span);
                let line = place.source.position(span.start).line;
                let mark = AnnotationKind::Primary.span(excerpt.mark);
                group.element(Snippet::source(excerpt.text).line_start(line).path(path).annotation(mark))
            }
        };
    }
    group = group.element(Level::NOTE.no_name().message(diagnostic.detail.as_str()));
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.with_name("hint").message(hint.as_str()));
    }
    renderer.render(&[group])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example() -> Diagnostic {
        let source = Arc::new(Source::new("stacks/orders.yaml", "stack: orders\ntimeout: 5\n"));
        let mut diagnostic = Diagnostic::error(
            Place { source, span: Some(Span::new(14, 21)) },
            "unknown key",
            "A stack file has no key `timeout`.",
        );
        diagnostic.key_path = "timeout".into();
        diagnostic.hint("did you mean `timeout_seconds`?")
    }

    #[test]
    fn a_person_sees_the_line_and_the_mark() {
        insta::assert_snapshot!(render(&[example()], false), @r"
        error: unknown key
         --> stacks/orders.yaml:2:1
          |
        2 | timeout: 5
          | ^^^^^^^
          |
          = A stack file has no key `timeout`.
          = hint: did you mean `timeout_seconds`?
        ");
    }

    #[test]
    fn colours_only_when_asked() {
        assert!(!render(&[example()], false).contains('\u{1b}'));
        assert!(render(&[example()], true).contains('\u{1b}'));
    }

    #[test]
    fn a_program_sees_the_same_facts() {
        insta::assert_json_snapshot!(example(), @r#"
        {
          "severity": "error",
          "summary": "unknown key",
          "detail": "A stack file has no key `timeout`.",
          "hint": "did you mean `timeout_seconds`?",
          "file": "stacks/orders.yaml",
          "line": 2,
          "column": 1,
          "snippet": "timeout: 5",
          "key_path": "timeout"
        }
        "#);
    }

    #[test]
    fn a_file_as_a_whole_has_no_line() {
        let diagnostic = Diagnostic::file(Path::new("no.yaml"), "no such file", "There is no file here.");
        insta::assert_snapshot!(render(&[diagnostic], false), @r"
        error: no such file
        --> no.yaml
         = There is no file here.
        ");
    }
}
