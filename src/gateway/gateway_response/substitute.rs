//! The variables of a gateway response's body, which is no mapping template.

use serde_json::Value;

use super::Asked;
use crate::gateway::context;

/// Where variables come from.
const SOURCES: [(&str, Source); 5] = [
    ("$context.", Source::Context),
    ("$stageVariables.", Source::StageVariable),
    ("$method.request.header.", Source::Header),
    ("$method.request.querystring.", Source::Query),
    ("$method.request.path.", Source::Path),
];

#[derive(Clone, Copy)]
enum Source {
    Context,
    StageVariable,
    Header,
    Query,
    Path,
}

/// `template` with its variables filled in; those without a value become nothing.
pub(super) fn substitute(template: &str, asked: &Asked<'_>) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let found = SOURCES.iter().find_map(|(prefix, source)| Some((*source, rest.strip_prefix(prefix)?)));
        let Some((source, after)) = found else {
            out.push('$');
            rest = &rest[1..];
            continue;
        };
        let name = &after[..name_end(source, after)];
        out.push_str(&value(source, name, asked));
        rest = &after[name.len()..];
    }
    out.push_str(rest);
    out
}

fn name_end(source: Source, text: &str) -> usize {
    match source {
        Source::Context => context::name_end(text),
        Source::StageVariable => end(text, "_"),
        _ => end(text, "_-.").min(text.len()),
    }
}

fn end(text: &str, also: &str) -> usize {
    text.find(|c: char| !c.is_ascii_alphanumeric() && !also.contains(c)).unwrap_or(text.len())
}

fn value(source: Source, name: &str, asked: &Asked<'_>) -> String {
    let value = match source {
        Source::Context if name == "error.messageString" => return message_string(asked.context),
        Source::Context => context::text(asked.context, name),
        Source::StageVariable => asked.served.stage.variables.get(name).cloned(),
        Source::Header => asked.request.headers.get(name).map(str::to_owned),
        Source::Query => {
            let parameters = crate::gateway::percent::query(&asked.request.query);
            parameters.into_iter().rev().find(|(of, _)| of == name).map(|(_, value)| value)
        }
        Source::Path => asked.path.and_then(|path| path.get(name).cloned()),
    };
    value.unwrap_or_default()
}

/// `$context.error.messageString`: the message as JSON, `null` where there is none.
fn message_string(context: &Value) -> String {
    context["error"]["message"]
        .as_str()
        .map_or_else(|| "null".to_owned(), |message| Value::from(message).to_string())
}
