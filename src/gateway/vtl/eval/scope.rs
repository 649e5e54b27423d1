//! The names of a template: its variables, and the parameters of running macros.

use std::collections::HashMap;
use std::sync::Arc;

use crate::gateway::vtl::ast::Expression;
use crate::gateway::vtl::value::Value;

/// What a name stands for in one frame.
pub(super) enum Found {
    Value(Value),
    /// The argument of a macro, to be evaluated where the macro was called.
    Argument(Arc<Expression>, usize),
    Nothing,
}

/// The names of one macro call, or of the template itself.
#[derive(Default)]
struct Frame {
    values: HashMap<Arc<str>, Value>,
    arguments: HashMap<Arc<str>, Arc<Expression>>,
    parent: Option<usize>,
}

/// All names. A variable is seen and set everywhere; only a macro's parameters belong to its call.
pub(super) struct Scope {
    frames: Vec<Frame>,
    /// The frame whose statements run.
    current: usize,
}

impl Scope {
    pub(super) fn new() -> Self {
        Scope { frames: vec![Frame::default()], current: 0 }
    }

    /// What `name` stands for.
    pub(super) fn find(&self, name: &str) -> Found {
        let mut at = Some(self.current);
        while let Some(index) = at {
            let frame = &self.frames[index];
            if let Some(value) = frame.values.get(name) {
                return Found::Value(value.clone());
            }
            if let (Some(argument), Some(parent)) = (frame.arguments.get(name), frame.parent) {
                return Found::Argument(argument.clone(), parent);
            }
            at = frame.parent;
        }
        Found::Nothing
    }

    /// Sets a variable here and in every frame around, as Velocity's macros do.
    pub(super) fn put(&mut self, name: impl Into<Arc<str>>, value: Value) {
        let name = name.into();
        let mut at = Some(self.current);
        while let Some(index) = at {
            let frame = &mut self.frames[index];
            frame.values.insert(name.clone(), value.clone());
            at = frame.parent;
        }
    }

    /// Forgets a name everywhere.
    pub(super) fn remove(&mut self, name: &str) {
        let mut at = Some(self.current);
        while let Some(index) = at {
            let frame = &mut self.frames[index];
            frame.values.remove(name);
            frame.arguments.remove(name);
            at = frame.parent;
        }
    }

    /// Begins a macro call and answers the frame to go back to.
    pub(super) fn call(
        &mut self,
        values: Vec<(Arc<str>, Value)>,
        arguments: Vec<(Arc<str>, Arc<Expression>)>,
    ) -> usize {
        let caller = self.current;
        self.frames.push(Frame {
            values: values.into_iter().collect(),
            arguments: arguments.into_iter().collect(),
            parent: Some(caller),
        });
        self.current = self.frames.len() - 1;
        caller
    }

    /// Ends the macro call that began last.
    pub(super) fn finish(&mut self, caller: usize) {
        self.frames.pop();
        self.current = caller;
    }

    /// Goes to another frame for a while and answers the one to go back to.
    pub(super) fn go_to(&mut self, frame: usize) -> usize {
        std::mem::replace(&mut self.current, frame)
    }
}
