//! Which files of a folder belong to the code.

use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::PackageError;

/// The name of the optional file, in gitignore's syntax, that keeps files out of the zip.
pub(super) const IGNORE_FILE: &str = ".gatewrightignore";

/// Decides by path, relative to the folder with `/` between names.
#[derive(Debug)]
pub(super) struct Filter {
    /// `None` includes everything.
    include: Option<GlobSet>,
    exclude: GlobSet,
    purpose: Purpose,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// What goes into the zip.
    Zip,
    /// What a build command gets to work on.
    BuildInput,
    /// What everyone may read.
    Site,
}

impl Filter {
    /// The filter of the zip: `include` and `exclude` patterns on top of what is always excluded.
    pub(super) fn of_zip(include: &[String], exclude: &[String]) -> Result<Self, PackageError> {
        let include = if include.is_empty() { None } else { Some(glob_set("include", include)?) };
        Ok(Self { include, exclude: glob_set("exclude", exclude)?, purpose: Purpose::Zip })
    }

    /// The filter of a site: besides what is always excluded no hidden files, which hold settings and passwords as often as not,
    /// but for `.well-known` (RFC 8615), and no packages that pages do not load from there.
    pub(super) fn of_site(include: &[String], exclude: &[String]) -> Result<Self, PackageError> {
        Ok(Self { purpose: Purpose::Site, ..Self::of_zip(include, exclude)? })
    }

    /// The filter of a build's input: everything but what builds make themselves.
    pub(super) fn of_build_input() -> Self {
        Self { include: None, exclude: GlobSet::empty(), purpose: Purpose::BuildInput }
    }

    /// Whether patterns were given.
    pub(super) fn is_selective(&self) -> bool {
        self.include.is_some() || !self.exclude.is_empty()
    }

    /// Whether [`IGNORE_FILE`]s have a say: not in what a build may read, only in what is shipped.
    pub(super) fn reads_ignore_files(&self) -> bool {
        self.purpose != Purpose::BuildInput
    }

    pub(super) fn keeps_file(&self, path: &str) -> bool {
        !self.never_packaged(path)
            && self.include.as_ref().is_none_or(|include| names(include, path))
            && !names(&self.exclude, path)
    }

    /// Whether to look into a folder at all; `location` is where it really is.
    pub(super) fn enters_folder(&self, path: &str, location: &Path) -> bool {
        let is_unwanted = match self.purpose {
            Purpose::Zip | Purpose::Site => names(&self.exclude, path),
            Purpose::BuildInput => is_made_by_builds(path, location),
        };
        !is_unwanted && !self.never_packaged(path)
    }

    /// What is excluded without being asked: version control, caches that differ from run to run (a `.pyc` holds
    /// its source's modification time), and gatewright's own files.
    fn never_packaged(&self, path: &str) -> bool {
        let name = file_name(path);
        let private = name == "node_modules" || (name.starts_with('.') && name != ".well-known");
        (self.purpose == Purpose::Site && private)
            || matches!(name, ".git" | ".DS_Store" | "__pycache__" | ".gatewright")
            || (self.reads_ignore_files() && name == IGNORE_FILE)
            || name.ends_with(".pyc")
    }
}

/// Folders that a build command makes again: a copy without them is small, and the same for everyone.
///
/// `CACHEDIR.TAG` marks a cache by convention (Cargo's `target`, pytest's and mypy's caches write it);
/// `pyvenv.cfg` marks a Python virtual environment.
fn is_made_by_builds(path: &str, location: &Path) -> bool {
    matches!(file_name(path), "node_modules" | ".venv")
        || ["CACHEDIR.TAG", "pyvenv.cfg"].iter().any(|marker| location.join(marker).is_file())
}

fn file_name(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(_, name)| name)
}

/// Whether the patterns name the path itself or a folder it lies in.
fn names(set: &GlobSet, path: &str) -> bool {
    !set.is_empty()
        && (set.is_match(path) || path.match_indices('/').any(|(end, _)| set.is_match(&path[..end])))
}

fn glob_set(field: &'static str, patterns: &[String]) -> Result<GlobSet, PackageError> {
    let invalid =
        |pattern: &str, reason: String| PackageError::Pattern { field, pattern: pattern.to_owned(), reason };
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let glob = anchored(pattern).map_err(|reason| invalid(pattern, reason.to_owned()))?;
        let glob = GlobBuilder::new(glob)
            .literal_separator(true)
            .backslash_escape(true)
            .build()
            .map_err(|error| invalid(pattern, error.kind().to_string()))?;
        set.add(glob);
    }
    set.build().map_err(|error| invalid(error.glob().unwrap_or_default(), error.kind().to_string()))
}

/// The pattern as it is matched, or why it could never match.
fn anchored(pattern: &str) -> Result<&str, &'static str> {
    let glob = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
    if glob.is_empty() {
        Err("it is empty")
    } else if glob.starts_with('/') {
        Err("it is absolute")
    } else if glob.starts_with('!') {
        Err("a pattern cannot be negated")
    } else if glob.split('/').any(|name| name == "..") {
        Err("it leads out of the code folder")
    } else {
        Ok(glob)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(include: &[&str], exclude: &[&str], path: &str) -> bool {
        let owned = |patterns: &[&str]| patterns.iter().map(|&p| p.to_owned()).collect::<Vec<_>>();
        Filter::of_zip(&owned(include), &owned(exclude)).unwrap().keeps_file(path)
    }

    #[test]
    fn patterns_are_anchored_and_stars_stay_in_a_folder() {
        assert!(kept(&["*.js"], &[], "index.js"));
        assert!(!kept(&["*.js"], &[], "lib/index.js"));
        assert!(kept(&["**/*.js"], &[], "index.js"));
        assert!(kept(&["**/*.js"], &[], "lib/deep/index.js"));
        assert!(
            kept(&["lib/*"], &[], "lib/deep/index.js"),
            "`deep` is named by the pattern, so all in it is"
        );
        assert!(kept(&["{index,util}.js"], &[], "util.js"));
    }

    #[test]
    fn a_folder_means_all_that_is_in_it() {
        for pattern in ["lib", "lib/", "./lib", "lib/**"] {
            assert!(kept(&[pattern], &[], "lib/deep/index.js"), "{pattern}");
            assert!(!kept(&[], &[pattern], "lib/deep/index.js"), "{pattern}");
            assert!(!kept(&[pattern], &[], "library/index.js"), "{pattern}");
        }
    }

    #[test]
    fn exclude_is_stronger_than_include() {
        assert!(!kept(&["lib/**"], &["**/*.map"], "lib/index.js.map"));
        assert!(kept(&["lib/**"], &["**/*.map"], "lib/index.js"));
    }

    #[test]
    fn some_names_are_never_packaged() {
        for path in
            [".git", "sub/.DS_Store", "a/__pycache__", "a/b.pyc", ".gatewright", "sub/.gatewrightignore"]
        {
            assert!(!kept(&[], &[], path), "{path}");
            assert!(!kept(&["**"], &[], path), "{path} is not brought back by include");
        }
        assert!(kept(&[], &[], ".gitignore"));
        assert!(kept(&[], &[], ".env"));
    }

    #[test]
    fn bad_patterns_say_what_is_wrong() {
        for (pattern, reason) in [
            ("", "it is empty"),
            ("./", "it is empty"),
            ("/etc/*", "it is absolute"),
            ("!x", "a pattern cannot be negated"),
            ("../x", "it leads out of the code folder"),
            ("a/../../x", "it leads out of the code folder"),
            ("a[", "unclosed character class; missing ']'"),
        ] {
            let error = Filter::of_zip(&[], &[pattern.to_owned()]).unwrap_err();
            assert_eq!(error.to_string(), format!("the exclude pattern `{pattern}` is not valid: {reason}"));
            assert!(error.hint().is_some());
        }
        let error = Filter::of_zip(&["!*.map".to_owned()], &[]).unwrap_err();
        assert_eq!(error.hint().unwrap(), "write `*.map` under `exclude` instead");
    }
}
