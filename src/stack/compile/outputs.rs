//! Outputs: recorded beside the ledger, for other stacks and for people; with them the stacks whose outputs this one uses.

use super::Builder;
use crate::{
    kinds::{Kind, Member, StackOutputs, stack_outputs},
    model::Text,
};

impl Builder<'_> {
    pub(super) fn outputs(&mut self) {
        let stack = self.stack;
        for entry in stack.outputs() {
            let text = self.texts.text(&entry.value.value.value);
            if text.is_secret() {
                self.texts.problem(
                    entry.key.span,
                    "secret in an output",
                    "Outputs are printed and recorded in plain text; a secret cannot be one.",
                    "leave it out: other stacks can read the same parameter",
                );
                continue;
            }
            self.graph.outputs.insert(entry.key.value.clone(), text);
        }
        let uses = self.texts.used_stacks().clone();
        if self.graph.outputs.is_empty() && uses.is_empty() {
            return;
        }
        let values: std::collections::BTreeMap<String, Text> = self.graph.outputs.clone();
        let at = self.scope().address(StackOutputs::NAME, "outputs");
        // Recorded last: who reads an output may rely on what it names.
        let needs: Vec<_> = self.graph.nodes.keys().cloned().collect();
        self.graph.add(at, StackOutputs::want(stack_outputs::Desired { values, uses }), needs);
    }
}
