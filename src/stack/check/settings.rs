//! Settings of the deployed stage.

use super::super::file::{Api, RouteKey, StageSettings};
use super::super::reader::Reader;
use super::super::suggest::did_you_mean;
use super::{access_log, each, limit_chars, tags};

const VARIABLES_MAX: usize = 100;
const VARIABLE_NAME_CHARS_MAX: usize = 64;
const VARIABLE_VALUE_CHARS_MAX: usize = 512;

pub(super) fn check(api: &Api, reader: &mut Reader<'_>) {
    let Some(stage) = &api.stage else { return };
    reader.within("api.stage", stage.span, |reader| {
        variables(stage, reader);
        tags::check(&stage.tags, reader);
        if let Some(cache) = &stage.cache
            && cache.size_gb.is_none()
            && cache.enabled.as_ref().is_none_or(|enabled| enabled.value)
            && reader.scope.given.is_some()
        {
            reader
                .error(cache.span, "missing key", "A stage with a cache needs `size_gb`.")
                .with_hint("the smallest is 0.5");
        }
        if let Some(log) = &stage.access_log {
            access_log::check(log, reader);
        }
    });
    each("api.stage.methods", &stage.methods, reader, |entry, reader| {
        let key = RouteKey::parse(&entry.key).map(|key| (key.method, key.path.trim_end_matches('/')));
        let routes = || api.routes.names().filter_map(RouteKey::parse);
        let fits = |route: RouteKey<'_>| {
            key.is_some_and(|(method, path)| {
                route.path.trim_end_matches('/') == path && (route.method == method || route.method == "ANY")
            })
        };
        let in_document = || {
            let key = RouteKey::parse(&entry.key);
            api.openapi.as_ref().is_some_and(|document| key.is_some_and(|key| document.has_route(key)))
        };
        if !routes().any(fits) && !in_document() {
            let detail = format!("The API has no route `{}`.", *entry.key);
            reader
                .error(entry.key.span, "unknown route", detail)
                .with_hint_of(did_you_mean(&entry.key, api.routes.names()));
        }
        if let Some(size) = entry.value.cache.as_ref().and_then(|cache| cache.size_gb.as_ref()) {
            let detail = "A stage has one cache; its size is set in `api.stage.cache`.";
            reader.error(size.span, "setting without effect", detail);
        }
    });
}

fn variables(stage: &StageSettings, reader: &mut Reader<'_>) {
    if let Some(extra) = stage.variables.iter().nth(VARIABLES_MAX) {
        let detail = format!(
            "There are {} stage variables; a stage has at most {VARIABLES_MAX}.",
            stage.variables.len()
        );
        reader.error(extra.key.span, "too many stage variables", detail);
    }
    for variable in &stage.variables {
        let name = variable.key.as_str();
        if name.len() > VARIABLE_NAME_CHARS_MAX
            || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        {
            let detail = format!("`{name}` cannot be the name of a stage variable.");
            reader
                .error(variable.key.span, "invalid name", detail)
                .with_hint("letters, digits and `_`, at most 64");
        }
        if let Some(odd) = variable.value.known().and_then(|text| text.chars().find(|c| !is_value_char(*c))) {
            let detail = format!("`{odd}` cannot be in the value of a stage variable.");
            reader
                .error(variable.value.span, "invalid stage variable", detail)
                .with_hint("letters, digits and `-._~:/?#&=,`");
        }
        limit_chars(
            &variable.value,
            variable.value.span,
            VARIABLE_VALUE_CHARS_MAX,
            "The stage variable",
            reader,
        );
    }
}

/// The pattern of stage variables in API Gateway's `CreateStage`.
fn is_value_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#&=,".contains(c)
}
