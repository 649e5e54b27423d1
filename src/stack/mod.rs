//! Stack files.
pub mod diagnostic;
pub mod file;
pub mod reader;
pub mod source;
pub mod suggest;
pub mod template;
pub mod yaml;
