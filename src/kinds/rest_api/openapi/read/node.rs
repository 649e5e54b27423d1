//! A value of the document together with the way to it.

use std::rc::Rc;

use serde_json::Value as Json;

/// A value and where it stands. Cheap to clone; the way is spelled out only where a problem is told.
#[derive(Clone)]
pub(super) struct Node<'d> {
    value: &'d Json,
    spot: Option<Rc<Spot<'d>>>,
}

struct Spot<'d> {
    key: Key<'d>,
    above: Option<Rc<Spot<'d>>>,
}

#[derive(Clone, Copy)]
enum Key<'d> {
    Name(&'d str),
    Index(usize),
}

impl<'d> Node<'d> {
    pub(super) fn root(value: &'d Json) -> Self {
        Self { value, spot: None }
    }

    pub(super) fn value(&self) -> &'d Json {
        self.value
    }

    fn below(&self, key: Key<'d>, value: &'d Json) -> Self {
        Self { value, spot: Some(Rc::new(Spot { key, above: self.spot.clone() })) }
    }

    /// The member `key` of an object. `null` counts as nothing.
    pub(super) fn get(&self, key: &str) -> Option<Self> {
        let (key, value) = self.value.as_object()?.get_key_value(key)?;
        (!value.is_null()).then(|| self.below(Key::Name(key), value))
    }

    /// The member at the end of `keys`.
    pub(super) fn at(&self, keys: &[&str]) -> Option<Self> {
        keys.iter().try_fold(self.clone(), |node, key| node.get(key))
    }

    /// The members of an object, those that are `null` left out; nothing for anything else.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'d str, Self)> + use<'d> {
        let node = self.clone();
        let members = self.value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        members.map(move |(key, value)| (key.as_str(), node.below(Key::Name(key), value)))
    }

    /// The items of a list; nothing for anything else.
    pub(super) fn items(&self) -> impl Iterator<Item = Self> + use<'d> {
        let node = self.clone();
        let items = self.value.as_array().into_iter().flatten().enumerate();
        items.map(move |(index, value)| node.below(Key::Index(index), value))
    }

    /// One step of a JSON pointer: a key, or an index as text.
    pub(super) fn step(&self, key: &str) -> Option<Self> {
        match self.value {
            Json::Array(items) => {
                let index = key.parse::<usize>().ok()?;
                Some(self.below(Key::Index(index), items.get(index)?))
            }
            _ => {
                let (key, value) = self.value.as_object()?.get_key_value(key)?;
                Some(self.below(Key::Name(key), value))
            }
        }
    }

    /// Text, or a number or a boolean as text.
    pub(super) fn plain_text(&self) -> Option<String> {
        match self.value {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            Json::Bool(value) => Some(value.to_string()),
            _ => None,
        }
    }

    /// The keys and indices from the root of the document to here.
    pub(super) fn pointer(&self) -> Vec<String> {
        let spots = std::iter::successors(self.spot.as_deref(), |spot| spot.above.as_deref());
        let mut keys: Vec<String> = spots
            .map(|spot| match spot.key {
                Key::Name(name) => name.to_owned(),
                Key::Index(index) => index.to_string(),
            })
            .collect();
        keys.reverse();
        keys
    }
}

/// The first value found that is more than `most` levels below `root`. Goes without recursion: it is what makes recursion safe.
pub(super) fn deeper_than<'d>(root: &Node<'d>, most: usize) -> Option<Node<'d>> {
    let mut open = vec![(root.clone(), 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > most {
            return Some(node);
        }
        open.extend(node.items().map(|item| (item, depth + 1)));
        open.extend(node.entries().map(|(_, member)| (member, depth + 1)));
    }
    None
}
