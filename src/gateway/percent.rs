//! Percent-encoding, as it is used in paths and queries.

/// Decodes `%41`; what is no encoding stays as it is. `+` becomes a blank where `plus_is_blank`, as in queries. Bytes that make
/// no UTF-8 are replaced.
pub fn decode(text: &str, plus_is_blank: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let pair = bytes.get(at + 1).zip(bytes.get(at + 2));
        match (byte, pair.and_then(|(high, low)| Some(hex(*high)? << 4 | hex(*low)?))) {
            (b'%', Some(decoded)) => {
                out.push(decoded);
                at += 2;
            }
            (b'+', _) if plus_is_blank => out.push(b' '),
            (byte, _) => out.push(*byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Encodes everything but letters, digits, `-._~` and the characters of `keep`.
pub fn encode(text: &str, keep: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let c = char::from(byte);
        if c.is_ascii_alphanumeric() || "-._~".contains(c) || (c.is_ascii() && keep.contains(c)) {
            out.push(c);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// The parameters of a query, decoded, in the order sent. `a` is `a` with an empty value, as `a=` is.
pub fn query(text: &str) -> Vec<(String, String)> {
    let pieces = text.split('&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| {
            let (name, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decode(name, true), decode(value, true))
        })
        .collect()
}

/// Parameters as a query, in their order.
pub fn to_query<'a>(parameters: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let pieces: Vec<String> = parameters
        .into_iter()
        .map(|(name, value)| format!("{}={}", encode(name, ""), encode(value, "")))
        .collect();
    pieces.join("&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_is_a_blank_in_queries_only() {
        assert_eq!(decode("a+b%2Bc%20d", true), "a b+c d");
        assert_eq!(decode("a+b%2Bc", false), "a+b+c");
    }

    #[test]
    fn what_is_no_encoding_stays() {
        assert_eq!(decode("100%", true), "100%");
        assert_eq!(decode("%zz%4", true), "%zz%4");
        assert_eq!(decode("%+1", true), "% 1");
        assert_eq!(decode("%ff", true), "\u{fffd}");
    }

    #[test]
    fn queries_keep_their_order_and_doubles() {
        let parameters = query("a=1&b&a=2=3&&=x");
        let expected = [("a", "1"), ("b", ""), ("a", "2=3"), ("", "x")];
        assert_eq!(parameters, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(to_query([("a b", "1&2"), ("c", "é")]), "a%20b=1%262&c=%C3%A9");
    }
}
