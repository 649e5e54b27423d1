//! SES identities.

use std::collections::BTreeMap;

use super::super::file::{SesIdentity, Stack};
use super::super::reader::{Reader, shape::At};
use super::super::source::Span;
use super::{each, is_word};

/// The longest address (RFC 5321, without the brackets around a path).
const IDENTITY_CHARS_MAX: usize = 254;

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    each("ses_identities", &stack.ses_identities, reader, |entry, reader| {
        if !is_word(&entry.key) {
            let detail = format!("`{}` cannot be the key of an identity.", *entry.key);
            reader.error(entry.key.span, "invalid name", detail).with_hint("letters, digits, `_` and `-`");
        }
        let Some(name) = entry.value.identity.known().map(str::to_owned) else { return };
        identity(&name, entry.value.identity.span, reader);
        if let Some(other) = seen.insert(name.clone(), entry.key.value.clone()) {
            let detail =
                format!("`{name}` is `ses_identities.{other}` already; an account has it only once.");
            reader.error(entry.value.identity.span, "two objects with one name", detail);
        }
        dkim(&name, &entry.value, reader);
    });
}

fn identity(name: &str, span: Span, reader: &mut Reader<'_>) {
    let domain = name.rsplit('@').next().unwrap_or_default();
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
    };
    let local = name.strip_suffix(domain).map(|rest| rest.trim_end_matches('@')).unwrap_or_default();
    let has_local = !name.contains('@') || (!local.is_empty() && !local.contains(['@', ' ']));
    if name.len() > IDENTITY_CHARS_MAX || !domain.contains('.') || !domain.split('.').all(label) || !has_local
    {
        let detail = format!("`{name}` is neither an email address nor a domain.");
        reader
            .error(span, "invalid identity", detail)
            .with_hint("such as `sender@example.com` or `example.com`");
    } else if domain.chars().any(|c| c.is_ascii_uppercase()) {
        let detail = format!("SES knows domains in small letters only, and `{domain}` has others.");
        reader.error(span, "invalid identity", detail).with_hint(format!(
            "write `{local}{at}{}`",
            domain.to_lowercase(),
            at = if local.is_empty() { "" } else { "@" }
        ));
    }
}

fn dkim(name: &str, identity: &At<SesIdentity>, reader: &mut Reader<'_>) {
    if let Some(dkim) = identity.dkim.as_ref().filter(|_| name.contains('@')) {
        let domain = name.rsplit('@').next().unwrap_or_default();
        let detail = "Mail is signed for a domain, and this identity is an address.";
        reader
            .error(dkim.span, "signing of an address", detail)
            .with_hint(format!("declare the identity `{domain}` and set `dkim` there"));
    }
}
