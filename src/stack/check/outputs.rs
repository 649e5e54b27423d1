//! Outputs.

use super::super::file::Stack;
use super::super::reader::Reader;
use super::each;

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    each("outputs", &stack.outputs, reader, |entry, reader| {
        if entry.value.value.value.is_secret() {
            let detail = "Outputs are shown and kept for other stacks, and this one would hold a secret.";
            reader.error(entry.value.value.value.span, "secret in an output", detail);
        }
    });
}
