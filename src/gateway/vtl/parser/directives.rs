//! Comments, unparsed text and the directives of the language itself.

use super::cursor::Word;
use super::{Collected, Parser, Until};
use crate::gateway::vtl::ast::{Block, Expression, Foreach, Macro, Node};
use crate::gateway::vtl::error::{Position, SyntaxError};

use super::calls::Argument;

/// Every directive Velocity 1.7 knows.
pub(super) const BUILT_IN: [&str; 14] = [
    "if", "elseif", "else", "end", "set", "foreach", "macro", "define", "literal", "evaluate", "stop",
    "break", "parse", "include",
];

impl Parser<'_> {
    /// Whether `#set(` follows, after blanks that then belong to it.
    pub(super) fn at_set(&self) -> bool {
        let blanks = self.cursor.count_while(|c| c == ' ' || c == '\t');
        if self.cursor.peek_at(blanks) != Some('#') {
            return false;
        }
        let Some(word) = self.cursor.word_at(blanks + 1) else { return false };
        let mut ahead = blanks + 1 + word.characters;
        while self.cursor.peek_at(ahead) == Some(' ') {
            ahead += 1;
        }
        &*word.name == "set" && self.cursor.peek_at(ahead) == Some('(')
    }

    /// `#set( $target = expression )`, with the blanks before it.
    pub(super) fn set(&mut self) -> Result<Node, SyntaxError> {
        self.cursor.take_while(|c| c == ' ' || c == '\t');
        let opened = self.cursor.position();
        self.cursor.take_while(|c| c != '(');
        self.cursor.advance(1);
        self.cursor.skip_space();
        let target = self.reference()?;
        self.cursor.skip_space();
        if self.cursor.peek() != Some('=') {
            return Err(self.cursor.position().syntax("expected '=' in #set"));
        }
        self.cursor.advance(1);
        let value = self.expression()?;
        self.close_directive(opened, "#set")?;
        Ok(Node::Set { target, value })
    }

    /// The closing parenthesis of a directive, and the line end behind it.
    pub(super) fn close_directive(&mut self, opened: Position, name: &str) -> Result<(), SyntaxError> {
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some(')') => {
                self.cursor.advance(1);
                self.cursor.skip_rest_of_line();
                Ok(())
            }
            None => Err(opened.syntax(format!("the '(' of {name} has no ')'"))),
            Some(found) => {
                Err(self.cursor.position().syntax(format!("expected ')' in {name}, found {found:?}")))
            }
        }
    }

    /// Whether the directive here ends the block, which leaves it unread. `#else` in the wrong place is an error.
    pub(super) fn ends_block(&self, until: Until) -> Result<bool, SyntaxError> {
        let Some(word) = self.cursor.word_at(1) else { return Ok(false) };
        let position = self.cursor.position();
        match (&*word.name, until) {
            ("end", Until::EndOfText) => Err(position.syntax("this #end closes nothing")),
            ("end", _) | ("else" | "elseif", Until::EndOrElse) => Ok(true),
            (name @ ("else" | "elseif"), _) => {
                Err(position.syntax(format!("#{name} can only stand in an #if, and before its #else")))
            }
            _ => Ok(false),
        }
    }

    /// Everything else that begins with `#`.
    pub(super) fn hash(&mut self, out: &mut Collected) -> Result<(), SyntaxError> {
        let position = self.cursor.position();
        match self.cursor.peek_at(1) {
            None => return Err(position.syntax("a template cannot end with '#'")),
            Some('#') => {
                self.cursor.take_while(|c| c != '\n' && c != '\r');
                self.cursor.skip_rest_of_line();
                return Ok(());
            }
            Some('*') => {
                match self.cursor.find(2, "*#") {
                    Some(end) => self.cursor.go_to(end + 2),
                    None => self.cursor.go_to_end(),
                }
                return Ok(());
            }
            Some('[') if self.cursor.peek_at(2) == Some('[') => return self.unparsed(out, position),
            _ => {}
        }
        let Some(word) = self.cursor.word_at(1) else {
            self.cursor.advance(1);
            out.text("#");
            return Ok(());
        };
        if &*word.name == "if" {
            let node = self.if_statement(&word, position)?;
            out.node(node);
            return Ok(());
        }
        self.directive(&word, position, out)
    }

    /// `#[[ text ]]#`.
    fn unparsed(&mut self, out: &mut Collected, position: Position) -> Result<(), SyntaxError> {
        let Some(end) = self.cursor.find(3, "]]#") else {
            return Err(position.syntax("this #[[ has no ]]#"));
        };
        let from = self.cursor.offset() + 3;
        let text = self.cursor.source(from, end);
        self.cursor.go_to(end + 3);
        out.text(&text);
        Ok(())
    }

    fn if_statement(&mut self, word: &Word, position: Position) -> Result<Node, SyntaxError> {
        self.enter()?;
        self.cursor.advance(1 + word.characters);
        let mut branches = vec![self.branch(position, "#if")?];
        let mut otherwise = None;
        loop {
            let at = self.cursor.position();
            // `branch` and the block below stop at one of these only.
            let Some(word) = self.cursor.word_at(1) else {
                return Err(position.syntax("this #if has no #end"));
            };
            self.cursor.advance(1 + word.characters);
            match &*word.name {
                "elseif" => branches.push(self.branch(at, "#elseif")?),
                "else" => {
                    self.cursor.skip_rest_of_line();
                    otherwise = Some(self.block(Until::End, position, "#if")?);
                }
                _ => {
                    self.cursor.skip_rest_of_line();
                    break;
                }
            }
        }
        self.nesting -= 1;
        Ok(Node::If { branches, otherwise })
    }

    /// `( condition )` and the block behind it.
    fn branch(&mut self, opened: Position, name: &str) -> Result<(Expression, Block), SyntaxError> {
        self.cursor.skip_space();
        if !self.cursor.eat('(') {
            return Err(opened.syntax(format!("{name} needs a condition in parentheses")));
        }
        let condition = self.expression()?;
        self.close_directive(opened, name)?;
        Ok((condition, self.block(Until::EndOrElse, opened, name)?))
    }

    /// The statements of a block. When the template ends inside, the error stands where the block was opened.
    pub(super) fn block(&mut self, until: Until, opened: Position, name: &str) -> Result<Block, SyntaxError> {
        self.enter()?;
        let block = self.statements(until)?;
        if self.cursor.peek().is_none() {
            return Err(opened.syntax(format!("this {name} has no #end")));
        }
        self.nesting -= 1;
        Ok(block)
    }

    /// A block that only `#end` closes, with that `#end` and the line end behind it.
    pub(super) fn closed_block(&mut self, opened: Position, name: &str) -> Result<Block, SyntaxError> {
        let block = self.block(Until::End, opened, name)?;
        let length = self.cursor.word_at(1).map_or(0, |word| word.characters);
        self.cursor.advance(1 + length);
        self.cursor.skip_rest_of_line();
        Ok(block)
    }

    /// `#foreach($variable in source)`. A source that is missing, or followed by more, loops over nothing.
    pub(super) fn foreach(
        &mut self,
        arguments: Vec<Argument>,
        opened: Position,
    ) -> Result<Option<Node>, SyntaxError> {
        let body = self.closed_block(opened, "#foreach")?;
        let mut arguments = arguments.into_iter();
        let (first, second, third) = (arguments.next(), arguments.next(), arguments.next());
        let Some(Argument::Value(Expression::Reference(variable))) = first else {
            return Err(
                opened.syntax("#foreach is written #foreach($item in $list): a loop variable is missing")
            );
        };
        if second.is_none() {
            return Err(
                opened.syntax("#foreach is written #foreach($item in $list): what to loop over is missing")
            );
        }
        Ok(match (third, arguments.next()) {
            (Some(Argument::Value(source)), None) => {
                Some(Node::Foreach(Box::new(Foreach { variable: variable.root, source, body })))
            }
            _ => None,
        })
    }

    /// `#macro(name $parameters)`, which prints nothing.
    pub(super) fn macro_definition(
        &mut self,
        arguments: Vec<Argument>,
        opened: Position,
    ) -> Result<(), SyntaxError> {
        let body = self.closed_block(opened, "#macro")?;
        let mut arguments = arguments.into_iter();
        let Some(Argument::Word(name)) = arguments.next() else {
            return Err(opened.syntax("the first argument of #macro is its name, without quotes or '$'"));
        };
        let parameters = arguments.map(|argument| match argument {
            Argument::Value(Expression::Reference(parameter)) => parameter.root,
            // Velocity accepts anything here; what is no reference cannot be used in the body.
            _ => "".into(),
        });
        let parameters = parameters.collect();
        self.macros.entry(name).or_insert(Macro { parameters, body });
        Ok(())
    }
}
