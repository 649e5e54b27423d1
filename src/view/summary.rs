//! How a run ended, for people and machines.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Styles, plan::seconds};
use crate::model::Scope;

/// How a run ended.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The stack and stage.
    pub scope: Scope,
    /// What was asked for: `deploy` or `destroy`.
    pub command: &'static str,
    /// Objects created.
    pub created: usize,
    /// Objects changed.
    pub changed: usize,
    /// Objects deleted.
    pub deleted: usize,
    /// Writes made.
    pub calls: usize,
    /// The stack's outputs.
    pub outputs: BTreeMap<String, String>,
    /// The URL of the stage, where there is an API.
    pub url: Option<String>,
    /// What people have still to do about the stage's objects.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The time taken, in seconds.
    pub seconds: f64,
    /// What to do next.
    pub next: Option<String>,
}

impl Summary {
    pub(super) fn text(&self, styles: Styles) -> String {
        let scope = styles.strong(&self.scope.to_string());
        let took = seconds(self.seconds);
        let mut lines = Vec::new();
        if self.created + self.changed + self.deleted == 0 {
            let nothing = if self.command == "destroy" { "nothing to delete" } else { "nothing to change" };
            lines.push(format!("{scope}: {nothing}, no call was made that writes ({took})"));
        } else {
            lines.push(format!(
                "{scope}: {} created, {} changed, {} deleted in {took}",
                self.created, self.changed, self.deleted
            ));
        }
        if let Some(url) = &self.url {
            lines.push(format!("  url  {}", styles.strong(url)));
        }
        let width = self.outputs.keys().map(String::len).max().unwrap_or(0);
        for (name, value) in &self.outputs {
            lines.push(format!("  {name:width$}  {value}"));
        }
        lines.extend(self.notes.iter().map(|note| format!("\n{}: {note}", styles.update("note"))));
        lines.extend(self.next.iter().map(|next| format!("\n{next}")));
        lines.join("\n")
    }
}
