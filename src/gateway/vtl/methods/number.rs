//! `Integer`, `Long` and `Double`.

use super::{Outcome, refuse};
use crate::gateway::vtl::number::{Arithmetic, Number, compute};
use crate::gateway::vtl::value::Value;

/// Calls a method of a number.
pub(super) fn call(number: Number, name: &str, arguments: &[Value]) -> Outcome {
    if let Some(found) = conversion(number, name, arguments) {
        return Ok(Some(found));
    }
    if let [Value::Text(text)] = arguments
        && let Some(found) = parsing(number, name, text)?
    {
        return Ok(Some(found));
    }
    let (Number::Int(_) | Number::Long(_)) = number else { return Ok(of_double(number, name, arguments)) };
    Ok(match (name, arguments) {
        ("compareTo" | "compare", [Value::Number(other)]) if number.same_class(*other) => {
            number.compare(*other).map(|order| int(order as i64))
        }
        ("toHexString", [Value::Number(Number::Int(n))]) => Some(Value::text(format!("{n:x}"))),
        ("toBinaryString", [Value::Number(Number::Int(n))]) => Some(Value::text(format!("{n:b}"))),
        ("toOctalString", [Value::Number(Number::Int(n))]) => Some(Value::text(format!("{n:o}"))),
        ("toString" | "valueOf", [Value::Number(n @ (Number::Int(_) | Number::Long(_)))]) => {
            Some(if name == "valueOf" { Value::Number(*n) } else { Value::text(n.to_string()) })
        }
        ("max" | "min", [Value::Number(l), Value::Number(r)]) if l.same_class(*r) => {
            let larger = l.compare(*r).is_some_and(std::cmp::Ordering::is_ge);
            Some(Value::Number(if larger == (name == "max") { *l } else { *r }))
        }
        ("sum", [Value::Number(l), Value::Number(r)]) if l.same_class(*r) => {
            compute(Arithmetic::Add, *l, *r).map(Value::Number)
        }
        ("signum", [Value::Number(n @ (Number::Int(_) | Number::Long(_)))]) => Some(int(n.as_i64().signum())),
        _ => None,
    })
}

fn int(number: i64) -> Value {
    Value::Number(Number::whole(i128::from(number)))
}

/// `intValue()` and its kin.
fn conversion(number: Number, name: &str, arguments: &[Value]) -> Option<Value> {
    if !arguments.is_empty() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "what Java's narrowing conversions do")]
    Some(Value::Number(match name {
        "intValue" => Number::Int(number.as_i32()),
        "longValue" => Number::Long(number.as_i64()),
        "shortValue" => Number::Int(i32::from(number.as_i32() as i16)),
        "byteValue" => Number::Int(i32::from(number.as_i32() as i8)),
        "doubleValue" => Number::Double(number.as_f64()),
        // A float prints with its own few digits, so it is read back from them.
        "floatValue" => Number::Double((number.as_f64() as f32).to_string().parse().ok()?),
        _ => return None,
    }))
}

/// `parseInt('5')` and its kin, each of which only its own class has.
fn parsing(number: Number, name: &str, text: &str) -> Outcome {
    let parsed = match (number, name) {
        (Number::Int(_), "parseInt" | "valueOf" | "decode") => text.parse().ok().map(Number::Int),
        (Number::Long(_), "parseLong" | "valueOf" | "decode") => text.parse().ok().map(Number::Long),
        (Number::Double(_), "parseDouble" | "valueOf") => text.trim().parse().ok().map(Number::Double),
        _ => return Ok(None),
    };
    match parsed {
        Some(number) => Ok(Some(Value::Number(number))),
        None => refuse(format!("{text:?} is not such a number")),
    }
}

fn of_double(number: Number, name: &str, arguments: &[Value]) -> Option<Value> {
    let Number::Double(double) = number else { return None };
    Some(match (name, arguments) {
        ("isNaN", []) => Value::Boolean(double.is_nan()),
        ("isInfinite", []) => Value::Boolean(double.is_infinite()),
        ("compareTo" | "compare", [Value::Number(Number::Double(other))]) => {
            int(double.total_cmp(other) as i64)
        }
        ("valueOf", [Value::Number(n @ Number::Double(_))]) => Value::Number(*n),
        ("max", [Value::Number(l), Value::Number(r)]) => {
            Value::Number(Number::Double(l.as_f64().max(r.as_f64())))
        }
        ("min", [Value::Number(l), Value::Number(r)]) => {
            Value::Number(Number::Double(l.as_f64().min(r.as_f64())))
        }
        ("sum", [Value::Number(l), Value::Number(r)]) => {
            Value::Number(Number::Double(l.as_f64() + r.as_f64()))
        }
        ("toString", [Value::Number(n @ Number::Double(_))]) => Value::text(n.to_string()),
        _ => return None,
    })
}
