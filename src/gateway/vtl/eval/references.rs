//! References: what they name, and assignments to them.

use std::sync::Arc;

use super::{Evaluator, Interrupt};
use crate::gateway::vtl::ast::{Expression, Reference, Step};
use crate::gateway::vtl::error::Position;
use crate::gateway::vtl::inputs::Undefined;
use crate::gateway::vtl::methods::{self, Failure};
use crate::gateway::vtl::number::Number;
use crate::gateway::vtl::value::{Key, ListKind, LoopId, Value};

/// How many references without a value are remembered.
const MAX_UNDEFINED: usize = 20;

impl Evaluator<'_> {
    /// The value of a reference. Where Velocity has null, API Gateway has the empty text.
    pub(super) fn reference(&mut self, reference: &Reference) -> Result<Value, Interrupt> {
        let value = self.deeper(|this| this.followed(reference, &reference.steps))?;
        if matches!(value, Value::Null) {
            self.remember_undefined(reference);
            return Ok(Value::Text(self.nothing.clone()));
        }
        Ok(value)
    }

    fn remember_undefined(&mut self, reference: &Reference) {
        let Position { line, column } = reference.position;
        let known = self.undefined.iter().any(|other| (other.line, other.column) == (line, column));
        if !known && self.undefined.len() < MAX_UNDEFINED {
            self.undefined.push(Undefined { reference: reference.literal.to_string(), line, column });
        }
    }

    /// The value after some steps, null as soon as one leads nowhere.
    fn followed(&mut self, reference: &Reference, steps: &[Step]) -> Result<Value, Interrupt> {
        let mut value = self.own(&reference.root)?;
        for step in steps {
            if matches!(value, Value::Null) {
                break;
            }
            self.heap.budget.step()?;
            value = self.step(value, step, reference.position)?;
        }
        Ok(value)
    }

    fn step(&mut self, value: Value, step: &Step, position: Position) -> Result<Value, Interrupt> {
        match step {
            Step::Property(name) => self.property(&value, name, position),
            Step::Method(name, arguments) => {
                let mut given = Vec::with_capacity(arguments.len());
                for argument in arguments {
                    let argument = self.value(argument)?;
                    given.push(self.settled(&argument)?);
                }
                self.method(&value, name, &given, position)
            }
            Step::Index(index) => {
                let index = self.index(&value, index, position)?;
                self.method(&value, "get", &[index], position)
            }
        }
    }

    /// An index; a negative one counts from the end.
    fn index(&mut self, value: &Value, index: &Expression, position: Position) -> Result<Value, Interrupt> {
        let index = self.value(index)?;
        let Value::Number(Number::Int(number @ i32::MIN..=-1)) = index else { return Ok(index) };
        let size = match value {
            Value::List(id) => self.heap.get_list(*id).items.len(),
            Value::Map(id) => self.heap.get_map(*id).entries.len(),
            _ => return Err(position.failure("a negative index needs a list").into()),
        };
        Ok(Value::Number(Number::whole(size as i128 + i128::from(number))))
    }

    /// `.name`: a member of a map, or what a getter of that name returns.
    fn property(&mut self, value: &Value, name: &Arc<str>, position: Position) -> Result<Value, Interrupt> {
        Ok(match value {
            Value::Map(id) => {
                self.heap.get_map(*id).entries.get(&Key::Text(name.clone())).cloned().unwrap_or(Value::Null)
            }
            Value::Entry(pair) => match &**name {
                "key" => pair.0.clone(),
                "value" => pair.1.clone(),
                _ => Value::Null,
            },
            Value::List(id) if &**name == "empty" && self.heap.get_list(*id).kind != ListKind::Array => {
                Value::Boolean(self.heap.get_list(*id).items.is_empty())
            }
            Value::Text(text) if &**name == "empty" => Value::Boolean(text.is_empty()),
            Value::Loop(id) => self.loop_property(*id, name),
            Value::Input if &**name == "body" => self.method(value, "getBody", &[], position)?,
            _ => Value::Null,
        })
    }

    fn loop_property(&self, id: LoopId, name: &Arc<str>) -> Value {
        let state = self.heap.get_loop(id);
        match &**name {
            "index" => Value::int(state.index),
            "count" => Value::int(state.index + 1),
            "hasNext" => Value::Boolean(state.has_next),
            "first" => Value::Boolean(state.index == 0),
            "last" => Value::Boolean(!state.has_next),
            "parent" => state.parent.map_or(Value::Null, Value::Loop),
            "topmost" => {
                let mut top = id;
                while let Some(parent) = self.heap.get_loop(top).parent {
                    top = parent;
                }
                Value::Loop(top)
            }
            "replaced" => state.replaced.clone(),
            _ => {
                let mut at = Some(id);
                while let Some(current) = at {
                    let state = self.heap.get_loop(current);
                    if let Some(value) =
                        self.heap.get_map(state.storage).entries.get(&Key::Text(name.clone()))
                    {
                        return value.clone();
                    }
                    at = state.parent;
                }
                Value::Null
            }
        }
    }

    /// Calls a method. One that does not exist, or not for such arguments, yields null; one that fails is an error.
    fn method(
        &mut self,
        value: &Value,
        name: &str,
        arguments: &[Value],
        position: Position,
    ) -> Result<Value, Interrupt> {
        let result = match value {
            Value::Input => return self.input_method(name, arguments, position),
            Value::Util => return self.util_method(name, arguments, position),
            Value::Loop(id) => {
                let state = self.heap.get_loop(*id);
                match (name, arguments) {
                    ("hasNext" | "getHasNext", []) => return Ok(Value::Boolean(state.has_next)),
                    ("isFirst" | "getFirst", []) => return Ok(Value::Boolean(state.index == 0)),
                    ("isLast" | "getLast", []) => return Ok(Value::Boolean(!state.has_next)),
                    ("getIndex", []) => return Ok(Value::int(state.index)),
                    ("getCount", []) => return Ok(Value::int(state.index + 1)),
                    ("getParent", []) => return Ok(state.parent.map_or(Value::Null, Value::Loop)),
                    _ => {
                        let storage = Value::Map(state.storage);
                        methods::call(&mut self.heap, &mut self.regexes, &storage, name, arguments)
                    }
                }
            }
            Value::Block(_) => {
                let text = self.text(value)?;
                methods::call(&mut self.heap, &mut self.regexes, &Value::Text(text), name, arguments)
            }
            value => methods::call(&mut self.heap, &mut self.regexes, value, name, arguments),
        };
        match result {
            Ok(value) => Ok(value.unwrap_or(Value::Null)),
            Err(Failure::Limit(limit)) => Err(limit.into()),
            Err(Failure::Put(error)) => Err(Interrupt::put(error, position)),
            Err(Failure::Refused(reason)) => {
                Err(position.failure(format!("{name}(...) failed: {reason}")).into())
            }
        }
    }

    /// `#set($a.b = ...)` and `#set($a[0] = ...)`. Where there is nothing to set, nothing happens.
    pub(super) fn assign(&mut self, target: &Reference, value: Value) -> Result<(), Interrupt> {
        let Some((last, before)) = target.steps.split_last() else { return Ok(()) };
        let holder = self.followed(target, before)?;
        let position = target.position;
        match (&holder, last) {
            (Value::Map(id), Step::Property(name) | Step::Method(name, _)) => {
                let key = Key::Text(name.clone());
                self.heap.put(*id, key, value).map_err(|error| Interrupt::put(error, position))?;
            }
            (Value::Loop(id), Step::Property(name)) => {
                let storage = self.heap.get_loop(*id).storage;
                let key = Key::Text(name.clone());
                self.heap.put(storage, key, value).map_err(|error| Interrupt::put(error, position))?;
            }
            (Value::Map(id), Step::Index(index)) => {
                let index = self.index(&holder, index, position)?;
                let key = self.heap.key(&index)?;
                self.heap.put(*id, key, value).map_err(|error| Interrupt::put(error, position))?;
            }
            (Value::List(_), Step::Index(index)) => {
                let index = self.index(&holder, index, position)?;
                self.method(&holder, "set", &[index, value], position)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// A value's text, with `#define` blocks rendered.
    pub(super) fn text(&mut self, value: &Value) -> Result<Arc<str>, Interrupt> {
        match value {
            Value::Block(block) => Ok(self.captured(|this| this.defined(block))?.into()),
            value => Ok(self.heap.text_of(value)?),
        }
    }

    /// A value, or the text of a `#define` block, for what cannot render blocks itself.
    pub(super) fn settled(&mut self, value: &Value) -> Result<Value, Interrupt> {
        match value {
            Value::Block(_) => Ok(Value::Text(self.text(value)?)),
            value => Ok(value.clone()),
        }
    }
}
