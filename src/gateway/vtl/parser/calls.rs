//! Directives with arguments, and calls of macros.

use std::sync::Arc;

use super::cursor::Word;
use super::expressions::is_operator_word;
use super::{Collected, Parser};
use crate::gateway::vtl::ast::{Call, Expression, Node};
use crate::gateway::vtl::error::{Position, SyntaxError};

/// An argument of a directive.
pub(super) enum Argument {
    Word(Arc<str>),
    Value(Expression),
}

impl Parser<'_> {
    /// Any directive but `#if` and `#set`, from its `#` on.
    pub(super) fn directive(
        &mut self,
        word: &Word,
        opened: Position,
        out: &mut Collected,
    ) -> Result<(), SyntaxError> {
        self.enter()?;
        let from = self.cursor.offset();
        self.cursor.advance(1 + word.characters);
        if self.parenthesis_follows() {
            let arguments = self.arguments(&word.name, opened)?;
            self.with_arguments(word, arguments, opened, from, out)?;
        } else {
            self.without_arguments(word, opened, from, out)?;
        }
        self.nesting -= 1;
        Ok(())
    }

    fn without_arguments(
        &mut self,
        word: &Word,
        opened: Position,
        from: usize,
        out: &mut Collected,
    ) -> Result<(), SyntaxError> {
        let name = &*word.name;
        match name {
            "stop" => out.node(Node::Stop),
            "break" => out.node(Node::Break(None)),
            "parse" | "include" => out.node(unavailable(name, opened)),
            "foreach" | "define" | "literal" | "evaluate" | "macro" => {
                return Err(opened.syntax(format!("#{name} needs arguments in parentheses")));
            }
            _ if name.starts_with('@') => {
                let source = self.cursor.source(from, self.cursor.offset());
                out.text(&source);
            }
            _ => {
                let call = self.call(word, Vec::new(), opened, from)?;
                out.node(call);
            }
        }
        Ok(())
    }

    fn with_arguments(
        &mut self,
        word: &Word,
        arguments: Vec<Argument>,
        opened: Position,
        from: usize,
        out: &mut Collected,
    ) -> Result<(), SyntaxError> {
        match &*word.name {
            "foreach" => {
                if let Some(node) = self.foreach(arguments, opened)? {
                    out.node(node);
                }
            }
            "macro" => self.macro_definition(arguments, opened)?,
            "define" => {
                let mut arguments = arguments.into_iter();
                let (Some(Argument::Value(Expression::Reference(name))), None) =
                    (arguments.next(), arguments.next())
                else {
                    return Err(opened.syntax("#define is written #define($name)"));
                };
                let body = self.closed_block(opened, "#define")?;
                out.node(Node::Define { name: name.root, body });
            }
            "literal" => {
                let start = self.cursor.offset();
                self.block(super::Until::End, opened, "#literal")?;
                let text = self.cursor.source(start, self.cursor.offset());
                let length = self.cursor.word_at(1).map_or(0, |word| word.characters);
                self.cursor.advance(1 + length);
                self.cursor.skip_rest_of_line();
                out.text(&text);
            }
            "evaluate" => {
                let mut arguments = arguments.into_iter();
                match (arguments.next(), arguments.next()) {
                    (Some(Argument::Value(template)), None) if evaluable(&template) => {
                        out.node(Node::Evaluate { template, position: opened });
                    }
                    _ => return Err(opened.syntax("#evaluate takes one text or reference")),
                }
            }
            "stop" => out.node(Node::Stop),
            "break" => {
                let mut arguments = arguments.into_iter();
                out.node(Node::Break(match arguments.next() {
                    Some(Argument::Value(scope)) => Some(scope),
                    _ => None,
                }));
            }
            name @ ("parse" | "include") => out.node(unavailable(name, opened)),
            _ => {
                let call = self.call(word, arguments, opened, from)?;
                out.node(call);
            }
        }
        Ok(())
    }

    /// A call of a macro, which may be defined later or not at all.
    fn call(
        &mut self,
        word: &Word,
        arguments: Vec<Argument>,
        opened: Position,
        from: usize,
    ) -> Result<Node, SyntaxError> {
        let mut values = Vec::new();
        let mut bare_word = None;
        for argument in arguments {
            match argument {
                Argument::Value(value) => values.push(Arc::new(value)),
                Argument::Word(word) => bare_word = Some(word),
            }
        }
        let (name, body) = match word.name.strip_prefix('@') {
            Some(name) => (name.into(), Some(self.closed_block(opened, &format!("#{}", word.name))?)),
            None => (word.name.clone(), None),
        };
        let literal = self.cursor.source(from, self.cursor.offset()).into();
        Ok(Node::Call(Box::new(Call { name, arguments: values, body, literal, bare_word, position: opened })))
    }

    /// `( argument argument, argument )` and the line end behind it.
    pub(super) fn arguments(&mut self, name: &str, opened: Position) -> Result<Vec<Argument>, SyntaxError> {
        self.cursor.skip_space();
        self.cursor.advance(1);
        let mut arguments = Vec::new();
        loop {
            self.cursor.skip_space();
            let comma = self.cursor.eat(',');
            self.cursor.skip_space();
            match self.cursor.peek() {
                Some(')') if !comma => {
                    self.close_directive(opened, name)?;
                    return Ok(arguments);
                }
                None => return Err(opened.syntax(format!("the '(' of #{name} has no ')'"))),
                Some(_) => {
                    let position = self.cursor.position();
                    let argument = self.argument()?;
                    check_word(name, &argument, arguments.len(), position)?;
                    arguments.push(argument);
                }
            }
        }
    }

    fn argument(&mut self) -> Result<Argument, SyntaxError> {
        let position = self.cursor.position();
        let bare = self.cursor.peek().is_some_and(|c| c.is_ascii_alphabetic() || matches!(c, '_' | '@'));
        let Some(word) = self.cursor.word_at(0).filter(|_| bare) else {
            return Ok(Argument::Value(self.value(false)?));
        };
        if is_operator_word(&word.name) {
            return Err(position.syntax(format!("the operator {:?} cannot be an argument", word.name)));
        }
        self.cursor.advance(word.characters);
        Ok(match &*word.name {
            "true" => Argument::Value(Expression::Boolean(true)),
            "false" => Argument::Value(Expression::Boolean(false)),
            _ => Argument::Word(word.name),
        })
    }
}

/// Where a bare word may stand: as the name of a macro, as the `in` of `#foreach`, and in what may be a macro call.
fn check_word(name: &str, argument: &Argument, index: usize, position: Position) -> Result<(), SyntaxError> {
    let is_word = matches!(argument, Argument::Word(_));
    if name == "macro" && index == 0 {
        return if is_word {
            Ok(())
        } else {
            Err(position.syntax("the first argument of #macro is its name, without quotes or '$'"))
        };
    }
    let allowed = (name == "foreach" && index == 1) || !super::directives::BUILT_IN.contains(&name);
    if is_word && !allowed {
        return Err(position
            .syntax(format!("a bare word cannot be an argument of #{name}; is a '$' or a quote missing?")));
    }
    Ok(())
}

fn evaluable(template: &Expression) -> bool {
    matches!(template, Expression::Text(_) | Expression::Interpolated { .. } | Expression::Reference(_))
}

fn unavailable(name: &str, position: Position) -> Node {
    Node::Unavailable { directive: if name == "parse" { "#parse" } else { "#include" }, position }
}
