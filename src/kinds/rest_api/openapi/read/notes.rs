//! What is wrong, and what is left out.

use std::fmt;

use super::node::Node;

/// More problems than this help nobody.
const PROBLEMS_MAX: usize = 500;
/// Of a text of the document at most so much is shown.
const SHOWN_CHARS_MAX: usize = 60;

/// Something that is wrong at one place of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Keys and indices from the root of the document to the place.
    pub pointer: Vec<String>,
    /// What is wrong and why, in full sentences.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#")?;
        self.pointer
            .iter()
            .try_for_each(|key| write!(f, "/{}", key.replace('~', "~0").replace('/', "~1")))?;
        write!(f, ": {}", self.message)?;
        self.help.iter().try_for_each(|help| write!(f, " ({help})"))
    }
}

/// Problems and warnings so far.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Problem>,
}

impl Notes {
    pub(super) fn problem(&mut self, at: &Node<'_>, message: impl Into<String>, help: Option<String>) {
        note(&mut self.problems, at, message.into(), help);
    }

    pub(super) fn warning(&mut self, at: &Node<'_>, message: impl Into<String>, help: Option<String>) {
        note(&mut self.warnings, at, message.into(), help);
    }
}

fn note(into: &mut Vec<Problem>, at: &Node<'_>, message: String, help: Option<String>) {
    if into.len() < PROBLEMS_MAX {
        let problem = Problem { pointer: at.pointer(), message, help };
        // What is shared by several operations is read by each of them, and told once.
        if !into.contains(&problem) {
            into.push(problem);
        }
    }
}

/// The beginning of a text, to be shown.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS_MAX) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
