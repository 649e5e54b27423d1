//! The values a template works with, and where its lists and maps are kept.

use std::cell::Cell;
use std::collections::HashSet;
use std::rc::Rc;
use std::sync::Arc;

use indexmap::IndexMap;

use super::ast::Block;
use super::error::RenderError;
use super::limits::{Budget, LimitExceeded};
use super::number::Number;

/// A value. Lists, maps and what else can change are names of places in the [`Heap`], so that `#set($b = $a)` makes both
/// the same list, as it is in Java.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    /// Java's null. A reference never yields it: there it becomes the empty text.
    Null,
    Boolean(bool),
    Number(Number),
    Text(Arc<str>),
    List(ListId),
    Map(MapId),
    Iterator(IteratorId),
    /// A pair of a map.
    Entry(Rc<(Value, Value)>),
    /// What `#define` made, or the body of a `#@macro`.
    Block(Rc<DefinedBlock>),
    /// `$foreach`.
    Loop(LoopId),
    /// `$input`.
    Input,
    /// `$util`.
    Util,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ListId(usize);
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct MapId(usize);
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IteratorId(usize);
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct LoopId(usize);

/// A block with a name, and how often it may be inside itself.
#[derive(Debug)]
pub(crate) struct DefinedBlock {
    pub(crate) body: Block,
    pub(crate) max_depth: usize,
    /// How often it is being rendered right now.
    pub(crate) depth: Cell<usize>,
}

/// Which Java class a list is of, which decides how it prints and what it can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListKind {
    /// `[1, 2]` in a template: an `ArrayList`.
    Plain,
    /// An array of a JSON document, which prints as JSON.
    Json,
    /// `keySet()` and `entrySet()`: no positions, no duplicates.
    Set,
    /// `values()`: no positions.
    Values,
    /// What `split` returns.
    Array,
}

#[derive(Debug, Default)]
pub(crate) struct Map {
    pub(crate) entries: IndexMap<Key, Value>,
    /// For the maps of overrides: the names set by this template, each of which can be set once.
    pub(crate) set_once: Option<HashSet<Key>>,
}

#[derive(Debug)]
pub(crate) struct List {
    pub(crate) kind: ListKind,
    pub(crate) items: Vec<Value>,
}

#[derive(Debug)]
pub(crate) struct Iterator {
    pub(crate) items: Vec<Value>,
    pub(crate) next: usize,
}

/// The state of a running `#foreach`.
#[derive(Debug)]
pub(crate) struct Loop {
    pub(crate) index: usize,
    pub(crate) has_next: bool,
    pub(crate) parent: Option<LoopId>,
    /// What `$foreach` was before the outermost loop.
    pub(crate) replaced: Value,
    /// What the template stores in `$foreach` itself.
    pub(crate) storage: MapId,
}

/// The key of a map: equal keys are equal in Java, so `1` and `'1'` differ.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    Null,
    Boolean(bool),
    Int(i32),
    Long(i64),
    Big(i128),
    Double(u64),
    Text(Arc<str>),
    /// Anything else, by its text.
    Other(Arc<str>),
}

impl Key {
    pub(crate) fn text(text: &str) -> Self {
        Key::Text(text.into())
    }

    /// The key as a value again.
    pub(crate) fn to_value(&self) -> Value {
        match self {
            Key::Null => Value::Null,
            Key::Boolean(b) => Value::Boolean(*b),
            Key::Int(n) => Value::Number(Number::Int(*n)),
            Key::Long(n) => Value::Number(Number::Long(*n)),
            Key::Big(n) => Value::Number(Number::Big(*n)),
            Key::Double(bits) => Value::Number(Number::Double(f64::from_bits(*bits))),
            Key::Text(text) | Key::Other(text) => Value::Text(text.clone()),
        }
    }
}

impl Value {
    pub(crate) fn text(text: impl Into<Arc<str>>) -> Self {
        Value::Text(text.into())
    }

    pub(crate) fn int(number: usize) -> Self {
        Value::Number(Number::whole(number as i128))
    }
}

/// About what a list, a map or one of their elements takes.
const CELL_BYTES: usize = 64;

/// The lists, maps, iterators and loops of one rendering. They all go when it ends, cycles included.
#[derive(Debug)]
pub(crate) struct Heap {
    pub(crate) budget: Budget,
    lists: Vec<List>,
    maps: Vec<Map>,
    iterators: Vec<Iterator>,
    loops: Vec<Loop>,
}

impl Heap {
    pub(crate) fn new(budget: Budget) -> Self {
        Heap { budget, lists: Vec::new(), maps: Vec::new(), iterators: Vec::new(), loops: Vec::new() }
    }

    pub(crate) fn list(&mut self, kind: ListKind, items: Vec<Value>) -> Result<Value, LimitExceeded> {
        self.budget.allocate(CELL_BYTES * (1 + items.len()))?;
        self.lists.push(List { kind, items });
        Ok(Value::List(ListId(self.lists.len() - 1)))
    }

    pub(crate) fn map(&mut self, entries: IndexMap<Key, Value>) -> Result<MapId, LimitExceeded> {
        self.budget.allocate(CELL_BYTES * (1 + entries.len()))?;
        self.maps.push(Map { entries, set_once: None });
        Ok(MapId(self.maps.len() - 1))
    }

    pub(crate) fn iterator(&mut self, items: Vec<Value>) -> Result<Value, LimitExceeded> {
        self.budget.allocate(CELL_BYTES * (1 + items.len()))?;
        self.iterators.push(Iterator { items, next: 0 });
        Ok(Value::Iterator(IteratorId(self.iterators.len() - 1)))
    }

    pub(crate) fn begin_loop(
        &mut self,
        parent: Option<LoopId>,
        replaced: Value,
    ) -> Result<LoopId, LimitExceeded> {
        let storage = self.map(IndexMap::new())?;
        self.loops.push(Loop { index: 0, has_next: false, parent, replaced, storage });
        Ok(LoopId(self.loops.len() - 1))
    }

    pub(crate) fn get_list(&self, id: ListId) -> &List {
        &self.lists[id.0]
    }

    /// A list that is about to grow by one element.
    pub(crate) fn grow_list(&mut self, id: ListId) -> Result<&mut List, LimitExceeded> {
        self.budget.allocate(CELL_BYTES)?;
        Ok(&mut self.lists[id.0])
    }

    pub(crate) fn list_mut(&mut self, id: ListId) -> &mut List {
        &mut self.lists[id.0]
    }

    pub(crate) fn get_map(&self, id: MapId) -> &Map {
        &self.maps[id.0]
    }

    pub(crate) fn map_mut(&mut self, id: MapId) -> &mut Map {
        &mut self.maps[id.0]
    }

    pub(crate) fn iterator_mut(&mut self, id: IteratorId) -> &mut Iterator {
        &mut self.iterators[id.0]
    }

    pub(crate) fn get_loop(&self, id: LoopId) -> &Loop {
        &self.loops[id.0]
    }

    pub(crate) fn loop_mut(&mut self, id: LoopId) -> &mut Loop {
        &mut self.loops[id.0]
    }

    /// Puts a pair into a map and answers what was there. The error is the sentence to tell.
    pub(crate) fn put(&mut self, id: MapId, key: Key, value: Value) -> Result<Value, PutError> {
        self.budget.allocate(CELL_BYTES)?;
        let map = &mut self.maps[id.0];
        if let Some(set_once) = &mut map.set_once
            && !set_once.insert(key.clone())
        {
            return Err(PutError::SetTwice(key));
        }
        Ok(map.entries.insert(key, value).unwrap_or(Value::Null))
    }
}

/// Why a pair cannot be put into a map.
#[derive(Debug)]
pub(crate) enum PutError {
    Limit(LimitExceeded),
    /// An override that was applied before. API Gateway: "an override may only be applied to each parameter once".
    SetTwice(Key),
}

impl From<LimitExceeded> for PutError {
    fn from(limit: LimitExceeded) -> Self {
        PutError::Limit(limit)
    }
}

impl PutError {
    /// The error as a rendering reports it.
    pub(crate) fn at(self, position: super::error::Position) -> RenderError {
        match self {
            PutError::Limit(limit) => RenderError::Limit(limit),
            PutError::SetTwice(Key::Text(name)) => position
                .failure(format!("the override of {name:?} is applied twice; API Gateway allows each once")),
            PutError::SetTwice(_) => {
                position.failure("an override is applied twice; API Gateway allows each once")
            }
        }
    }
}
