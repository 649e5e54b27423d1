//! Parameters of paths and operations.

use std::collections::BTreeMap;

use super::{Document, node::Node, notes::clip, values::meant};

/// Parameters by place and name: those of an operation win over those of its path.
#[derive(Clone, Default)]
pub(super) struct Parameters<'d> {
    /// `method.request.header.X` and the like, and whether each is required.
    named: BTreeMap<String, bool>,
    /// Swagger's body.
    pub(super) body: Option<Node<'d>>,
}

impl Parameters<'_> {
    pub(super) fn required_by_name(&self) -> BTreeMap<String, bool> {
        self.named.clone()
    }
}

impl<'d> Document<'d> {
    /// The parameters that all operations of a path have.
    pub(super) fn shared_parameters(&mut self, path: &str, item: &Node<'d>) -> Parameters<'d> {
        self.parameters(path, item, &Parameters::default())
    }

    /// The parameters of `owner` and the `shared` ones of its path.
    pub(super) fn parameters(
        &mut self,
        path: &str,
        owner: &Node<'d>,
        shared: &Parameters<'d>,
    ) -> Parameters<'d> {
        let mut all = shared.clone();
        let Some(list) = owner.get("parameters").filter(|list| self.notes.is_list(list)) else { return all };
        let mut own = std::collections::BTreeSet::new();
        for item in list.items() {
            let Some(parameter) = self.resolved(item).filter(|node| self.notes.is_object(node)) else {
                continue;
            };
            let Some((place, name)) = self.place_and_name(&parameter) else { continue };
            if !own.insert((place, name.clone())) {
                let detail = format!("The parameter `{}` is there twice.", clip(&name));
                self.notes.problem(&parameter, detail, None);
            }
            if place == "body" {
                all.body = Some(parameter);
                continue;
            }
            let required = parameter.get("required").and_then(|required| self.notes.flag(&required));
            if place == "path" {
                self.notes.path_variable(&parameter, &name, path);
            }
            // A path has a value for each of its parameters, or it is another path.
            let required = required.unwrap_or(place == "path");
            let place = if place == "query" { "querystring" } else { place };
            all.named.insert(format!("method.request.{place}.{name}"), required);
        }
        all
    }

    fn place_and_name(&mut self, parameter: &Node<'d>) -> Option<(&'static str, String)> {
        let Some(place) = parameter.get("in") else {
            self.notes.problem(
                parameter,
                "The parameter does not say where it is.",
                Some("say `in: header`, `query` or `path`".into()),
            );
            return None;
        };
        let text = self.notes.text(&place)?;
        let place = match text.as_str() {
            "header" => "header",
            "path" => "path",
            "query" => "query",
            "body" => return Some(("body", self.notes.text_of(parameter, "name").unwrap_or_default())),
            "formData" | "cookie" => {
                let detail = format!("API Gateway knows no parameters in `{text}`; this one is left out.");
                self.notes.warning(parameter, detail, None);
                return None;
            }
            other => {
                let help = meant(other, ["header", "path", "query", "body"]);
                let detail = format!("A parameter cannot be in `{}`.", clip(other));
                self.notes.problem(&place, detail, help);
                return None;
            }
        };
        let name = self.notes.text_of(parameter, "name");
        if name.is_none() {
            self.notes.problem(parameter, "The parameter has no name.", None);
        }
        Some((place, name?))
    }
}
