//! `$util`: encodings.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{Evaluator, Interrupt};
use crate::gateway::jsonpath::parse_lenient;
use crate::gateway::vtl::error::Position;
use crate::gateway::vtl::value::Value;

impl Evaluator<'_> {
    pub(super) fn util_method(
        &mut self,
        name: &str,
        arguments: &[Value],
        position: Position,
    ) -> Result<Value, Interrupt> {
        if (name, arguments.len()) == ("toString", 0) {
            return Ok(Value::text("{}"));
        }
        let [argument] = arguments else { return Ok(Value::Null) };
        let text = self.text(argument)?;
        let refused =
            |reason: String| Interrupt::from(position.failure(format!("$util.{name} failed: {reason}")));
        let result = match name {
            "escapeJavaScript" => escape_java_script(&text),
            "parseJson" => {
                self.heap.budget.string(text.len())?;
                let json = parse_lenient(&text).map_err(|error| refused(error.to_string()))?;
                return Ok(self.heap.adopt(&json)?);
            }
            "urlEncode" => url_encode(&text),
            "urlDecode" => url_decode(&text).map_err(refused)?,
            "base64Encode" => STANDARD.encode(text.as_bytes()),
            "base64Decode" => base64_decode(&text),
            _ => return Ok(Value::Null),
        };
        self.heap.budget.string(result.len())?;
        Ok(Value::text(result))
    }
}

/// As Java's commons-lang escapes JavaScript: quotes of both kinds, slashes, and everything that is not ASCII. `\'` is no
/// JSON, which AWS's documentation warns of.
fn escape_java_script(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for unit in text.encode_utf16() {
        match char::from_u32(u32::from(unit)) {
            Some('\u{8}') => out.push_str("\\b"),
            Some('\n') => out.push_str("\\n"),
            Some('\t') => out.push_str("\\t"),
            Some('\u{c}') => out.push_str("\\f"),
            Some('\r') => out.push_str("\\r"),
            Some(c @ ('\'' | '"' | '\\' | '/')) => {
                out.push('\\');
                out.push(c);
            }
            Some(c @ ' '..='\u{7f}') => out.push(c),
            _ => out.push_str(&format!("\\u{unit:04X}")),
        }
    }
    out
}

/// As Java's `URLEncoder`: a blank becomes `+`.
fn url_encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'*' | b'_' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// As Java's `URLDecoder`, which refuses a `%` without two hexadecimal digits.
fn url_decode(text: &str) -> Result<String, String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let digits = bytes.get(at + 1..at + 3).and_then(|digits| std::str::from_utf8(digits).ok());
                let digits = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
                match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
                    Some(decoded) => out.push(decoded),
                    None => return Err("'%' is not followed by two hexadecimal digits".to_owned()),
                }
                at += 2;
            }
            byte => out.push(*byte),
        }
        at += 1;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

/// Decodes what is base64, of either alphabet, and passes over other characters.
fn base64_decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for byte in text.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => break,
            _ => continue,
        };
        bits = (bits << 6) | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from((bits >> count) & 0xff).unwrap_or_default());
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}
