//! `String.format`.

use super::{Failure, refuse};
use crate::gateway::vtl::number::Number;
use crate::gateway::vtl::value::{Heap, Value};

/// The widest field a format may ask for.
const MAX_WIDTH: usize = 10_000;

/// One `%...` of a format.
#[derive(Default)]
struct Field {
    left: bool,
    zeros: bool,
    plus: bool,
    grouped: bool,
    width: usize,
    precision: Option<usize>,
}

/// `String.format(pattern, values...)` with `%s %d %f %x %o %c %b %e %n %%`, flags, widths and precisions.
pub(super) fn format(heap: &mut Heap, pattern: &str, values: &[Value]) -> Result<String, Failure> {
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    let mut next = 0;
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        let (field, index, conversion) = field(&mut chars)?;
        let text = match conversion {
            '%' => "%".to_owned(),
            'n' => "\n".to_owned(),
            conversion => {
                let at = index.unwrap_or_else(|| {
                    next += 1;
                    next - 1
                });
                let Some(value) = values.get(at) else {
                    return refuse(format!("%{conversion} has no argument"));
                };
                converted(heap, conversion, &field, value)?
            }
        };
        let text = field.padded(text);
        heap.budget.string(out.len() + text.len())?;
        out.push_str(&text);
    }
    Ok(out)
}

/// Flags, width, precision, explicit index, and the letter.
fn field(
    chars: &mut std::iter::Peekable<std::str::Chars<'_>>,
) -> Result<(Field, Option<usize>, char), Failure> {
    let mut field = Field::default();
    let mut index = None;
    let mut number = String::new();
    for c in chars.by_ref() {
        match c {
            '-' => field.left = true,
            '+' => field.plus = true,
            ',' => field.grouped = true,
            '0' if number.is_empty() && field.precision.is_none() => field.zeros = true,
            '0'..='9' => number.push(c),
            '$' => {
                index =
                    std::mem::take(&mut number).parse::<usize>().ok().and_then(|index| index.checked_sub(1))
            }
            '.' => {
                field.width = limited(&std::mem::take(&mut number))?;
                field.precision = Some(0);
            }
            c if c.is_ascii_alphabetic() || c == '%' => {
                if field.precision.is_some() {
                    field.precision = Some(limited(&number)?);
                } else {
                    field.width = limited(&number)?;
                }
                return Ok((field, index, c));
            }
            c => return refuse(format!("{c:?} cannot stand behind '%'")),
        }
    }
    refuse("the format ends behind '%'")
}

fn limited(digits: &str) -> Result<usize, Failure> {
    match digits.parse().unwrap_or(if digits.is_empty() { 0 } else { usize::MAX }) {
        width if width <= MAX_WIDTH => Ok(width),
        _ => refuse(format!("a field is wider than {MAX_WIDTH}")),
    }
}

fn converted(heap: &mut Heap, conversion: char, field: &Field, value: &Value) -> Result<String, Failure> {
    let whole = match value {
        Value::Number(n @ (Number::Int(_) | Number::Long(_))) => Some(n.as_i64()),
        _ => None,
    };
    Ok(match (conversion, value) {
        ('s' | 'S', value) => {
            let mut text = heap.text_of(value)?.to_string();
            if let Some(most) = field.precision {
                text = text.chars().take(most).collect();
            }
            if conversion == 'S' { text.to_uppercase() } else { text }
        }
        ('b', Value::Boolean(flag)) => flag.to_string(),
        ('b', value) => (!matches!(value, Value::Null)).to_string(),
        ('d', Value::Number(n @ (Number::Int(_) | Number::Long(_) | Number::Big(_)))) => {
            field.signed(&n.to_string())
        }
        ('x', _) if whole.is_some() => hexadecimal(value),
        ('X', _) if whole.is_some() => hexadecimal(value).to_uppercase(),
        ('f', Value::Number(Number::Double(n))) => {
            field.signed(&format!("{n:.*}", field.precision.unwrap_or(6)))
        }
        ('e', Value::Number(Number::Double(n))) => scientific(*n, field.precision.unwrap_or(6)),
        ('c', Value::Number(Number::Int(n))) => {
            u32::try_from(*n).ok().and_then(char::from_u32).unwrap_or('\u{fffd}').to_string()
        }
        _ => return refuse(format!("%{conversion} does not fit its argument")),
    })
}

fn hexadecimal(value: &Value) -> String {
    match value {
        Value::Number(Number::Int(n)) => format!("{n:x}"),
        Value::Number(n) => format!("{:x}", n.as_i64()),
        _ => String::new(),
    }
}

/// `1.500000e+10`: at least two digits in the exponent.
fn scientific(number: f64, precision: usize) -> String {
    let text = format!("{number:.precision$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

impl Field {
    /// A number with its sign, its groups of three digits, and zeros up to the width.
    fn signed(&self, digits: &str) -> String {
        let (sign, digits) = match digits.strip_prefix('-') {
            Some(digits) => ("-", digits),
            None if self.plus => ("+", digits),
            None => ("", digits),
        };
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
        let mut body = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if self.grouped && index > 0 && (whole.len() - index).is_multiple_of(3) {
                body.push(',');
            }
            body.push(digit);
        }
        if let Some(fraction) = fraction {
            body.push('.');
            body.push_str(fraction);
        }
        let missing = if self.zeros { self.width.saturating_sub(sign.len() + body.len()) } else { 0 };
        format!("{sign}{}{body}", "0".repeat(missing))
    }

    fn padded(&self, text: String) -> String {
        let missing = " ".repeat(self.width.saturating_sub(text.chars().count()));
        if self.left { text + &missing } else { missing + &text }
    }
}
