//! How values are printed, compared and used as keys: Java's `toString`, `equals` and `hashCode`.

use std::sync::Arc;

use super::limits::LimitExceeded;
use super::number::Number;
use super::value::{Heap, Key, ListKind, Value};
use crate::gateway::jsonpath::{Style, quote_into};

/// Nesting beyond which a value cannot be printed or compared. Java ends with a stack overflow on a list inside itself.
const MAX_DEPTH: usize = 250;

impl Heap {
    /// `toString()`.
    pub(crate) fn text_of(&mut self, value: &Value) -> Result<Arc<str>, LimitExceeded> {
        if let Value::Text(text) = value {
            return Ok(text.clone());
        }
        let mut out = String::new();
        self.print(&mut out, value, 0)?;
        Ok(out.into())
    }

    fn print(&mut self, out: &mut String, value: &Value, depth: usize) -> Result<(), LimitExceeded> {
        self.check(out, depth)?;
        match value {
            Value::Null => out.push_str("null"),
            Value::Boolean(flag) => out.push_str(if *flag { "true" } else { "false" }),
            Value::Number(number) => out.push_str(&number.to_string()),
            Value::Text(text) => {
                self.budget.string(out.len() + text.len())?;
                out.push_str(text);
            }
            Value::Entry(pair) => {
                self.print(out, &pair.0, depth + 1)?;
                out.push('=');
                self.print(out, &pair.1, depth + 1)?;
            }
            Value::List(id) => match self.get_list(*id).kind {
                ListKind::Json => self.print_json(out, value, depth)?,
                ListKind::Array => out.push_str("[Ljava.lang.String;@0"),
                ListKind::Plain | ListKind::Set | ListKind::Values => {
                    let items = self.get_list(*id).items.clone();
                    out.push('[');
                    for (index, item) in items.iter().enumerate() {
                        if index > 0 {
                            out.push_str(", ");
                        }
                        self.print(out, item, depth + 1)?;
                    }
                    out.push(']');
                }
            },
            Value::Map(id) => {
                let entries = self.get_map(*id).entries.clone();
                out.push('{');
                for (index, (key, member)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push_str(", ");
                    }
                    self.print(out, &key.to_value(), depth + 1)?;
                    out.push('=');
                    self.print(out, member, depth + 1)?;
                }
                out.push('}');
            }
            Value::Loop(id) => {
                let storage = Value::Map(self.get_loop(*id).storage);
                self.print(out, &storage, depth + 1)?;
            }
            Value::Iterator(_) => out.push_str("java.util.Iterator@0"),
            // Printing a block needs the evaluator, which does it before it comes here.
            Value::Block(_) => {}
            Value::Input | Value::Util => out.push_str("{}"),
        }
        Ok(())
    }

    /// A value inside a printed JSON array, or the JSON of one that is passed on.
    pub(crate) fn print_json(
        &mut self,
        out: &mut String,
        value: &Value,
        depth: usize,
    ) -> Result<(), LimitExceeded> {
        self.check(out, depth)?;
        match value {
            Value::Null => out.push_str("null"),
            Value::Boolean(_) | Value::Number(_) => self.print(out, value, depth)?,
            Value::List(id) => {
                let items = self.get_list(*id).items.clone();
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    self.print_json(out, item, depth + 1)?;
                }
                out.push(']');
            }
            Value::Map(id) => {
                let entries = self.get_map(*id).entries.clone();
                out.push('{');
                for (index, (key, member)) in entries.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    let name = self.text_of(&key.to_value())?;
                    quote_into(out, &name, Style::Web);
                    out.push(':');
                    self.print_json(out, member, depth + 1)?;
                }
                out.push('}');
            }
            other => {
                let text = self.text_of(other)?;
                self.budget.string(out.len() + text.len())?;
                quote_into(out, &text, Style::Web);
            }
        }
        Ok(())
    }

    fn check(&mut self, out: &str, depth: usize) -> Result<(), LimitExceeded> {
        self.budget.step()?;
        if depth > MAX_DEPTH {
            return Err(LimitExceeded::new(MAX_DEPTH, "levels of nested lists and maps"));
        }
        if out.len() > self.budget.limits.string_bytes {
            return Err(LimitExceeded::new(self.budget.limits.string_bytes, "bytes in one string"));
        }
        Ok(())
    }

    /// The key a value makes.
    pub(crate) fn key(&mut self, value: &Value) -> Result<Key, LimitExceeded> {
        Ok(match value {
            Value::Null => Key::Null,
            Value::Boolean(flag) => Key::Boolean(*flag),
            Value::Number(Number::Int(n)) => Key::Int(*n),
            Value::Number(Number::Long(n)) => Key::Long(*n),
            Value::Number(Number::Big(n)) => Key::Big(*n),
            Value::Number(Number::Double(n)) => Key::Double(n.to_bits()),
            Value::Text(text) => Key::Text(text.clone()),
            other => Key::Other(self.text_of(other)?),
        })
    }

    /// `equals()`.
    pub(crate) fn equals(&mut self, left: &Value, right: &Value) -> Result<bool, LimitExceeded> {
        self.equals_at(left, right, 0)
    }

    fn equals_at(&mut self, left: &Value, right: &Value, depth: usize) -> Result<bool, LimitExceeded> {
        self.check("", depth)?;
        Ok(match (left, right) {
            (Value::Null, Value::Null) | (Value::Input, Value::Input) | (Value::Util, Value::Util) => true,
            (Value::Boolean(l), Value::Boolean(r)) => l == r,
            (Value::Number(l), Value::Number(r)) => l.same_class(*r) && l == r,
            (Value::Text(l), Value::Text(r)) => {
                self.budget.text(l.len().min(r.len()))?;
                l == r
            }
            (Value::Entry(l), Value::Entry(r)) => {
                self.equals_at(&l.0, &r.0, depth + 1)? && self.equals_at(&l.1, &r.1, depth + 1)?
            }
            (Value::List(left_id), Value::List(right_id)) => {
                let (l, r) = (self.get_list(*left_id), self.get_list(*right_id));
                if l.items.len() != r.items.len() || !comparable(l.kind, r.kind) {
                    return Ok(false);
                }
                let length = l.items.len();
                self.budget.elements(length)?;
                let (l, r) = (self.get_list(*left_id), self.get_list(*right_id));
                let pairs: Vec<_> = l.items.iter().cloned().zip(r.items.iter().cloned()).collect();
                for (l, r) in pairs {
                    if !self.equals_at(&l, &r, depth + 1)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Map(l), Value::Map(r)) => {
                if self.get_map(*l).entries.len() != self.get_map(*r).entries.len() {
                    return Ok(false);
                }
                self.budget.elements(self.get_map(*l).entries.len())?;
                for (key, member) in self.get_map(*l).entries.clone() {
                    let Some(other) = self.get_map(*r).entries.get(&key).cloned() else { return Ok(false) };
                    if !self.equals_at(&member, &other, depth + 1)? {
                        return Ok(false);
                    }
                }
                true
            }
            (Value::Loop(l), Value::Loop(r)) => l == r,
            (Value::Iterator(l), Value::Iterator(r)) => l == r,
            (Value::Block(l), Value::Block(r)) => std::rc::Rc::ptr_eq(l, r),
            _ => false,
        })
    }

    /// `==` of a template: numbers by value, values of one kind by `equals`, others by their text.
    pub(crate) fn loosely_equal(&mut self, left: &Value, right: &Value) -> Result<bool, LimitExceeded> {
        match (left, right) {
            (Value::Number(l), Value::Number(r)) => Ok(l.compare(*r) == Some(std::cmp::Ordering::Equal)),
            (Value::Null, Value::Null) => Ok(true),
            (Value::Null, _) | (_, Value::Null) => Ok(false),
            (Value::List(l), Value::List(r))
                if comparable(self.get_list(*l).kind, self.get_list(*r).kind) =>
            {
                self.equals(left, right)
            }
            (Value::List(_), Value::List(_)) => Ok(self.text_of(left)? == self.text_of(right)?),
            _ if std::mem::discriminant(left) == std::mem::discriminant(right) => self.equals(left, right),
            _ => Ok(self.text_of(left)? == self.text_of(right)?),
        }
    }
}

/// Whether Java's `equals` looks at the elements of two lists at all.
fn comparable(left: ListKind, right: ListKind) -> bool {
    let ordered = |kind| matches!(kind, ListKind::Plain | ListKind::Json);
    (ordered(left) && ordered(right)) || (left == ListKind::Set && right == ListKind::Set)
}
