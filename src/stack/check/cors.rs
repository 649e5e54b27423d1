//! Cross-origin rules.

use super::super::file::CorsRules;
use super::super::reader::Reader;
use super::is_header_name;
use super::routing::METHODS;

pub(super) fn check(rules: &CorsRules, reader: &mut Reader<'_>) {
    if let (Some(credentials), true) = (&rules.credentials, rules.allows_any_origin())
        && credentials.value
    {
        let detail = "Browsers refuse answers that allow credentials together with the origin `*`.";
        reader
            .error(credentials.span, "credentials for every origin", detail)
            .with_hint("list the origins that may send credentials");
    }
    if rules.allows_any_origin() && rules.origins.len() > 1 {
        let detail = "`*` stands for every origin already; the others are never looked at.";
        reader.error(rules.origins.span, "origins without effect", detail);
    }
    for origin in rules.origins.iter() {
        let Some(text) = origin.known().filter(|text| *text != "*") else { continue };
        let host = text.split_once("://").filter(|(scheme, _)| !scheme.is_empty()).map(|(_, host)| host);
        let fits = host.is_some_and(|host| !host.is_empty() && !host.contains(['/', '?', '#', ' ']));
        if !fits && text != "null" {
            let detail = format!("`{text}` is not an origin, so no browser will ever send it.");
            let hint = "an origin is a scheme and a host, such as `https://video.example`, without a path or a `/` at its end";
            reader.error(origin.span, "invalid origin", detail).with_hint(hint);
        }
    }
    for method in &rules.methods {
        if let Some(name) = method.known()
            && name != "*"
            && !METHODS.contains(&name)
        {
            reader.error(method.span, "unknown method", format!("`{name}` is not an HTTP method."));
        }
    }
    for header in rules.headers.iter().chain(&rules.expose_headers) {
        if let Some(name) = header.known()
            && !is_header_name(name)
        {
            reader.error(header.span, "invalid header", format!("`{name}` cannot be the name of a header."));
        }
    }
}
