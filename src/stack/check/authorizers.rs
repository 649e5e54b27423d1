//! Authorizers.

use super::super::file::{Api, Authorizer, AuthorizerKind, KeyOrArn, Stack, key_or_arn};
use super::super::reader::Reader;
use super::super::reader::shape::At;
use super::super::source::Span;
use super::super::suggest::did_you_mean;
use super::super::template::Template;
use super::functions::{function_exists, role_exists};
use super::{each, is_header_name, pattern};

/// What a route may say for `authorizer` without declaring one.
pub(super) const BUILT_IN: [&str; 2] = ["iam", "none"];

pub(super) fn check(stack: &Stack, api: &Api, reader: &mut Reader<'_>) {
    each("api.authorizers", &api.authorizers, reader, |entry, reader| {
        let (authorizer, span) = (&entry.value, entry.key.span);
        if BUILT_IN.contains(&entry.key.as_str()) {
            let detail = format!("`{}` means something of its own in `authorizer` of a route.", *entry.key);
            reader.error(span, "invalid name", detail);
        }
        decider(stack, authorizer, span, reader);
        identity(authorizer, span, reader);
        validation(authorizer, reader);
        if let Some(credentials) = &authorizer.credentials {
            role_exists(stack, credentials, reader);
        }
        let used = api
            .routes
            .iter()
            .any(|route| route.value.authorizer.as_ref().is_some_and(|name| *name.value == **entry.key));
        if !used {
            let detail = format!("No route says `authorizer: {}`, so it protects nothing.", *entry.key);
            reader.warning(span, "unused authorizer", detail);
        }
    });
}

/// A function decides, or user pools.
fn decider(stack: &Stack, authorizer: &Authorizer, span: Span, reader: &mut Reader<'_>) {
    let cognito = authorizer.kind.value == AuthorizerKind::Cognito;
    match &authorizer.function {
        Some(function) if cognito => {
            let detail = "A `cognito` authorizer asks user pools; it calls no function.";
            reader.error(function.span, "setting without effect", detail);
        }
        Some(function) => function_exists(stack, function, reader),
        None if !cognito => {
            let kind = authorizer.kind.word();
            reader.error(span, "missing key", format!("A `{kind}` authorizer needs a `function`."));
        }
        None => {}
    }
    match authorizer.provider_arns.first().or(authorizer.user_pools.first()) {
        Some(pool) if !cognito => {
            let detail = "User pools are for `cognito` authorizers only.";
            reader.error(pool.span, "setting without effect", detail);
        }
        None if cognito => {
            reader.error(span, "missing key", "A `cognito` authorizer needs `user_pools`.");
        }
        _ => {}
    }
    for pool in &authorizer.user_pools {
        user_pool_exists(stack, pool, reader);
    }
}

/// Notes a key of a user pool that the stack does not have.
fn user_pool_exists(stack: &Stack, pool: &At<Template>, reader: &mut Reader<'_>) {
    if let KeyOrArn::Key(key) = key_or_arn(pool)
        && !stack.user_pools.declares(key)
    {
        let detail = format!("The stack has no user pool `{key}`.");
        let hint = did_you_mean(key, stack.user_pools.names())
            .unwrap_or_else(|| "declare it under `user_pools`, or give an ARN".into());
        reader.error(pool.span, "unknown user pool", detail).with_hint(hint);
    }
}

fn identity(authorizer: &Authorizer, span: Span, reader: &mut Reader<'_>) {
    let request = authorizer.kind.value == AuthorizerKind::Request;
    for source in &authorizer.identity_sources {
        identity_source(source, request, reader);
    }
    if let (false, Some(extra)) = (request, authorizer.identity_sources.get(1)) {
        let detail = format!("A `{}` authorizer takes its token from one header.", authorizer.kind.word());
        reader.error(extra.span, "too many identity sources", detail);
    }
    let cached = authorizer.result_ttl_seconds.as_ref().is_none_or(|ttl| ttl.0 > 0);
    if request && cached && authorizer.identity_sources.is_empty() {
        let detail = "A `request` authorizer whose answers are kept needs `identity_sources`, which are the key of the cache.";
        reader.error(span, "missing key", detail).with_hint("name them, or say `result_ttl_seconds: 0`");
    }
}

fn identity_source(source: &At<Template>, request: bool, reader: &mut Reader<'_>) {
    let Some(text) = source.known() else { return };
    if text.starts_with("method.request.path.") {
        let detail = "A path parameter cannot be an identity source.";
        reader.error(source.span, "invalid identity source", detail);
        return;
    }
    let named = |prefix: &str| text.strip_prefix(prefix).is_some_and(|name| !name.is_empty());
    let header = text.strip_prefix("method.request.header.").is_some_and(is_header_name);
    let other = named("method.request.querystring.") || named("stageVariables.") || named("context.");
    if !(header || request && other) {
        let detail = format!("`{text}` cannot be an identity source of this type of authorizer.");
        let hint = match request {
            true => {
                "`method.request.header.X`, `method.request.querystring.X`, `stageVariables.X` or `context.X`"
            }
            false => "a header, such as `method.request.header.Authorization`",
        };
        reader.error(source.span, "invalid identity source", detail).with_hint(hint);
    }
}

fn validation(authorizer: &Authorizer, reader: &mut Reader<'_>) {
    let Some(expression) = &authorizer.validation_expression else { return };
    if authorizer.kind.value == AuthorizerKind::Request {
        let detail = "API Gateway ignores `validation_expression` of a `request` authorizer.";
        reader.error(expression.span, "setting without effect", detail);
    }
    if let Some(mistake) = pattern::mistake(expression) {
        reader.error(
            expression.span,
            "invalid regular expression",
            format!("This pattern cannot be read: {mistake}."),
        );
    }
}
