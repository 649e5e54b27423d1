//! Compiles the text of a path.

use super::filter::{self, Condition};
use super::functions::{Argument, Function};
use super::{JsonPath, PathError, Token, parse_lenient};

/// A path longer than this is refused, so that nesting in filters stays within the stack.
const MAX_CHARACTERS: usize = 4_096;

/// How deep filters and function arguments may hold further paths.
const MAX_NESTING: usize = 8;

/// The characters of a path, and where the reader stands.
pub(super) struct Cursor {
    pub(super) chars: Vec<char>,
    pub(super) at: usize,
    pub(super) nesting: usize,
}

impl Cursor {
    pub(super) fn new(text: &str, nesting: usize) -> Self {
        Cursor { chars: text.trim().chars().collect(), at: 0, nesting }
    }

    pub(super) fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    pub(super) fn peek_at(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    pub(super) fn take(&mut self, expected: char) -> bool {
        let taken = self.peek() == Some(expected);
        if taken {
            self.at += 1;
        }
        taken
    }

    pub(super) fn take_text(&mut self, expected: &str) -> bool {
        let length = expected.chars().count();
        let taken = self
            .chars
            .get(self.at..self.at + length)
            .is_some_and(|run| expected.chars().eq(run.iter().copied()));
        if taken {
            self.at += length;
        }
        taken
    }

    pub(super) fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(&wanted) {
            self.at += 1;
        }
        self.chars[start..self.at].iter().collect()
    }

    pub(super) fn fail<T>(&self, message: impl Into<String>) -> Result<T, PathError> {
        Err(PathError { message: message.into(), path: self.chars.iter().collect(), position: self.at + 1 })
    }

    /// A quoted text; a backslash takes the following character as it is.
    pub(super) fn quoted(&mut self) -> Result<String, PathError> {
        let quote = self.peek();
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += 1;
            match c {
                c if Some(c) == quote => return Ok(text),
                '\\' => {
                    if let Some(next) = self.peek() {
                        self.at += 1;
                        text.push(next);
                    }
                }
                c => text.push(c),
            }
        }
        self.fail("a quoted text is not closed")
    }
}

/// Compiles a whole path.
pub(super) fn compile(path: &str) -> Result<Vec<Token>, PathError> {
    let mut cursor = Cursor::new(path, 0);
    if cursor.chars.is_empty() {
        return cursor.fail("the path is empty");
    }
    if cursor.chars.len() > MAX_CHARACTERS {
        let message = format!("the path is longer than {MAX_CHARACTERS} characters");
        return Err(PathError { message, path: String::new(), position: MAX_CHARACTERS + 1 });
    }
    if !matches!(cursor.chars[0], '$' | '@') {
        cursor = Cursor::new(&format!("$.{path}"), 0);
    }
    let tokens = tokens(&mut cursor, |_| false)?;
    if cursor.at < cursor.chars.len() {
        return cursor.fail("the path goes on where it should end");
    }
    Ok(tokens)
}

/// Reads `$` or `@` and the steps after it, until `ends` says that a character belongs to what surrounds the path.
pub(super) fn tokens(
    cursor: &mut Cursor,
    ends: impl Fn(char) -> bool + Copy,
) -> Result<Vec<Token>, PathError> {
    if cursor.nesting > MAX_NESTING {
        return cursor.fail("paths inside paths are nested too deeply");
    }
    cursor.at += 1;
    let mut tokens = Vec::new();
    while let Some(c) = cursor.peek() {
        match c {
            '[' => tokens.push(bracket(cursor)?),
            '.' => {
                cursor.at += 1;
                if cursor.take('.') {
                    tokens.push(Token::Scan);
                }
                dotted(cursor, &mut tokens, ends)?;
            }
            c if ends(c) => break,
            _ if tokens.is_empty() => return cursor.fail("expected '.' or '['"),
            _ => return cursor.fail("expected '.', '[' or the end of the path"),
        }
    }
    Ok(tokens)
}

/// What follows a dot: a name, `*`, a function, or a bracket.
fn dotted(
    cursor: &mut Cursor,
    tokens: &mut Vec<Token>,
    ends: impl Fn(char) -> bool + Copy,
) -> Result<(), PathError> {
    match cursor.peek() {
        None => return cursor.fail("the path must not end with '.' or '..'"),
        Some('.') => return cursor.fail("'.' is not valid here"),
        Some('*') => {
            cursor.at += 1;
            tokens.push(Token::Wildcard);
            return Ok(());
        }
        Some('[') => {
            tokens.push(bracket(cursor)?);
            return Ok(());
        }
        Some(_) => {}
    }
    let name = cursor.take_while(|c| !matches!(c, '.' | '[' | '(' | ' ') && (c == '*' || !ends(c)));
    if cursor.peek() == Some('(') && !name.is_empty() {
        let Some(function) = Function::named(&name) else {
            return cursor.fail(format!("there is no function {name:?}"));
        };
        if tokens.last().is_some_and(|token| matches!(token, Token::Scan)) {
            return cursor.fail("a function cannot follow '..'");
        }
        let arguments = arguments(cursor)?;
        tokens.push(Token::Function(function, arguments));
        return Ok(());
    }
    if cursor.peek() == Some(' ') && !ends(' ') {
        return cursor.fail("a name with blanks needs brackets and quotes: ['my name']");
    }
    if name.is_empty() {
        return cursor.fail("a name is missing after '.'");
    }
    tokens.push(Token::Properties(vec![name]));
    Ok(())
}

fn arguments(cursor: &mut Cursor) -> Result<Vec<Argument>, PathError> {
    cursor.at += 1;
    let mut arguments = Vec::new();
    loop {
        cursor.skip_space();
        match cursor.peek() {
            Some(')') => {
                cursor.at += 1;
                return Ok(arguments);
            }
            Some(',') => cursor.at += 1,
            Some('$' | '@') => {
                cursor.nesting += 1;
                let tokens = tokens(cursor, |c| matches!(c, ',' | ')' | ' '))?;
                cursor.nesting -= 1;
                arguments.push(Argument::Path(JsonPath { tokens }));
            }
            Some(_) => arguments.push(Argument::Literal(literal(cursor, |c| matches!(c, ',' | ')'))?)),
            None => return cursor.fail("the arguments of the function are not closed"),
        }
    }
}

/// A value written in a path: a number, a quoted text, a bare word, an array or an object.
pub(super) fn literal(
    cursor: &mut Cursor,
    ends: impl Fn(char) -> bool,
) -> Result<serde_json::Value, PathError> {
    let text = match cursor.peek() {
        Some('"' | '\'') => return Ok(serde_json::Value::String(cursor.quoted()?)),
        Some('[' | '{') => balanced(cursor)?,
        _ => cursor.take_while(|c| !ends(c)),
    };
    if text.trim().is_empty() {
        return cursor.fail("a value is missing");
    }
    match parse_lenient(text.trim()) {
        Ok(value) => Ok(value),
        Err(error) => cursor.fail(error.to_string()),
    }
}

fn balanced(cursor: &mut Cursor) -> Result<String, PathError> {
    let start = cursor.at;
    let mut open = 0usize;
    while let Some(c) = cursor.peek() {
        match c {
            '"' | '\'' => {
                cursor.quoted()?;
                continue;
            }
            '[' | '{' => open += 1,
            ']' | '}' => open = open.saturating_sub(1),
            _ => {}
        }
        cursor.at += 1;
        if open == 0 {
            return Ok(cursor.chars[start..cursor.at].iter().collect());
        }
    }
    cursor.fail("a bracket is not closed")
}

/// `['name']`, `[0]`, `[1:2]`, `[*]` or `[?(...)]`.
fn bracket(cursor: &mut Cursor) -> Result<Token, PathError> {
    cursor.at += 1;
    cursor.skip_space();
    let token = match cursor.peek() {
        Some('\'' | '"') => names(cursor)?,
        Some('*') => {
            cursor.at += 1;
            Token::Wildcard
        }
        Some('?') => Token::Filter(Box::new(condition(cursor)?)),
        Some(c) if c == '-' || c == ':' || c.is_ascii_digit() => positions(cursor)?,
        _ => return cursor.fail("expected a quoted name, a number, '*' or '?(...)' after '['"),
    };
    cursor.skip_space();
    if !cursor.take(']') {
        return cursor.fail("a bracket is not closed");
    }
    Ok(token)
}

fn condition(cursor: &mut Cursor) -> Result<Condition, PathError> {
    cursor.at += 1;
    cursor.skip_space();
    if cursor.peek() != Some('(') {
        return cursor.fail("a filter is written [?(...)]");
    }
    filter::parenthesised(cursor)
}

fn names(cursor: &mut Cursor) -> Result<Token, PathError> {
    let mut names = Vec::new();
    loop {
        cursor.skip_space();
        if !matches!(cursor.peek(), Some('\'' | '"')) {
            return cursor.fail("expected a quoted name");
        }
        names.push(cursor.quoted()?);
        cursor.skip_space();
        if !cursor.take(',') {
            return Ok(Token::Properties(names));
        }
    }
}

fn positions(cursor: &mut Cursor) -> Result<Token, PathError> {
    let text = cursor.take_while(|c| c.is_ascii_digit() || matches!(c, '-' | ':' | ',' | ' '));
    let number = |part: &str| part.trim().parse::<i64>().ok();
    if let Some((from, to)) = text.split_once(':') {
        let bound = |part: &str| if part.trim().is_empty() { Some(None) } else { number(part).map(Some) };
        return match (bound(from), bound(to)) {
            (Some(None), Some(None)) | (None, _) | (_, None) => cursor.fail("a slice is written [from:to]"),
            (Some(from), Some(to)) => Ok(Token::Slice(from, to)),
        };
    }
    match text.split(',').map(number).collect::<Option<Vec<_>>>() {
        Some(indexes) => Ok(Token::Indexes(indexes)),
        None => cursor.fail("an index is a whole number"),
    }
}
