//! Which method a request is for.
//!
//! A literal path part goes before `{name}`, and that before `{name+}`; the method's own verb goes before `ANY`. Where the more
//! special way leads to no resource with methods, the next is tried: with `/a/b` and `/{rest+}`, `/a/c` is the latter's. A
//! resource which has methods, but none for the verb, is passed over in the same way.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::kinds::rest_api::{Definition, Verb};

/// The resources of an API, ready to be looked up.
#[derive(Debug, Default)]
pub struct Router {
    root: Node,
}

/// A resource and what is below it.
#[derive(Debug, Default)]
struct Node {
    /// The path template and the verbs, where the resource has methods.
    resource: Option<(String, Vec<Verb>)>,
    literals: BTreeMap<String, Node>,
    /// `{name}`. API Gateway allows one among siblings.
    variable: Option<(String, Box<Node>)>,
    /// `{name+}`, below which there is nothing.
    greedy: Option<(String, Box<Node>)>,
}

/// The method of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// The resource's path template.
    pub resource: String,
    /// The verb the method is defined under.
    pub verb: Verb,
    /// Path parameters, percent-encoded as sent.
    pub path: IndexMap<String, String>,
}

impl Router {
    /// The router of an API.
    pub fn new(definition: &Definition<String>) -> Self {
        let mut root = Node::default();
        for (path, methods) in &definition.resources {
            let verbs: Vec<Verb> = methods.keys().copied().collect();
            if !verbs.is_empty() {
                root.at(path).resource = Some((path.clone(), verbs));
            }
        }
        Self { root }
    }

    /// The method for `verb` (upper case) at `path` (percent-encoded, without the stage); `None` where there is none, which
    /// API Gateway answers with 403 `Missing Authentication Token`.
    ///
    /// Slashes at the beginning and at the end make no difference (recorded from AWS: `//hardcoded` is `/hardcoded`); those
    /// within a greedy parameter are kept.
    pub fn find(&self, verb: &str, path: &str) -> Option<Match> {
        let path = path.trim_matches('/');
        let parts: Vec<&str> = if path.is_empty() { Vec::new() } else { path.split('/').collect() };
        let mut parameters = Vec::new();
        let (resource, verb) = self.root.find(&parts, verb, &mut parameters)?;
        let path = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Some(Match { resource: resource.to_owned(), verb, path })
    }
}

impl Node {
    /// The node of a path template, made where it is not there.
    fn at(&mut self, path: &str) -> &mut Self {
        let mut node = self;
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let variable = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
            node = match variable.map(|name| (name, name.strip_suffix('+'))) {
                Some((_, Some(name))) => {
                    &mut node.greedy.get_or_insert_with(|| (name.to_owned(), Box::default())).1
                }
                Some((name, None)) => {
                    &mut node.variable.get_or_insert_with(|| (name.to_owned(), Box::default())).1
                }
                None => node.literals.entry(part.to_owned()).or_default(),
            };
        }
        node
    }

    fn find<'n>(
        &'n self,
        parts: &[&str],
        verb: &str,
        parameters: &mut Vec<(&'n str, String)>,
    ) -> Option<(&'n str, Verb)> {
        let Some((part, rest)) = parts.split_first() else { return self.method(verb) };
        if let Some(found) = self.literals.get(*part).and_then(|node| node.find(rest, verb, parameters)) {
            return Some(found);
        }
        let before = parameters.len();
        if let Some((name, node)) = self.variable.as_ref().filter(|_| !part.is_empty()) {
            parameters.push((name, (*part).to_owned()));
            if let Some(found) = node.find(rest, verb, parameters) {
                return Some(found);
            }
            parameters.truncate(before);
        }
        let (name, node) = self.greedy.as_ref()?;
        let found = node.method(verb)?;
        parameters.push((name, parts.join("/")));
        Some(found)
    }

    fn method(&self, verb: &str) -> Option<(&str, Verb)> {
        let (resource, verbs) = self.resource.as_ref()?;
        let own = verbs.iter().find(|of| of.as_str() == verb && **of != Verb::Any);
        let verb = own.or_else(|| verbs.iter().find(|of| **of == Verb::Any))?;
        Some((resource, *verb))
    }
}
