//! What a template is made of once it is read.

use std::collections::HashMap;
use std::sync::Arc;

use super::error::Position;
use super::number::{Arithmetic, Number};

/// Statements in their order. Shared, because `#define` keeps a block beyond its place.
pub(crate) type Block = Arc<[Node]>;

/// One statement, or the text between statements.
#[derive(Debug)]
pub(crate) enum Node {
    Text(Arc<str>),
    /// A reference that is printed, after the text its backslashes stand for.
    Reference {
        prefix: Arc<str>,
        reference: Reference,
    },
    /// `\$x`: evaluated, for its methods may change something, and printed as it is written.
    Escaped {
        reference: Reference,
        text: Arc<str>,
    },
    Set {
        target: Reference,
        value: Expression,
    },
    If {
        branches: Vec<(Expression, Block)>,
        otherwise: Option<Block>,
    },
    Foreach(Box<Foreach>),
    Call(Box<Call>),
    Define {
        name: Arc<str>,
        body: Block,
    },
    Evaluate {
        template: Expression,
        position: Position,
    },
    Stop,
    Break(Option<Expression>),
    /// `#parse` and `#include`: API Gateway has no other templates to offer.
    Unavailable {
        directive: &'static str,
        position: Position,
    },
}

/// `#foreach($variable in source) body #end`.
#[derive(Debug)]
pub(crate) struct Foreach {
    pub(crate) variable: Arc<str>,
    pub(crate) source: Expression,
    pub(crate) body: Block,
}

/// `#name(arguments)` or `#@name(arguments) body #end`.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: Arc<str>,
    pub(crate) arguments: Vec<Arc<Expression>>,
    pub(crate) body: Option<Block>,
    /// The source, which is printed when there is no such macro.
    pub(crate) literal: Arc<str>,
    /// A bare word among the arguments, which a macro refuses when it is called.
    pub(crate) bare_word: Option<Arc<str>>,
    pub(crate) position: Position,
}

/// `#macro(name $parameters) body #end`.
#[derive(Debug, Clone)]
pub(crate) struct Macro {
    pub(crate) parameters: Arc<[Arc<str>]>,
    pub(crate) body: Block,
}

/// The macros of a template. The first definition of a name stays.
pub(crate) type Macros = HashMap<Arc<str>, Macro>;

/// `$root.step[...]...`.
#[derive(Debug)]
pub(crate) struct Reference {
    pub(crate) root: Arc<str>,
    pub(crate) steps: Vec<Step>,
    /// Written as `${x}` or `$!x`. Velocity 1.7 does not assign to such a name: `#set(${x} = 1)` changes nothing.
    pub(crate) decorated: bool,
    /// The source, which is printed where a `#define` block contains itself.
    pub(crate) literal: Arc<str>,
    pub(crate) position: Position,
}

/// One step of a reference.
#[derive(Debug)]
pub(crate) enum Step {
    Property(Arc<str>),
    Method(Arc<str>, Vec<Expression>),
    Index(Expression),
}

/// Something with a value.
#[derive(Debug)]
pub(crate) enum Expression {
    Text(Arc<str>),
    /// A text in double quotes with references or directives in it. `chop` drops the last character rendered: see
    /// `parser::strings`.
    Interpolated {
        body: Block,
        chop: bool,
    },
    Number(Number),
    Boolean(bool),
    Reference(Reference),
    /// A name without `$` among the arguments of a method: it has no value.
    Nothing,
    List(Vec<Expression>),
    Map(Vec<(Expression, Expression)>),
    Range(Box<(Expression, Expression)>),
    /// One `!` or three or five.
    Not(Box<Expression>),
    /// Two `!`, which make a boolean of anything.
    Truth(Box<Expression>),
    /// Operators that bind equally, taken from left to right. Flat, so that a long sum is no deep tree.
    Chain(Box<Expression>, Vec<(Operator, Expression)>),
}

/// An operator between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    Greater,
    LessOrEqual,
    GreaterOrEqual,
    Arithmetic(Arithmetic),
}

impl Operator {
    /// How strongly the operator binds; a stronger one has a higher number.
    pub(crate) fn binding(self) -> u8 {
        match self {
            Operator::Or => 1,
            Operator::And => 2,
            Operator::Equal | Operator::NotEqual => 3,
            Operator::Less | Operator::Greater | Operator::LessOrEqual | Operator::GreaterOrEqual => 4,
            Operator::Arithmetic(Arithmetic::Add | Arithmetic::Subtract) => 5,
            Operator::Arithmetic(_) => 6,
        }
    }
}
