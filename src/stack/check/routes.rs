//! Routes one by one.

use super::super::file::{Api, AuthorizerKind, Cors, IntegrationStyle, Route, RouteKey, Stack};
use super::super::reader::Reader;
use super::super::source::Span;
use super::super::suggest::did_you_mean;
use super::functions::{function_exists, role_exists};
use super::{authorizers, cors, each, is_header_name, responses, routing};

pub(super) fn check(stack: &Stack, api: &Api, reader: &mut Reader<'_>) {
    routing::check(api, reader);
    each("api.routes", &api.routes, reader, |entry, reader| {
        let (route, span) = (&entry.value.value, entry.key.span);
        backend(stack, route, span, reader);
        authorizer(api, route, reader);
        request(api, route, &entry.key, reader);
        match route.style() {
            IntegrationStyle::Proxy => proxy(route, reader),
            IntegrationStyle::Custom => responses::check(api, route, span, reader),
        }
        if let Some(credentials) = &route.credentials {
            role_exists(stack, credentials, reader);
        }
        if let Some(Cors::Rules(rules)) = route.cors.as_ref().map(|at| &at.value) {
            cors::check(rules, reader);
        }
    });
}

fn backend(stack: &Stack, route: &Route, span: Span, reader: &mut Reader<'_>) {
    let backends = [
        ("function", route.function.as_ref().map(|at| at.span)),
        ("http", route.http.as_ref().map(|at| at.span)),
        ("mock", route.mock.as_ref().map(|at| at.span)),
        ("aws", route.aws.as_ref().map(|at| at.span)),
    ];
    let named: Vec<&str> =
        backends.iter().filter(|(_, span)| span.is_some()).map(|(name, _)| *name).collect();
    match named.as_slice() {
        [] => {
            let detail = "Nothing answers this route.";
            reader.error(span, "missing key", detail).with_hint("say `function`, `http`, `aws` or `mock`");
        }
        [one] => {
            if let (Some(style), "mock" | "aws") = (&route.integration, *one)
                && style.value == IntegrationStyle::Proxy
            {
                let detail = format!(
                    "A route with `{one}` cannot be a proxy: there is no backend that makes the whole answer."
                );
                reader.error(style.span, "invalid integration", detail).with_hint("leave `integration` out");
            }
        }
        several => {
            let detail = format!("A route has one backend, and this one has {}.", several.join(" and "));
            reader.error(span, "too many backends", detail);
        }
    }
    if let Some(function) = &route.function {
        function_exists(stack, function, reader);
    }
    if let Some(url) = route.http.as_ref().map(|http| &http.url)
        && let Some(text) = url.known()
        && !(text.starts_with("http://") || text.starts_with("https://"))
    {
        reader.error(
            url.span,
            "invalid URL",
            format!("`{text}` does not start with `https://` or `http://`."),
        );
    }
    let methods = [
        route.http.as_ref().and_then(|http| http.method.as_ref()),
        route.aws.as_ref().and_then(|aws| aws.method.as_ref()),
    ];
    for method in methods.into_iter().flatten() {
        if !routing::METHODS.contains(&&*method.value) {
            reader.error(
                method.span,
                "unknown method",
                format!("`{}` is not an HTTP method.", &*method.value),
            );
        }
    }
}

fn authorizer(api: &Api, route: &Route, reader: &mut Reader<'_>) {
    let name = route.authorizer.as_ref();
    if let Some(at) = name
        && !authorizers::BUILT_IN.contains(&&*at.value)
        && !api.authorizers.declares(&at.value)
    {
        let hint = did_you_mean(&at.value, api.authorizers.names().chain(authorizers::BUILT_IN))
            .unwrap_or_else(|| "declare it under `api.authorizers`".into());
        reader
            .error(at.span, "unknown authorizer", format!("The API has no authorizer `{}`.", &*at.value))
            .with_hint(hint);
    }
    let cognito = name
        .and_then(|at| api.authorizers.get(&at.value))
        .is_some_and(|a| a.kind.value == AuthorizerKind::Cognito);
    if let (Some(scope), false) = (route.authorization_scopes.first(), cognito) {
        let detail = "`authorization_scopes` are looked at for `cognito` authorizers only.";
        reader
            .error(scope.span, "setting without effect", detail)
            .with_hint("check the scope in the function");
    }
}

fn request(api: &Api, route: &Route, key: &str, reader: &mut Reader<'_>) {
    let path = RouteKey::parse(key).map_or("", |key| key.path);
    for parameter in &route.request_parameters {
        request_parameter(&parameter.key, parameter.key.span, path, reader);
    }
    for model in &route.request_models {
        responses::model_exists(api, &model.value, reader);
    }
    if let Some(validator) = &route.validator
        && !api.validators.declares(&validator.value)
    {
        let detail = format!("The API has no validator `{}`.", &*validator.value);
        let hint = did_you_mean(&validator.value, api.validators.names())
            .unwrap_or_else(|| "declare it: `validators: { all: { body: true, parameters: true } }`".into());
        reader.error(validator.span, "unknown validator", detail).with_hint(hint);
    }
    for cached in &route.cache_key_parameters {
        if !route.request_parameters.declares(&cached.value) && !cached.starts_with("integration.request.") {
            let detail = format!(
                "`{}` is part of the cache key and is not among `request_parameters`.",
                &*cached.value
            );
            reader.error(cached.span, "undeclared parameter", detail);
        }
    }
    for parameter in &route.integration_parameters {
        let fits =
            ["integration.request.header.", "integration.request.path.", "integration.request.querystring."]
                .iter()
                .any(|prefix| parameter.key.strip_prefix(prefix).is_some_and(|name| !name.is_empty()));
        if !fits {
            let detail = format!("`{}` is not a parameter of the backend's request.", *parameter.key);
            let hint = "`integration.request.header.X`, `….querystring.X` or `….path.X`";
            reader.error(parameter.key.span, "invalid parameter", detail).with_hint(hint);
        }
        responses::static_or(&parameter.value, &["method.request.", "context.", "stageVariables."], reader);
    }
}

fn request_parameter(name: &str, span: Span, path: &str, reader: &mut Reader<'_>) {
    if let Some(header) = name.strip_prefix("method.request.header.") {
        if !is_header_name(header) {
            reader.error(span, "invalid header", format!("`{header}` cannot be the name of a header."));
        }
    } else if let Some(parameter) = name.strip_prefix("method.request.path.") {
        let in_path = path.split('/').any(|segment| {
            segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).map(|n| n.trim_end_matches('+'))
                == Some(parameter)
        });
        if !in_path {
            let detail = format!("The path `{path}` has no parameter `{{{parameter}}}`.");
            let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
            reader.error(span, "unknown path parameter", detail).with_hint_of(did_you_mean(parameter, names));
        }
    } else if name.strip_prefix("method.request.querystring.").is_none_or(str::is_empty) {
        let detail = format!("`{name}` is not a request parameter.");
        let hint = "`method.request.header.X`, `method.request.querystring.X` or `method.request.path.X`";
        reader.error(span, "invalid parameter", detail).with_hint(hint);
    }
}

/// What API Gateway ignores when it hands the request and the answer on as they are.
fn proxy(route: &Route, reader: &mut Reader<'_>) {
    let first_keys = [
        ("request_templates", route.request_templates.iter().next().map(|entry| entry.key.span)),
        ("responses", route.responses.iter().next().map(|entry| entry.key.span)),
        ("passthrough", route.passthrough.as_ref().map(|at| at.span)),
    ];
    for (key, span) in first_keys {
        if let Some(span) = span {
            let detail = format!("API Gateway ignores `{key}` of a proxy integration.");
            reader
                .error(span, "setting without effect", detail)
                .with_hint("say `integration: custom`, or take it away");
        }
    }
    if let (Some(entry), Some(_)) = (route.integration_parameters.iter().next(), &route.function) {
        let detail = "API Gateway ignores `integration_parameters` of a function's proxy integration.";
        reader
            .error(entry.key.span, "setting without effect", detail)
            .with_hint("say `integration: custom`, or take it away");
    }
}
