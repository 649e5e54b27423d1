//! The conditions of a statement.

use std::net::IpAddr;

use jiff::Timestamp;
use serde_json::Value;

use super::{
    Keys,
    pattern::{self, Wild},
};

/// All conditions of a statement; every one must hold.
#[derive(Clone, Debug, Default)]
pub(super) struct Conditions(Vec<Condition>);

#[derive(Clone, Debug)]
struct Condition {
    operator: Operator,
    key: String,
    values: Vec<String>,
}

#[derive(Clone, Copy, Debug)]
struct Operator {
    set: Option<Set>,
    test: Test,
    negated: bool,
    if_exists: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    All,
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Text,
    TextInAnyCase,
    Like,
    Number(Order),
    Date(Order),
    Bool,
    Ip,
    Arn,
    Binary,
    Null,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Conditions {
    /// Reads `Condition`; the error says what is wrong with it.
    pub(super) fn parse(of: Option<&Value>) -> Result<Self, String> {
        let operators = match of {
            None => return Ok(Self::default()),
            Some(Value::Object(operators)) => operators,
            Some(_) => return Err("has a Condition that is not an object".to_owned()),
        };
        let mut all = Vec::new();
        for (word, keys) in operators {
            let operator =
                Operator::parse(word).ok_or_else(|| format!("has the unknown condition operator {word}"))?;
            let Value::Object(keys) = keys else { return Err(format!("has a {word} that is not an object")) };
            for (key, values) in keys {
                let values = texts(values).ok_or_else(|| format!("has a value of {key} that is not text"))?;
                if let Some(bad) = values.iter().find(|value| !operator.understands(value)) {
                    return Err(format!("has the value {bad:?}, which {word} cannot compare with"));
                }
                all.push(Condition { operator, key: key.clone(), values });
            }
        }
        Ok(Self(all))
    }

    /// Whether a request with `keys` meets all of them.
    pub(super) fn hold(&self, keys: &Keys, variables: bool) -> bool {
        self.0.iter().all(|condition| condition.holds(keys, variables))
    }
}

fn texts(values: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(of) => Some(of.to_string()),
        _ => None,
    };
    match values {
        Value::Array(items) => items.iter().map(text).collect(),
        one => Some(vec![text(one)?]),
    }
}

impl Operator {
    fn parse(word: &str) -> Option<Self> {
        let (set, word) = match word.split_once(':') {
            Some(("ForAllValues", word)) => (Some(Set::All), word),
            Some(("ForAnyValue", word)) => (Some(Set::Any), word),
            Some(_) => return None,
            None => (None, word),
        };
        let (word, if_exists) = match word.strip_suffix("IfExists") {
            Some(word) => (word, true),
            None => (word, false),
        };
        let (test, negated) = match word {
            "StringEquals" => (Test::Text, false),
            "StringNotEquals" => (Test::Text, true),
            "StringEqualsIgnoreCase" => (Test::TextInAnyCase, false),
            "StringNotEqualsIgnoreCase" => (Test::TextInAnyCase, true),
            "StringLike" => (Test::Like, false),
            "StringNotLike" => (Test::Like, true),
            "Bool" => (Test::Bool, false),
            "IpAddress" => (Test::Ip, false),
            "NotIpAddress" => (Test::Ip, true),
            "ArnEquals" | "ArnLike" => (Test::Arn, false),
            "ArnNotEquals" | "ArnNotLike" => (Test::Arn, true),
            "BinaryEquals" => (Test::Binary, false),
            "Null" => (Test::Null, false),
            word => {
                let (order, negated) = order(word.strip_prefix("Numeric").or(word.strip_prefix("Date"))?)?;
                (if word.starts_with('N') { Test::Number(order) } else { Test::Date(order) }, negated)
            }
        };
        Some(Self { set, test, negated, if_exists })
    }

    /// Whether a value of the policy can be compared with at all. What has a variable in it is known only with the request.
    fn understands(self, value: &str) -> bool {
        value.contains("${")
            || match self.test {
                Test::Number(_) => number(value).is_some(),
                Test::Date(_) => date(value).is_some(),
                Test::Ip => block(value).is_some(),
                Test::Bool | Test::Null => {
                    value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false")
                }
                _ => true,
            }
    }

    /// Whether one value of the request is what one value of the policy asks for, before negation.
    fn matches(self, wanted: &str, actual: &str, variables: Option<&Keys>) -> bool {
        let exactly = |wanted: &str, actual: &str| pattern::matches(wanted, actual, Wild::No, variables);
        match self.test {
            Test::Text => exactly(wanted, actual),
            Test::TextInAnyCase => exactly(&wanted.to_lowercase(), &actual.to_lowercase()),
            Test::Like => pattern::matches(wanted, actual, Wild::Yes, variables),
            Test::Arn => arn_matches(wanted, actual, variables),
            Test::Number(order) => number(wanted).zip(number(actual)).is_some_and(|(w, a)| order.holds(a, w)),
            Test::Date(order) => date(wanted).zip(date(actual)).is_some_and(|(w, a)| order.holds(a, w)),
            Test::Bool => wanted.eq_ignore_ascii_case(actual),
            Test::Ip => block(wanted)
                .zip(actual.parse().ok())
                .is_some_and(|((network, bits), of)| in_block(network, bits, of)),
            Test::Binary => wanted == actual,
            Test::Null => false,
        }
    }
}

fn order(word: &str) -> Option<(Order, bool)> {
    Some(match word {
        "Equals" => (Order::Equal, false),
        "NotEquals" => (Order::Equal, true),
        "LessThan" => (Order::Less, false),
        "LessThanEquals" => (Order::LessOrEqual, false),
        "GreaterThan" => (Order::Greater, false),
        "GreaterThanEquals" => (Order::GreaterOrEqual, false),
        _ => return None,
    })
}

impl Order {
    fn holds<T: PartialOrd>(self, actual: T, wanted: T) -> bool {
        match self {
            Self::Equal => actual == wanted,
            Self::Less => actual < wanted,
            Self::LessOrEqual => actual <= wanted,
            Self::Greater => actual > wanted,
            Self::GreaterOrEqual => actual >= wanted,
        }
    }
}

impl Condition {
    fn holds(&self, keys: &Keys, variables: bool) -> bool {
        let variables = variables.then_some(keys);
        let actual = keys.get(&self.key);
        let Operator { set, test, negated, if_exists } = self.operator;
        if test == Test::Null {
            return self.values.iter().any(|value| value.eq_ignore_ascii_case("true") == actual.is_empty());
        }
        if actual.is_empty() {
            // ForAllValues is true of nothing, ForAnyValue is not.
            return if_exists || set == Some(Set::All) || (negated && set.is_none());
        }
        let one = |actual: &String| {
            self.values.iter().any(|wanted| self.operator.matches(wanted, actual, variables)) != negated
        };
        match set {
            Some(Set::All) => actual.iter().all(one),
            Some(Set::Any) => actual.iter().any(one),
            None if negated => actual.iter().all(one),
            None => actual.iter().any(one),
        }
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// A date as ISO 8601 has it, or seconds since 1970.
fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse::<i64>()
        .ok()
        .and_then(|seconds| Timestamp::from_second(seconds).ok())
        .or_else(|| text.parse().ok())
        .or_else(|| format!("{text}T00:00:00Z").parse().ok())
}

/// `192.0.2.0/24` as the address and the number of bits that count; all of them where none are named.
fn block(text: &str) -> Option<(IpAddr, u32)> {
    let (address, bits) = match text.split_once('/') {
        Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.trim().parse().ok()?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    let bits = bits.unwrap_or(most);
    (bits <= most).then_some((address, bits))
}

fn in_block(network: IpAddr, bits: u32, address: IpAddr) -> bool {
    match (network, address.to_canonical()) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        _ => false,
    }
}

/// ARNs are compared part by part, so that a wildcard does not reach over a colon; the last part may have colons of its own.
fn arn_matches(wanted: &str, actual: &str, variables: Option<&Keys>) -> bool {
    // A variable's own colon would be taken for a part's end: such a pattern is compared as a whole.
    if wanted.contains("${") {
        return pattern::matches(wanted, actual, Wild::Yes, variables);
    }
    let (wanted, actual): (Vec<_>, Vec<_>) =
        (wanted.splitn(6, ':').collect(), actual.splitn(6, ':').collect());
    wanted.len() == actual.len()
        && wanted
            .iter()
            .zip(&actual)
            .all(|(wanted, actual)| pattern::matches(wanted, actual, Wild::Yes, None))
}
