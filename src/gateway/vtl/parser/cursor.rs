//! The characters of a template, and where the reader stands.

use std::sync::Arc;

use crate::gateway::vtl::error::Position;

/// A directive's name as it stands behind `#`.
pub(super) struct Word {
    pub(super) name: Arc<str>,
    /// Its length in the source, with braces.
    pub(super) characters: usize,
    braced: bool,
}

impl Word {
    /// `{name}` of a directive other than `#if`, `#else`, `#elseif` and `#end`, which is no directive to an escape.
    pub(super) fn braced_plain(&self) -> bool {
        self.braced && !matches!(self.name.as_ref(), "if" | "else" | "elseif" | "end")
    }
}

/// A reader of characters that knows its line and column.
pub(super) struct Cursor {
    chars: Vec<char>,
    at: usize,
    line: usize,
    column: usize,
}

impl Cursor {
    /// Reads `text`, whose first character stands at `origin`.
    pub(super) fn new(text: &str, origin: Position) -> Self {
        Cursor { chars: text.chars().collect(), at: 0, line: origin.line, column: origin.column }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The source between two offsets.
    pub(super) fn source(&self, from: usize, to: usize) -> String {
        self.chars[from..to].iter().collect()
    }

    pub(super) fn position(&self) -> Position {
        Position { line: self.line, column: self.column }
    }

    pub(super) fn advance(&mut self, count: usize) {
        for _ in 0..count {
            match self.chars.get(self.at) {
                Some('\n') => {
                    self.line += 1;
                    self.column = 1;
                }
                Some(_) => self.column += 1,
                None => return,
            }
            self.at += 1;
        }
    }

    pub(super) fn take(&mut self, count: usize) -> String {
        let from = self.at;
        self.advance(count);
        self.source(from, self.at)
    }

    pub(super) fn count_while(&self, wanted: impl Fn(char) -> bool) -> usize {
        self.chars[self.at..].iter().take_while(|c| wanted(**c)).count()
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let count = self.count_while(wanted);
        self.take(count)
    }

    pub(super) fn skip_space(&mut self) {
        let count = self.count_while(is_space);
        self.advance(count);
    }

    /// Skips the expected character if it is next.
    pub(super) fn eat(&mut self, expected: char) -> bool {
        let found = self.peek() == Some(expected);
        if found {
            self.advance(1);
        }
        found
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(index, c)| self.peek_at(index) == Some(c))
    }

    /// The offset of the next `text` from `ahead` characters on.
    pub(super) fn find(&self, ahead: usize, text: &str) -> Option<usize> {
        let wanted: Vec<char> = text.chars().collect();
        let from = (self.at + ahead).min(self.chars.len());
        self.chars[from..].windows(wanted.len()).position(|window| window == wanted).map(|index| from + index)
    }

    /// Goes on to an offset.
    pub(super) fn go_to(&mut self, offset: usize) {
        self.advance(offset.saturating_sub(self.at));
    }

    pub(super) fn go_to_end(&mut self) {
        self.go_to(self.chars.len());
    }

    /// Skips blanks and the line end behind a directive, if nothing else stands before the line end.
    pub(super) fn skip_rest_of_line(&mut self) {
        let blanks = self.count_while(|c| c == ' ' || c == '\t');
        match (self.peek_at(blanks), self.peek_at(blanks + 1)) {
            (Some('\r'), Some('\n')) => self.advance(blanks + 2),
            (Some('\n' | '\r'), _) => self.advance(blanks + 1),
            _ => {}
        }
    }

    /// The directive's name, with or without braces, that begins `ahead` characters from here.
    pub(super) fn word_at(&self, ahead: usize) -> Option<Word> {
        let braced = self.peek_at(ahead) == Some('{');
        let start = ahead + usize::from(braced);
        let first = self.peek_at(start)?;
        if !(first.is_ascii_alphabetic() || first == '_' || (first == '@' && !braced)) {
            return None;
        }
        let name: String = self.chars[self.at + start..]
            .iter()
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(**c, '_' | '@'))
            .collect();
        let length = name.chars().count();
        if braced && self.peek_at(start + length) != Some('}') {
            return None;
        }
        Some(Word { name: name.into(), characters: length + if braced { 2 } else { 0 }, braced })
    }
}

/// White space inside directives.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r')
}
