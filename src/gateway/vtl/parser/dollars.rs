//! A dollar sign in the text: a reference, or just a dollar.

use super::{Collected, Parser, State, is_identifier_start};
use crate::gateway::vtl::ast::Node;
use crate::gateway::vtl::error::SyntaxError;

/// Dollars, exclamation marks and backslashes before what may be a reference.
struct Run {
    /// The whole run as written, without the backslashes before it.
    image: String,
    /// Some `$` is followed by `\!`, which makes the reference name nothing.
    broken: bool,
    /// The last `$` is followed by `!`.
    quiet: bool,
    /// Characters of `image` before the last `$`.
    before_last: usize,
}

impl Parser<'_> {
    /// Reads from the `$` on that stands behind `backslashes` backslashes. Answers the lexer's state after it.
    pub(super) fn dollar(&mut self, backslashes: usize, out: &mut Collected) -> Result<State, SyntaxError> {
        let start = self.cursor.position();
        if backslashes == 0 && matches!(self.cursor.peek_at(1), Some('[' | '.')) {
            out.text(&self.cursor.take(2));
            return Ok(State::Text);
        }
        let from = self.cursor.offset();
        let run = self.run();
        let formal = self.cursor.peek() == Some('{');
        if self.cursor.peek_at(usize::from(formal)).is_some_and(is_identifier_start) {
            let last = from + run.before_last;
            let name_start = self.cursor.position();
            self.cursor.advance(usize::from(formal));
            let mut reference = self.reference_body(name_start, formal)?;
            let literal = self.cursor.source(last, self.cursor.offset());
            let state = State::behind(&reference, formal);
            reference.decorated = formal || run.quiet;
            reference.literal = literal.clone().into();
            reference.position = start;
            if run.broken {
                return Ok(state);
            }
            let slashes = "\\".repeat(backslashes / 2);
            if backslashes % 2 == 1 {
                out.node(Node::Escaped { reference, text: (slashes + &literal).into() });
            } else {
                let more: String = run.image.chars().take(run.before_last).collect();
                out.node(Node::Reference { prefix: (slashes + &more).into(), reference });
            }
            return Ok(state);
        }
        self.no_reference(backslashes, &run, out)
    }

    /// Takes `$`, `$!`, `$\!` and backslashes between them, as many as follow each other.
    fn run(&mut self) -> Run {
        let mut run = Run { image: String::new(), broken: false, quiet: false, before_last: 0 };
        loop {
            let slashes = self.cursor.count_while(|c| c == '\\');
            if self.cursor.peek_at(slashes) != Some('$') {
                return run;
            }
            if !run.image.is_empty() && slashes == 0 && matches!(self.cursor.peek_at(1), Some('[' | '.')) {
                return run;
            }
            run.before_last = run.image.chars().count() + slashes;
            run.image.push_str(&self.cursor.take(slashes + 1));
            let inner = self.cursor.count_while(|c| c == '\\');
            run.quiet = self.cursor.peek_at(inner) == Some('!');
            if run.quiet {
                run.broken |= inner > 0;
                run.image.push_str(&self.cursor.take(inner + 1));
            }
        }
    }

    /// A run of dollars with no name behind it.
    fn no_reference(
        &mut self,
        backslashes: usize,
        run: &Run,
        out: &mut Collected,
    ) -> Result<State, SyntaxError> {
        let position = self.cursor.position();
        match self.cursor.peek() {
            None => Err(position.syntax("a template cannot end with '$'")),
            Some('{') => {
                self.cursor.advance(1);
                out.text(&"\\".repeat(backslashes));
                out.text(&run.image);
                out.text("{");
                Ok(State::Reference)
            }
            Some('[') if backslashes == 0 && matches!(run.image.as_str(), "$!" | "$\\!") => {
                self.cursor.advance(1);
                out.text(&run.image);
                out.text("[");
                Ok(State::Text)
            }
            Some('[') => Err(position.syntax("'[' cannot follow '$': a name is missing")),
            // The lexer keeps the dot and forgets what stood before it.
            Some('.') if self.cursor.peek_at(1).is_some_and(|c| c.is_ascii_alphabetic()) => {
                self.cursor.advance(1);
                out.text(".");
                Ok(State::Reference)
            }
            // Blanks before `#set` belong to it, and so does the dollar.
            _ if self.at_set() => Ok(State::Text),
            Some('#') if self.cursor.peek_at(1) != Some('#') => {
                let lead = "\\".repeat(backslashes) + &run.image;
                self.swallowing(&lead, out)?;
                Ok(State::Text)
            }
            _ => {
                out.text(&"\\".repeat(backslashes));
                out.text(&printed(&run.image));
                Ok(State::Text)
            }
        }
    }

    /// What begins with `#` right behind a character that the lexer takes for a part of it: `#if`, `#end`, `#set` and
    /// comments are what they are, and the character is lost; any other name is an unknown directive, printed as written.
    pub(super) fn swallowing(&mut self, lead: &str, out: &mut Collected) -> Result<(), SyntaxError> {
        let control = ["if", "elseif", "else", "end"];
        match self.cursor.word_at(1) {
            Some(word) if !control.contains(&&*word.name) && !self.at_set() => {
                let opened = self.cursor.position();
                let from = self.cursor.offset();
                self.cursor.advance(1 + word.characters);
                if self.parenthesis_follows() {
                    self.arguments(&format!("#{}", word.name), opened)?;
                }
                out.text(lead);
                let source = self.cursor.source(from, self.cursor.offset());
                out.text(&source);
            }
            None if self.cursor.peek_at(1) != Some('*') => out.text(&printed(lead)),
            _ => {}
        }
        Ok(())
    }
}

/// What is printed of a run that names nothing: its dollars and the backslashes before them.
fn printed(image: &str) -> String {
    let chars: Vec<char> = image.chars().collect();
    let mut text = String::new();
    for (index, c) in chars.iter().enumerate() {
        let next = chars[index..].iter().find(|c| **c != '\\');
        if matches!(c, '$' | '#') || (*c == '\\' && next == Some(&'$')) {
            text.push(*c);
        }
    }
    text
}
