//! `LinkedHashMap`, which every map of a template is.

use std::rc::Rc;

use super::Outcome;
use crate::gateway::vtl::value::{Heap, ListKind, MapId, Value};

/// Calls a method of a map.
pub(super) fn call(heap: &mut Heap, id: MapId, name: &str, arguments: &[Value]) -> Outcome {
    if let Some(found) = collections(heap, id, name, arguments)? {
        return Ok(Some(found));
    }
    Ok(Some(match (name, arguments) {
        ("get", [key]) => {
            let key = heap.key(key)?;
            heap.get_map(id).entries.get(&key).cloned().unwrap_or(Value::Null)
        }
        ("getOrDefault", [key, default]) => {
            let key = heap.key(key)?;
            heap.get_map(id).entries.get(&key).unwrap_or(default).clone()
        }
        ("put", [key, value]) => {
            let key = heap.key(key)?;
            heap.put(id, key, value.clone())?
        }
        ("putIfAbsent", [key, value]) => {
            let key = heap.key(key)?;
            match heap.get_map(id).entries.get(&key).cloned() {
                Some(present) if !matches!(present, Value::Null) => present,
                _ => heap.put(id, key, value.clone())?,
            }
        }
        ("putAll", [Value::Map(other)]) => {
            for (key, value) in heap.get_map(*other).entries.clone() {
                heap.budget.step()?;
                heap.put(id, key, value)?;
            }
            Value::text("")
        }
        ("containsKey", [key]) => {
            let key = heap.key(key)?;
            Value::Boolean(heap.get_map(id).entries.contains_key(&key))
        }
        ("containsValue", [wanted]) => {
            heap.budget.elements(heap.get_map(id).entries.len())?;
            for value in heap.get_map(id).entries.values().cloned().collect::<Vec<_>>() {
                if heap.equals(&value, wanted)? {
                    return Ok(Some(Value::Boolean(true)));
                }
            }
            Value::Boolean(false)
        }
        ("remove", [key]) => {
            let key = heap.key(key)?;
            let length = heap.get_map(id).entries.len();
            heap.budget.elements(length)?;
            heap.map_mut(id).entries.shift_remove(&key).unwrap_or(Value::Null)
        }
        ("clear", []) => {
            heap.map_mut(id).entries.clear();
            Value::text("")
        }
        ("size", []) => Value::int(heap.get_map(id).entries.len()),
        ("isEmpty", []) => Value::Boolean(heap.get_map(id).entries.is_empty()),
        _ => return Ok(None),
    }))
}

/// `keySet()`, `values()` and `entrySet()`. They are copies: what a template changes in them does not change the map.
fn collections(heap: &mut Heap, id: MapId, name: &str, arguments: &[Value]) -> Outcome {
    if !arguments.is_empty() {
        return Ok(None);
    }
    heap.budget.elements(heap.get_map(id).entries.len())?;
    let entries = &heap.get_map(id).entries;
    let (kind, items): (ListKind, Vec<Value>) = match name {
        "keySet" => (ListKind::Set, entries.keys().map(|key| key.to_value()).collect()),
        "values" => (ListKind::Values, entries.values().cloned().collect()),
        "entrySet" => (
            ListKind::Set,
            entries
                .iter()
                .map(|(key, value)| Value::Entry(Rc::new((key.to_value(), value.clone()))))
                .collect(),
        ),
        _ => return Ok(None),
    };
    Ok(Some(heap.list(kind, items)?))
}
