//! `$ref`: only within the document.

use std::collections::HashSet;

use super::{Document, node::Node, notes::clip};

impl<'d> Document<'d> {
    /// What stands at the end of `node`'s references; itself where it is none. What cannot be found is told.
    pub(super) fn resolved(&mut self, node: Node<'d>) -> Option<Node<'d>> {
        let mut node = node;
        let mut seen = HashSet::new();
        while let Some(reference) = node.get("$ref") {
            let Some(text) = reference.value().as_str() else { break };
            if !seen.insert(text) {
                let detail = format!("The reference `{}` leads back to itself.", clip(text));
                self.notes.problem(&reference, detail, None);
                return None;
            }
            node = self.target(&reference, text)?;
        }
        Some(node)
    }

    /// What `text`, which stands at `reference`, points at.
    pub(super) fn target(&mut self, reference: &Node<'d>, text: &str) -> Option<Node<'d>> {
        let Some(pointer) = text.strip_prefix('#') else {
            let detail = format!(
                "`{}` is outside of this document; only references within it are followed.",
                clip(text)
            );
            self.notes.problem(reference, detail, Some("it starts with `#/`".into()));
            return None;
        };
        let mut steps = pointer.split('/').skip(1);
        let found = steps.try_fold(self.root.clone(), |node, step| node.step(&unescaped(step)));
        if found.is_none() {
            let detail = format!("The document has nothing at `{}`.", clip(text));
            self.notes.problem(reference, detail, None);
        }
        found
    }
}

/// A key of a JSON pointer in a URI fragment: `%20`, then `~1` and `~0`.
pub(super) fn unescaped(step: &str) -> String {
    let decoded = if step.contains('%') { percent_decoded(step) } else { step.to_owned() };
    decoded.replace("~1", "/").replace("~0", "~")
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'%').and_then(|hex| std::str::from_utf8(hex).ok());
        match hex.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
