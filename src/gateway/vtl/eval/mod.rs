//! Renders a template.

mod directives;
mod expressions;
mod input;
mod references;
mod scope;
mod util;

use std::collections::HashMap;
use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Map, Value as Json};

use super::ast::{Block, Macros};
use super::error::{Position, RenderError};
use super::inputs::{Inputs, Phase, Rendered, Undefined};
use super::limits::{Budget, LimitExceeded};
use super::parser::Parsed;
use super::regex::RegexCache;
use super::value::{Heap, Key, LoopId, MapId, PutError, Value};
use scope::Scope;

/// Renders a template with its inputs.
pub(super) fn render(parsed: &Parsed, inputs: &Inputs) -> Result<Rendered, RenderError> {
    let mut evaluator = Evaluator::new(parsed, inputs)?;
    match evaluator.block(&parsed.body) {
        // Outside of a loop, #break ends the template as #stop does.
        Ok(()) | Err(Interrupt::Stop | Interrupt::Break | Interrupt::BreakLoop(_)) => {}
        Err(Interrupt::Failed(error)) => return Err(*error),
    }
    evaluator.finish()
}

/// Why the statements after this one are not rendered.
enum Interrupt {
    Failed(Box<RenderError>),
    /// `#stop`.
    Stop,
    /// `#break`, which ends the nearest loop, macro or block.
    Break,
    /// `#break($foreach.parent)`.
    BreakLoop(LoopId),
}

impl From<RenderError> for Interrupt {
    fn from(error: RenderError) -> Self {
        Interrupt::Failed(Box::new(error))
    }
}

impl From<LimitExceeded> for Interrupt {
    fn from(limit: LimitExceeded) -> Self {
        RenderError::Limit(limit).into()
    }
}

impl Interrupt {
    fn put(error: PutError, position: Position) -> Self {
        error.at(position).into()
    }
}

struct Evaluator<'i> {
    inputs: &'i Inputs,
    heap: Heap,
    scope: Scope,
    macros: Macros,
    regexes: RegexCache,
    out: String,
    /// Texts being rendered around this statement, whose bound is that of strings.
    captures: usize,
    /// Macro calls that are running.
    calls: usize,
    /// The payload, once something looked into it.
    document: Option<Arc<Json>>,
    /// What `$input.path` found, so that the same path yields the same object.
    paths: HashMap<Arc<str>, Value>,
    context: MapId,
    nothing: Arc<str>,
    undefined: Vec<Undefined>,
}

impl<'i> Evaluator<'i> {
    fn new(parsed: &Parsed, inputs: &'i Inputs) -> Result<Self, LimitExceeded> {
        let mut heap = Heap::new(Budget::new(inputs.limits.clone()));
        let context = context_map(&mut heap, &inputs.context)?;
        let variables: Map<String, Json> = inputs
            .stage_variables
            .iter()
            .map(|(name, value)| (name.clone(), value.as_str().into()))
            .collect();
        let stage_variables = heap.adopt(&Json::Object(variables))?;
        let mut scope = Scope::new();
        scope.put("input", Value::Input);
        scope.put("util", Value::Util);
        scope.put("context", Value::Map(context));
        scope.put("stageVariables", stage_variables);
        Ok(Evaluator {
            inputs,
            heap,
            scope,
            macros: parsed.macros.clone(),
            regexes: RegexCache::default(),
            out: String::new(),
            captures: 0,
            calls: 0,
            document: None,
            paths: HashMap::new(),
            context,
            nothing: "".into(),
            undefined: Vec::new(),
        })
    }

    /// Renders statements into the output.
    fn block(&mut self, block: &Block) -> Result<(), Interrupt> {
        self.deeper(|this| block.iter().try_for_each(|node| this.node(node)))
    }

    /// Does something one level further down, however it ends.
    fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Interrupt>) -> Result<T, Interrupt> {
        self.heap.budget.enter()?;
        let result = work(self);
        self.heap.budget.leave();
        result
    }

    /// Renders statements into a text of their own, which is lost when something interrupts it.
    fn capture(&mut self, block: &Block) -> Result<String, Interrupt> {
        self.captured(|this| this.block(block))
    }

    /// What some work writes, as a text.
    fn captured<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, Interrupt>,
    ) -> Result<String, Interrupt> {
        let outer = std::mem::take(&mut self.out);
        self.captures += 1;
        let rendered = work(self);
        self.captures -= 1;
        let text = std::mem::replace(&mut self.out, outer);
        rendered?;
        self.heap.budget.string(text.len())?;
        Ok(text)
    }

    fn write(&mut self, text: &str) -> Result<(), LimitExceeded> {
        self.heap.budget.text(text.len())?;
        let limits = &self.heap.budget.limits;
        let (limit, unit) = match self.captures {
            0 => (limits.output_bytes, "bytes of output"),
            _ => (limits.string_bytes, "bytes in one string"),
        };
        if self.out.len() + text.len() > limit {
            return Err(LimitExceeded::new(limit, unit));
        }
        self.out.push_str(text);
        Ok(())
    }

    fn finish(mut self) -> Result<Rendered, RenderError> {
        let request_override = match self.inputs.phase {
            Phase::Request => self.overrides("requestOverride")?,
            Phase::Response => Map::new(),
        };
        let response_override = self.overrides("responseOverride")?;
        Ok(Rendered { text: self.out, request_override, response_override, undefined: self.undefined })
    }

    /// An override map of `$context` without what is empty.
    fn overrides(&mut self, name: &str) -> Result<Map<String, Json>, LimitExceeded> {
        let value = self.heap.get_map(self.context).entries.get(&Key::text(name)).cloned();
        let Some(Json::Object(mut overrides)) = value.map(|value| self.heap.release(&value)).transpose()?
        else {
            return Ok(Map::new());
        };
        overrides.retain(|_, value| value.as_object().is_none_or(|members| !members.is_empty()));
        Ok(overrides)
    }
}

/// `$context` with the maps a template may write overrides into.
fn context_map(heap: &mut Heap, context: &Json) -> Result<MapId, LimitExceeded> {
    let id = object(heap, context)?;
    for (name, parts) in
        [("requestOverride", &["header", "path", "querystring"][..]), ("responseOverride", &["header"][..])]
    {
        let overrides = member(heap, id, name)?;
        for part in parts {
            let part = member(heap, overrides, part)?;
            heap.map_mut(part).set_once = Some(std::collections::HashSet::new());
        }
        if name == "responseOverride" {
            heap.map_mut(overrides).set_once = Some(std::collections::HashSet::new());
        }
    }
    Ok(id)
}

fn object(heap: &mut Heap, json: &Json) -> Result<MapId, LimitExceeded> {
    match heap.adopt(json)? {
        Value::Map(id) => Ok(id),
        _ => heap.map(IndexMap::new()),
    }
}

/// The object `name` of a map, made if there is none.
fn member(heap: &mut Heap, id: MapId, name: &str) -> Result<MapId, LimitExceeded> {
    if let Some(Value::Map(found)) = heap.get_map(id).entries.get(&Key::text(name)) {
        return Ok(*found);
    }
    let made = heap.map(IndexMap::new())?;
    heap.map_mut(id).entries.insert(Key::text(name), Value::Map(made));
    Ok(made)
}
