//! What can go wrong with a template, when it is read and when it is rendered.

use thiserror::Error;

use super::limits::LimitExceeded;
use crate::gateway::jsonpath::ParseError;

/// A template which Velocity refuses.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{message} (line {line}, column {column})")]
pub struct SyntaxError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, in one sentence without the place.
    pub message: String,
}

/// A template that cannot be rendered with what it was given.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum RenderError {
    /// The payload is not what API Gateway can read. API Gateway answers 400 with this text as the `message`.
    ///
    /// Recorded from AWS: `Could not process payloadnet.minidev.json.parser.ParseException: Unexpected End Of File
    /// position 1: null`, without a blank in the middle.
    #[error("Could not process payloadnet.minidev.json.parser.ParseException: {0}")]
    Payload(ParseError),
    /// A statement of the template failed: a method refused its arguments, an override was applied twice. API Gateway
    /// answers 500.
    #[error("{message} (line {line}, column {column})")]
    Evaluation {
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What failed.
        message: String,
    },
    /// `#evaluate` was given text which is no template.
    #[error("#evaluate was given a broken template: {0}")]
    Syntax(SyntaxError),
    /// The template asked for more than an evaluation may use.
    #[error(transparent)]
    Limit(#[from] LimitExceeded),
}

/// A line and a column, both from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) line: usize,
    pub(crate) column: usize,
}

impl Position {
    pub(crate) fn syntax(self, message: impl Into<String>) -> SyntaxError {
        SyntaxError { line: self.line, column: self.column, message: message.into() }
    }

    pub(crate) fn failure(self, message: impl Into<String>) -> RenderError {
        RenderError::Evaluation { line: self.line, column: self.column, message: message.into() }
    }
}
