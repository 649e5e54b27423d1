//! The conditions of `[?(...)]`.

use std::cmp::Ordering;

use fancy_regex::Regex;
use serde_json::Value;

use super::eval::{self, Visits};
use super::parse::{self, Cursor};
use super::{PathError, Token, TooManyVisits};
use crate::gateway::vtl::java_regex_within;

/// Steps a pattern of a filter may take for one text.
const BACKTRACK_LIMIT: usize = 1_000;

/// A condition on one element.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    Any(Vec<Condition>),
    All(Vec<Condition>),
    Not(Box<Condition>),
    Exists(Operand),
    Compare(Operand, Operator, Operand),
}

/// One side of a comparison.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    /// `@...`: from the element.
    Element(Vec<Token>),
    /// `$...`: from the whole document.
    Root(Vec<Token>),
    Literal(Value),
    Pattern(Box<Regex>),
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    SameType,
    NotSameType,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Matches,
    In,
    NotIn,
    All,
    SubsetOf,
    Contains,
    Size,
    Empty,
}

/// The operators by their spelling; a longer one before its own beginning.
const OPERATORS: [(&str, Operator); 16] = [
    ("===", Operator::SameType),
    ("!==", Operator::NotSameType),
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("=~", Operator::Matches),
    ("<", Operator::Less),
    (">", Operator::Greater),
    ("in ", Operator::In),
    ("nin ", Operator::NotIn),
    ("all ", Operator::All),
    ("subsetof ", Operator::SubsetOf),
    ("contains ", Operator::Contains),
    ("size ", Operator::Size),
    ("empty ", Operator::Empty),
];

/// Reads `(` condition `)`.
pub(super) fn parenthesised(cursor: &mut Cursor) -> Result<Condition, PathError> {
    cursor.nesting += 1;
    if cursor.nesting > 24 {
        return cursor.fail("the filter is nested too deeply");
    }
    cursor.at += 1;
    let condition = any(cursor)?;
    cursor.skip_space();
    if !cursor.take(')') {
        return cursor.fail("expected ')' at the end of the condition");
    }
    cursor.nesting -= 1;
    Ok(condition)
}

fn any(cursor: &mut Cursor) -> Result<Condition, PathError> {
    let mut parts = vec![all(cursor)?];
    loop {
        cursor.skip_space();
        if !cursor.take_text("||") {
            break;
        }
        parts.push(all(cursor)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::Any(parts) })
}

fn all(cursor: &mut Cursor) -> Result<Condition, PathError> {
    let mut parts = vec![single(cursor)?];
    loop {
        cursor.skip_space();
        if !cursor.take_text("&&") {
            break;
        }
        parts.push(single(cursor)?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Condition::All(parts) })
}

fn single(cursor: &mut Cursor) -> Result<Condition, PathError> {
    cursor.skip_space();
    let mut negated = false;
    while cursor.peek() == Some('!') {
        cursor.at += 1;
        cursor.skip_space();
        negated = !negated;
    }
    let condition = if cursor.peek() == Some('(') { parenthesised(cursor)? } else { comparison(cursor)? };
    Ok(if negated { Condition::Not(Box::new(condition)) } else { condition })
}

fn comparison(cursor: &mut Cursor) -> Result<Condition, PathError> {
    let left = operand(cursor)?;
    cursor.skip_space();
    for (text, operator) in OPERATORS {
        if cursor.take_text(text) {
            return Ok(Condition::Compare(left, operator, operand(cursor)?));
        }
    }
    match left {
        Operand::Element(_) | Operand::Root(_) => Ok(Condition::Exists(left)),
        Operand::Literal(_) | Operand::Pattern(_) => cursor.fail("expected an operator"),
    }
}

fn operand(cursor: &mut Cursor) -> Result<Operand, PathError> {
    cursor.skip_space();
    let ends = |c: char| matches!(c, ' ' | ')' | '=' | '!' | '<' | '>' | '&' | '|' | ',');
    match cursor.peek() {
        Some('/') => pattern(cursor),
        Some(root @ ('@' | '$')) => {
            cursor.nesting += 1;
            let tokens = parse::tokens(cursor, ends)?;
            cursor.nesting -= 1;
            Ok(if root == '@' { Operand::Element(tokens) } else { Operand::Root(tokens) })
        }
        Some(_) => Ok(Operand::Literal(parse::literal(cursor, ends)?)),
        None => cursor.fail("a value is missing"),
    }
}

/// `/expression/` with an optional `i`.
fn pattern(cursor: &mut Cursor) -> Result<Operand, PathError> {
    cursor.at += 1;
    let mut text = String::new();
    loop {
        match cursor.peek() {
            None => return cursor.fail("the pattern is not closed"),
            Some('/') => break,
            Some('\\') if cursor.peek_at(1) == Some('/') => {
                cursor.at += 2;
                text.push('/');
            }
            Some(c) => {
                cursor.at += 1;
                text.push(c);
                if c == '\\'
                    && let Some(next) = cursor.peek()
                {
                    cursor.at += 1;
                    text.push(next);
                }
            }
        }
    }
    cursor.at += 1;
    let flags = if cursor.take('i') { "(?i)" } else { "" };
    match java_regex_within(&format!("{flags}^(?:{text})\\z"), BACKTRACK_LIMIT) {
        Ok(regex) => Ok(Operand::Pattern(Box::new(regex))),
        Err(reason) => cursor.fail(format!("the pattern cannot be read: {reason}")),
    }
}

/// What an operand stands for while a condition is tried: nothing, if its path leads nowhere.
enum Side<'o> {
    Value(Value),
    Pattern(&'o Regex),
    Nothing,
}

impl Condition {
    /// Whether the condition holds for `element` of `root`.
    pub(super) fn holds(
        &self,
        element: &Value,
        root: &Value,
        visits: &mut Visits,
    ) -> Result<bool, TooManyVisits> {
        Ok(match self {
            Condition::Any(parts) => {
                for part in parts {
                    if part.holds(element, root, visits)? {
                        return Ok(true);
                    }
                }
                false
            }
            Condition::All(parts) => {
                for part in parts {
                    if !part.holds(element, root, visits)? {
                        return Ok(false);
                    }
                }
                true
            }
            Condition::Not(part) => !part.holds(element, root, visits)?,
            Condition::Exists(operand) => !matches!(operand.side(element, root, visits)?, Side::Nothing),
            Condition::Compare(left, operator, right) => {
                let (left, right) = (left.side(element, root, visits)?, right.side(element, root, visits)?);
                compare(&left, *operator, &right, visits)?
            }
        })
    }
}

impl Operand {
    fn side(&self, element: &Value, root: &Value, visits: &mut Visits) -> Result<Side<'_>, TooManyVisits> {
        let found = match self {
            Operand::Literal(value) => Some(value.clone()),
            Operand::Pattern(regex) => return Ok(Side::Pattern(regex)),
            Operand::Element(tokens) => eval::read(tokens, element, root, visits)?,
            Operand::Root(tokens) => eval::read(tokens, root, root, visits)?,
        };
        Ok(found.map_or(Side::Nothing, Side::Value))
    }
}

/// What trying a pattern costs, in visits.
const PATTERN_VISITS: usize = 1_000;

fn compare(
    left: &Side<'_>,
    operator: Operator,
    right: &Side<'_>,
    visits: &mut Visits,
) -> Result<bool, TooManyVisits> {
    Ok(match (left, right) {
        (Side::Pattern(regex), Side::Value(value)) | (Side::Value(value), Side::Pattern(regex)) => {
            let text = text_of(value);
            visits.add(PATTERN_VISITS + text.len() / 64)?;
            operator == Operator::Matches && regex.is_match(&text).unwrap_or(false)
        }
        (Side::Value(left), Side::Value(right)) => {
            visits.add(elements(left).len().max(1).saturating_mul(elements(right).len().max(1)))?;
            compare_values(left, operator, right)
        }
        (Side::Nothing, Side::Nothing) => matches!(operator, Operator::Equal | Operator::SameType),
        _ => matches!(operator, Operator::NotEqual | Operator::NotSameType | Operator::NotIn),
    })
}

fn compare_values(left: &Value, operator: Operator, right: &Value) -> bool {
    let ordered = |wanted: fn(Ordering) -> bool| order(left, right).is_some_and(wanted);
    match operator {
        Operator::Equal => equal(left, right),
        Operator::NotEqual => !equal(left, right),
        Operator::SameType => same_kind(left, right) && equal(left, right),
        Operator::NotSameType => !(same_kind(left, right) && equal(left, right)),
        Operator::Less => ordered(Ordering::is_lt),
        Operator::LessOrEqual => ordered(Ordering::is_le),
        Operator::Greater => ordered(Ordering::is_gt),
        Operator::GreaterOrEqual => ordered(Ordering::is_ge),
        Operator::Matches => false,
        Operator::In => contains(right, left),
        Operator::NotIn => !contains(right, left),
        Operator::All => elements(right).iter().all(|wanted| contains(left, wanted)),
        Operator::SubsetOf => left.is_array() && elements(left).iter().all(|item| contains(right, item)),
        Operator::Contains => match (left, right) {
            (Value::String(left), Value::String(right)) => left.contains(right.as_str()),
            _ => contains(left, right),
        },
        Operator::Size => right.as_u64().is_some_and(|wanted| length(left) == Some(wanted)),
        Operator::Empty => right.as_bool().is_some_and(|wanted| length(left).map(|n| n == 0) == Some(wanted)),
    }
}

fn same_kind(left: &Value, right: &Value) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

/// A number equals a text that spells it.
fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(_), Value::String(_)) | (Value::String(_), Value::Number(_)) => {
            number_of(left).zip(number_of(right)).is_some_and(|(left, right)| left == right)
        }
        (Value::Number(l), Value::Number(r)) => l == r || l.as_f64() == r.as_f64(),
        _ => left == right,
    }
}

fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn elements(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn contains(list: &Value, wanted: &Value) -> bool {
    elements(list).iter().any(|item| equal(item, wanted))
}

fn length(value: &Value) -> Option<u64> {
    match value {
        Value::String(text) => Some(text.encode_utf16().count() as u64),
        Value::Array(items) => Some(items.len() as u64),
        Value::Object(members) => Some(members.len() as u64),
        _ => None,
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(flag) => flag.to_string(),
        _ => String::new(),
    }
}
