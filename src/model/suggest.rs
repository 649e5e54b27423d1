//! "did you mean".

/// A hint naming the known word closest to `word`, if one is close.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    closest(word, known).map(|found| format!("did you mean `{found}`?"))
}

/// The known word closest to `word`, if a slip of the hand can have made one of the other. Letter case, `-` and `_` count
/// for nothing, so `timeoutSeconds` is close to `timeout_seconds`.
pub fn closest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = plain(word);
    known
        .into_iter()
        .filter_map(|candidate| {
            let other = self::plain(candidate);
            let distance = strsim::damerau_levenshtein(&plain, &other);
            let near = distance <= (other.chars().count().max(plain.chars().count()) / 3).min(3);
            let begins = plain.len() >= 3
                && (other.starts_with(&plain) || plain.starts_with(&other) && other.len() >= 3);
            (near || begins).then_some((if near { distance } else { distance + 4 }, candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised() {
        let known = ["timeout_seconds", "memory_mb", "handler", "role", "runtime", "environment"];
        assert_eq!(closest("timeout", known), Some("timeout_seconds"));
        assert_eq!(closest("timeoutSeconds", known), Some("timeout_seconds"));
        assert_eq!(closest("hander", known), Some("handler"));
        assert_eq!(closest("memory", known), Some("memory_mb"));
        assert_eq!(closest("enviroment", known), Some("environment"));
        assert_eq!(closest("colour", known), None);
        assert_eq!(closest("x", known), None);
    }
}
