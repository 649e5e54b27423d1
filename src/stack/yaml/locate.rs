//! From a place within a scalar's text back to the place in the file.

use super::super::source::{Source, Span};
use super::{Scalar, Style};

/// Where the byte `at` of the scalar's text is in the file. None where the way back is not known: text folded over lines,
/// or text that is not written in the file at all.
pub fn locate(source: &Source, span: Span, scalar: &Scalar, at: usize) -> Option<usize> {
    let written = source.slice(span);
    match scalar.style {
        Style::Plain if written == scalar.text => Some(span.start + at),
        Style::SingleQuoted => Some(span.start + walk(written, at, single_quoted)?),
        Style::DoubleQuoted => Some(span.start + walk(written, at, double_quoted)?),
        Style::Literal => literal(source, span, &scalar.text, at),
        Style::Plain | Style::Folded | Style::Given => None,
    }
}

/// Walks over quoted text on one line; `step` gives the bytes one character takes as (in the file, in the text).
fn walk(written: &str, at: usize, step: fn(&str) -> Option<(usize, usize)>) -> Option<usize> {
    if written.contains('\n') || written.is_empty() {
        return None;
    }
    let (mut outside, mut inside) = (1, 0);
    while inside < at {
        let (wide, narrow) = step(written.get(outside..)?)?;
        outside += wide;
        inside += narrow;
    }
    Some(outside)
}

fn single_quoted(rest: &str) -> Option<(usize, usize)> {
    if rest.starts_with("''") {
        return Some((2, 1));
    }
    rest.chars().next().map(|c| (c.len_utf8(), c.len_utf8()))
}

fn double_quoted(rest: &str) -> Option<(usize, usize)> {
    let Some(escape) = rest.strip_prefix('\\') else {
        return rest.chars().next().map(|c| (c.len_utf8(), c.len_utf8()));
    };
    let digits = match escape.chars().next()? {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        // next line, non-breaking blank, line separator, paragraph separator
        'N' | '_' => return Some((2, 2)),
        'L' | 'P' => return Some((2, 3)),
        other => return Some((1 + other.len_utf8(), 1)),
    };
    let code = u32::from_str_radix(escape.get(1..=digits)?, 16).ok()?;
    Some((2 + digits, char::from_u32(code)?.len_utf8()))
}

/// In a literal block each line of text is a line of the file behind the indentation. The span starts at the first
/// character of content: blank lines at the head are before it, and so is the indentation.
fn literal(source: &Source, span: Span, text: &str, at: usize) -> Option<usize> {
    let before = text.get(..at)?;
    let line_within = before.matches('\n').count();
    let column_bytes = at - before.rfind('\n').map_or(0, |newline| newline + 1);
    let blank_lines = text.bytes().take_while(|byte| *byte == b'\n').count();
    let content_line = source.position(span.start).line;
    let indent = span.start - source.line_start(content_line)?;
    let line_number = (content_line + line_within).checked_sub(blank_lines)?;
    let line_bytes = source.line(line_number).len();
    Some(source.line_start(line_number)? + (indent + column_bytes).min(line_bytes))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::parse;
    use super::*;

    /// The rest of the file's line from where `needle` of the value of `a` is found to be.
    fn found(text: &str, needle: &str) -> Option<String> {
        let source = Arc::new(Source::new("a.yaml", text));
        let tree = parse(&source).unwrap();
        let node = tree.get("a").unwrap();
        let scalar = node.scalar().unwrap();
        let offset = locate(&source, node.span, scalar, scalar.text.find(needle).unwrap())?;
        Some(text[offset..].lines().next().unwrap_or_default().to_owned())
    }

    #[test]
    fn every_style_on_one_line_leads_back() {
        assert_eq!(found("a: some X text # c\n", "X").unwrap(), "X text # c");
        assert_eq!(found("a: 'it''s X'\n", "X").unwrap(), "X'");
        assert_eq!(found("a: \"\\u00e9\\n\\x41\\\"é X\"\n", "X").unwrap(), "X\"");
    }

    #[test]
    fn literal_blocks_lead_back_line_by_line() {
        assert_eq!(found("a: |\n  one\n\n    two X\n  three\n", "X").unwrap(), "X");
        assert_eq!(found("a: |-\n\n      one\n      two X y\n", "X").unwrap(), "X y");
        assert_eq!(found("b:\n  - 1\na: |2\n    one X y\n", "X").unwrap(), "X y");
        assert_eq!(found("a: | # comment\n  X z\n", "X").unwrap(), "X z");
    }

    #[test]
    fn folded_text_does_not() {
        assert_eq!(found("a: >\n  one\n  X\n", "X"), None);
        assert_eq!(found("a: 'one\n  X'\n", "X"), None);
    }
}
