//! `${functions.…}`, `${roles.…}`, `${api.…}` and `${stacks.…}` must name something.

use super::super::file::Stack;
use super::super::reader::{Mention, Reader};
use super::super::suggest::did_you_mean;
use super::super::template::Reference;

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    for Mention { reference, span, key_path } in reader.mentions().to_vec() {
        let problem = match &reference {
            Reference::Function(key, _) if !stack.functions.declares(key) => {
                let hint = did_you_mean(key, stack.functions.names());
                reader
                    .error(span, "unknown function", format!("The stack has no function `{key}`."))
                    .with_hint_of(hint)
            }
            Reference::Role(key, _) if !stack.roles.declares(key) => {
                let hint = did_you_mean(key, stack.roles.names());
                reader
                    .error(span, "unknown role", format!("The stack has no role `{key}`."))
                    .with_hint_of(hint)
            }
            Reference::Api(_) if stack.api.is_none() => {
                reader.error(span, "unknown reference", "The stack has no `api`.")
            }
            Reference::StackOutput { stack: other, output } if **other == **stack.stack => {
                let detail =
                    format!("`{other}` is this stack itself; its outputs are known only after the deploy.");
                reader
                    .error(span, "reference to itself", detail)
                    .with_hint(format!("write here what the output `{output}` says"))
            }
            _ => continue,
        };
        problem.key_path = key_path;
    }
}
