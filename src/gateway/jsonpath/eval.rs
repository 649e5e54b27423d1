//! Walks a document along a compiled path.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{Token, TooManyVisits, functions};

/// Values a path may visit or copy before it is taken to be hostile.
const MAX_VISITS: usize = 4_000_000;

/// Why an evaluation ends early.
enum Halt {
    /// The definite part of the path leads nowhere.
    NotFound,
    TooMany(TooManyVisits),
}

impl From<TooManyVisits> for Halt {
    fn from(too_many: TooManyVisits) -> Self {
        Halt::TooMany(too_many)
    }
}

/// The values visited so far, by the path and by all paths inside it.
#[derive(Default)]
pub(super) struct Visits {
    count: usize,
}

impl Visits {
    pub(super) fn add(&mut self, count: usize) -> Result<(), TooManyVisits> {
        self.count = self.count.saturating_add(count);
        if self.count > MAX_VISITS { Err(TooManyVisits { visits: MAX_VISITS }) } else { Ok(()) }
    }
}

impl Visits {
    /// A copy of what was found, which counts as visits to all that is copied.
    fn owned(&mut self, found: Cow<'_, Value>) -> Result<Value, TooManyVisits> {
        self.weigh(&found)?;
        Ok(found.into_owned())
    }

    fn weigh(&mut self, value: &Value) -> Result<(), TooManyVisits> {
        match value {
            Value::String(text) => self.add(1 + text.len() / 16),
            Value::Array(items) => {
                self.add(1)?;
                items.iter().try_for_each(|item| self.weigh(item))
            }
            Value::Object(members) => {
                self.add(1)?;
                members.iter().try_for_each(|(name, member)| {
                    self.add(1 + name.len() / 16)?;
                    self.weigh(member)
                })
            }
            _ => self.add(1),
        }
    }
}

struct Walk<'d, 'v> {
    root: &'d Value,
    visits: &'v mut Visits,
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
pub(super) fn read(
    tokens: &[Token],
    from: &Value,
    root: &Value,
    visits: &mut Visits,
) -> Result<Option<Value>, TooManyVisits> {
    let at = tokens.iter().position(|token| matches!(token, Token::Function(..)));
    let (path, rest) = tokens.split_at(at.unwrap_or(tokens.len()));
    let mut walk = Walk { root, visits, found: Vec::new() };
    match walk.step(path, from, true) {
        Ok(()) => {}
        Err(Halt::NotFound) => return Ok(None),
        Err(Halt::TooMany(too_many)) => return Err(too_many),
    }
    let mut found = std::mem::take(&mut walk.found);
    let value = if definite(path) {
        match found.pop() {
            Some(found) => Some(visits.owned(found)?),
            None => None,
        }
    } else {
        let mut items = Vec::with_capacity(found.len());
        for found in found {
            items.push(visits.owned(found)?);
        }
        Some(Value::Array(items))
    };
    if matches!(&value, Some(Value::Array(items)) if items.is_empty()) && !definite(path) {
        // Where nothing was found there is nothing to apply a function to.
        return Ok(value);
    }
    match (rest.split_first(), value) {
        (Some((Token::Function(function, arguments), rest)), Some(value)) => {
            match functions::apply(*function, arguments, &value, root, visits)? {
                Some(result) if !rest.is_empty() => read(rest, &result, root, visits),
                result => Ok(result),
            }
        }
        (_, value) => Ok(value),
    }
}

impl<'d> Walk<'d, '_> {
    /// Applies `tokens` to `at`. `sure` says whether all tokens before were definite, for then a miss is the end.
    fn step(&mut self, tokens: &[Token], at: &'d Value, sure: bool) -> Result<(), Halt> {
        self.visits.add(1)?;
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
            // `read` takes paths apart at their functions.
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
        self.visits.add(1)?;
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
        self.visits.add(1)?;
        Ok(condition.holds(at, self.root, self.visits)?)
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
