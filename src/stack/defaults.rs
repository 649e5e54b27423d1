//! `defaults.function` brought into each function, before functions are read.

use super::yaml::{Entry, Node, Value};

/// Keys whose mappings are joined entry by entry.
const JOINED: [&str; 2] = ["environment", "tags"];

/// The tree with what functions leave out filled in.
pub fn filled_in(tree: &Node) -> Node {
    let mut tree = tree.clone();
    let defaults = tree.get("defaults").and_then(|defaults| defaults.get("function")).map(Node::entries);
    let defaults = defaults.unwrap_or_default().to_vec();
    if let Value::Map(sections) = &mut tree.value
        && let Some(functions) = sections.iter_mut().find(|section| section.key == "functions")
        && let Value::Map(functions) = &mut functions.node.value
    {
        for function in functions {
            fill_in(&mut function.node, &defaults);
        }
    }
    tree
}

fn fill_in(function: &mut Node, defaults: &[Entry]) {
    if function.is_null() {
        function.value = Value::Map(Vec::new());
    }
    let Value::Map(own) = &mut function.value else { return };
    for default in defaults {
        match own.iter_mut().find(|entry| entry.key == default.key) {
            None => own.push(default.clone()),
            Some(entry) if JOINED.contains(&default.key.as_str()) => join(&mut entry.node, &default.node),
            Some(_) => {}
        }
    }
}

fn join(own: &mut Node, default: &Node) {
    let (Value::Map(own), Value::Map(more)) = (&mut own.value, &default.value) else { return };
    for entry in more {
        if !own.iter().any(|known| known.key == entry.key) {
            own.push(entry.clone());
        }
    }
}
