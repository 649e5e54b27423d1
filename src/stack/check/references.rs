//! `${functions.…}`, `${roles.…}`, `${api.…}` and `${stacks.…}` must name something.

use std::sync::Arc;

use super::super::diagnostic::{Diagnostic, Place};
use super::super::file::Stack;
use super::super::reader::{Mention, Reader};
use super::super::source::Source;
use super::super::suggest::did_you_mean;
use super::super::template::Reference;

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    let (own, mentions) = (Arc::clone(&reader.source), reader.mentions().to_vec());
    each(stack, &own, mentions.as_slice(), reader);
    if let Some(document) = stack.api.as_ref().and_then(|api| api.openapi.as_ref()) {
        each(stack, &document.source, document.mentions(), reader);
    }
}

fn each(stack: &Stack, source: &Arc<Source>, mentions: &[Mention], reader: &mut Reader<'_>) {
    for mention in mentions {
        if let Some((summary, detail, hint)) = mistake(stack, &mention.reference) {
            let place = Place { source: Arc::clone(source), span: Some(mention.span) };
            let problem = reader.problem(Diagnostic::error(place, summary, detail));
            problem.with_hint_of(hint).key_path.clone_from(&mention.key_path);
        }
    }
}

/// Summary, detail and hint, where `reference` names nothing.
fn mistake(stack: &Stack, reference: &Reference) -> Option<(&'static str, String, Option<String>)> {
    Some(match reference {
        Reference::Function(key, _) if !stack.functions.declares(key) => {
            let hint = did_you_mean(key, stack.functions.names());
            ("unknown function", format!("The stack has no function `{key}`."), hint)
        }
        Reference::Role(key, _) if !stack.roles.declares(key) => {
            let hint = did_you_mean(key, stack.roles.names());
            ("unknown role", format!("The stack has no role `{key}`."), hint)
        }
        Reference::Object { section, key: Some(key), .. }
            if !stack.keys(*section).contains(&key.as_str()) =>
        {
            let hint = did_you_mean(key, stack.keys(*section));
            ("unknown reference", format!("`{section}` has no `{key}`."), hint)
        }
        Reference::Object { section, key: None, attribute } if stack.keys(*section).len() != 1 => {
            let keys = stack.keys(*section);
            let detail = format!(
                "`${{{reference}}}` means the only one of `{section}`, and there are {}.",
                keys.len()
            );
            let hint = keys.first().map(|key| format!("write `${{{section}.{key}.{attribute}}}`"));
            ("unknown reference", detail, hint.or_else(|| Some(format!("add one under `{section}`"))))
        }
        Reference::Api(_) if stack.api.is_none() => {
            ("unknown reference", "The stack has no `api`.".to_owned(), None)
        }
        Reference::StackOutput { stack: other, output } if **other == **stack.stack => {
            let detail =
                format!("`{other}` is this stack itself; its outputs are known only after the deploy.");
            let hint = format!("write here what the output `{output}` says");
            ("reference to itself", detail, Some(hint))
        }
        _ => return None,
    })
}
