//! Walks a document along a compiled path.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Token, TooManyVisits, functions};

/// Values a path may visit before it is taken to be hostile.
const MAX_VISITS: usize = 1_000_000;

/// Why an evaluation ends early.
pub(super) enum Halt {
    /// The definite part of the path leads nowhere.
    NotFound,
    /// More values than allowed.
    TooMany,
}

struct Walk<'d> {
    root: &'d Value,
    visits: usize,
    found: Vec<Cow<'d, Value>>,
}

/// Whether every token names one value at most. Several properties at the end of a path make one object.
pub(super) fn definite(tokens: &[Token]) -> bool {
    tokens.iter().enumerate().all(|(index, token)| match token {
        Token::Properties(names) => names.len() == 1 || index + 1 == tokens.len(),
        Token::Indexes(indexes) => indexes.len() == 1,
        Token::Function(..) => true,
        Token::Slice(..) | Token::Wildcard | Token::Scan | Token::Filter(_) => false,
    })
}

/// Reads a path: one value for a definite path, an array for another, `None` where it leads nowhere.
pub(super) fn read(tokens: &[Token], from: &Value, root: &Value) -> Result<Option<Value>, TooManyVisits> {
    let (path, function) = match tokens.split_last() {
        Some((Token::Function(function, arguments), path)) => (path, Some((*function, arguments))),
        _ => (tokens, None),
    };
    let mut walk = Walk { root, visits: 0, found: Vec::new() };
    match walk.step(path, from, true) {
        Ok(()) => {}
        Err(Halt::NotFound) => return Ok(None),
        Err(Halt::TooMany) => return Err(TooManyVisits { visits: MAX_VISITS }),
    }
    let value = if definite(path) {
        walk.found.pop().map(Cow::into_owned)
    } else {
        Some(Value::Array(walk.found.into_iter().map(Cow::into_owned).collect()))
    };
    let Some((function, arguments)) = function else { return Ok(value) };
    match value {
        Some(value) => functions::apply(function, arguments, &value, root),
        None => Ok(None),
    }
}

impl<'d> Walk<'d> {
    fn visit(&mut self) -> Result<(), Halt> {
        self.visits += 1;
        if self.visits > MAX_VISITS { Err(Halt::TooMany) } else { Ok(()) }
    }

    /// Applies `tokens` to `at`. `sure` says whether all tokens before were definite, for then a miss is the end.
    fn step(&mut self, tokens: &[Token], at: &'d Value, sure: bool) -> Result<(), Halt> {
        self.visit()?;
        let Some((token, rest)) = tokens.split_first() else {
            self.found.push(Cow::Borrowed(at));
            return Ok(());
        };
        match token {
            Token::Properties(names) => self.properties(names, rest, at, sure),
            Token::Indexes(indexes) => {
                let Some(items) = array(at, sure)? else { return Ok(()) };
                let still_sure = sure && indexes.len() == 1;
                for index in indexes {
                    if let Some(item) = nth(items, *index) {
                        self.step(rest, item, still_sure)?;
                    }
                }
                Ok(())
            }
            Token::Slice(from, to) => {
                let Some(items) = array(at, sure)? else { return Ok(()) };
                for item in slice(items, *from, *to) {
                    self.step(rest, item, false)?;
                }
                Ok(())
            }
            Token::Wildcard => self.children(rest, at),
            Token::Scan => match rest.split_first() {
                Some((target, after)) => self.scan(target, after, at),
                None => Ok(()),
            },
            Token::Filter(condition) => match at {
                Value::Object(_) if self.holds(condition, at)? => self.step(rest, at, false),
                Value::Array(items) => {
                    for item in items {
                        if self.holds(condition, item)? {
                            self.step(rest, item, false)?;
                        }
                    }
                    Ok(())
                }
                Value::Object(_) => Ok(()),
                _ if sure => Err(Halt::NotFound),
                _ => Ok(()),
            },
            // A function stands at the end of a path only; the compiler refuses it elsewhere.
            Token::Function(..) => Ok(()),
        }
    }

    fn properties(
        &mut self,
        names: &[String],
        rest: &[Token],
        at: &'d Value,
        sure: bool,
    ) -> Result<(), Halt> {
        let Value::Object(members) = at else {
            return if sure { Err(Halt::NotFound) } else { Ok(()) };
        };
        if names.len() > 1 && rest.is_empty() {
            let chosen: Map<String, Value> = names
                .iter()
                .filter_map(|name| members.get(name).map(|value| (name.clone(), value.clone())))
                .collect();
            self.found.push(Cow::Owned(Value::Object(chosen)));
            return Ok(());
        }
        let still_sure = sure && names.len() == 1;
        for name in names {
            match members.get(name) {
                Some(value) => self.step(rest, value, still_sure)?,
                None if still_sure && !rest.is_empty() => return Err(Halt::NotFound),
                None => {}
            }
        }
        Ok(())
    }

    fn children(&mut self, rest: &[Token], at: &'d Value) -> Result<(), Halt> {
        match at {
            Value::Object(members) => members.values().try_for_each(|value| self.step(rest, value, false)),
            Value::Array(items) => items.iter().try_for_each(|item| self.step(rest, item, false)),
            _ => Ok(()),
        }
    }

    /// Tries `target` on `at` and on everything below it, a parent before its children.
    fn scan(&mut self, target: &Token, after: &[Token], at: &'d Value) -> Result<(), Halt> {
        self.visit()?;
        match at {
            Value::Object(members) => {
                if self.scan_takes(target, after, at)? {
                    self.apply(target, after, at)?;
                }
                members.values().try_for_each(|value| self.scan(target, after, value))
            }
            Value::Array(items) => {
                if self.scan_takes(target, after, at)? {
                    if after.is_empty() {
                        self.apply(target, after, at)?;
                    } else {
                        // Inside arrays the library goes on with every element, whatever the index says.
                        items.iter().try_for_each(|item| self.step(after, item, false))?;
                    }
                }
                items.iter().try_for_each(|item| self.scan(target, after, item))
            }
            _ => Ok(()),
        }
    }

    fn scan_takes(&mut self, target: &Token, after: &[Token], at: &'d Value) -> Result<bool, Halt> {
        Ok(match (target, at) {
            (Token::Properties(names), Value::Object(members)) => {
                (names.len() > 1 && !after.is_empty()) || names.iter().all(|name| members.contains_key(name))
            }
            (Token::Indexes(_) | Token::Slice(..), Value::Array(_)) | (Token::Wildcard, _) => true,
            (Token::Filter(condition), _) => self.holds(condition, at)?,
            _ => false,
        })
    }

    fn apply(&mut self, target: &Token, after: &[Token], at: &'d Value) -> Result<(), Halt> {
        match target {
            Token::Properties(names) => self.properties(names, after, at, false),
            Token::Wildcard => self.children(after, at),
            Token::Indexes(_) | Token::Slice(..) => self.step(std::slice::from_ref(target), at, false),
            Token::Filter(condition) => match at {
                Value::Array(items) => {
                    for item in items {
                        if self.holds(condition, item)? {
                            self.step(after, item, false)?;
                        }
                    }
                    Ok(())
                }
                _ => self.step(after, at, false),
            },
            Token::Scan | Token::Function(..) => Ok(()),
        }
    }

    fn holds(&mut self, condition: &super::Condition, at: &Value) -> Result<bool, Halt> {
        self.visit()?;
        condition.holds(at, self.root).map_err(|_| Halt::TooMany)
    }
}

fn array(at: &Value, sure: bool) -> Result<Option<&[Value]>, Halt> {
    match at {
        Value::Array(items) => Ok(Some(items)),
        _ if sure => Err(Halt::NotFound),
        _ => Ok(None),
    }
}

/// The element at an index, counted from the end when negative.
pub(super) fn nth(items: &[Value], index: i64) -> Option<&Value> {
    let length = i64::try_from(items.len()).ok()?;
    let at = if index < 0 { length + index } else { index };
    items.get(usize::try_from(at).ok()?)
}

fn slice(items: &[Value], from: Option<i64>, to: Option<i64>) -> &[Value] {
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let start = match from {
        Some(from) if from < 0 => (length + from).max(0),
        Some(from) => from,
        None => 0,
    };
    let end = match to {
        Some(to) if to < 0 => length + to,
        Some(to) => to.min(length),
        None => length,
    };
    if start >= end {
        return &[];
    }
    let bound = |at: i64| usize::try_from(at).unwrap_or_default().min(items.len());
    &items[bound(start)..bound(end)]
}
