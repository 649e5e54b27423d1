//! `ArrayList`, JSON arrays, and the sets and collections a map hands out.

use super::{Outcome, refuse};
use crate::gateway::vtl::limits::LimitExceeded;
use crate::gateway::vtl::number::Number;
use crate::gateway::vtl::value::{Heap, ListId, ListKind, Value};

/// Calls a method of a list.
pub(super) fn call(heap: &mut Heap, id: ListId, name: &str, arguments: &[Value]) -> Outcome {
    let kind = heap.get_list(id).kind;
    let length = heap.get_list(id).items.len();
    if !matches!(name, "size" | "isEmpty" | "get" | "set") {
        heap.budget.elements(length)?;
    }
    if let Some(found) = asking(heap, id, name, arguments)? {
        return Ok(Some(found));
    }
    if kind == ListKind::Array {
        return positional(heap, id, name, arguments);
    }
    Ok(match (name, arguments) {
        ("add", [item]) => {
            if kind == ListKind::Set && position(heap, id, item, 0..length)?.is_some() {
                return Ok(Some(Value::Boolean(false)));
            }
            heap.grow_list(id)?.items.push(item.clone());
            Some(Value::Boolean(true))
        }
        ("addAll", [source]) => match elements(heap, source) {
            Some(items) => Some(Value::Boolean(insert(heap, id, length, items)?)),
            None => None,
        },
        ("remove", [Value::Number(Number::Int(index))]) if ordered(kind) => {
            let index = checked(*index, length)?;
            Some(heap.list_mut(id).items.remove(index))
        }
        ("remove", [item]) => {
            let found = position(heap, id, item, 0..length)?;
            if let Some(index) = found {
                heap.list_mut(id).items.remove(index);
            }
            Some(Value::Boolean(found.is_some()))
        }
        ("removeAll" | "retainAll", [source]) => match elements(heap, source) {
            Some(others) => Some(Value::Boolean(keep(heap, id, &others, name == "retainAll")?)),
            None => None,
        },
        ("clear", []) => {
            heap.list_mut(id).items.clear();
            Some(Value::text(""))
        }
        _ if ordered(kind) => positional(heap, id, name, arguments)?,
        _ => None,
    })
}

/// What every collection answers.
fn asking(heap: &mut Heap, id: ListId, name: &str, arguments: &[Value]) -> Outcome {
    let length = heap.get_list(id).items.len();
    Ok(Some(match (name, arguments) {
        ("size", []) => Value::int(length),
        ("isEmpty", []) => Value::Boolean(length == 0),
        ("contains", [item]) => Value::Boolean(position(heap, id, item, 0..length)?.is_some()),
        ("containsAll", [source]) => {
            let Some(items) = elements(heap, source) else { return Ok(None) };
            for item in &items {
                if position(heap, id, item, 0..length)?.is_none() {
                    return Ok(Some(Value::Boolean(false)));
                }
            }
            Value::Boolean(true)
        }
        ("iterator", []) => {
            let items = heap.get_list(id).items.clone();
            heap.iterator(items)?
        }
        ("toArray", []) => {
            let items = heap.get_list(id).items.clone();
            heap.list(ListKind::Array, items)?
        }
        ("toJSONString", []) if heap.get_list(id).kind == ListKind::Json => {
            Value::Text(heap.text_of(&Value::List(id))?)
        }
        _ => return Ok(None),
    }))
}

/// What needs positions.
fn positional(heap: &mut Heap, id: ListId, name: &str, arguments: &[Value]) -> Outcome {
    let length = heap.get_list(id).items.len();
    Ok(Some(match (name, arguments) {
        ("get", [Value::Number(Number::Int(index))]) => {
            let index = checked(*index, length)?;
            heap.get_list(id).items[index].clone()
        }
        ("set", [Value::Number(Number::Int(index)), item]) => {
            let index = checked(*index, length)?;
            std::mem::replace(&mut heap.list_mut(id).items[index], item.clone())
        }
        ("add", [Value::Number(Number::Int(index)), item]) => {
            let index = bound(*index, length)?;
            heap.grow_list(id)?.items.insert(index, item.clone());
            Value::text("")
        }
        ("addAll", [Value::Number(Number::Int(index)), source]) => {
            let index = bound(*index, length)?;
            let Some(items) = elements(heap, source) else { return Ok(None) };
            Value::Boolean(insert(heap, id, index, items)?)
        }
        ("indexOf", [item]) => found_at(position(heap, id, item, 0..length)?),
        ("lastIndexOf", [item]) => found_at(position(heap, id, item, (0..length).rev())?),
        ("subList", [Value::Number(Number::Int(from)), Value::Number(Number::Int(to))]) => {
            let (from, to) = (bound(*from, length)?, bound(*to, length)?);
            if from > to {
                return refuse(format!("the sub-list begins at {from} behind its end {to}"));
            }
            let items = heap.get_list(id).items[from..to].to_vec();
            heap.list(heap.get_list(id).kind, items)?
        }
        _ => return Ok(None),
    }))
}

fn ordered(kind: ListKind) -> bool {
    matches!(kind, ListKind::Plain | ListKind::Json)
}

fn found_at(position: Option<usize>) -> Value {
    position.map_or(Value::Number(Number::Int(-1)), Value::int)
}

/// An index of an element.
fn checked(index: i32, length: usize) -> Result<usize, super::Failure> {
    match usize::try_from(index) {
        Ok(index) if index < length => Ok(index),
        _ => refuse(format!("index {index} is out of bounds for length {length}")),
    }
}

/// An index of an element, or of the end.
fn bound(index: i32, length: usize) -> Result<usize, super::Failure> {
    match usize::try_from(index) {
        Ok(index) if index <= length => Ok(index),
        _ => refuse(format!("index {index} is out of bounds for length {length}")),
    }
}

/// Where an equal element is, looked for in the order given.
fn position(
    heap: &mut Heap,
    id: ListId,
    item: &Value,
    indexes: impl Iterator<Item = usize>,
) -> Result<Option<usize>, LimitExceeded> {
    for index in indexes {
        let candidate = heap.get_list(id).items[index].clone();
        if heap.equals(&candidate, item)? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// The elements of a collection.
pub(super) fn elements(heap: &Heap, source: &Value) -> Option<Vec<Value>> {
    match source {
        Value::List(id) if heap.get_list(*id).kind != ListKind::Array => {
            Some(heap.get_list(*id).items.clone())
        }
        _ => None,
    }
}

fn insert(heap: &mut Heap, id: ListId, at: usize, items: Vec<Value>) -> Result<bool, super::Failure> {
    let grows = !items.is_empty();
    for (offset, item) in items.into_iter().enumerate() {
        heap.budget.elements(heap.get_list(id).items.len() - at - offset)?;
        heap.grow_list(id)?.items.insert(at + offset, item);
    }
    Ok(grows)
}

fn keep(heap: &mut Heap, id: ListId, others: &[Value], wanted: bool) -> Result<bool, LimitExceeded> {
    let mut kept = Vec::new();
    let items = heap.get_list(id).items.clone();
    let before = items.len();
    for item in items {
        let mut among = false;
        for other in others {
            among = among || heap.equals(&item, other)?;
        }
        if among == wanted {
            kept.push(item);
        }
    }
    let changed = kept.len() != before;
    heap.list_mut(id).items = kept;
    Ok(changed)
}
