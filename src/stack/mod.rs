//! Stack files: read, checked, and resolved for a stage.
//!
//! ```text
//! text --yaml--> Node --reader--> file::Stack --check--> StackFile --resolve--> ResolvedStack
//! ```
//!
//! - `yaml` knows YAML and where everything stands, and nothing of stacks.
//! - `reader` turns nodes into shapes and tells every problem; `${…}` is taken apart here.
//! - `file` declares the shapes. A new key is one line there: type, reading and JSON Schema come from it.
//! - `check` holds what must be true between values, one file for each kind of object.
//! - `load` joins them. Reading happens twice: once without values, to tell what is wrong at every stage, and once for
//!   the chosen stage.

mod check;
pub mod compile;
pub mod cors;
mod defaults;
pub mod diagnostic;
pub mod file;
mod grant;
mod load;
mod params;
pub mod reader;
mod schema;
pub mod source;
pub mod template;
#[cfg(test)]
mod tests;
pub mod yaml;

use std::path::Path;

use crate::model::suggest;

pub use diagnostic::{Diagnostic, Place, Severity, render};
pub use file::Stack;
pub use load::{ResolvedStack, StackFile, read_text, read_with};
pub use params::GivenParams;
pub use reader::{At, Keyed, KeyedEntry, TemplateChecker, TemplateMistake};
pub use schema::schema;
pub use source::{Position, Source, Span};
pub use template::{ApiAttribute, Attribute, Part, Reference, Secret, Template};

/// Looks for syntax errors in the mapping templates of a stack file.
const CHECKER: Option<TemplateChecker> = Some(template_mistake);

/// What the gateway's own parser says of a template.
fn template_mistake(text: &str) -> Option<TemplateMistake> {
    let mistake = crate::gateway::vtl::parse(text).err()?;
    Some(TemplateMistake { line: mistake.line, column: mistake.column, message: mistake.message })
}

/// Reads and checks the stack file at `path`.
///
/// # Errors
/// Every problem of the file, in its order, with the warnings among them.
pub fn read(path: &Path) -> Result<(StackFile, Vec<Diagnostic>), Vec<Diagnostic>> {
    read_with(path, CHECKER)
}
