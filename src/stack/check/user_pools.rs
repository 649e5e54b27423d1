//! Cognito user pools and their clients.

use super::super::file::{
    KeyOrArn, OAuthFlow, Recovery, Stack, UserAttribute, UserPool, UserPoolClient, Validity, key_or_arn,
};
use super::super::reader::shape::At;
use super::super::reader::{KeyedEntry, Reader};
use super::super::suggest::did_you_mean;
use super::super::template::{Section, Template};
use super::{each, is_word, tags};

/// Attributes that every user pool has ("Working with user attributes", standard attributes).
const STANDARD: [&str; 17] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];
/// How many attributes of one's own a pool takes, and how long their names may be.
const CUSTOM_MAX: usize = 50;
const CUSTOM_CHARS_MAX: usize = 20;
/// How long access and id tokens may hold, in seconds.
const TOKEN_SECONDS: std::ops::RangeInclusive<i32> = 300..=86_400;
/// How long refresh tokens may hold, in seconds.
const REFRESH_SECONDS: std::ops::RangeInclusive<i32> = 3600..=315_360_000;
/// What a domain prefix must not have in it.
const RESERVED: [&str; 3] = ["aws", "amazon", "cognito"];

/// Whether every user pool has the attribute `name`.
pub(in crate::stack) fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    each("user_pools", &stack.user_pools, reader, |entry, reader| {
        let pool = &entry.value;
        if !is_word(&entry.key) {
            let detail = format!("`{}` cannot be the name of a user pool.", *entry.key);
            reader.error(entry.key.span, "invalid name", detail).with_hint("letters, digits, `_` and `-`");
        }
        tags::check(&pool.tags, reader);
        names(pool, reader);
        recovery(pool, reader);
        attributes(pool, reader);
        email(stack, pool, reader);
        domain(pool, reader);
        if let Some(client) = &pool.client {
            check_client(client, reader);
        }
    });
}

fn names(pool: &UserPool, reader: &mut Reader<'_>) {
    if let (Some(alias), false) = (pool.aliases.first(), pool.username_attributes.is_empty()) {
        let detail = "Users sign in either with `username_attributes` or with a name and its `aliases`.";
        reader.error(alias.span, "settings exclude each other", detail);
    }
}

fn recovery(pool: &UserPool, reader: &mut Reader<'_>) {
    let admin = pool.account_recovery.iter().find(|way| way.value == Recovery::AdminOnly);
    if let (Some(admin), true) = (admin, pool.account_recovery.len() > 1) {
        let detail = "`admin_only` means that there is no other way.";
        reader.error(admin.span, "settings exclude each other", detail);
    }
}

fn attributes(pool: &UserPool, reader: &mut Reader<'_>) {
    let mut own = 0;
    for entry in &pool.attributes {
        if is_standard(&entry.key) {
            standard(entry, reader);
            continue;
        }
        own += 1;
        let (name, span) = (entry.key.as_str(), entry.key.span);
        if let Some(bare) = name.strip_prefix("custom:") {
            let detail = "AWS puts `custom:` before the names of your own attributes by itself.";
            reader.error(span, "invalid name", detail).with_hint(format!("write `{bare}`"));
        } else if name.is_empty()
            || name.chars().count() > CUSTOM_CHARS_MAX
            || name.contains(char::is_whitespace)
        {
            let detail = format!(
                "`{name}` cannot be the name of an attribute: 1 to {CUSTOM_CHARS_MAX} characters without blanks."
            );
            reader.error(span, "invalid name", detail);
        }
        if let Some(required) = entry.value.required.as_ref().filter(|required| required.value) {
            let detail = "Only standard attributes can be required.";
            let hint = did_you_mean(name, STANDARD);
            reader.error(required.span, "setting without effect", detail).with_hint_of(hint);
        }
        if own == CUSTOM_MAX + 1 {
            let detail = format!("A user pool takes at most {CUSTOM_MAX} attributes of your own.");
            reader.error(span, "too many attributes", detail);
        }
    }
}

fn standard(entry: &KeyedEntry<UserAttribute>, reader: &mut Reader<'_>) {
    let of = &entry.value;
    let spans = [
        of.kind.as_ref().map(|at| at.span),
        of.minimum.as_ref().map(|at| at.span),
        of.maximum.as_ref().map(|at| at.span),
    ];
    if let Some(span) = spans.into_iter().flatten().next() {
        let detail = format!("`{}` is a standard attribute: what it holds is decided by AWS.", *entry.key);
        reader.error(span, "setting without effect", detail);
    }
}

/// The identity is one of the stack, or an ARN.
fn email(stack: &Stack, pool: &UserPool, reader: &mut Reader<'_>) {
    let Some(email) = &pool.email else { return };
    let KeyOrArn::Key(key) = key_or_arn(&email.identity) else { return };
    let keys = stack.keys(Section::SesIdentities);
    if !keys.contains(&key) {
        let detail = format!("The stack has no SES identity `{key}`.");
        let hint = did_you_mean(key, keys)
            .unwrap_or_else(|| "declare it under `ses_identities`, or give an ARN".to_owned());
        reader.error(email.identity.span, "unknown identity", detail).with_hint(hint);
    }
}

/// The characters that AWS takes (API reference of `CreateUserPoolDomain`), and the words it keeps to itself.
fn domain(pool: &UserPool, reader: &mut Reader<'_>) {
    let Some(domain) = &pool.domain else { return };
    let Some(text) = domain.known() else { return };
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = !text.is_empty()
        && text.len() <= 63
        && text.chars().all(|c| plain(c) || c == '-')
        && text.starts_with(plain)
        && text.ends_with(plain);
    let reserved = RESERVED.iter().find(|word| text.contains(**word));
    if !fits {
        let detail = format!("`{text}` cannot be the prefix of a domain.");
        reader
            .error(domain.span, "invalid name", detail)
            .with_hint("lowercase letters, digits and `-` between them, at most 63");
    } else if let Some(word) = reserved {
        let detail =
            format!("The prefix of a domain must not have `{word}` in it: AWS keeps that word to itself.");
        reader.error(domain.span, "invalid name", detail);
    }
}

fn check_client(client: &UserPoolClient, reader: &mut Reader<'_>) {
    for (validity, range, words) in [
        (&client.access_token, TOKEN_SECONDS, "5 minutes to 1 day"),
        (&client.id_token, TOKEN_SECONDS, "5 minutes to 1 day"),
        (&client.refresh_token, REFRESH_SECONDS, "1 hour to 3650 days"),
    ] {
        token(validity.as_ref(), &range, words, reader);
    }
    for url in client.callback_urls.iter().chain(&client.logout_urls) {
        page(url, reader);
    }
    let Some(first) = client.oauth_flows.first() else {
        if let Some(scope) = client.oauth_scopes.first() {
            let detail = "Scopes are for the sign-in pages, and there are no `oauth_flows`.";
            reader.error(scope.span, "setting without effect", detail);
        }
        return;
    };
    if client.oauth_scopes.is_empty() {
        reader.error(first.span, "missing key", "`oauth_flows` need `oauth_scopes`.");
    }
    let server = client.oauth_flows.iter().find(|flow| flow.value == OAuthFlow::ClientCredentials);
    match server {
        Some(flow) if client.oauth_flows.len() > 1 => {
            let detail = "`client_credentials` is for servers: it cannot stand beside flows for users.";
            reader.error(flow.span, "settings exclude each other", detail);
        }
        Some(flow) if !client.secret.is_some_and(|secret| secret.value) => {
            let detail = "`client_credentials` needs a client with a secret.";
            reader.error(flow.span, "missing key", detail).with_hint("say `secret: true`");
        }
        None if client.callback_urls.is_empty() => {
            reader.error(
                first.span,
                "missing key",
                "The sign-in pages need `callback_urls` to lead back to.",
            );
        }
        _ => {}
    }
}

fn token(
    validity: Option<&At<Validity>>,
    range: &std::ops::RangeInclusive<i32>,
    words: &str,
    reader: &mut Reader<'_>,
) {
    if let Some(validity) = validity.filter(|validity| !range.contains(&validity.seconds)) {
        let detail = format!("A token of this sort may hold {words}.");
        reader.error(validity.span, "value out of range", detail);
    }
}

/// Cognito leads back to pages over HTTPS, to apps by their own scheme, and over HTTP only to this machine.
fn page(url: &At<Template>, reader: &mut Reader<'_>) {
    let Some(text) = url.known() else { return };
    let here = ["http://localhost", "http://127.0.0.1", "http://[::1]"];
    let plain = text.starts_with("http://") && !here.iter().any(|start| text.starts_with(start));
    if plain || !text.contains("://") || text.contains('#') || text.contains(char::is_whitespace) {
        let detail = format!("Cognito does not lead back to `{text}`.");
        reader.error(url.span, "invalid URL", detail).with_hint(
            "an `https://` URL without a fragment, `http://localhost…`, or a URL of an app's own scheme",
        );
    }
}
