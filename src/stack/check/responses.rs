//! Answers of custom integrations.

use super::super::file::{Api, Route};
use super::super::reader::shape::At;
use super::super::reader::{Raw, Reader};
use super::super::source::Span;
use super::super::suggest::did_you_mean;
use super::super::template::Template;
use super::{is_header_name, pattern};

pub(super) fn check(api: &Api, route: &Route, span: Span, reader: &mut Reader<'_>) {
    if route.responses.names().next().is_none() {
        let detail = "A custom integration without `responses` answers every call with 500.";
        reader.error(span, "missing key", detail).with_hint("the least is `responses: { 200: {} }`");
    }
    let mut default: Option<&str> = None;
    for response in &route.responses {
        let status = response.key.as_str();
        if !status.parse::<u16>().is_ok_and(|number| (100..=599).contains(&number)) {
            let detail = format!("`{status}` is not a status code from 100 to 599.");
            reader.error(response.key.span, "invalid status", detail);
        }
        match &response.value.when {
            Some(when) => {
                if let Some(mistake) = pattern::mistake(when) {
                    let detail = format!("This pattern cannot be read: {mistake}.");
                    reader.error(when.span, "invalid regular expression", detail);
                }
            }
            None => match default {
                Some(other) => {
                    let detail = format!(
                        "`{status}` and `{other}` both have no `when`, and only one can be the default."
                    );
                    reader.error(response.key.span, "two default responses", detail);
                }
                None => default = Some(status),
            },
        }
        for header in &response.value.headers {
            if !is_header_name(&header.key) {
                let detail = format!("`{}` cannot be the name of a header.", *header.key);
                reader
                    .error(header.key.span, "invalid header", detail)
                    .with_hint("give its name alone, such as `ETag`");
            }
            static_or(&header.value, &["integration.response.", "context.", "stageVariables."], reader);
        }
        for model in &response.value.models {
            model_exists(api, &model.value, reader);
        }
    }
    if default.is_none() && !route.responses.is_empty() {
        let detail = "No response is the default, so what matches no `when` is answered with 500.";
        reader.warning(span, "no default response", detail).with_hint("leave `when` out of one response");
    }
}

/// A mapped value is text in single quotes, or starts with one of `prefixes`.
pub(super) fn static_or(value: &At<Template>, prefixes: &[&str], reader: &mut Reader<'_>) {
    let Some(text) = value.known() else { return };
    let quoted = text.len() >= 2 && text.starts_with('\'') && text.ends_with('\'');
    if !quoted && !prefixes.iter().any(|prefix| text.starts_with(prefix)) {
        let places = prefixes.iter().map(|prefix| format!("`{prefix}…`")).collect::<Vec<_>>().join(", ");
        let detail = format!("`{text}` is neither text in single quotes nor one of {places}.");
        reader
            .error(value.span, "invalid mapping", detail)
            .with_hint(format!("text is written `\"'{text}'\"`"));
    }
}

pub(super) fn model_exists(api: &Api, model: &At<Raw>, reader: &mut Reader<'_>) {
    if !api.model_names().any(|name| name == &*model.value) {
        let detail = format!("The API has no model `{}`.", &*model.value);
        let hint = did_you_mean(&model.value, api.model_names())
            .unwrap_or_else(|| "declare it under `api.models`".into());
        reader.error(model.span, "unknown model", detail).with_hint(hint);
    }
}
