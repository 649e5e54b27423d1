//! The functions of a path.

use serde_json::Value;

use super::{JsonPath, TooManyVisits, eval};

/// A function by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Length,
    Min,
    Max,
    Average,
    StandardDeviation,
    Sum,
    Keys,
    Concat,
    First,
    Last,
    Index,
}

/// An argument: a value written in the path, or another path.
#[derive(Debug, Clone)]
pub(super) enum Argument {
    Literal(Value),
    Path(JsonPath),
}

impl Function {
    /// The function of that name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "length" | "size" => Function::Length,
            "min" => Function::Min,
            "max" => Function::Max,
            "avg" => Function::Average,
            "stddev" => Function::StandardDeviation,
            "sum" => Function::Sum,
            "keys" => Function::Keys,
            "concat" => Function::Concat,
            "first" => Function::First,
            "last" => Function::Last,
            "index" => Function::Index,
            _ => return None,
        })
    }
}

/// Applies a function to the value before it. `None` where the function says nothing of such a value.
pub(super) fn apply(
    function: Function,
    arguments: &[Argument],
    value: &Value,
    root: &Value,
    visits: &mut eval::Visits,
) -> Result<Option<Value>, TooManyVisits> {
    let mut given = Vec::with_capacity(arguments.len());
    for argument in arguments {
        match argument {
            Argument::Literal(literal) => given.push(literal.clone()),
            Argument::Path(path) => given.extend(eval::read(&path.tokens, root, root, visits)?),
        }
    }
    Ok(match function {
        Function::Length => match value {
            Value::Array(items) => Some(items.len().into()),
            Value::Object(members) => Some(members.len().into()),
            _ => None,
        },
        Function::Keys => match value {
            Value::Object(members) => {
                Some(Value::Array(members.keys().map(|key| Value::String(key.clone())).collect()))
            }
            _ => None,
        },
        Function::First => value.as_array().and_then(|items| items.first().cloned()),
        Function::Last => value.as_array().and_then(|items| items.last().cloned()),
        Function::Index => {
            let index = given.first().and_then(Value::as_i64);
            value.as_array().zip(index).and_then(|(items, index)| eval::nth(items, index).cloned())
        }
        Function::Concat => Some(Value::String(texts(value, &given))),
        Function::Min => numbers(value, &given).into_iter().reduce(f64::min).map(Value::from),
        Function::Max => numbers(value, &given).into_iter().reduce(f64::max).map(Value::from),
        Function::Sum | Function::Average | Function::StandardDeviation => {
            statistic(function, &numbers(value, &given)).map(Value::from)
        }
    })
}

fn statistic(function: Function, numbers: &[f64]) -> Option<f64> {
    if numbers.is_empty() {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "a document holds far fewer than 2^52 numbers")]
    let count = numbers.len() as f64;
    let sum: f64 = numbers.iter().sum();
    let squares: f64 = numbers.iter().map(|n| n * n).sum();
    Some(match function {
        Function::Sum => sum,
        Function::Average => sum / count,
        _ => (squares / count - sum * sum / count / count).sqrt(),
    })
}

fn numbers(value: &Value, given: &[Value]) -> Vec<f64> {
    let own = value.as_array().map_or(&[][..], Vec::as_slice);
    let given = given.iter().flat_map(|argument| match argument {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    });
    own.iter().chain(given).filter_map(Value::as_f64).collect()
}

fn texts(value: &Value, given: &[Value]) -> String {
    let own = value.as_array().map_or(&[][..], Vec::as_slice);
    own.iter().chain(given).filter_map(Value::as_str).collect()
}
