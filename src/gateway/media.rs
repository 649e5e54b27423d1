//! Media types, and which of them are bytes.

use std::collections::BTreeSet;

use super::exchange::Headers;

/// What a body without a `Content-Type`, and a client without an `Accept`, is taken for.
pub const JSON: &str = "application/json";

/// The media type of a header's value without its parameters, in lower case: `text/html` of `Text/HTML; charset=utf-8`.
pub fn essence(value: &str) -> String {
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The media type of the body the headers describe.
pub fn content_type(headers: &Headers) -> String {
    headers.get("Content-Type").map(essence).filter(|of| !of.is_empty()).unwrap_or_else(|| JSON.to_owned())
}

/// The media types a client accepts, in the order sent.
pub fn accepted(headers: &Headers) -> Vec<String> {
    let types = headers.get("Accept").unwrap_or_default().split(',').map(essence);
    let types: Vec<String> = types.filter(|of| !of.is_empty()).collect();
    if types.is_empty() { vec![JSON.to_owned()] } else { types }
}

/// Whether `media_type` is one of the API's binary media types, of which `*/*` and `image/*` stand for many.
pub fn is_binary(media_type: &str, binary_media_types: &BTreeSet<String>) -> bool {
    binary_media_types.iter().any(|pattern| {
        let pattern = essence(pattern);
        pattern == "*/*"
            || pattern == media_type
            || pattern
                .strip_suffix("/*")
                .is_some_and(|kind| media_type.strip_prefix(kind).is_some_and(|rest| rest.starts_with('/')))
    })
}

/// Whether the client wants bytes: its first `Accept` type is binary. The others do not count (recorded from AWS).
pub fn wants_binary(headers: &Headers, binary_media_types: &BTreeSet<String>) -> bool {
    accepted(headers).first().is_some_and(|first| is_binary(first, binary_media_types))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_first_accepted_type_makes_an_answer_binary() {
        let types = BTreeSet::from(["image/png".to_owned()]);
        let accept = |text: &str| Headers(vec![("accept".to_owned(), text.to_owned())]);
        assert!(wants_binary(&accept("image/png, text/html"), &types));
        assert!(!wants_binary(&accept("text/html, image/png"), &types));
        assert!(!wants_binary(&Headers::default(), &types));
    }

    #[test]
    fn stars_stand_for_many_types() {
        let all = BTreeSet::from(["*/*".to_owned()]);
        let images = BTreeSet::from(["image/*".to_owned()]);
        assert!(is_binary(JSON, &all));
        assert!(
            is_binary("image/png", &images)
                && !is_binary("imagexpng", &images)
                && !is_binary("text/css", &images)
        );
        assert_eq!(content_type(&Headers::default()), JSON);
    }
}
