//! A dollar sign in the text: a reference, or just a dollar.

use super::{Collected, Parser, is_identifier_start};
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
    /// Reads from the `$` on that stands behind `backslashes` backslashes. Answers whether the lexer is then in its
    /// reference state.
    pub(super) fn dollar(&mut self, backslashes: usize, out: &mut Collected) -> Result<bool, SyntaxError> {
        let start = self.cursor.position();
        if backslashes == 0 && matches!(self.cursor.peek_at(1), Some('[' | '.')) {
            out.text(&self.cursor.take(2));
            return Ok(false);
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
            reference.decorated = formal || run.quiet;
            reference.literal = literal.clone().into();
            reference.position = start;
            if run.broken {
                return Ok(!formal);
            }
            let slashes = "\\".repeat(backslashes / 2);
            if backslashes % 2 == 1 {
                out.node(Node::Escaped { reference, text: (slashes + &literal).into() });
            } else {
                let more: String = run.image.chars().take(run.before_last).collect();
                out.node(Node::Reference { prefix: (slashes + &more).into(), reference });
            }
            return Ok(!formal);
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
    ) -> Result<bool, SyntaxError> {
        let position = self.cursor.position();
        match self.cursor.peek() {
            None => Err(position.syntax("a template cannot end with '$'")),
            Some('{') => {
                self.cursor.advance(1);
                out.text(&"\\".repeat(backslashes));
                out.text(&run.image);
                out.text("{");
                Ok(true)
            }
            Some('[') if backslashes == 0 && matches!(run.image.as_str(), "$!" | "$\\!") => {
                self.cursor.advance(1);
                out.text(&run.image);
                out.text("[");
                Ok(false)
            }
            Some('[') => Err(position.syntax("'[' cannot follow '$': a name is missing")),
            // The lexer keeps the dot and forgets what stood before it.
            Some('.') if self.cursor.peek_at(1).is_some_and(|c| c.is_ascii_alphabetic()) => {
                self.cursor.advance(1);
                out.text(".");
                Ok(true)
            }
            Some('#') if self.hash_swallows_dollar() => Ok(false),
            _ => {
                out.text(&"\\".repeat(backslashes));
                out.text(&printed(&run.image));
                Ok(false)
            }
        }
    }

    /// Behind a dollar, `#if(`, `#set(` and `#*` still begin what they begin, and the dollar is lost.
    fn hash_swallows_dollar(&self) -> bool {
        let word = self.cursor.word_at(1);
        self.cursor.peek_at(1) == Some('*')
            || self.at_set()
            || word.is_some_and(|word| matches!(word.name.as_ref(), "if" | "elseif" | "else" | "end"))
    }
}

/// What is printed of a run that names nothing: its dollars and the backslashes before them.
fn printed(image: &str) -> String {
    let chars: Vec<char> = image.chars().collect();
    let mut text = String::new();
    for (index, c) in chars.iter().enumerate() {
        let next = chars[index..].iter().find(|c| **c != '\\');
        if *c == '$' || (*c == '\\' && next == Some(&'$')) {
            text.push(*c);
        }
    }
    text
}
