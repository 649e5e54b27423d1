//! Routes as a set: their syntax, and those that cannot stand beside each other.

use std::collections::{BTreeMap, BTreeSet};

use super::super::file::{Api, RouteKey};
use super::super::reader::Reader;
use super::super::source::Span;
use super::super::suggest::did_you_mean;

/// The methods of a REST API.
pub(super) const METHODS: [&str; 8] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY"];
/// API Gateway's default quota.
const RESOURCES_MAX: usize = 300;

pub(super) fn check(api: &Api, reader: &mut Reader<'_>) {
    let mut variables: BTreeMap<String, (String, Span)> = BTreeMap::new();
    let mut seen: BTreeMap<(String, String), Span> = BTreeMap::new();
    let mut resources = BTreeSet::new();
    for entry in &api.routes {
        let span = entry.key.span;
        reader.within("api.routes", span, |reader| {
            reader.within(&entry.key, span, |reader| {
                let Some(key) = syntax(&entry.key, span, reader) else { return };
                let path = key.path.trim_end_matches('/');
                let doubled = seen.insert((key.method.to_owned(), path.to_owned()), span).is_some();
                if doubled {
                    let detail = format!(
                        "`{} {}` is there already; blanks and a `/` at the end make no difference.",
                        key.method, key.path
                    );
                    reader.error(span, "routes collide", detail);
                }
                siblings(path, span, &mut variables, reader);
                let mut prefix = String::new();
                for segment in path.split('/').skip(1) {
                    prefix = format!("{prefix}/{segment}");
                    resources.insert(prefix.clone());
                }
            });
        });
    }
    // The root is a resource too.
    if resources.len() >= RESOURCES_MAX
        && let Some(first) = api.routes.iter().next()
    {
        let detail =
            format!("The routes need {} resources; an API has at most {RESOURCES_MAX}.", resources.len() + 1);
        reader
            .error(first.key.span, "too many resources", detail)
            .with_hint("use `{proxy+}`, or have the quota raised");
    }
}

fn syntax<'k>(text: &'k str, span: Span, reader: &mut Reader<'_>) -> Option<RouteKey<'k>> {
    let example = "a route is written as a method and a path, such as `GET /orders/{id}`";
    let Some(key) = RouteKey::parse(text) else {
        reader
            .error(span, "invalid route", format!("`{text}` is not a method and a path."))
            .with_hint(example);
        return None;
    };
    if !METHODS.contains(&key.method) {
        let hint =
            did_you_mean(key.method, METHODS).unwrap_or_else(|| format!("one of {}", METHODS.join(", ")));
        reader
            .error(span, "unknown method", format!("`{}` is not a method of a REST API.", key.method))
            .with_hint(hint);
    }
    if !key.path.starts_with('/') {
        reader
            .error(span, "invalid route", format!("The path `{}` does not start with `/`.", key.path))
            .with_hint(example);
        return None;
    }
    let segments: Vec<&str> = key.path.trim_end_matches('/').split('/').skip(1).collect();
    let mut names = BTreeSet::new();
    for (index, segment) in segments.iter().enumerate() {
        if let Some(detail) = segment_mistake(segment, index + 1 == segments.len()) {
            reader.error(span, "invalid route", detail);
            return None;
        }
        if segment.starts_with('{') && !names.insert(segment.trim_end_matches("+}")) {
            reader.error(span, "invalid route", format!("The path parameter `{segment}` is there twice."));
        }
    }
    Some(key)
}

fn segment_mistake(segment: &str, last: bool) -> Option<String> {
    if segment.is_empty() {
        return Some("The path holds `//`.".into());
    }
    if let Some(name) = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let plain = name.strip_suffix('+').unwrap_or(name);
        let fits =
            !plain.is_empty() && plain.chars().all(|c| c.is_ascii_alphanumeric() || "._-:".contains(c));
        if !fits {
            return Some(format!(
                "`{segment}` is not a path parameter; its name holds letters, digits and `._-:`."
            ));
        }
        if name.ends_with('+') && !last {
            return Some(format!(
                "`{segment}` takes the whole rest of the path, so nothing can come after it."
            ));
        }
        return None;
    }
    let odd = segment.chars().find(|c| !(c.is_ascii_alphanumeric() || "._-:~!$&'()*+,;=@%".contains(*c)));
    odd.map(|odd| {
        format!("`{odd}` cannot be in the path segment `{segment}`; a parameter is a whole segment.")
    })
}

/// Under one path there is at most one path parameter.
fn siblings(
    path: &str,
    span: Span,
    variables: &mut BTreeMap<String, (String, Span)>,
    reader: &mut Reader<'_>,
) {
    let mut parent = String::new();
    for segment in path.split('/').skip(1) {
        if segment.starts_with('{') {
            let (known, first) =
                variables.entry(parent.clone()).or_insert_with(|| (segment.to_owned(), span)).clone();
            if known != segment {
                let line = reader.source.position(first.start).line;
                let under = if parent.is_empty() { "/" } else { parent.as_str() };
                let detail = format!(
                    "Under `{under}` there is `{segment}` here and `{known}` on line {line}; API Gateway allows one path parameter at one place."
                );
                reader.error(span, "routes collide", detail).with_hint("give both the same name");
                return;
            }
        }
        parent = format!("{parent}/{segment}");
    }
}
