//! The text of a file, places in it, and how a line of it is shown.

use std::path::{Path, PathBuf};

/// A range of bytes in a [`Source`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl Span {
    /// The range from `start` up to `end`; never negative.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end: end.max(start) }
    }

    /// The empty range at `offset`.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    fn covers(self, offset: usize) -> bool {
        (self.start..self.end).contains(&offset)
    }
}

/// A line and a column, both counted from one; columns count characters, as editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A file's text, with the ranges of it that are never shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    path: PathBuf,
    text: String,
    line_starts: Vec<usize>,
    hidden: Vec<Span>,
}

/// One line of a source made ready to be shown, with the marked columns in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The line, secrets masked, cut where it is very long.
    pub text: String,
    /// Bytes of `text` to be marked.
    pub mark: std::ops::Range<usize>,
}

/// A line longer than this is cut around the mark.
const LINE_CHARS_MAX: usize = 160;

impl Source {
    /// The text of the file at `path`; nothing is read from disk.
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let text = text.into();
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { path: path.into(), text, line_starts, hidden: Vec::new() }
    }

    /// Where the file is, as it was named.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of `span`, empty where it does not fit.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// Masks `span` in every excerpt from now on.
    pub fn hide(&mut self, span: Span) {
        self.hidden.push(span);
    }

    /// Where the byte `offset` is.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.floor(offset);
        let line = self.line_starts.partition_point(|start| *start <= offset);
        let start = self.line_starts[line - 1];
        Position { line, column: self.text[start..offset].chars().count() + 1 }
    }

    /// The byte at which line `line` (from 1) starts.
    pub fn line_start(&self, line: usize) -> Option<usize> {
        self.line_starts.get(line.checked_sub(1)?).copied()
    }

    /// The text of line `line` (from 1) without its line break.
    pub fn line(&self, line: usize) -> &str {
        let Some(start) = self.line_start(line) else { return "" };
        let end = self.line_start(line + 1).map_or(self.text.len(), |next| next - 1);
        self.text[start..end].trim_end_matches('\r')
    }

    /// The first line of `span`, ready to be shown.
    pub fn excerpt(&self, span: Span) -> Excerpt {
        let at = self.floor(span.start);
        let number = self.position(at).line;
        let start = self.line_starts[number - 1];
        let line = self.line(number);
        let end = span.end.clamp(at, (start + line.len()).max(at));
        let mut shown = String::new();
        let mut mark = 0..0;
        let at_column = self.text[start..at].chars().count();
        let skipped = at_column.saturating_sub(LINE_CHARS_MAX / 2);
        if skipped > 0 {
            shown.push('…');
        }
        let mut marked = false;
        for (count, (within, character)) in line.char_indices().enumerate() {
            if count < skipped {
                continue;
            }
            let offset = start + within;
            if offset >= at && !marked {
                (mark, marked) = (shown.len()..shown.len(), true);
            }
            if count - skipped >= LINE_CHARS_MAX {
                shown.push('…');
                break;
            }
            let masked = self.hidden.iter().any(|hidden| hidden.covers(offset));
            shown.push(if masked { '*' } else { printable(character) });
            if marked && offset < end {
                mark.end = shown.len();
            }
        }
        if !marked {
            mark = shown.len()..shown.len();
        }
        Excerpt { text: shown, mark }
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// Control characters would move the marks, or the terminal's cursor.
fn printable(character: char) -> char {
    if character.is_control() { ' ' } else { character }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters() {
        let source = Source::new("a.yaml", "één: 1\r\ntwo: 2\n");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position("één".len()), Position { line: 1, column: 4 });
        assert_eq!(source.position(source.text().find("two").unwrap()), Position { line: 2, column: 1 });
        assert_eq!(source.position(9_999), Position { line: 3, column: 1 });
        assert_eq!(source.line(1), "één: 1");
        assert_eq!(source.line(7), "");
    }

    #[test]
    fn an_excerpt_masks_what_is_hidden_and_keeps_the_mark() {
        let mut source = Source::new("a.yaml", "default: pässword # x\n");
        let at = source.text().find("päss").unwrap();
        source.hide(Span::new(at, at + "pässword".len()));
        let excerpt = source.excerpt(Span::new(at, at + "pässword".len()));
        assert_eq!(excerpt.text, "default: ******** # x");
        assert_eq!(&excerpt.text[excerpt.mark], "********");
    }

    #[test]
    fn a_very_long_line_is_cut_around_the_mark() {
        let source = Source::new("a.yaml", format!("{}HERE{}", "x".repeat(5_000), "y".repeat(5_000)));
        let excerpt = source.excerpt(Span::new(5_000, 5_004));
        assert_eq!(&excerpt.text[excerpt.mark.clone()], "HERE");
        assert!(excerpt.text.len() < 400);
    }

    #[test]
    fn a_span_past_the_end_is_shown_at_the_end() {
        let source = Source::new("a.yaml", "");
        assert_eq!(source.excerpt(Span::new(4, 9)), Excerpt { text: String::new(), mark: 0..0 });
    }
}
