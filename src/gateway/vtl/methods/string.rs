//! `String`. Positions and lengths count UTF-16 units, as in Java.

use std::sync::Arc;

use super::{Failure, Outcome, format, refuse};
use crate::gateway::vtl::number::Number;
use crate::gateway::vtl::regex::{Compiled, RegexCache};
use crate::gateway::vtl::value::{Heap, ListKind, Value};

/// Calls a method of a text.
pub(super) fn call(
    heap: &mut Heap,
    regexes: &mut RegexCache,
    text: &Arc<str>,
    name: &str,
    arguments: &[Value],
) -> Outcome {
    heap.budget.text(text.len())?;
    let found = match asking(text, name, arguments) {
        Some(found) => Some(found),
        None => match positional(text, name, arguments)? {
            Some(found) => Some(found),
            None => changing(heap, text, name, arguments)?,
        },
    };
    if let Some(found) = found {
        if let Value::Text(result) = &found {
            heap.budget.string(result.len())?;
        }
        return Ok(Some(found));
    }
    expressions(heap, regexes, text, name, arguments)
}

fn int(number: i64) -> Value {
    Value::Number(Number::whole(i128::from(number)))
}

/// Questions that need no position.
fn asking(text: &str, name: &str, arguments: &[Value]) -> Option<Value> {
    Some(match (name, arguments) {
        ("length", []) => int(length(text)),
        ("isEmpty", []) => Value::Boolean(text.is_empty()),
        ("contains", [Value::Text(part)]) => Value::Boolean(text.contains(&**part)),
        ("startsWith", [Value::Text(part)]) => Value::Boolean(text.starts_with(&**part)),
        ("endsWith", [Value::Text(part)]) => Value::Boolean(text.ends_with(&**part)),
        ("contentEquals", [Value::Text(other)]) => Value::Boolean(*text == **other),
        ("equalsIgnoreCase", [Value::Text(other)]) => {
            Value::Boolean(text.to_lowercase() == other.to_lowercase())
        }
        ("compareTo", [Value::Text(other)]) => int(compare(text, other)),
        ("compareToIgnoreCase", [Value::Text(other)]) => {
            int(compare(&text.to_lowercase(), &other.to_lowercase()))
        }
        _ => return None,
    })
}

/// The difference of the first units that differ, or of the lengths.
fn compare(left: &str, right: &str) -> i64 {
    let differing = left.encode_utf16().zip(right.encode_utf16()).find(|(l, r)| l != r);
    match differing {
        Some((l, r)) => i64::from(l) - i64::from(r),
        None => length(left) - length(right),
    }
}

fn length(text: &str) -> i64 {
    let units = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
    i64::try_from(units).unwrap_or(i64::MAX)
}

/// The byte a position in UTF-16 units stands at; in the middle of a pair, the pair's beginning.
fn byte_at(text: &str, position: i64) -> usize {
    let wanted = usize::try_from(position).unwrap_or_default();
    if text.is_ascii() {
        return wanted.min(text.len());
    }
    let mut units = 0;
    for (byte, c) in text.char_indices() {
        units += c.len_utf16();
        if units > wanted {
            return byte;
        }
    }
    text.len()
}

/// What takes or gives positions.
fn positional(text: &str, name: &str, arguments: &[Value]) -> Outcome {
    let size = length(text);
    let numbers: Vec<i64> = arguments
        .iter()
        .filter_map(|argument| match argument {
            Value::Number(Number::Int(n)) => Some(i64::from(*n)),
            _ => None,
        })
        .collect();
    Ok(Some(match (name, arguments, numbers.as_slice()) {
        ("substring" | "subSequence", [_] | [_, _], [from, rest @ ..])
            if rest.len() + 1 == arguments.len() =>
        {
            let to = rest.first().copied().unwrap_or(size);
            if *from < 0 || to > size || *from > to {
                return refuse(format!("begin {from}, end {to}, length {size}"));
            }
            let (from, to) = (byte_at(text, *from), byte_at(text, to));
            Value::text(text.get(from..to.max(from)).unwrap_or_default())
        }
        ("charAt" | "codePointAt", [_], [at]) => {
            if *at < 0 || *at >= size {
                return refuse(format!("index {at} is out of bounds for length {size}"));
            }
            let c = text[byte_at(text, *at)..].chars().next().unwrap_or('\u{fffd}');
            if name == "charAt" { Value::text(c.to_string()) } else { int(i64::from(u32::from(c))) }
        }
        ("indexOf", [Value::Text(part)] | [Value::Text(part), _], from)
            if from.len() + 1 == arguments.len() =>
        {
            let start = byte_at(text, from.first().copied().unwrap_or_default());
            found_at(text, text[start..].find(&**part).map(|at| start + at))
        }
        ("lastIndexOf", [Value::Text(part)], _) => found_at(text, text.rfind(&**part)),
        ("lastIndexOf", [Value::Text(part), _], [from]) => {
            let end = byte_at(text, (*from).max(-1).saturating_add(length(part)));
            let found = if *from < 0 { None } else { text.get(..end).and_then(|head| head.rfind(&**part)) };
            found_at(text, found)
        }
        ("startsWith", [Value::Text(part), _], [from]) => {
            let inside = (0..=size).contains(from);
            Value::Boolean(inside && text[byte_at(text, *from)..].starts_with(&**part))
        }
        _ => return Ok(None),
    }))
}

fn found_at(text: &str, byte: Option<usize>) -> Value {
    int(byte.map_or(-1, |byte| length(&text[..byte])))
}

/// New texts without regular expressions.
fn changing(heap: &mut Heap, text: &Arc<str>, name: &str, arguments: &[Value]) -> Outcome {
    Ok(Some(match (name, arguments) {
        ("toString" | "intern", []) => Value::Text(text.clone()),
        ("toLowerCase", []) => Value::text(text.to_lowercase()),
        ("toUpperCase", []) => Value::text(text.to_uppercase()),
        ("trim", []) => Value::text(text.trim_matches(|c| c <= ' ')),
        ("concat", [Value::Text(other)]) => {
            heap.budget.string(text.len() + other.len())?;
            Value::text(format!("{text}{other}"))
        }
        ("replace", [Value::Text(from), Value::Text(to)]) => {
            let hits = if from.is_empty() { text.chars().count() + 1 } else { text.matches(&**from).count() };
            let grown = text.len().saturating_add(hits.saturating_mul(to.len()));
            heap.budget.string(grown.saturating_sub(hits * from.len()))?;
            Value::text(text.replace(&**from, to))
        }
        ("valueOf" | "copyValueOf", [value]) => Value::Text(heap.text_of(value)?),
        ("toCharArray", []) => {
            let letters: Vec<Value> = text.chars().map(|c| Value::text(c.to_string())).collect();
            heap.list(ListKind::Array, letters)?
        }
        ("format", [Value::Text(pattern), values @ ..]) => {
            Value::text(format::format(heap, pattern, values)?)
        }
        ("join", [Value::Text(separator), Value::List(id)]) => {
            let items = heap.get_list(*id).items.clone();
            join(heap, separator, &items)?
        }
        ("join", [Value::Text(separator), items @ ..]) => join(heap, separator, items)?,
        _ => return Ok(None),
    }))
}

fn join(heap: &mut Heap, separator: &str, items: &[Value]) -> Result<Value, Failure> {
    let mut joined = String::new();
    for (index, item) in items.iter().enumerate() {
        let item = heap.text_of(item)?;
        heap.budget.string(joined.len() + separator.len() + item.len())?;
        if index > 0 {
            joined.push_str(separator);
        }
        joined.push_str(&item);
    }
    Ok(Value::text(joined))
}

/// What takes a regular expression.
fn expressions(
    heap: &mut Heap,
    regexes: &mut RegexCache,
    text: &str,
    name: &str,
    arguments: &[Value],
) -> Outcome {
    let [Value::Text(pattern), rest @ ..] = arguments else { return Ok(None) };
    if !matches!(name, "matches" | "replaceAll" | "replaceFirst" | "split") {
        return Ok(None);
    }
    heap.budget.text(pattern.len().saturating_mul(64))?;
    let regex = regexes.get(pattern).map_err(Failure::Refused)?;
    Ok(Some(match (name, rest) {
        ("matches", []) => Value::Boolean(regex.matches(heap, text)?),
        ("replaceAll", [Value::Text(to)]) => Value::text(regex.replace(heap, text, to, usize::MAX)?),
        ("replaceFirst", [Value::Text(to)]) => Value::text(regex.replace(heap, text, to, 1)?),
        ("split", []) => split(heap, &regex, text, 0)?,
        ("split", [Value::Number(Number::Int(limit))]) => split(heap, &regex, text, *limit)?,
        _ => return Ok(None),
    }))
}

/// `split`: without a limit, empty texts at the end are dropped.
fn split(heap: &mut Heap, regex: &Compiled, text: &str, limit: i32) -> Result<Value, Failure> {
    let most = usize::try_from(limit).ok().filter(|limit| *limit > 0);
    let mut parts = regex.split(heap, text, most.unwrap_or(usize::MAX))?;
    if limit == 0 && parts.len() > 1 {
        while parts.last().is_some_and(String::is_empty) {
            parts.pop();
        }
    }
    heap.budget.string(text.len())?;
    Ok(heap.list(ListKind::Array, parts.into_iter().map(Value::text).collect())?)
}
