//! Errors as people read them: what, where, which call, and what to do.

use serde::Serialize;

use super::Styles;
use crate::model::CloudError;

/// One thing that went wrong.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// One line, fixed words.
    pub summary: String,
    /// Lines that say where and what: places in files, objects, the call.
    pub details: Vec<String>,
    /// What was done and what was not.
    pub state: Option<String>,
    /// What to do about it.
    pub hints: Vec<String>,
    /// Diagnostics of a stack file, rendered already; shown as they are.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub rendered: String,
    /// Diagnostics of a stack file, for machines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<serde_json::Value>,
}

impl Report {
    /// A report of one line.
    pub fn new(summary: impl Into<String>) -> Self {
        Self { summary: summary.into(), ..Self::default() }
    }

    /// Adds a line of detail.
    pub fn detail(mut self, line: impl Into<String>) -> Self {
        self.details.push(line.into());
        self
    }

    /// Adds a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The lines that a failed call deserves.
    pub fn cloud(mut self, error: &CloudError) -> Self {
        if let Some(address) = &error.address {
            self.details.push(address.to_string());
        }
        self.details.push(format!("call:    {}", error.call));
        let status = error.status.map(|status| status.to_string());
        let status: Vec<String> = status.into_iter().chain(error.code.clone()).collect();
        if !status.is_empty() {
            self.details.push(format!("status:  {}", status.join(" ")));
        }
        self.details.push(format!("message: {}", error.message));
        if let Some(id) = &error.request_id {
            self.details.push(format!("request: {id}"));
        }
        self
    }

    pub(super) fn text(&self, styles: Styles) -> String {
        let mut text = String::new();
        if !self.rendered.is_empty() {
            text.push_str(self.rendered.trim_end());
            text.push('\n');
        }
        if !self.summary.is_empty() {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&format!("{}: {}\n", styles.delete("error"), self.summary));
        }
        for line in &self.details {
            text.push_str(&format!("  {line}\n"));
        }
        if let Some(state) = &self.state {
            text.push_str(&format!("\n{state}\n"));
        }
        for hint in &self.hints {
            text.push_str(&format!("\n{}: {hint}\n", styles.strong("hint")));
        }
        text.trim_end().to_owned()
    }
}
