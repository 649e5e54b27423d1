//! Header names between the server, which knows them in lower case only, and the gateway.

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::gateway::exchange::Headers;

/// Headers as a client of HTTP/1.1 writes their names: `content-type` is `Content-Type` again. How this client wrote them is not
/// known any more; functions look for the usual spelling.
pub(super) fn of_client(map: &HeaderMap) -> Headers {
    let pairs = map
        .iter()
        .map(|(name, value)| (usual(name.as_str()), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    Headers(pairs.collect())
}

/// The other way; what HTTP cannot carry is left out.
pub(super) fn to_client(headers: &Headers) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in &headers.0 {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            map.append(name, value);
        }
    }
    map
}

fn usual(name: &str) -> String {
    match name {
        "dnt" | "te" => return name.to_ascii_uppercase(),
        "www-authenticate" => return "WWW-Authenticate".to_owned(),
        _ => {}
    }
    let mut start = true;
    let letters = name.chars().map(|letter| {
        let letter = if start { letter.to_ascii_uppercase() } else { letter };
        start = letter == '-';
        letter
    });
    letters.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_their_usual_spelling() {
        for (sent, usually) in
            [("content-type", "Content-Type"), ("x-amz-date", "X-Amz-Date"), ("te", "TE"), ("a", "A")]
        {
            assert_eq!(usual(sent), usually);
        }
    }
}
