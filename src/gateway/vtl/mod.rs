//! Mapping templates: the Velocity Template Language as API Gateway speaks it.
//!
//! API Gateway uses Velocity 1.7 with one difference, which explains every rendering recorded from AWS: an undefined or null
//! reference is the *empty text*. It prints nothing, is true in `#if`, makes `!$x` false, equals `""`, and `#foreach` over
//! it runs zero times.
//!
//! ```
//! use gatewright::gateway::vtl::{self, Inputs};
//!
//! let template = vtl::parse("#set($name = $input.path('$.name'))Hello $name").expect("a template");
//! let inputs = Inputs { body: br#"{"name": "you"}"#.to_vec(), ..Inputs::default() };
//! assert_eq!(template.render(&inputs).expect("rendered").text, "Hello you");
//! ```

mod ast;
mod convert;
mod display;
mod error;
mod eval;
mod inputs;
mod limits;
mod methods;
mod number;
mod parser;
mod regex;
#[cfg(test)]
mod tests;
mod value;

pub use error::{RenderError, SyntaxError};
pub use inputs::{Inputs, Phase, Rendered, Undefined};
pub use limits::{LimitExceeded, Limits};
pub use number::java_double;
pub(crate) use regex::java_regex_within;

/// A template that was read, ready to be rendered any number of times.
#[derive(Debug)]
pub struct Template {
    parsed: parser::Parsed,
}

/// Reads a template.
///
/// # Errors
/// When Velocity 1.7 refuses the template; the error says where.
pub fn parse(text: &str) -> Result<Template, SyntaxError> {
    parser::parse(text).map(|parsed| Template { parsed })
}

impl Template {
    /// Renders the template. An undefined reference is no error, see the module's documentation.
    ///
    /// # Errors
    /// When the payload is broken JSON and the template looks into it, when a method refuses its arguments, when an override
    /// is applied twice, or when the template asks for more than [`Limits`] allow.
    pub fn render(&self, inputs: &Inputs) -> Result<Rendered, RenderError> {
        eval::render(&self.parsed, inputs)
    }
}
