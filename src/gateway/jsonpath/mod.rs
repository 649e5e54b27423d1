//! JSONPath as API Gateway's `$input.path(...)` and `$input.json(...)` understand it.
//!
//! The dialect is that of the Java library API Gateway uses (Jayway): `$.a['b'][0][-1][1:3][*]..c[?(@.price < 10)]` and
//! the functions `length() min() max() avg() stddev() sum() keys() concat() first() last() index(n)`. A leading `$` may be
//! left out. A *definite* path (one that can name one value at most) yields that value; any other yields an array.

mod eval;
mod filter;
mod functions;
mod lenient;
mod parse;
#[cfg(test)]
mod tests;
mod write;

use serde_json::Value;
use thiserror::Error;

pub use lenient::{ParseError, parse as parse_lenient};
pub use write::{Style, escape_into, quote_into, to_json};

use filter::Condition;

/// A path that is no JSONPath.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message} (character {position} of the path {path:?})")]
pub struct PathError {
    /// What is wrong.
    pub message: String,
    /// The path as written.
    pub path: String,
    /// Where, in characters from 1.
    pub position: usize,
}

/// A path that visits more of a document than this evaluator allows (`$..*..*..*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("the path visits more than {visits} values")]
pub struct TooManyVisits {
    /// The number of values a path may visit.
    pub visits: usize,
}

/// A compiled path.
#[derive(Debug, Clone)]
pub struct JsonPath {
    tokens: Vec<Token>,
}

/// One step of a path.
#[derive(Debug, Clone)]
enum Token {
    /// `.name`, `['name']` or `['one','two']`.
    Properties(Vec<String>),
    /// `[0]`, `[-1]` or `[0,2]`.
    Indexes(Vec<i64>),
    /// `[from:to]`, either of which may be absent.
    Slice(Option<i64>, Option<i64>),
    /// `.*` or `[*]`.
    Wildcard,
    /// `..`, which applies the following token at every depth.
    Scan,
    /// `[?(...)]`.
    Filter(Box<Condition>),
    /// `.length()` and the like.
    Function(functions::Function, Vec<functions::Argument>),
}

impl JsonPath {
    /// Compiles a path.
    ///
    /// # Errors
    /// When the text is no path: an empty one, one ending in a dot, an unclosed bracket, an unknown function.
    pub fn compile(path: &str) -> Result<Self, PathError> {
        parse::compile(path).map(|tokens| JsonPath { tokens })
    }

    /// Whether the path can name one value at most.
    pub fn is_definite(&self) -> bool {
        eval::definite(&self.tokens)
    }

    /// What the path names in `document`: `None` where a definite path, or the definite beginning of another, leads nowhere.
    ///
    /// # Errors
    /// When the path would visit more values than a hostile path may.
    pub fn read(&self, document: &Value) -> Result<Option<Value>, TooManyVisits> {
        eval::read(&self.tokens, document, document, &mut eval::Visits::default())
    }
}
