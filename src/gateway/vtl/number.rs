//! Java's numbers: how they are written, computed with and compared.

use std::cmp::Ordering;

/// A number as Velocity holds it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    /// `java.lang.Integer`.
    Int(i32),
    /// `java.lang.Long`.
    Long(i64),
    /// `java.math.BigInteger`, as far as 128 bits go.
    Big(i128),
    /// `java.lang.Double`.
    Double(f64),
}

/// An arithmetic operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl Number {
    /// The smallest of Integer, Long and BigInteger that holds the value.
    pub(crate) fn whole(value: i128) -> Self {
        if let Ok(int) = i32::try_from(value) {
            Number::Int(int)
        } else if let Ok(long) = i64::try_from(value) {
            Number::Long(long)
        } else {
            Number::Big(value)
        }
    }

    /// The number a JSON document spells.
    pub(crate) fn of_json(number: &serde_json::Number) -> Self {
        if let Some(long) = number.as_i64() {
            Number::whole(i128::from(long))
        } else if let Some(long) = number.as_u64() {
            Number::whole(i128::from(long))
        } else {
            Number::Double(number.as_f64().unwrap_or(f64::NAN))
        }
    }

    /// The number for a JSON document; `None` for NaN and infinities, which JSON cannot spell.
    pub(crate) fn to_json(self) -> Option<serde_json::Number> {
        match self {
            Number::Int(n) => Some(n.into()),
            Number::Long(n) => Some(n.into()),
            Number::Big(n) => {
                serde_json::Number::from_i128(n).or_else(|| serde_json::Number::from_f64(self.as_f64()))
            }
            Number::Double(n) => serde_json::Number::from_f64(n),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "what Number.doubleValue() does")]
    pub(crate) fn as_f64(self) -> f64 {
        match self {
            Number::Int(n) => f64::from(n),
            Number::Long(n) => n as f64,
            Number::Big(n) => n as f64,
            Number::Double(n) => n,
        }
    }

    /// `Number.longValue()`: cut off at the point, and at 64 bits.
    #[expect(clippy::cast_possible_truncation, reason = "what Number.longValue() does")]
    pub(crate) fn as_i64(self) -> i64 {
        match self {
            Number::Int(n) => i64::from(n),
            Number::Long(n) => n,
            Number::Big(n) => n as i64,
            Number::Double(n) => n as i64,
        }
    }

    /// `Number.intValue()`.
    #[expect(clippy::cast_possible_truncation, reason = "what Number.intValue() does")]
    pub(crate) fn as_i32(self) -> i32 {
        match self {
            Number::Double(n) => n as i32,
            other => other.as_i64() as i32,
        }
    }

    fn as_i128(self) -> Option<i128> {
        match self {
            Number::Int(n) => Some(i128::from(n)),
            Number::Long(n) => Some(i128::from(n)),
            Number::Big(n) => Some(n),
            Number::Double(_) => None,
        }
    }

    fn is_zero(self) -> bool {
        self.as_f64() == 0.0
    }

    /// Whether Java calls both numbers by the same class.
    pub(crate) fn same_class(self, other: Self) -> bool {
        std::mem::discriminant(&self) == std::mem::discriminant(&other)
    }

    /// Compares by value, whatever the classes.
    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        match (self.as_i128(), other.as_i128()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => self.as_f64().partial_cmp(&other.as_f64()),
        }
    }
}

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Number::Int(n) => write!(f, "{n}"),
            Number::Long(n) => write!(f, "{n}"),
            Number::Big(n) => write!(f, "{n}"),
            Number::Double(n) => f.write_str(&java_double(*n)),
        }
    }
}

/// Computes as Velocity does. `None` where Velocity has no result: a division by zero, a modulo of what is no number.
///
/// Two whole numbers give a whole number (`7 / 2` is 3) of the larger class, which grows when the result needs it.
pub(crate) fn compute(operator: Arithmetic, left: Number, right: Number) -> Option<Number> {
    if matches!(operator, Arithmetic::Divide | Arithmetic::Modulo) && right.is_zero() {
        return None;
    }
    let (Some(l), Some(r)) = (left.as_i128(), right.as_i128()) else {
        let (l, r) = (left.as_f64(), right.as_f64());
        return Some(Number::Double(match operator {
            Arithmetic::Add => l + r,
            Arithmetic::Subtract => l - r,
            Arithmetic::Multiply => l * r,
            Arithmetic::Divide => l / r,
            Arithmetic::Modulo => l % r,
        }));
    };
    let result = match operator {
        Arithmetic::Add => l.checked_add(r),
        Arithmetic::Subtract => l.checked_sub(r),
        Arithmetic::Multiply => l.checked_mul(r),
        Arithmetic::Divide => l.checked_div(r),
        Arithmetic::Modulo => l.checked_rem(r),
    }?;
    let class = left.rank().max(right.rank());
    let natural = Number::whole(result);
    Some(match (class, natural) {
        (1, Number::Int(n)) => Number::Long(i64::from(n)),
        (2, Number::Int(_) | Number::Long(_)) => Number::Big(result),
        _ => natural,
    })
}

impl Number {
    fn rank(self) -> u8 {
        match self {
            Number::Int(_) => 0,
            Number::Long(_) => 1,
            Number::Big(_) | Number::Double(_) => 2,
        }
    }
}

/// A double as `Double.toString` writes it: `1.0`, `0.001`, `1.0E-4`, `1.0E7`.
pub fn java_double(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        let text = format!("{value}");
        return if text.contains('.') { text } else { text + ".0" };
    }
    let text = format!("{value:e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let point = if mantissa.contains('.') { "" } else { ".0" };
    format!("{mantissa}{point}E{exponent}")
}
