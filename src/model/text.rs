//! Strings that may hold what is known only later, or what must never be shown.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

use super::Address;

/// A string in a desired object or an op: known text, values known after the deploy, secrets.
///
/// As JSON it is a plain string where all is known, and `{"parts": […]}` otherwise. A secret's value is never part of it:
/// only where it comes from and a digest to compare with.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Vec<Part>);

/// A piece of a [`Text`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// Plain text.
    Known(String),
    /// An attribute of an object, known once that object exists.
    Pending(Reference),
    /// A value that is looked up when the plan is made and held in memory only.
    Secret {
        /// Where it comes from, such as `ssm:/24-hour-video/auth0-secret`.
        source: String,
        /// What [`digest`] says of the value.
        digest: String,
    },
}

/// An attribute of another object, such as the `id` of the REST API.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Reference {
    /// The object.
    pub address: Address,
    /// The attribute's name, as [`Kind::attribute`](crate::kinds::Kind::attribute) knows it.
    pub attribute: String,
}

impl Text {
    /// Text made of `parts`; neighbouring known parts are joined.
    pub fn from_parts(parts: impl IntoIterator<Item = Part>) -> Self {
        let mut joined: Vec<Part> = Vec::new();
        for part in parts {
            match (joined.last_mut(), part) {
                (Some(Part::Known(before)), Part::Known(more)) => before.push_str(&more),
                (_, part) => joined.push(part),
            }
        }
        joined.retain(|part| !matches!(part, Part::Known(text) if text.is_empty()));
        Self(joined)
    }

    /// The attribute `attribute` of `address`, known later.
    pub fn pending(address: Address, attribute: &str) -> Self {
        Self(vec![Part::Pending(Reference { address, attribute: attribute.to_owned() })])
    }

    /// The pieces.
    pub fn parts(&self) -> &[Part] {
        &self.0
    }

    /// The whole text, where all of it is known and none of it is secret.
    pub fn known(&self) -> Option<&str> {
        match self.0.as_slice() {
            [] => Some(""),
            [Part::Known(text)] => Some(text),
            _ => None,
        }
    }

    /// The whole text; once an op is settled every text of it is known.
    pub fn settled(&self) -> &str {
        self.known().unwrap_or_default()
    }

    /// Some part is known only later.
    pub fn is_pending(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Pending(_)))
    }

    /// Some part is a secret.
    pub fn is_secret(&self) -> bool {
        self.0.iter().any(|part| matches!(part, Part::Secret { .. }))
    }

    /// The references to other objects.
    pub fn references(&self) -> impl Iterator<Item = &Reference> {
        self.0.iter().filter_map(|part| match part {
            Part::Pending(reference) => Some(reference),
            _ => None,
        })
    }

    /// The same text with every part that `lookup` knows filled in.
    pub fn resolve(&self, lookup: &dyn Fn(&Part) -> Option<String>) -> Self {
        Self::from_parts(self.0.iter().map(|part| match part {
            Part::Known(_) => part.clone(),
            other => lookup(other).map_or_else(|| other.clone(), Part::Known),
        }))
    }

    /// Whether a live value is what this text asks for. A pending text equals nothing that exists; a text that holds a secret
    /// is compared by digest when the secret is the whole of it, and cannot be said to be equal otherwise.
    pub fn matches(&self, live: &str) -> bool {
        match self.0.as_slice() {
            [Part::Secret { source, digest: expected }] => digest(source, live) == *expected,
            _ => self.known() == Some(live),
        }
    }
}

/// A digest by which a secret is compared and never recovered: SHA-256 over its source and value, shortened.
pub fn digest(source: &str, value: &str) -> String {
    let mut hash = Sha256::new();
    for part in ["gatewright secret", source, value] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from_parts([Part::Known(text)])
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Known(text) => f.write_str(text),
            Part::Pending(_) => f.write_str("(known after deploy)"),
            Part::Secret { .. } => f.write_str("(hidden)"),
        })
    }
}

impl Serialize for Text {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Parts<'a> {
            parts: &'a [Part],
        }
        match self.known() {
            Some(text) => serializer.serialize_str(text),
            None => Parts { parts: &self.0 }.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Known(String),
            Parts { parts: Vec<Part> },
        }
        Ok(match Form::deserialize(deserializer)? {
            Form::Known(text) => text.into(),
            Form::Parts { parts } => Self::from_parts(parts),
        })
    }
}

/// Fills in every [`Text`] inside the JSON form of an op or a desired object: one walk serves every kind.
pub fn resolve_json(value: &mut Json, lookup: &dyn Fn(&Part) -> Option<String>) {
    match value {
        Json::Object(map) => {
            if let (1, Some(parts)) = (map.len(), map.get("parts"))
                && let Ok(parts) = Vec::<Part>::deserialize(parts)
            {
                let text = Text::from_parts(parts).resolve(lookup);
                if let Ok(json) = serde_json::to_value(&text) {
                    *value = json;
                }
                return;
            }
            map.values_mut().for_each(|member| resolve_json(member, lookup));
        }
        Json::Array(items) => items.iter_mut().for_each(|item| resolve_json(item, lookup)),
        _ => {}
    }
}

/// Every part that is not known yet inside the JSON form of an op or a desired object.
pub fn open_parts(value: &Json, found: &mut Vec<Part>) {
    match value {
        Json::Object(map) => {
            if let (1, Some(parts)) = (map.len(), map.get("parts"))
                && let Ok(parts) = Vec::<Part>::deserialize(parts)
            {
                found.extend(parts.into_iter().filter(|part| !matches!(part, Part::Known(_))));
                return;
            }
            map.values().for_each(|member| open_parts(member, found));
        }
        Json::Array(items) => items.iter().for_each(|item| open_parts(item, found)),
        _ => {}
    }
}
