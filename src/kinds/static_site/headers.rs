//! How objects are served.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::media::{content_type, ending, is_page};
use crate::model::Globs;

/// Counts up when the same rules give other headers than before: everything is uploaded again then.
const VERSION: u32 = 1;
/// Always asked for again: a page that is kept would load what is gone, and so would a file that the deploy writes.
const FRESH: &str = "no-cache";
/// The name changes with the content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";
/// Everything else: short, for a page and what it loads are deployed together.
const FOR_A_WHILE: &str = "public, max-age=300";
/// So many hexadecimal digits in a file's name are a digest of its content.
const DIGEST_DIGITS_MIN: usize = 8;

/// What is said of an object when it is served.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headers {
    /// `Content-Type`.
    pub content_type: String,
    /// `Cache-Control`.
    pub cache_control: String,
    /// `Content-Encoding`, where the bytes are compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
}

/// The rules by which files are served; the first that fits counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// Glob patterns and what `Cache-Control` says of their files.
    pub cache_control: Vec<(String, String)>,
    /// Media types by a file's ending, in place of the known ones.
    pub content_types: BTreeMap<String, String>,
}

impl Rules {
    /// The rules, ready to be asked often.
    pub fn ready(&self) -> Ready<'_> {
        let ready = |(pattern, value): &'_ (String, String)| {
            (Globs::new(std::slice::from_ref(pattern)).unwrap_or_default(), value.clone())
        };
        Ready { cache_control: self.cache_control.iter().map(ready).collect(), rules: self }
    }

    /// A digest of the rules, in 16 hexadecimal digits.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        hash.update(VERSION.to_be_bytes());
        // A list of texts always has a JSON form.
        hash.update(serde_json::to_vec(self).unwrap_or_default());
        hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Rules whose patterns are compiled.
#[derive(Debug)]
pub struct Ready<'a> {
    cache_control: Vec<(Globs, String)>,
    rules: &'a Rules,
}

impl Ready<'_> {
    /// The headers of the file `path`. `generated`: the deploy writes it. `compressed`: its bytes are gzip.
    pub fn headers(&self, path: &str, generated: bool, compressed: bool) -> Headers {
        let own = self.rules.content_types.get(&ending(path));
        let cache_control = match self.cache_control.iter().find(|(globs, _)| globs.fit(path)) {
            Some((_, value)) => value,
            None if generated || is_page(path) => FRESH,
            None if has_digest(path) => FOR_EVER,
            None => FOR_A_WHILE,
        };
        Headers {
            content_type: own.map_or_else(|| content_type(path).to_owned(), String::clone),
            cache_control: cache_control.to_owned(),
            content_encoding: compressed.then(|| "gzip".to_owned()),
        }
    }
}

/// Whether the file's name holds a digest, as bundlers write it: `app.3f2a9c1b.js`, `index-5d41402abc4b.css`.
fn has_digest(path: &str) -> bool {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    let mut parts = name.split(['.', '-', '_']);
    // The first part is the name itself, and a name may be a word of these letters.
    parts.next();
    parts.any(|part| {
        part.len() >= DIGEST_DIGITS_MIN
            && part.bytes().all(|byte| byte.is_ascii_hexdigit())
            && part.bytes().any(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_fresh_and_digests_last() {
        let rules = Rules::default();
        let rules = rules.ready();
        for (path, generated, expected) in [
            ("index.html", false, FRESH),
            ("a/b.HTM", false, FRESH),
            ("config.js", true, FRESH),
            ("app.js", false, FOR_A_WHILE),
            ("app.3f2a9c1b.js", false, FOR_EVER),
            ("assets/index-5d41402abc4b2a76.css", false, FOR_EVER),
            ("decade.js", false, FOR_A_WHILE),
            ("my-facade.js", false, FOR_A_WHILE),
            ("deadbeef1.js", false, FOR_A_WHILE),
        ] {
            assert_eq!(rules.headers(path, generated, false).cache_control, expected, "{path}");
        }
    }

    #[test]
    fn the_first_rule_that_fits_counts_and_rules_have_a_digest() {
        let rules = Rules {
            cache_control: vec![("assets/**".into(), "one".into()), ("**/*.js".into(), "two".into())],
            content_types: [("data".to_owned(), "text/x-data".to_owned())].into(),
        };
        assert_ne!(rules.digest(), Rules::default().digest());
        assert_eq!(rules.digest().len(), 16);
        let rules = rules.ready();
        assert_eq!(rules.headers("assets/a.js", false, true).cache_control, "one");
        assert_eq!(rules.headers("assets/a.js", false, true).content_encoding.as_deref(), Some("gzip"));
        assert_eq!(rules.headers("b.js", true, false).cache_control, "two");
        assert_eq!(rules.headers("b.DATA", false, false).content_type, "text/x-data");
    }

    #[test]
    fn types_are_those_of_the_ending() {
        for (path, expected) in [
            ("index.html", "text/html; charset=utf-8"),
            ("a.b/c.JS", "text/javascript; charset=utf-8"),
            ("logo.svg", "image/svg+xml"),
            ("data.json", "application/json"),
            ("LICENSE", "application/octet-stream"),
            ("a.html/README", "application/octet-stream"),
        ] {
            assert_eq!(content_type(path), expected, "{path}");
        }
    }
}
