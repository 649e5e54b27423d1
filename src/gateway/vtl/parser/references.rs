//! References: `$a.b['c'].d(1)[0]`.

use std::sync::Arc;

use super::{Parser, is_identifier_start};
use crate::gateway::vtl::ast::{Expression, Reference, Step};
use crate::gateway::vtl::error::{Position, SyntaxError};

impl Parser<'_> {
    /// A reference inside a directive, from its `$` on.
    pub(super) fn reference(&mut self) -> Result<Reference, SyntaxError> {
        let start = self.cursor.position();
        let from = self.cursor.offset();
        let slashes = self.cursor.count_while(|c| c == '\\');
        self.cursor.advance(slashes);
        if !self.cursor.eat('$') {
            return Err(start.syntax("expected a reference such as $name"));
        }
        let quiet = self.cursor.eat('!');
        let formal = self.cursor.eat('{');
        if !self.cursor.peek().is_some_and(is_identifier_start) {
            return Err(start.syntax("a name is missing after '$'"));
        }
        let mut reference = self.reference_body(start, formal)?;
        reference.decorated = quiet || formal;
        reference.literal = self.cursor.source(from, self.cursor.offset()).into();
        Ok(reference)
    }

    /// The name and the steps of a reference, and the closing brace if it is `formal`.
    pub(super) fn reference_body(&mut self, start: Position, formal: bool) -> Result<Reference, SyntaxError> {
        self.enter()?;
        let root = self.identifier()?;
        let mut steps = Vec::new();
        loop {
            match self.cursor.peek() {
                Some('[') => steps.push(self.index()?),
                Some('.') if self.cursor.peek_at(1).is_some_and(|c| c.is_ascii_alphabetic()) => {
                    self.cursor.advance(1);
                    steps.push(self.member()?);
                }
                _ => break,
            }
        }
        if formal && !self.cursor.eat('}') {
            return Err(self.cursor.position().syntax("expected '}' at the end of the reference ${...}"));
        }
        self.nesting -= 1;
        Ok(Reference { root, steps, decorated: formal, literal: "".into(), position: start })
    }

    fn identifier(&mut self) -> Result<Arc<str>, SyntaxError> {
        let position = self.cursor.position();
        let name = self.cursor.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        if matches!(name.as_str(), "true" | "false") {
            return Err(position.syntax(format!("{name} cannot be a name in a reference; use ['{name}']")));
        }
        Ok(name.into())
    }

    fn index(&mut self) -> Result<Step, SyntaxError> {
        self.cursor.advance(1);
        self.cursor.skip_space();
        let position = self.cursor.position();
        let index = match self.cursor.peek() {
            Some('[' | '{') => {
                return Err(position.syntax("an index is a text, a whole number or a reference"));
            }
            _ => self.value(false)?,
        };
        if matches!(index, Expression::Number(crate::gateway::vtl::number::Number::Double(_))) {
            return Err(position.syntax("an index is a whole number"));
        }
        self.cursor.skip_space();
        if !self.cursor.eat(']') {
            return Err(self.cursor.position().syntax("expected ']' at the end of the index"));
        }
        Ok(Step::Index(index))
    }

    /// A property or a method. A parenthesis before a directive or at the end of the text is just a parenthesis.
    fn member(&mut self) -> Result<Step, SyntaxError> {
        let name = self.identifier()?;
        if self.cursor.peek() != Some('(') || matches!(self.cursor.peek_at(1), None | Some('#')) {
            return Ok(Step::Property(name));
        }
        let opened = self.cursor.position();
        self.cursor.advance(1);
        let mut arguments = Vec::new();
        if self.cursor.eat(')') {
            return Ok(Step::Method(name, arguments));
        }
        loop {
            self.cursor.skip_space();
            arguments.push(self.value(true)?);
            self.cursor.skip_space();
            match self.cursor.peek() {
                Some(',') => self.cursor.advance(1),
                Some(')') => {
                    self.cursor.advance(1);
                    return Ok(Step::Method(name, arguments));
                }
                None => return Err(opened.syntax(format!("the arguments of {name} are not closed"))),
                Some(found) => {
                    return Err(self.cursor.position().syntax(format!(
                        "expected ',' or ')' in the arguments of {name}, found {found:?}; operators cannot be used here"
                    )));
                }
            }
        }
    }
}
