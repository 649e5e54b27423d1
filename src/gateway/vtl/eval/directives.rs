//! Statements.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

use super::scope::Found;
use super::{Evaluator, Interrupt};
use crate::gateway::vtl::ast::{Call, Expression, Foreach, Node, Reference};
use crate::gateway::vtl::error::{Position, RenderError};
use crate::gateway::vtl::limits::LimitExceeded;
use crate::gateway::vtl::parser;
use crate::gateway::vtl::value::{DefinedBlock, LoopId, Value};

/// Velocity's bound on macros that call macros.
const MAX_CALLS: usize = 20;

/// Velocity's bound on a `#define` block inside itself.
const MAX_BLOCK_DEPTH: usize = 2;

impl Evaluator<'_> {
    /// Renders one statement.
    pub(super) fn node(&mut self, node: &Node) -> Result<(), Interrupt> {
        self.heap.budget.step()?;
        match node {
            Node::Text(text) => Ok(self.write(text)?),
            Node::Reference { prefix, reference } => self.print(prefix, reference),
            Node::Escaped { reference, text } => {
                self.reference(reference)?;
                Ok(self.write(text)?)
            }
            Node::Set { target, value } => self.set(target, value),
            Node::If { branches, otherwise } => {
                for (condition, block) in branches {
                    if self.truth(condition)? {
                        return self.block(block);
                    }
                }
                otherwise.as_ref().map_or(Ok(()), |block| self.block(block))
            }
            Node::Foreach(foreach) => self.foreach(foreach),
            Node::Call(call) => self.call(call),
            Node::Define { name, body } => {
                let defined =
                    DefinedBlock { body: body.clone(), max_depth: MAX_BLOCK_DEPTH, depth: Cell::new(0) };
                self.scope.put(name.clone(), Value::Block(Rc::new(defined)));
                Ok(())
            }
            Node::Evaluate { template, position } => self.evaluate(template, *position),
            Node::Stop => Err(Interrupt::Stop),
            Node::Break(None) => Err(Interrupt::Break),
            Node::Break(Some(scope)) => match self.value(scope)? {
                Value::Loop(id) => Err(Interrupt::BreakLoop(id)),
                _ => {
                    let position = match scope {
                        Expression::Reference(reference) => reference.position,
                        _ => Position { line: 1, column: 1 },
                    };
                    Err(position.failure("#break takes a loop such as $foreach.parent").into())
                }
            },
            Node::Unavailable { directive, position } => Err(position
                .failure(format!("{directive} finds nothing: API Gateway has no template files"))
                .into()),
        }
    }

    fn print(&mut self, prefix: &str, reference: &Reference) -> Result<(), Interrupt> {
        let value = self.reference(reference)?;
        self.write(prefix)?;
        match value {
            Value::Block(block) => {
                if !self.defined(&block)? {
                    self.write(&reference.literal)?;
                }
                Ok(())
            }
            value => {
                let text = self.heap.text_of(&value)?;
                Ok(self.write(&text)?)
            }
        }
    }

    /// Renders a block that has a name. Answers whether it was, for inside itself it is not.
    pub(super) fn defined(&mut self, block: &DefinedBlock) -> Result<bool, Interrupt> {
        let depth = block.depth.get();
        if depth >= block.max_depth {
            return Ok(false);
        }
        block.depth.set(depth + 1);
        let rendered = self.block(&block.body);
        block.depth.set(depth);
        match rendered {
            Ok(()) | Err(Interrupt::Break) => Ok(true),
            Err(other) => Err(other),
        }
    }

    fn set(&mut self, target: &Reference, value: &Expression) -> Result<(), Interrupt> {
        let value = self.value(value)?;
        if matches!(value, Value::Null) {
            return Ok(());
        }
        if !target.steps.is_empty() {
            return self.assign(target, value);
        }
        if !target.decorated {
            self.scope.put(target.root.clone(), value);
        }
        Ok(())
    }

    fn foreach(&mut self, foreach: &Foreach) -> Result<(), Interrupt> {
        let source = self.value(&foreach.source)?;
        let Some((items, count)) = self.loop_items(&source) else { return Ok(()) };
        let saved = [self.own(&foreach.variable)?, self.own("velocityCount")?, self.own("velocityHasNext")?];
        let before = self.own("foreach")?;
        let parent = match &before {
            Value::Loop(id) => Some(*id),
            _ => None,
        };
        let id = self.heap.begin_loop(parent, if parent.is_some() { Value::Null } else { before.clone() })?;
        self.scope.put("foreach", Value::Loop(id));
        let outcome = self.iterations(foreach, items, count, id);
        for (name, value) in [&*foreach.variable, "velocityCount", "velocityHasNext"].into_iter().zip(saved) {
            self.restore(name, value);
        }
        if matches!(self.own("foreach")?, Value::Loop(current) if current == id) {
            self.restore("foreach", before);
        }
        match outcome {
            Err(Interrupt::Break) => Ok(()),
            Err(Interrupt::BreakLoop(broken)) if broken == id => Ok(()),
            other => other,
        }
    }

    /// What to loop over, no more than may be looped over, and how much it is in all.
    fn loop_items(&mut self, source: &Value) -> Option<(Vec<Value>, usize)> {
        let most = self.heap.budget.limits.loop_iterations.saturating_add(1);
        Some(match source {
            Value::List(id) => {
                let items = &self.heap.get_list(*id).items;
                (items.iter().take(most).cloned().collect(), items.len())
            }
            Value::Map(id) => {
                let entries = &self.heap.get_map(*id).entries;
                (entries.values().take(most).cloned().collect(), entries.len())
            }
            Value::Iterator(id) => {
                let iterator = self.heap.iterator_mut(*id);
                let rest = iterator.items.get(iterator.next..).unwrap_or_default();
                let (taken, count) = (rest.iter().take(most).cloned().collect(), rest.len());
                iterator.next = iterator.items.len();
                (taken, count)
            }
            _ => return None,
        })
    }

    fn iterations(
        &mut self,
        foreach: &Foreach,
        items: Vec<Value>,
        count: usize,
        id: LoopId,
    ) -> Result<(), Interrupt> {
        for (index, item) in items.into_iter().enumerate() {
            if index >= self.heap.budget.limits.loop_iterations {
                let limit = self.heap.budget.limits.loop_iterations;
                return Err(LimitExceeded::new(limit, "iterations of one #foreach").into());
            }
            let has_next = index + 1 < count;
            let state = self.heap.loop_mut(id);
            state.index = index;
            state.has_next = has_next;
            self.scope.put("velocityCount", Value::int(index + 1));
            self.scope.put("velocityHasNext", Value::Boolean(has_next));
            self.scope.put(foreach.variable.clone(), item);
            self.block(&foreach.body)?;
        }
        Ok(())
    }

    fn restore(&mut self, name: &str, value: Value) {
        match value {
            Value::Null => self.scope.remove(name),
            value => self.scope.put(name, value),
        }
    }

    /// The value of a variable, null where it has none.
    pub(super) fn own(&mut self, name: &str) -> Result<Value, Interrupt> {
        match self.scope.find(name) {
            Found::Value(value) => Ok(value),
            Found::Nothing => Ok(Value::Null),
            Found::Argument(argument, frame) => {
                let here = self.scope.go_to(frame);
                let value = self.deeper(|this| match &*argument {
                    Expression::Reference(reference) if reference.steps.is_empty() => {
                        this.own(&reference.root)
                    }
                    argument => this.value(argument),
                });
                self.scope.go_to(here);
                value
            }
        }
    }

    fn call(&mut self, call: &Call) -> Result<(), Interrupt> {
        let Some(called) = self.macros.get(&call.name).cloned() else {
            return Ok(self.write(&call.literal)?);
        };
        if let Some(word) = &call.bare_word {
            let message = format!("the bare word {word:?} cannot be an argument of the macro #{}", call.name);
            return Err(call.position.failure(message).into());
        }
        if self.calls >= MAX_CALLS {
            let message = format!("macros call macros more than {MAX_CALLS} levels deep, at #{}", call.name);
            return Err(call.position.failure(message).into());
        }
        let (values, arguments) = self.bind(call, &called.parameters)?;
        let caller = self.scope.call(values, arguments);
        self.calls += 1;
        let rendered = self.block(&called.body);
        self.calls -= 1;
        self.scope.finish(caller);
        match rendered {
            Err(Interrupt::Break) => Ok(()),
            other => other,
        }
    }

    /// Parameters and their arguments. Numbers and booleans are passed by value; everything else is evaluated each time the
    /// parameter is used, where the macro was called.
    #[expect(clippy::type_complexity, reason = "two lists of pairs, made here and taken apart by the caller")]
    fn bind(
        &mut self,
        call: &Call,
        parameters: &[Arc<str>],
    ) -> Result<(Vec<(Arc<str>, Value)>, Vec<(Arc<str>, Arc<Expression>)>), Interrupt> {
        let mut values = Vec::new();
        let mut arguments = Vec::new();
        for (parameter, argument) in parameters.iter().zip(&call.arguments) {
            match &**argument {
                Expression::Number(_) | Expression::Boolean(_) => {
                    values.push((parameter.clone(), self.value(argument)?))
                }
                _ => arguments.push((parameter.clone(), argument.clone())),
            }
        }
        if let Some(body) = &call.body {
            let block = DefinedBlock { body: body.clone(), max_depth: MAX_CALLS, depth: Cell::new(0) };
            values.push(("bodyContent".into(), Value::Block(Rc::new(block))));
        }
        Ok((values, arguments))
    }

    fn evaluate(&mut self, template: &Expression, position: Position) -> Result<(), Interrupt> {
        let value = self.value(template)?;
        let text = self.text(&value)?;
        // Reading costs more than copying, and what is read stays until the rendering ends.
        self.heap.budget.text(text.len().saturating_mul(64))?;
        self.heap.budget.allocate(text.len().saturating_mul(8))?;
        let body = parser::parse_into(&text, &mut self.macros).map_err(|mut error| {
            error.message =
                format!("{} (in the text given to #evaluate in line {})", error.message, position.line);
            RenderError::Syntax(error)
        })?;
        match self.block(&body) {
            Err(Interrupt::Stop | Interrupt::Break) => Ok(()),
            other => other,
        }
    }
}
