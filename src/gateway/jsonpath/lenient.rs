//! The permissive JSON reader API Gateway uses for payloads.
//!
//! API Gateway reads bodies with a parser in its most permissive mode: keys and strings may be bare or in single quotes,
//! commas may be superfluous, a body that is no JSON at all (`a=b`) is a string. `{statusCode: 200}` is therefore a valid
//! MOCK request. What it refuses is what has no end (`{a`) or a bracket in the wrong place.

use serde_json::{Map, Number, Value};
use thiserror::Error;

/// Nesting at which a document is refused rather than risk the stack.
const MAX_DEPTH: usize = 200;

/// Why a payload cannot be read. `Display` is worded as API Gateway words it.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ParseError {
    /// The text ends inside an object, an array or a string. `position` counts characters from 0.
    #[error("Unexpected End Of File position {position}: {found}")]
    EndOfText {
        /// Last position read, in characters from 0.
        position: usize,
        /// `EOF` inside an array or an escape, `null` inside an object or a string.
        found: &'static str,
    },
    /// A character which cannot stand where it does.
    #[error("Unexpected character ({found}) at position {position}.")]
    Character {
        /// Position in characters from 0.
        position: usize,
        /// The character.
        found: char,
    },
    /// A token where a separator should be.
    #[error("Unexpected token {found} at position {position}.")]
    Token {
        /// Position in characters from 0.
        position: usize,
        /// The token.
        found: String,
    },
    /// Objects or arrays nested deeper than this reader follows.
    #[error(
        "Malicious payload, having non natural depths, more than {MAX_DEPTH} on [ or {{ at position {position}."
    )]
    Depth {
        /// Position in characters from 0.
        position: usize,
    },
}

/// Reads a payload as API Gateway does. An empty text is the empty string.
///
/// # Errors
/// When the text ends too early, has a bracket or a colon in a wrong place, or is nested too deeply.
pub fn parse(text: &str) -> Result<Value, ParseError> {
    let mut reader = Reader { chars: text.chars().collect(), at: 0, depth: 0 };
    reader.skip_space();
    reader.value(Stop::Never)
}

/// The characters that end a bare word, by where it stands.
#[derive(Clone, Copy)]
enum Stop {
    Never,
    Key,
    InArray,
    InObject,
}

impl Stop {
    fn at(self, c: char) -> bool {
        match self {
            Stop::Never => false,
            Stop::Key => c == ':',
            Stop::InArray => c == ',' || c == ']',
            Stop::InObject => c == ',' || c == '}',
        }
    }
}

struct Reader {
    chars: Vec<char>,
    at: usize,
    depth: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|c| c <= ' ') {
            self.at += 1;
        }
    }

    fn end(&self, found: &'static str) -> ParseError {
        ParseError::EndOfText { position: self.chars.len().saturating_sub(1), found }
    }

    fn value(&mut self, stop: Stop) -> Result<Value, ParseError> {
        self.skip_space();
        match self.peek() {
            None if matches!(stop, Stop::Never) => Ok(Value::String(String::new())),
            None => Err(self.end("EOF")),
            Some(found @ (':' | '}' | ']')) => Err(ParseError::Character { position: self.at, found }),
            Some('{') => self.nested(Self::object),
            Some('[') => self.nested(Self::array),
            Some('"' | '\'') => self.quoted().map(Value::String),
            Some(c) if c == '-' || c.is_ascii_digit() => Ok(self.number(stop)),
            Some(_) => Ok(match self.bare(stop) {
                word if word == "null" => Value::Null,
                word if word == "true" => Value::Bool(true),
                word if word == "false" => Value::Bool(false),
                word => Value::String(word),
            }),
        }
    }

    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, ParseError>) -> Result<Value, ParseError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ParseError::Depth { position: self.at });
        }
        let value = read(self);
        self.depth -= 1;
        value
    }

    fn array(&mut self) -> Result<Value, ParseError> {
        self.at += 1;
        let mut items = Vec::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => return Err(self.end("EOF")),
                Some(']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                Some(',') => self.at += 1,
                Some(_) => items.push(self.value(Stop::InArray)?),
            }
        }
    }

    fn object(&mut self) -> Result<Value, ParseError> {
        self.at += 1;
        let mut members = Map::new();
        loop {
            self.skip_space();
            match self.peek() {
                None => return Err(self.end("null")),
                Some(found @ (':' | ']' | '[' | '{')) => {
                    return Err(ParseError::Character { position: self.at, found });
                }
                Some('}') => {
                    self.at += 1;
                    return Ok(Value::Object(members));
                }
                Some(',') => self.at += 1,
                Some(_) => {
                    let key = self.key()?;
                    let value = self.value(Stop::InObject)?;
                    members.insert(key, value);
                    self.after_member()?;
                }
            }
        }
    }

    fn key(&mut self) -> Result<String, ParseError> {
        let key = match self.peek() {
            Some('"' | '\'') => self.quoted()?,
            _ => self.bare(Stop::Key),
        };
        self.skip_space();
        match self.peek() {
            Some(':') => self.at += 1,
            None => return Err(self.end("null")),
            Some(found) => return Err(ParseError::Character { position: self.at.saturating_sub(1), found }),
        }
        Ok(key)
    }

    fn after_member(&mut self) -> Result<(), ParseError> {
        self.skip_space();
        match self.peek() {
            Some('}' | ',') => Ok(()),
            None => Err(self.end("null")),
            Some(found) => {
                Err(ParseError::Token { position: self.at.saturating_sub(1), found: found.to_string() })
            }
        }
    }

    fn bare(&mut self, stop: Stop) -> String {
        let start = self.at;
        while self.peek().is_some_and(|c| !stop.at(c)) {
            self.at += 1;
        }
        let word: String = self.chars[start..self.at].iter().collect();
        word.trim_matches(|c| c <= ' ').to_owned()
    }

    /// A word that begins like a number is a number only if nothing else follows before the separator.
    fn number(&mut self, stop: Stop) -> Value {
        let word = self.bare(stop);
        number_value(&word).map_or(Value::String(word), Value::Number)
    }

    fn quoted(&mut self) -> Result<String, ParseError> {
        let quote = self.chars[self.at];
        self.at += 1;
        let mut units: Vec<u16> = Vec::new();
        let mut buffer = [0; 2];
        loop {
            let Some(c) = self.peek() else { return Err(self.end("null")) };
            self.at += 1;
            match c {
                c if c == quote => return Ok(String::from_utf16_lossy(&units)),
                '\\' => self.escape(&mut units)?,
                c => units.extend_from_slice(c.encode_utf16(&mut buffer)),
            }
        }
    }

    fn escape(&mut self, units: &mut Vec<u16>) -> Result<(), ParseError> {
        let Some(c) = self.peek() else { return Err(self.end("null")) };
        self.at += 1;
        let plain = match c {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'b' => '\u{8}',
            '\\' | '/' | '\'' | '"' => c,
            'u' => return self.unicode(4, units),
            'x' => return self.unicode(2, units),
            _ => return Ok(()),
        };
        units.push(plain as u16);
        Ok(())
    }

    fn unicode(&mut self, digits: usize, units: &mut Vec<u16>) -> Result<(), ParseError> {
        let mut unit = 0u32;
        for _ in 0..digits {
            let Some(c) = self.peek() else { return Err(self.end("EOF")) };
            let Some(digit) = c.to_digit(16) else {
                return Err(ParseError::Character { position: self.at, found: c });
            };
            unit = unit * 16 + digit;
            self.at += 1;
        }
        units.push(u16::try_from(unit).unwrap_or(0xfffd));
        Ok(())
    }
}

/// The number a word spells: digits, at most one fraction and one exponent. Leading zeros are allowed.
fn number_value(word: &str) -> Option<Number> {
    if word == "-" {
        return Some(0.into());
    }
    let unsigned = word.strip_prefix('-').unwrap_or(word);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let exponent_digits = exponent.map(|e| e.strip_prefix(['+', '-']).unwrap_or(e));
    let well_formed = !whole.is_empty()
        && digits(whole)
        && fraction.is_none_or(digits)
        && exponent_digits.is_none_or(|e| !e.is_empty() && digits(e));
    if !well_formed {
        return None;
    }
    if fraction.is_none() && exponent.is_none() {
        if let Ok(n) = word.parse::<i64>() {
            return Some(n.into());
        }
        if let Ok(n) = word.parse::<u64>() {
            return Some(n.into());
        }
    }
    Number::from_f64(word.parse().ok()?)
}
