//! Paths: their syntax, those that cannot stand beside each other, and the base path before them.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Document, Version,
    node::Node,
    notes::{Notes, clip},
};
use crate::kinds::rest_api::definition::{Methods, Validator, Verb};

/// What becomes of a document's base path; API Gateway's own words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BasePath {
    /// It is dropped, with a warning.
    #[default]
    Ignore,
    /// It stands before every path.
    Prepend,
    /// Its first segment is dropped (as if it were a stage's), the rest stands before every path.
    Split,
}

/// API Gateway takes no longer request line and headers (its quota of 10240 bytes).
const PATH_BYTES_MAX: usize = 10_240;

/// Keys of a path item that are no operations.
const OTHER_KEYS: [&str; 5] = ["parameters", "summary", "description", "servers", "$ref"];

impl<'d> Document<'d> {
    /// The methods of every path.
    pub(super) fn resources(
        &mut self,
        base_path: BasePath,
        validators: &BTreeMap<String, Validator>,
    ) -> BTreeMap<String, Methods<String>> {
        let mut resources = BTreeMap::new();
        let prefix = self.prefix(base_path);
        let Some(paths) = self.root.get("paths") else {
            let root = self.root.clone();
            self.notes.problem(&root, "The document has no `paths`.", None);
            return resources;
        };
        if !self.notes.is_object(&paths) {
            return resources;
        }
        let mut siblings = BTreeMap::new();
        for (path, item) in paths.entries().filter(|(path, _)| !path.starts_with("x-")) {
            let full = joined(&prefix, path);
            if let Some(detail) = mistake(path, &full) {
                self.notes.problem(&item, detail, None);
                continue;
            }
            if let Some(other) = another_variable(&full, &mut siblings) {
                self.notes.problem(&item, other, Some("give both the same name".into()));
            }
            if resources.contains_key(&full) {
                let detail =
                    format!("`{}` is there twice: a `/` at the end makes no difference.", clip(&full));
                self.notes.problem(&item, detail, None);
                continue;
            }
            let Some(item) = self.resolved(item).filter(|item| self.notes.is_object(item)) else { continue };
            let methods = self.methods(&full, &item, validators);
            resources.insert(full, methods);
        }
        resources
    }

    fn methods(
        &mut self,
        path: &str,
        item: &Node<'d>,
        validators: &BTreeMap<String, Validator>,
    ) -> Methods<String> {
        let mut methods = Methods::new();
        let shared = self.shared_parameters(path, item);
        for (key, operation) in item.entries() {
            let verb = match key {
                "x-amazon-apigateway-any-method" => Verb::Any,
                "get" | "put" | "post" | "delete" | "options" | "head" | "patch" => {
                    match key.to_ascii_uppercase().parse() {
                        Ok(verb) => verb,
                        Err(_) => continue,
                    }
                }
                "trace" => {
                    self.notes.warning(
                        &operation,
                        "API Gateway has no method TRACE; this operation is left out.",
                        None,
                    );
                    continue;
                }
                key if key.starts_with("x-") || OTHER_KEYS.contains(&key) => continue,
                key => {
                    let verbs = [
                        "get",
                        "put",
                        "post",
                        "delete",
                        "options",
                        "head",
                        "patch",
                        "x-amazon-apigateway-any-method",
                    ];
                    let help = super::values::meant(key, verbs.into_iter().chain(OTHER_KEYS));
                    self.notes.problem(&operation, format!("`{}` is not a method.", clip(key)), help);
                    continue;
                }
            };
            if let Some(method) = self.method(path, verb, &operation, &shared, validators) {
                methods.insert(verb, method);
            }
        }
        methods
    }

    /// What stands before every path.
    fn prefix(&mut self, choice: BasePath) -> String {
        let Some((node, text)) = self.base_path() else { return String::new() };
        let segments: Vec<&str> = text.split('/').filter(|segment| !segment.is_empty()).collect();
        let kept = match choice {
            _ if segments.is_empty() => return String::new(),
            BasePath::Ignore => {
                let detail = format!("The base path `{}` is ignored.", clip(&text));
                self.notes.warning(
                    &node,
                    detail,
                    Some("write it before each path where it is meant to stay".into()),
                );
                return String::new();
            }
            BasePath::Prepend => segments.as_slice(),
            BasePath::Split => &segments[1..],
        };
        kept.iter().map(|segment| format!("/{segment}")).collect()
    }

    /// Swagger's `basePath`; of OpenAPI 3 the first server's variable `basePath`, whether its URL has it or not, or else the
    /// path of its URL.
    fn base_path(&mut self) -> Option<(Node<'d>, String)> {
        if self.version == Version::Swagger2 {
            let node = self.root.get("basePath")?;
            let text = self.notes.text(&node)?;
            return Some((node, text));
        }
        let server = self.root.get("servers")?.items().next()?;
        if let Some(node) = server.at(&["variables", "basePath", "default"]) {
            let text = self.notes.text(&node)?;
            return Some((node, text));
        }
        let node = server.get("url")?;
        let url = self.notes.text(&node)?;
        let after = url.split_once("://").map_or(url.as_str(), |(_, after)| after);
        let path = after.find('/').map_or("", |slash| &after[slash..]);
        Some((node, path.split(['?', '#', '{']).next().unwrap_or_default().to_owned()))
    }
}

/// The whole path; a `/` at its end makes no difference.
fn joined(prefix: &str, path: &str) -> String {
    let full = format!("{prefix}{path}");
    let trimmed = full.trim_end_matches('/');
    if trimmed.is_empty() { "/".to_owned() } else { trimmed.to_owned() }
}

/// What is wrong with a path, if anything is.
fn mistake(written: &str, path: &str) -> Option<String> {
    if !written.starts_with('/') {
        return Some(format!("The path `{}` does not start with `/`.", clip(written)));
    }
    if path.len() > PATH_BYTES_MAX {
        return Some(format!("The path `{}` is longer than any request's can be.", clip(written)));
    }
    if written.contains("//") {
        return Some("The path holds `//`.".into());
    }
    if path == "/" {
        return None;
    }
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    let mut names = BTreeSet::new();
    for (index, segment) in segments.iter().enumerate() {
        let shown = clip(segment);
        if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            let plain = name.strip_suffix('+').unwrap_or(name);
            let fits = |letter: char| letter.is_ascii_alphanumeric() || "._-:".contains(letter);
            if plain.is_empty() || !plain.chars().all(fits) {
                return Some(format!(
                    "`{shown}` is not a path parameter; its name holds letters, digits and `._-:`."
                ));
            }
            if name.ends_with('+') && index + 1 < segments.len() {
                return Some(format!(
                    "`{shown}` takes the whole rest of the path, so nothing can come after it."
                ));
            }
            if !names.insert(plain) {
                return Some(format!("The path parameter `{shown}` is there twice."));
            }
            continue;
        }
        let fits = |letter: char| letter.is_ascii_alphanumeric() || "._-:~!$&'()*+,;=@%".contains(letter);
        if let Some(odd) = segment.chars().find(|letter| !fits(*letter)) {
            return Some(format!(
                "`{odd}` cannot be in the path segment `{shown}`; a parameter is a whole segment."
            ));
        }
    }
    None
}

/// Under one path there is at most one path parameter. `known` holds those so far by the path above them.
fn another_variable(path: &str, known: &mut BTreeMap<String, String>) -> Option<String> {
    let mut above = String::new();
    for segment in path.split('/').skip(1) {
        if segment.starts_with('{') {
            let first = known.entry(above.clone()).or_insert_with(|| segment.to_owned());
            if first != segment {
                let under = if above.is_empty() { "/" } else { above.as_str() };
                return Some(format!(
                    "Under `{}` there is `{}` here and `{}` in another path; API Gateway allows one path parameter at one place.",
                    clip(under),
                    clip(segment),
                    clip(first)
                ));
            }
        }
        above = format!("{above}/{segment}");
    }
    None
}

impl Notes {
    /// Tells a path parameter that the path does not have: it is never there.
    pub(super) fn path_variable(&mut self, at: &Node<'_>, name: &str, path: &str) {
        let variables = || path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        if !variables().any(|variable| variable.trim_end_matches('+') == name) {
            let detail = format!("The path `{}` has no parameter `{{{}}}`.", clip(path), clip(name));
            let help = super::values::meant(name, variables());
            self.warning(at, detail, help);
        }
    }
}
