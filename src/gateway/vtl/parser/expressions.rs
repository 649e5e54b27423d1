//! Expressions and values.

use super::cursor::is_space;
use super::{Parser, is_identifier_start};
use crate::gateway::vtl::ast::{Expression, Operator};
use crate::gateway::vtl::error::{Position, SyntaxError};
use crate::gateway::vtl::number::{Arithmetic, Number};

/// The operators by their spelling; a longer one before its own beginning.
const SYMBOLS: [(&str, Operator); 13] = [
    ("&&", Operator::And),
    ("||", Operator::Or),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("+", Operator::Arithmetic(Arithmetic::Add)),
    ("-", Operator::Arithmetic(Arithmetic::Subtract)),
    ("*", Operator::Arithmetic(Arithmetic::Multiply)),
    ("/", Operator::Arithmetic(Arithmetic::Divide)),
    ("%", Operator::Arithmetic(Arithmetic::Modulo)),
];

/// The operators that are words.
const WORDS: [(&str, Operator); 8] = [
    ("and", Operator::And),
    ("or", Operator::Or),
    ("eq", Operator::Equal),
    ("ne", Operator::NotEqual),
    ("lt", Operator::Less),
    ("gt", Operator::Greater),
    ("le", Operator::LessOrEqual),
    ("ge", Operator::GreaterOrEqual),
];

/// Whether a word is an operator, and so cannot be a bare word.
pub(super) fn is_operator_word(word: &str) -> bool {
    word == "not" || WORDS.iter().any(|(name, _)| *name == word)
}

impl Parser<'_> {
    /// An expression, up to the first thing that cannot belong to it.
    pub(super) fn expression(&mut self) -> Result<Expression, SyntaxError> {
        self.enter()?;
        let mut operands = vec![self.operand()?];
        let mut operators = Vec::new();
        while let Some(operator) = self.operator()? {
            operators.push(operator);
            operands.push(self.operand()?);
        }
        self.nesting -= 1;
        Ok(by_binding(operands, operators))
    }

    fn operator(&mut self) -> Result<Option<Operator>, SyntaxError> {
        self.cursor.skip_space();
        let position = self.cursor.position();
        // A minus directly before digits belongs to the number, whatever stands before.
        if self.cursor.peek() == Some('-') && self.number_length().is_some() {
            return Err(position.syntax("expected an operator: write a blank behind '-' to subtract"));
        }
        for (symbol, operator) in SYMBOLS {
            if self.cursor.starts_with(symbol) {
                self.cursor.advance(symbol.len());
                return Ok(Some(operator));
            }
        }
        match self.cursor.peek() {
            Some('=') => Err(position.syntax("expected an operator, found '='; equality is written '=='")),
            Some('&') => Err(position.syntax("expected '&&'")),
            Some('|') => Err(position.syntax("expected '||'")),
            _ => {
                let word = self.cursor.word_at(0);
                let operator =
                    word.as_ref().and_then(|word| WORDS.iter().find(|(name, _)| *name == &*word.name));
                match (word, operator) {
                    (Some(word), Some((_, operator))) => {
                        self.cursor.advance(word.characters);
                        Ok(Some(*operator))
                    }
                    (Some(word), None) => {
                        Err(position.syntax(format!("expected an operator or ')', found {:?}", word.name)))
                    }
                    _ => Ok(None),
                }
            }
        }
    }

    /// `!` and `not`, as many as there are, and a value or a parenthesis.
    fn operand(&mut self) -> Result<Expression, SyntaxError> {
        let mut negations = 0usize;
        loop {
            self.cursor.skip_space();
            if self.cursor.eat('!') {
                negations += 1;
            } else if self.cursor.word_at(0).is_some_and(|word| &*word.name == "not") {
                self.cursor.advance(3);
                negations += 1;
            } else {
                break;
            }
        }
        let value = if self.cursor.peek() == Some('(') {
            let opened = self.cursor.position();
            self.cursor.advance(1);
            let inner = self.expression()?;
            self.close_parenthesis(opened)?;
            inner
        } else {
            self.value(false)?
        };
        Ok(match negations {
            0 => value,
            n if n % 2 == 1 => Expression::Not(Box::new(value)),
            _ => Expression::Truth(Box::new(value)),
        })
    }

    pub(super) fn close_parenthesis(&mut self, opened: Position) -> Result<(), SyntaxError> {
        self.cursor.skip_space();
        match self.cursor.peek() {
            Some(')') => {
                self.cursor.advance(1);
                Ok(())
            }
            None => Err(opened.syntax("this '(' has no ')'")),
            Some(found) => {
                Err(self.cursor.position().syntax(format!("expected an operator or ')', found {found:?}")))
            }
        }
    }

    /// A value: what may stand in a list or be passed to a method. With `bare`, also a name without `$`, which Velocity
    /// takes for a reference to nothing.
    pub(super) fn value(&mut self, bare: bool) -> Result<Expression, SyntaxError> {
        let position = self.cursor.position();
        self.enter()?;
        let value = match self.cursor.peek() {
            Some('"' | '\'') => self.string()?,
            Some('$' | '\\') => Expression::Reference(self.reference()?),
            Some('[') => self.list_or_range()?,
            Some('{') => self.map()?,
            Some(_) if self.number_length().is_some() => self.number()?,
            Some(c) if is_identifier_start(c) => self.word_value(bare, position)?,
            Some(c) => return Err(position.syntax(format!("expected a value, found {c:?}"))),
            None => return Err(position.syntax("expected a value, found the end of the text")),
        };
        self.nesting -= 1;
        Ok(value)
    }

    fn word_value(&mut self, bare: bool, position: Position) -> Result<Expression, SyntaxError> {
        let word = self.cursor.take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'));
        match word.as_str() {
            "true" => Ok(Expression::Boolean(true)),
            "false" => Ok(Expression::Boolean(false)),
            _ if bare => Ok(Expression::Nothing),
            _ => Err(position
                .syntax(format!("expected a value, found the word {word:?}; is a '$' or a quote missing?"))),
        }
    }

    fn list_or_range(&mut self) -> Result<Expression, SyntaxError> {
        let start = self.cursor.position();
        self.cursor.advance(1);
        let mut items = Vec::new();
        if self.cursor.eat(']') {
            return Ok(Expression::List(items));
        }
        loop {
            self.cursor.skip_space();
            items.push(self.value(false)?);
            self.cursor.skip_space();
            if items.len() == 1 && self.cursor.starts_with("..") {
                return self.range(items.remove(0), start);
            }
            match self.cursor.peek() {
                Some(',') => self.cursor.advance(1),
                Some(']') => {
                    self.cursor.advance(1);
                    return Ok(Expression::List(items));
                }
                None => return Err(start.syntax("this '[' has no ']'")),
                Some(found) => {
                    return Err(self
                        .cursor
                        .position()
                        .syntax(format!("expected ',' or ']', found {found:?}")));
                }
            }
        }
    }

    fn range(&mut self, from: Expression, start: Position) -> Result<Expression, SyntaxError> {
        self.cursor.advance(2);
        self.cursor.skip_space();
        let to = self.value(false)?;
        self.cursor.skip_space();
        let bound = |side: &Expression| match side {
            Expression::Reference(_) => true,
            Expression::Number(number) => !matches!(number, Number::Double(_)),
            _ => false,
        };
        if !bound(&from) || !bound(&to) {
            return Err(start.syntax("a range is written [1..5]: its ends are whole numbers or references"));
        }
        if !self.cursor.eat(']') {
            return Err(start.syntax("this '[' has no ']'"));
        }
        Ok(Expression::Range(Box::new((from, to))))
    }

    fn map(&mut self) -> Result<Expression, SyntaxError> {
        let start = self.cursor.position();
        self.cursor.advance(1);
        let mut members = Vec::new();
        self.cursor.skip_space();
        if self.cursor.eat('}') {
            return Ok(Expression::Map(members));
        }
        loop {
            self.cursor.skip_space();
            let key = self.value(false)?;
            self.cursor.skip_space();
            if !self.cursor.eat(':') {
                return Err(self.cursor.position().syntax("expected ':' behind a key"));
            }
            self.cursor.skip_space();
            members.push((key, self.value(false)?));
            self.cursor.skip_space();
            match self.cursor.peek() {
                Some(',') => self.cursor.advance(1),
                Some('}') => {
                    self.cursor.advance(1);
                    return Ok(Expression::Map(members));
                }
                None => return Err(start.syntax("this '{' has no '}'")),
                Some(found) => {
                    return Err(self
                        .cursor
                        .position()
                        .syntax(format!("expected ',' or '}}', found {found:?}")));
                }
            }
        }
    }

    /// The length of the number that begins here: `1`, `-1`, `1.5`, `.5`, `5.`, `1e3`. Two dots end a whole number.
    fn number_length(&self) -> Option<usize> {
        let digits = |from: usize| {
            (from..)
                .take_while(|index| self.cursor.peek_at(*index).is_some_and(|c| c.is_ascii_digit()))
                .count()
        };
        let sign = usize::from(self.cursor.peek() == Some('-'));
        let whole = digits(sign);
        let mut end = sign + whole;
        if self.cursor.peek_at(end) == Some('.') {
            let fraction = digits(end + 1);
            if whole > 0 && self.cursor.peek_at(end + 1) == Some('.') {
                return Some(end);
            }
            if whole == 0 && fraction == 0 {
                return None;
            }
            end += 1 + fraction;
        } else if whole == 0 {
            return None;
        }
        if matches!(self.cursor.peek_at(end), Some('e' | 'E')) {
            let signed = usize::from(matches!(self.cursor.peek_at(end + 1), Some('+' | '-')));
            let exponent = digits(end + 1 + signed);
            if exponent > 0 {
                end += 1 + signed + exponent;
            }
        }
        Some(end)
    }

    fn number(&mut self) -> Result<Expression, SyntaxError> {
        let position = self.cursor.position();
        let length = self.number_length().unwrap_or_default();
        let text = self.cursor.take(length);
        if self.cursor.peek().is_some_and(is_identifier_start)
            && self.cursor.word_at(0).is_some_and(|w| !is_operator_word(&w.name))
        {
            return Err(position.syntax(format!("{text:?} is followed by a letter: texts need quotes")));
        }
        let number = if text.contains(['.', 'e', 'E']) {
            text.parse().ok().map(Number::Double)
        } else {
            text.parse().ok().map(Number::whole)
        };
        match number {
            Some(number) => Ok(Expression::Number(number)),
            None => Err(position.syntax("the number is too large")),
        }
    }

    /// Whether a parenthesis follows, with or without white space before it.
    pub(super) fn parenthesis_follows(&self) -> bool {
        let spaces = self.cursor.count_while(is_space);
        self.cursor.peek_at(spaces) == Some('(')
    }
}

/// Groups operands by how strongly the operators between them bind.
fn by_binding(mut operands: Vec<Expression>, mut operators: Vec<Operator>) -> Expression {
    for level in (1..=6).rev() {
        if !operators.iter().any(|operator| operator.binding() == level) {
            continue;
        }
        let mut grouped: Vec<Expression> = Vec::with_capacity(operands.len());
        let mut left_over = Vec::new();
        let mut rest = operands.into_iter();
        grouped.extend(rest.next());
        for (operator, operand) in operators.into_iter().zip(rest) {
            if operator.binding() != level {
                left_over.push(operator);
                grouped.push(operand);
                continue;
            }
            match grouped.pop() {
                Some(Expression::Chain(first, mut links))
                    if links.last().is_some_and(|(o, _)| o.binding() == level) && !links.is_empty() =>
                {
                    links.push((operator, operand));
                    grouped.push(Expression::Chain(first, links));
                }
                Some(first) => grouped.push(Expression::Chain(Box::new(first), vec![(operator, operand)])),
                None => {}
            }
        }
        operands = grouped;
        operators = left_over;
    }
    operands.pop().unwrap_or(Expression::Nothing)
}
