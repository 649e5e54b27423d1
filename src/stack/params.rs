//! Parameters: their values for a stage, and what is wrong with them as a set.

use super::reader::{ParamTable, ParamValue, Reader};
use super::source::{Source, Span};
use super::template::{self, Piece, Reference};
use super::yaml::{Entry, Kind, Node, Value};

/// The values the command line gives, by name.
pub type GivenParams = indexmap::IndexMap<String, String>;

/// The declared parameters without values.
pub fn declared(tree: &Node) -> ParamTable {
    let param =
        |entry: &Entry| ParamValue { name: entry.key.clone(), secret: is_secret(&entry.node), value: None };
    ParamTable::new(entries(tree, "params").iter().map(param).collect())
}

/// The declared parameters with their values for `stage`.
pub fn valued(tree: &Node, stage: &str, given: &GivenParams) -> ParamTable {
    let at_stage =
        tree.get("stages").and_then(|stages| stages.get(stage)).and_then(|stage| stage.get("params"));
    let param = |entry: &Entry| {
        let default = entry.node.get("default").filter(|node| !node.is_null());
        let in_file = at_stage.and_then(|params| params.get(&entry.key)).or(default);
        let value = match given.get(&entry.key) {
            Some(text) => Some(from_command_line(text, in_file, entry.key_span)),
            None => in_file.cloned(),
        };
        ParamValue { name: entry.key.clone(), secret: is_secret(&entry.node), value }
    };
    ParamTable::new(entries(tree, "params").iter().map(param).collect())
}

fn entries<'t>(tree: &'t Node, key: &str) -> &'t [Entry] {
    tree.get(key).map(Node::entries).unwrap_or_default()
}

fn is_secret(param: &Node) -> bool {
    let scalar = param.get("secret").and_then(Node::scalar);
    scalar.is_some_and(|scalar| scalar.kind() == Kind::Bool(true))
}

/// Text between commas is a list where the file has a list.
fn from_command_line(text: &str, in_file: Option<&Node>, span: Span) -> Node {
    match in_file.map(|node| &node.value) {
        Some(Value::List(_)) => {
            let items = text.split(',').map(|item| Node::given(item.trim(), span)).collect();
            Node { value: Value::List(items), span }
        }
        _ => Node::given(text, span),
    }
}

/// Masks secrets that stand in the file, so that no message ever shows them.
pub fn hide_secrets(tree: &Node, source: &mut Source) {
    for (_, value) in secret_values(tree) {
        hide(value, source);
    }
    for key in entries(tree, "api_keys") {
        key.node.get("value").into_iter().for_each(|value| hide(value, source));
    }
}

fn hide(node: &Node, source: &mut Source) {
    match &node.value {
        Value::Scalar(scalar) if refers(&scalar.text) => {}
        Value::Scalar(_) => source.hide(node.span),
        Value::List(items) => items.iter().for_each(|item| hide(item, source)),
        Value::Map(_) => source.hide(node.span),
    }
}

/// Every value the file gives a secret parameter, with the parameter's name.
fn secret_values(tree: &Node) -> Vec<(&str, &Node)> {
    let mut found = Vec::new();
    for param in entries(tree, "params").iter().filter(|param| is_secret(&param.node)) {
        found.extend(param.node.get("default").map(|node| (param.key.as_str(), node)));
        for stage in entries(tree, "stages") {
            let value = stage.node.get("params").and_then(|params| params.get(&param.key));
            found.extend(value.map(|node| (param.key.as_str(), node)));
        }
    }
    found
}

fn refers(text: &str) -> bool {
    template::parse(text).0.iter().any(|piece| matches!(piece, Piece::Reference(..)))
}

/// Notes secrets in the file, and parameters whose values lead back to themselves.
pub fn check(tree: &Node, reader: &mut Reader<'_>) {
    for (name, value) in secret_values(tree) {
        let plain = !value.is_null() && !value.scalar().is_some_and(|scalar| refers(&scalar.text));
        if plain {
            let detail = format!("The parameter `{name}` is secret, and its value stands in the stack file.");
            reader.error(value.span, "secret in the stack file", detail).with_hint(format!(
                "refer to it: `${{ssm:/…}}`, `${{secretsmanager:…}}`, `${{env:…}}`, or `--param {name}=…`"
            ));
        }
    }
    let none = GivenParams::new();
    let stages = entries(tree, "stages").iter().map(|stage| stage.key.as_str());
    for stage in std::iter::once("").chain(stages) {
        circles(tree, &valued(tree, stage, &none), reader);
    }
}

/// Notes each circle of parameters once, at the first of them.
fn circles(tree: &Node, table: &ParamTable, reader: &mut Reader<'_>) {
    let mut told: Vec<String> = Vec::new();
    for entry in entries(tree, "params") {
        if told.contains(&entry.key) {
            continue;
        }
        let mut way = vec![entry.key.clone()];
        if leads_back(table, &entry.key, &mut way) {
            let shown = way.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" → ");
            let detail = format!("The value of this parameter leads back to itself: {shown}.");
            reader.error(entry.key_span, "parameters in a circle", detail);
            told.extend(way);
        }
    }
}

fn leads_back(table: &ParamTable, start: &str, way: &mut Vec<String>) -> bool {
    let Some(last) = way.last().and_then(|name| table.get(name)) else { return false };
    for next in last.value.as_ref().map(mentioned).unwrap_or_default() {
        if next == start {
            way.push(next);
            return true;
        }
        if !way.contains(&next) {
            way.push(next);
            if leads_back(table, start, way) {
                return true;
            }
            way.pop();
        }
    }
    false
}

fn mentioned(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Scalar(scalar) if !scalar.literal => template::parse(&scalar.text)
            .0
            .into_iter()
            .filter_map(|piece| match piece {
                Piece::Reference(Reference::Param(name), _) => Some(name),
                _ => None,
            })
            .collect(),
        Value::List(items) => items.iter().flat_map(mentioned).collect(),
        _ => Vec::new(),
    }
}

/// Notes parameters that have no value at `stage`.
pub fn missing(tree: &Node, table: &ParamTable, stage: &str, reader: &mut Reader<'_>) {
    for entry in entries(tree, "params") {
        if table.get(&entry.key).is_some_and(|param| param.value.is_none()) {
            let name = &entry.key;
            let detail = format!("The parameter `{name}` has no value at the stage `{stage}`.");
            let hint = format!(
                "give it with `--param {name}=…`, under `stages.{stage}.params`, or as its `default`"
            );
            reader.within("params", entry.key_span, |reader| {
                reader.within(name, entry.key_span, |reader| {
                    reader
                        .error(entry.key_span, "parameter without a value", detail)
                        .with_hint(hint)
                        .key_path
                        .len()
                })
            });
        }
    }
}
