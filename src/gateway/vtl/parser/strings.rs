//! Texts in quotes.
//!
//! A quote inside is written twice; a backslash escapes nothing but `\uXXXX` in double quotes. A text in double quotes with
//! a `$` or a `#` in it is a small template. Velocity reads that template with a blank at its end, so that a `$` may end the
//! text, and drops the last character of what it renders; it leaves the blank out where the text has a line comment.

use super::cursor::Cursor;
use super::{Parser, Until};
use crate::gateway::vtl::ast::Expression;
use crate::gateway::vtl::error::{Position, SyntaxError};

impl Parser<'_> {
    /// A text from its opening quote on.
    pub(super) fn string(&mut self) -> Result<Expression, SyntaxError> {
        let start = self.cursor.position();
        let Some(quote) = self.cursor.peek() else { return Err(start.syntax("expected a text in quotes")) };
        let from = self.cursor.offset();
        let Some(end) = self.closing_quote(quote) else {
            return Err(start.syntax("the text is not closed: its end quote is missing"));
        };
        self.cursor.go_to(end + 1);
        let raw = self.cursor.source(from + 1, end);
        let doubled: String = [quote, quote].iter().collect();
        if quote == '\'' {
            return Ok(Expression::Text(raw.replace(&doubled, "'").into()));
        }
        let text = unescape(&raw, start)?.replace(&doubled, "\"");
        if !raw.contains(['$', '#']) {
            return Ok(Expression::Text(text.into()));
        }
        self.interpolated(text, start)
    }

    /// The offset of the quote that ends the text: the first one that is not written twice.
    fn closing_quote(&self, quote: char) -> Option<usize> {
        let base = self.cursor.offset();
        let mut ahead = 1;
        let mut closing = None;
        loop {
            match self.cursor.peek_at(ahead) {
                // A text whose last pair is never closed ends with the first quote of that pair.
                None => return closing,
                Some(c) if c == quote => {
                    closing = Some(base + ahead);
                    if self.cursor.peek_at(ahead + 1) != Some(quote) {
                        return closing;
                    }
                    ahead += 2;
                }
                Some(_) => ahead += 1,
            }
        }
    }

    fn interpolated(&mut self, mut text: String, start: Position) -> Result<Expression, SyntaxError> {
        self.enter()?;
        let chop = !text.contains("##");
        if chop {
            text.push(' ');
        }
        let inside = Position { line: start.line, column: start.column + 1 };
        let mut inner =
            Parser { cursor: Cursor::new(&text, inside), nesting: self.nesting, macros: &mut *self.macros };
        let body = inner.statements(Until::EndOfText)?;
        self.nesting -= 1;
        Ok(Expression::Interpolated { body, chop })
    }
}

/// Replaces every `\uXXXX`.
fn unescape(raw: &str, start: Position) -> Result<String, SyntaxError> {
    if !raw.contains("\\u") {
        return Ok(raw.to_owned());
    }
    let mut units: Vec<u16> = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find("\\u") {
        units.extend(rest[..at].encode_utf16());
        let digits = rest.get(at + 2..at + 6);
        let unit = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
        let Some(unit) = unit.and_then(|digits| u16::from_str_radix(digits, 16).ok()) else {
            return Err(start.syntax("\\u in a text needs four hexadecimal digits"));
        };
        units.push(unit);
        rest = &rest[at + 6..];
    }
    units.extend(rest.encode_utf16());
    Ok(String::from_utf16_lossy(&units))
}
