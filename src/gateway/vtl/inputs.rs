//! What a template is rendered with, and what comes out.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::limits::Limits;

/// Whether a template makes the integration's request or the method's response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// A request template; `$input` is the client's request.
    #[default]
    Request,
    /// A response template; `$input.body` is what the integration answered.
    Response,
}

/// What a template can see.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// Which of the two templates this is.
    pub phase: Phase,
    /// The payload behind `$input`. What is not UTF-8 is replaced.
    pub body: Vec<u8>,
    /// Path parameters.
    pub path: IndexMap<String, String>,
    /// Query parameters, one value each.
    pub querystring: IndexMap<String, String>,
    /// Request headers as the client wrote their names. `$input.params('name')` finds them whatever the case, if no name
    /// matches exactly.
    pub header: IndexMap<String, String>,
    /// `$stageVariables`.
    pub stage_variables: IndexMap<String, String>,
    /// `$context`, an object. A response template sees the overrides of the request template when the caller hands them
    /// over here as `requestOverride` and `responseOverride`.
    pub context: Value,
    /// What the rendering may use.
    pub limits: Limits,
}

/// A rendering.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// `$context.requestOverride` after the template: objects `header`, `path` and `querystring`, each absent when empty. A
    /// value is a text or an array of texts. Empty in [`Phase::Response`], when the request is long sent.
    pub request_override: Map<String, Value>,
    /// `$context.responseOverride` after the template: `status` and an object `header`, each absent when not set.
    pub response_override: Map<String, Value>,
    /// The first references that had no value, which API Gateway takes for the empty text without a word.
    pub undefined: Vec<Undefined>,
}

/// A reference that had no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undefined {
    /// The reference as written.
    pub reference: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}
