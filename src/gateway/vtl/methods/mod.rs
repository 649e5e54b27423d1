//! The methods of Java's classes that templates call.
//!
//! A method is found by its name and the classes of its arguments, as in Java: `substring('1')` does not exist and yields
//! null, `substring(9)` of a shorter text exists and fails.

mod format;
mod list;
mod map;
mod number;
mod string;
#[cfg(test)]
mod tests;

use super::limits::LimitExceeded;
use super::number::Number;
use super::regex::RegexCache;
use super::value::{Heap, ListKind, PutError, Value};

/// Why a method fails.
#[derive(Debug)]
pub(crate) enum Failure {
    Limit(LimitExceeded),
    /// An override that was applied before.
    Put(PutError),
    /// What Java would throw, as a sentence.
    Refused(String),
}

impl From<LimitExceeded> for Failure {
    fn from(limit: LimitExceeded) -> Self {
        Failure::Limit(limit)
    }
}

impl From<PutError> for Failure {
    fn from(error: PutError) -> Self {
        Failure::Put(error)
    }
}

fn refuse<T>(reason: impl Into<String>) -> Result<T, Failure> {
    Err(Failure::Refused(reason.into()))
}

/// A method's result: `None` when there is no such method for such arguments.
type Outcome = Result<Option<Value>, Failure>;

/// Calls a method of a value.
pub(crate) fn call(
    heap: &mut Heap,
    regexes: &mut RegexCache,
    value: &Value,
    name: &str,
    arguments: &[Value],
) -> Outcome {
    let own = match value {
        Value::Text(text) => string::call(heap, regexes, text, name, arguments)?,
        Value::List(id) => list::call(heap, *id, name, arguments)?,
        Value::Map(id) => map::call(heap, *id, name, arguments)?,
        Value::Number(number) => number::call(*number, name, arguments)?,
        Value::Boolean(flag) => match (name, arguments) {
            ("booleanValue", []) => Some(Value::Boolean(*flag)),
            ("compareTo", [Value::Boolean(other)]) => {
                Some(Value::Number(Number::Int(i32::from(*flag) - i32::from(*other))))
            }
            ("parseBoolean" | "valueOf", [Value::Text(text)]) => {
                Some(Value::Boolean(text.eq_ignore_ascii_case("true")))
            }
            _ => None,
        },
        Value::Entry(pair) => match (name, arguments) {
            ("getKey", []) => Some(pair.0.clone()),
            ("getValue", []) => Some(pair.1.clone()),
            _ => None,
        },
        Value::Iterator(id) => {
            let iterator = heap.iterator_mut(*id);
            match (name, arguments) {
                ("hasNext", []) => Some(Value::Boolean(iterator.next < iterator.items.len())),
                ("next", []) => match iterator.items.get(iterator.next).cloned() {
                    Some(item) => {
                        iterator.next += 1;
                        Some(item)
                    }
                    None => return refuse("the iterator has no more elements"),
                },
                _ => None,
            }
        }
        _ => None,
    };
    match own {
        Some(found) => Ok(Some(found)),
        None => of_every_object(heap, value, name, arguments),
    }
}

/// What `java.lang.Object` gives to all.
fn of_every_object(heap: &mut Heap, value: &Value, name: &str, arguments: &[Value]) -> Outcome {
    Ok(match (name, arguments) {
        ("toString", []) => Some(Value::Text(heap.text_of(value)?)),
        ("equals", [other]) => Some(Value::Boolean(heap.equals(value, other)?)),
        ("hashCode", []) => Some(Value::Number(Number::Int(hash(heap, value, 0)?))),
        ("compareTo", [_]) if matches!(value, Value::Text(_) | Value::Number(_) | Value::Boolean(_)) => {
            return refuse("values of different classes cannot be compared");
        }
        _ => None,
    })
}

/// `hashCode()`; 0 for what Java hashes by its place in memory, and below a depth no sane value has.
fn hash(heap: &mut Heap, value: &Value, depth: usize) -> Result<i32, LimitExceeded> {
    #[expect(clippy::cast_possible_truncation, reason = "Java folds 64 bits into 32")]
    let fold = |bits: i64| (bits ^ (bits.cast_unsigned() >> 32).cast_signed()) as i32;
    heap.budget.step()?;
    if depth > 100 {
        return Ok(0);
    }
    Ok(match value {
        Value::Boolean(flag) => {
            if *flag {
                1231
            } else {
                1237
            }
        }
        Value::Number(Number::Int(n)) => *n,
        Value::Number(Number::Long(n)) => fold(*n),
        Value::Number(Number::Double(n)) => fold(n.to_bits().cast_signed()),
        Value::Text(text) => {
            heap.budget.text(text.len())?;
            text.encode_utf16().fold(0i32, |hash, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
        }
        Value::Entry(pair) => hash(heap, &pair.0, depth + 1)? ^ hash(heap, &pair.1, depth + 1)?,
        Value::List(id) => {
            let ordered = matches!(heap.get_list(*id).kind, ListKind::Plain | ListKind::Json);
            let mut all = i32::from(ordered);
            for item in heap.get_list(*id).items.clone() {
                let one = hash(heap, &item, depth + 1)?;
                all = if ordered { all.wrapping_mul(31) } else { all }.wrapping_add(one);
            }
            all
        }
        Value::Map(id) => {
            let mut all = 0i32;
            for (key, member) in heap.get_map(*id).entries.clone() {
                let key = hash(heap, &key.to_value(), depth + 1)?;
                all = all.wrapping_add(key ^ hash(heap, &member, depth + 1)?);
            }
            all
        }
        _ => 0,
    })
}
