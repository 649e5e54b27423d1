//! Patch operations: JSON pointers to what changes, values as text.

use serde::{Deserialize, Serialize};

use crate::model::Text;

/// What happens at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A member is put in.
    Add,
    /// A member or field gets another value.
    Replace,
    /// A member or field goes.
    Remove,
}

impl Action {
    /// AWS's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Add => "add",
            Self::Replace => "replace",
            Self::Remove => "remove",
        }
    }
}

/// One patch operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patch {
    /// What happens.
    pub action: Action,
    /// Where: a JSON pointer, each piece escaped.
    pub path: String,
    /// The new value, or the member that goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Value>,
}

/// The value of a patch operation. Ids are named by what they stand for and looked up when the call is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Text.
    Text(Text),
    /// The id of the authorizer of that name.
    Authorizer(String),
    /// The id of the request validator of that name.
    Validator(String),
    /// The id of the resource that is patched: the default cache namespace.
    OwnResource,
}

impl Value {
    /// The text, where it is one.
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) => text.settled(),
            _ => "",
        }
    }
}

impl Patch {
    /// Puts `value` in at `path`.
    pub fn add(path: impl Into<String>, value: impl Into<Text>) -> Self {
        Self { action: Action::Add, path: path.into(), value: Some(Value::Text(value.into())) }
    }

    /// Gives `path` the value `value`.
    pub fn replace(path: impl Into<String>, value: impl Into<Text>) -> Self {
        Self::replace_by(path, Value::Text(value.into()))
    }

    /// Gives `path` the value `value`, which may be an id to look up.
    pub fn replace_by(path: impl Into<String>, value: Value) -> Self {
        Self { action: Action::Replace, path: path.into(), value: Some(value) }
    }

    /// Takes `path` away.
    pub fn remove(path: impl Into<String>) -> Self {
        Self { action: Action::Remove, path: path.into(), value: None }
    }

    /// Takes the member `value` of the list at `path` away.
    pub fn remove_member(path: impl Into<String>, value: impl Into<Text>) -> Self {
        Self { action: Action::Remove, path: path.into(), value: Some(Value::Text(value.into())) }
    }

    /// The pieces of the path, unescaped.
    pub fn pieces(&self) -> Vec<String> {
        self.path.split('/').skip(1).map(unescape).collect()
    }

    /// The value's text; empty where there is none.
    pub fn text(&self) -> &str {
        self.value.as_ref().map(Value::text).unwrap_or_default()
    }
}

/// `name` as one piece of a JSON pointer (RFC 6901): `~` first, or an escaped slash would be escaped again.
pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The name that `piece` of a JSON pointer stands for.
pub fn unescape(piece: &str) -> String {
    piece.replace("~1", "/").replace("~0", "~")
}

/// The path to the member `name` of the field `field`.
pub fn member(field: &str, name: &str) -> String {
    format!("/{field}/{}", escape(name))
}

/// The changes that turn the map `live` into `desired`: members added, replaced, removed.
pub fn map<T: PartialEq + ToString>(
    field: &str,
    live: &std::collections::BTreeMap<String, T>,
    desired: &std::collections::BTreeMap<String, T>,
) -> Vec<Patch> {
    let gone = live.keys().filter(|name| !desired.contains_key(*name));
    let mut patches: Vec<Patch> = gone.map(|name| Patch::remove(member(field, name))).collect();
    for (name, value) in desired {
        match live.get(name) {
            Some(before) if before == value => {}
            Some(_) => patches.push(Patch::replace(member(field, name), value.to_string())),
            None => patches.push(Patch::add(member(field, name), value.to_string())),
        }
    }
    patches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_survive_the_pointer() {
        for name in ["application/json", "a~b", "~1", "method.request.path.id", "~0/~1"] {
            assert_eq!(Patch::remove(member("requestTemplates", name)).pieces(), ["requestTemplates", name]);
        }
        assert_eq!(member("binaryMediaTypes", "image/png"), "/binaryMediaTypes/image~1png");
        assert_eq!(member("x", "a~/"), "/x/a~0~1");
    }
}
