//! Cognito identity pools.

use super::super::file::{IdentityPool, KeyOrArn, MappingKind, RoleMapping, Stack, key_or_arn};
use super::super::reader::Reader;
use super::super::reader::shape::At;
use super::super::source::Span;
use super::super::suggest::did_you_mean;
use super::super::template::Template;
use super::functions::role_exists;
use super::{each, is_word, tags};

/// The longest name of a developer provider.
const PROVIDER_CHARS_MAX: usize = 128;
/// How many rules the mapping of a provider takes (API reference of `RulesConfigurationType`).
const RULES_MAX: usize = 25;
/// How user pools are named in identity pools.
const USER_POOL_PREFIX: &str = "cognito-idp.";

pub(super) fn check(stack: &Stack, reader: &mut Reader<'_>) {
    each("identity_pools", &stack.identity_pools, reader, |entry, reader| {
        let (pool, span) = (&entry.value, entry.key.span);
        if !is_word(&entry.key) {
            let detail = format!("`{}` cannot be the name of an identity pool.", *entry.key);
            reader.error(span, "invalid name", detail).with_hint("letters, digits, `_` and `-`");
        }
        tags::check(&pool.tags, reader);
        developer_provider(pool, reader);
        for provider in &pool.user_pools {
            user_pool(stack, &provider.user_pool, provider.client_id.is_some(), reader);
        }
        roles(stack, pool, reader);
        for mapping in &pool.role_mappings {
            role_mapping(stack, pool, mapping, reader);
        }
    });
}

fn developer_provider(pool: &IdentityPool, reader: &mut Reader<'_>) {
    let Some(name) = &pool.developer_provider else { return };
    let Some(text) = name.known() else { return };
    let fits = |c: char| c.is_alphanumeric() || "_.-".contains(c);
    if text.is_empty() || text.chars().count() > PROVIDER_CHARS_MAX || !text.chars().all(fits) {
        let detail = format!("`{text}` cannot be the name of a developer provider.");
        reader
            .error(name.span, "invalid name", detail)
            .with_hint("letters, digits, `.`, `_` and `-`, at most 128, such as `login.example.app`");
    }
}

/// A key of `user_pools`, whose client is known, or a provider's name together with a client.
fn user_pool(stack: &Stack, name: &At<Template>, has_client: bool, reader: &mut Reader<'_>) {
    match key_or_arn(name) {
        KeyOrArn::Key(text) if text.starts_with(USER_POOL_PREFIX) && !has_client => {
            let detail = "The clients of a user pool of another stack are not known here.";
            reader.error(name.span, "missing key", detail).with_hint("name one with `client_id`");
        }
        KeyOrArn::Key(text) if text.starts_with(USER_POOL_PREFIX) => {}
        KeyOrArn::Key(key) => match stack.user_pools.get(key) {
            Some(pool) if pool.client.is_none() && !has_client => {
                let detail = format!("The user pool `{key}` has no `client`.");
                reader
                    .error(name.span, "missing key", detail)
                    .with_hint("give it one, or name one with `client_id`");
            }
            Some(_) => {}
            None if stack.user_pools.declares(key) => {}
            None => {
                let detail = format!("The stack has no user pool `{key}`.");
                let hint = did_you_mean(key, stack.user_pools.names()).unwrap_or_else(|| {
                    "declare it under `user_pools`, or write `cognito-idp.<region>.amazonaws.com/<pool id>`".into()
                });
                reader.error(name.span, "unknown user pool", detail).with_hint(hint);
            }
        },
        KeyOrArn::Arn(template) if template.known().is_some() => {
            let detail = "Here a user pool is not named by its ARN.";
            reader
                .error(name.span, "unknown user pool", detail)
                .with_hint("write its key, or `cognito-idp.<region>.amazonaws.com/<pool id>`");
        }
        KeyOrArn::Arn(_) => {}
    }
}

fn roles(stack: &Stack, pool: &IdentityPool, reader: &mut Reader<'_>) {
    let Some(roles) = &pool.roles else { return };
    for role in roles.authenticated.iter().chain(&roles.unauthenticated) {
        role_exists(stack, role, reader);
    }
    let open = pool.allow_unauthenticated.is_some_and(|open| open.value);
    if let (Some(role), false) = (&roles.unauthenticated, open) {
        let detail = "Nobody gets this role: the pool gives no credentials to who has not logged in.";
        reader
            .warning(role.span, "setting without effect", detail)
            .with_hint("say `allow_unauthenticated: true`");
    }
}

fn role_mapping(stack: &Stack, pool: &IdentityPool, mapping: &At<RoleMapping>, reader: &mut Reader<'_>) {
    match (&mapping.user_pool, &mapping.provider) {
        (Some(key), None) => mapped_pool(pool, key, reader),
        (None, Some(_)) => {}
        _ => {
            let detail = "A role mapping is about one provider: `user_pool` or `provider`.";
            reader.error(mapping.span, "missing key", detail);
        }
    }
    let by_rules = mapping.kind.value == MappingKind::Rules;
    match mapping.rules.first() {
        None if by_rules => {
            reader.error(mapping.span, "missing key", "A role mapping of type `rules` needs `rules`.");
        }
        Some(rule) if !by_rules => {
            let detail = "With type `token` the token decides; rules are for type `rules`.";
            reader.error(rule.span, "setting without effect", detail);
        }
        _ => {}
    }
    too_many(mapping.rules.get(RULES_MAX).map(|rule| rule.span), reader);
    for rule in &mapping.rules {
        role_exists(stack, &rule.role, reader);
    }
}

fn too_many(extra: Option<Span>, reader: &mut Reader<'_>) {
    if let Some(span) = extra {
        let detail = format!("Cognito takes at most {RULES_MAX} rules for one provider.");
        reader.error(span, "too many rules", detail);
    }
}

/// A mapping is about a provider that the pool has.
fn mapped_pool(pool: &IdentityPool, key: &At<Template>, reader: &mut Reader<'_>) {
    let Some(text) = key.known() else { return };
    let mut keys = pool.user_pools.iter().filter_map(|provider| provider.user_pool.known());
    if !keys.any(|known| known == text) {
        let detail = format!("The identity pool does not name the user pool `{text}`.");
        reader
            .error(key.span, "unknown user pool", detail)
            .with_hint("add it to `user_pools` of the identity pool");
    }
}
