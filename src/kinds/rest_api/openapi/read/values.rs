//! Values of the expected type. As API Gateway's importer does, text that looks like a number or a boolean is taken for one, and
//! the other way round.

use std::{collections::BTreeMap, fmt::Display, str::FromStr};

use serde_json::Value as Json;

use super::{
    node::Node,
    notes::{Notes, clip},
};
use crate::model::suggest::did_you_mean;

/// A longer word is not compared with known ones.
const WORD_CHARS_MAX: usize = 80;

/// The known word that is meant, if one is close.
pub(super) fn meant<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<String> {
    if word.len() > WORD_CHARS_MAX { None } else { did_you_mean(word, known) }
}

impl Notes {
    fn wrong(&mut self, node: &Node<'_>, expected: &str) {
        let found = match node.value() {
            Json::Null => "nothing",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "text",
            Json::Array(_) => "a list",
            Json::Object(_) => "an object",
        };
        let detail = match node.plain_text() {
            Some(text) => format!("Here must be {expected}; `{}` is {found}.", clip(&text)),
            None => format!("Here must be {expected}, not {found}."),
        };
        self.problem(node, detail, None);
    }

    /// Text.
    pub(super) fn text(&mut self, node: &Node<'_>) -> Option<String> {
        let text = node.plain_text();
        if text.is_none() {
            self.wrong(node, "text");
        }
        text
    }

    /// The text under `key`; one that is empty counts as nothing.
    pub(super) fn text_of(&mut self, node: &Node<'_>, key: &str) -> Option<String> {
        self.text(&node.get(key)?).filter(|text| !text.is_empty())
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, node: &Node<'_>) -> Option<bool> {
        let flag = match node.value() {
            Json::Bool(value) => Some(*value),
            Json::String(text) => text.to_ascii_lowercase().parse().ok(),
            _ => None,
        };
        if flag.is_none() {
            self.wrong(node, "`true` or `false`");
        }
        flag
    }

    /// The flag under `key`; `false` where there is none.
    pub(super) fn flag_of(&mut self, node: &Node<'_>, key: &str) -> bool {
        node.get(key).and_then(|flag| self.flag(&flag)).unwrap_or(false)
    }

    /// A whole number from `least` to `most`.
    pub(super) fn number(&mut self, node: &Node<'_>, least: u32, most: u32) -> Option<u32> {
        let number = match node.value() {
            Json::Number(number) => {
                let whole = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1e15);
                number.as_i64().or(whole.map(|float| float as i64))
            }
            Json::String(text) => text.trim().parse::<i64>().ok(),
            _ => None,
        };
        let fits = number
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| (least..=most).contains(number));
        if fits.is_none() {
            self.wrong(node, &format!("a whole number from {least} to {most}"));
        }
        fits
    }

    /// A list of texts; one text stands for a list of one.
    pub(super) fn texts(&mut self, node: &Node<'_>) -> Vec<String> {
        match node.value() {
            Json::Array(_) => node.items().filter_map(|item| self.text(&item)).collect(),
            Json::Object(_) => {
                self.wrong(node, "a list");
                Vec::new()
            }
            _ => self.text(node).into_iter().collect(),
        }
    }

    /// The texts under `key`.
    pub(super) fn texts_of(&mut self, node: &Node<'_>, key: &str) -> Vec<String> {
        node.get(key).map(|list| self.texts(&list)).unwrap_or_default()
    }

    /// The texts of an object by key, under `key`.
    pub(super) fn text_map(&mut self, node: &Node<'_>, key: &str) -> BTreeMap<String, String> {
        let Some(map) = node.get(key).filter(|map| self.is_object(map)) else { return BTreeMap::new() };
        map.entries().filter_map(|(key, value)| Some((key.to_owned(), self.text(&value)?))).collect()
    }

    /// Whether it is an object; told where it is not.
    pub(super) fn is_object(&mut self, node: &Node<'_>) -> bool {
        if !node.value().is_object() {
            self.wrong(node, "an object");
        }
        node.value().is_object()
    }

    /// Whether it is a list; told where it is not.
    pub(super) fn is_list(&mut self, node: &Node<'_>) -> bool {
        if !node.value().is_array() {
            self.wrong(node, "a list");
        }
        node.value().is_array()
    }

    /// One of AWS's words in any case.
    pub(super) fn word<W: FromStr + Display + Copy>(&mut self, node: &Node<'_>, all: &[W]) -> Option<W> {
        let text = self.text(node)?;
        let word = text.to_ascii_uppercase().parse().ok();
        if word.is_none() {
            let names: Vec<String> = all.iter().map(|word| word.to_string().to_lowercase()).collect();
            let list = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
            let help = meant(&text, names.iter().map(String::as_str));
            let detail = format!("Here must be one of {list}; `{}` is none of them.", clip(&text));
            self.problem(node, detail, help);
        }
        word
    }

    /// Tells keys of `node` that are not `known` and that API Gateway would drop in silence. `x-…` is everybody's own.
    pub(super) fn known_keys(&mut self, node: &Node<'_>, known: &[&str], what: &str) {
        for (key, value) in node.entries() {
            if !known.contains(&key) && !key.starts_with("x-") {
                let help = meant(key, known.iter().copied());
                self.warning(&value, format!("There is no `{}` in {what}; it is ignored.", clip(key)), help);
            }
        }
    }
}
