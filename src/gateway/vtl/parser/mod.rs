//! Reads a template.
//!
//! Velocity 1.7 splits a template with a lexer that has states, and some of its oddities are visible in what it renders:
//! `$a{b}` prints the value of `$a` and a single brace, white space before `#set` disappears unless other text stands
//! before it on the line. Where a function here does something surprising, it is because Velocity does.

mod calls;
mod cursor;
mod directives;
mod dollars;
mod expressions;
mod references;
mod strings;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::ast::{Block, Macros, Node, Reference, Step};
use super::error::{Position, SyntaxError};
use super::limits::MAX_NESTING;
use cursor::Cursor;

/// A template that was read, with the macros it defines.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) body: Block,
    pub(crate) macros: Macros,
}

/// Reads a whole template.
pub(crate) fn parse(text: &str) -> Result<Parsed, SyntaxError> {
    let mut macros = Macros::new();
    let body = parse_into(text, &mut macros)?;
    Ok(Parsed { body, macros })
}

/// Reads a template whose macros join others.
pub(crate) fn parse_into(text: &str, macros: &mut Macros) -> Result<Block, SyntaxError> {
    let mut parser =
        Parser { cursor: Cursor::new(text, Position { line: 1, column: 1 }), nesting: 0, macros };
    parser.whole()
}

/// Where a run of statements ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    EndOfText,
    /// `#end`.
    End,
    /// `#end`, `#else` or `#elseif`.
    EndOrElse,
}

/// The state Velocity's lexer is in, which it leaves a character late: right behind a reference some characters mean
/// something else than in text. It is the same again behind a `#set` that follows the reference.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    /// Behind `$x` and `$x.method()`.
    Reference,
    /// Behind `$x.property`.
    Property,
}

struct Parser<'m> {
    cursor: Cursor,
    nesting: usize,
    macros: &'m mut Macros,
}

impl State {
    fn behind(reference: &Reference, formal: bool) -> Self {
        let last = reference.steps.iter().rev().find(|step| !matches!(step, Step::Index(_)));
        match last {
            _ if formal => State::Text,
            Some(Step::Property(_)) => State::Property,
            _ => State::Reference,
        }
    }
}

/// Statements as they are collected, with neighbouring texts joined.
#[derive(Default)]
struct Collected {
    nodes: Vec<Node>,
    text: String,
}

impl Collected {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn node(&mut self, node: Node) {
        self.flush();
        self.nodes.push(node);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.nodes.push(Node::Text(std::mem::take(&mut self.text).into()));
        }
    }

    fn into_block(mut self) -> Block {
        self.flush();
        self.nodes.into()
    }
}

impl Parser<'_> {
    fn whole(&mut self) -> Result<Block, SyntaxError> {
        self.statements(Until::EndOfText)
    }

    /// Goes one level down, which callers leave with `self.nesting -= 1`.
    fn enter(&mut self) -> Result<(), SyntaxError> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(self
                .cursor
                .position()
                .syntax(format!("the template is nested deeper than {MAX_NESTING} levels")));
        }
        Ok(())
    }

    /// Reads statements up to the end of the text, or before it to the directive that ends the block, which stays unread.
    fn statements(&mut self, until: Until) -> Result<Block, SyntaxError> {
        let mut out = Collected::default();
        let mut state = State::Text;
        loop {
            if self.at_set() {
                let set = self.set()?;
                out.node(set);
                continue;
            }
            if state != State::Text {
                state = self.after_reference(state, &mut out)?;
                continue;
            }
            match self.cursor.peek() {
                None => return Ok(out.into_block()),
                Some('$') => state = self.dollar(0, &mut out)?,
                Some('\\') => state = self.backslashes(&mut out)?,
                Some('#') => {
                    if self.ends_block(until)? {
                        return Ok(out.into_block());
                    }
                    self.hash(&mut out)?;
                }
                Some(_) => {
                    let text = self.cursor.take_while(|c| !matches!(c, '$' | '#' | '\\'));
                    out.text(&text);
                }
            }
        }
    }

    /// What Velocity's lexer makes of the characters behind a reference, and its state after them.
    fn after_reference(&mut self, state: State, out: &mut Collected) -> Result<State, SyntaxError> {
        match self.cursor.peek() {
            Some('{') => {
                self.cursor.advance(1);
                out.text("{");
                let dollars = match (self.cursor.peek(), self.cursor.peek_at(1)) {
                    (Some('$'), Some('!')) => 2,
                    (Some('$'), _) => 1,
                    _ => 0,
                };
                if self.cursor.peek_at(dollars).is_some_and(is_identifier_start) {
                    // `{name}` counts as a reference that has lost its `$`: only its first token is printed.
                    let start = self.cursor.position();
                    self.cursor.advance(dollars);
                    self.reference_body(start, true)?;
                    return Ok(State::Text);
                }
                Ok(state)
            }
            Some('}') => {
                self.cursor.advance(1);
                out.text("}");
                Ok(State::Text)
            }
            Some('[') => {
                Err(self.cursor.position().syntax("'[' cannot stand here: Velocity takes it for an index"))
            }
            Some('.') if self.cursor.peek_at(1).is_some_and(|c| c.is_ascii_alphabetic()) => {
                self.cursor.advance(1);
                out.text(".");
                Ok(State::Property)
            }
            Some('#') if state == State::Property && self.cursor.peek_at(1) == Some('#') => {
                // No comment: the first `#` is part of what the second begins.
                self.cursor.advance(1);
                self.swallowing("#", out)?;
                Ok(State::Text)
            }
            Some(c) if is_identifier_start(c) => {
                let start = self.cursor.position();
                let reference = self.reference_body(start, false)?;
                out.text(&reference.root);
                Ok(State::behind(&reference, false))
            }
            _ => Ok(State::Text),
        }
    }

    /// Backslashes and what they escape.
    fn backslashes(&mut self, out: &mut Collected) -> Result<State, SyntaxError> {
        let count = self.cursor.count_while(|c| c == '\\');
        match self.cursor.peek_at(count) {
            Some('$') => {
                self.cursor.advance(count);
                return self.dollar(count, out);
            }
            Some('#') => {
                let word = self.cursor.word_at(count + 1);
                let known = word.as_ref().is_some_and(|word| self.is_directive(&word.name));
                self.cursor.advance(count);
                match word {
                    Some(word) if count % 2 == 1 => {
                        let kept = if known { count / 2 } else { count };
                        out.text(&"\\".repeat(kept));
                        out.text("#");
                        self.cursor.advance(1);
                        out.text(&self.cursor.take(word.characters));
                    }
                    Some(word) if known && word.name.as_ref() != "set" && !word.braced_plain() => {
                        out.text(&"\\".repeat(count / 2));
                    }
                    _ => out.text(&"\\".repeat(count)),
                }
            }
            _ => {
                self.cursor.advance(count);
                out.text(&"\\".repeat(count));
            }
        }
        Ok(State::Text)
    }

    /// Whether a backslash before `#name` belongs to the directive.
    fn is_directive(&self, name: &Arc<str>) -> bool {
        directives::BUILT_IN.contains(&name.as_ref()) || self.macros.contains_key(name)
    }
}

/// The first character of a name.
fn is_identifier_start(c: char) -> bool {
    c.is_ascii_alphabetic() || c == '_'
}
