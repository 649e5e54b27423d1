//! Glob patterns over paths with `/` between names: `*` stays within one name, `**` crosses folders.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Some patterns.
#[derive(Clone, Debug)]
pub struct Globs(GlobSet);

impl Default for Globs {
    fn default() -> Self {
        Self(GlobSet::empty())
    }
}

impl Globs {
    /// The patterns `patterns`; which of them is none, and why, otherwise.
    pub fn new(patterns: &[String]) -> Result<Self, (String, String)> {
        let mut set = GlobSetBuilder::new();
        for pattern in patterns {
            let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(true).build();
            set.add(glob.map_err(|error| (pattern.clone(), error.kind().to_string()))?);
        }
        set.build().map(Self).map_err(|error| (String::new(), error.kind().to_string()))
    }

    /// Whether a pattern fits `path` as a whole.
    pub fn fit(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}
