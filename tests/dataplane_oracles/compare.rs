//! Whether an answer is the recorded one.
//!
//! `<name:1>` and the like are values the recorder masked. Where the recorder found JSON in a text, it left the document.

use gatewright::gateway::exchange::{Headers, Response};
use serde_json::{Map, Value};

/// Judges an answer by everything a case expects.
pub fn judge(expected: &Value, response: &Response) -> Result<(), String> {
    let known = [
        "status",
        "ok",
        "assert_src",
        "body_json",
        "body_text",
        "body_json_or_text",
        "body_text_as_json",
        "body_json_at",
        "headers",
        "headers_recorded",
        "headers_lowercased",
        "contains",
        "assertions",
    ];
    if let Some(other) =
        expected.as_object().into_iter().flatten().find(|(name, _)| !known.contains(&name.as_str()))
    {
        return Err(format!("the case expects {}, which this test cannot judge", other.0));
    }
    if expected.get("status").is_some_and(|status| *status != response.status) {
        return Err(format!("expected status {}", expected["status"]));
    }
    if expected["ok"] == true && response.status >= 400 {
        return Err("expected success".to_owned());
    }
    let text = String::from_utf8_lossy(&response.body).into_owned();
    let document: Value = serde_json::from_str(&text).unwrap_or_else(|_| text.clone().into());
    for name in ["body_json", "body_json_or_text", "body_text_as_json"] {
        if let Some(wanted) = expected.get(name) {
            same(wanted, &document, name)?;
        }
    }
    if let Some(wanted) = expected["body_text"].as_str().filter(|wanted| *wanted != text) {
        return Err(format!("expected the body {wanted:?}"));
    }
    for part in expected["body_json_at"].as_array().into_iter().flatten() {
        let path = part["path"].as_str().unwrap_or_default();
        same(&part["equals"], &at(&document, path), path)?;
    }
    if let Some(recorded) = expected.get("headers_recorded") {
        all_headers(recorded, &response.headers)?;
    }
    for (name, value) in expected["headers"].as_object().into_iter().flatten() {
        match value {
            Value::Object(_) => all_headers(value, &response.headers)?,
            value => one_header(name, value, &response.headers)?,
        }
    }
    for part in expected["contains"].as_array().into_iter().flatten() {
        contains(part, &response.headers)?;
    }
    for assertion in expected["assertions"].as_array().into_iter().flatten() {
        assert_unlike(assertion, response)?;
    }
    Ok(())
}

/// Whether a recorded text is masked.
fn masked(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>')
}

/// What the way to an edge-optimised API, or to a function's URL, adds by itself; and a function's own stack trace.
fn of_the_way(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["cloudfront-", "x-amz-cf-", "x-amzn-tls-", "x-forwarded-"].iter().any(|prefix| name.starts_with(prefix))
        || matches!(name.as_str(), "via" | "x-cache" | "stacktrace")
}

/// Headers of the recorded requests to endpoints that some recordings leave out.
fn often_left_out(name: &str) -> bool {
    of_the_way(name)
        || matches!(name.to_ascii_lowercase().as_str(), "x-amzn-trace-id" | "x-amzn-apigateway-api-id")
}

fn same(wanted: &Value, actual: &Value, place: &str) -> Result<(), String> {
    match (wanted, actual) {
        (Value::String(text), _) if masked(text) && !actual.is_null() => Ok(()),
        (Value::String(text), Value::String(actual)) => like(text, actual, place),
        (Value::Object(wanted), Value::Object(actual)) => members(wanted, actual, place),
        (Value::Array(wanted), Value::Array(actual)) if wanted.len() == actual.len() => {
            wanted.iter().zip(actual).try_for_each(|(wanted, actual)| same(wanted, actual, place))
        }
        (Value::Object(_) | Value::Array(_), Value::String(text)) => {
            let document: Value =
                serde_json::from_str(text).map_err(|_| format!("{place}: expected {wanted}"))?;
            same(wanted, &document, place)
        }
        _ if wanted == actual => Ok(()),
        _ => Err(format!("{place}: expected {wanted}, got {actual}")),
    }
}

/// Texts may have masked pieces: `AmazonAPIGateway_<id:1>`.
fn like(wanted: &str, actual: &str, place: &str) -> Result<(), String> {
    let fits = match wanted.split_once('<') {
        Some((before, rest)) if rest.ends_with('>') => actual.starts_with(before),
        _ => wanted == actual,
    };
    fits.then_some(()).ok_or_else(|| format!("{place}: expected {wanted:?}, got {actual:?}"))
}

fn members(wanted: &Map<String, Value>, actual: &Map<String, Value>, place: &str) -> Result<(), String> {
    for (name, value) in wanted {
        match actual.get(name) {
            // The length of a body that has masked pieces is its own.
            Some(found) if name == "Content-Length" && value != "0" && found != "0" => {}
            Some(found) if !of_the_way(name) => same(value, found, &format!("{place}.{name}"))?,
            Some(_) => {}
            None if of_the_way(name) => {}
            None => return Err(format!("{place}: {name} is missing")),
        }
    }
    match actual.keys().find(|name| !wanted.contains_key(*name) && !often_left_out(name)) {
        Some(name) => Err(format!("{place}: {name} is too many")),
        None => Ok(()),
    }
}

/// `a.b`, with `|json.loads` for a text that is JSON and `|lowerkeys` for names in any case.
fn at(document: &Value, path: &str) -> Value {
    let mut value = document.clone();
    for step in path.split('.').flat_map(|step| step.split('|')) {
        value = match step {
            "json" => serde_json::from_str(value.as_str().unwrap_or_default()).unwrap_or_default(),
            "loads" | "" => value,
            "lowerkeys" => value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, of)| (name.to_lowercase(), of.clone()))
                .collect(),
            name => value[name].clone(),
        };
    }
    value
}

/// The server writes these, or they depend on the imitated endpoint's own words.
fn of_the_server(name: &str) -> bool {
    matches!(name, "connection" | "content-length" | "date")
}

/// Every recorded header is there, and no other.
fn all_headers(recorded: &Value, headers: &Headers) -> Result<(), String> {
    let recorded = recorded.as_object().cloned().unwrap_or_default();
    for (name, value) in &recorded {
        let lower = name.to_ascii_lowercase();
        let is_there = headers.get(name).is_some();
        if of_the_server(&lower) || (of_the_way(name) && !is_there) {
            continue;
        }
        if !is_there {
            return Err(format!("the header {name} is missing"));
        }
        // A recorded mask, or a number of bytes of another body.
        let free = value.as_str().is_none_or(masked)
            || lower.ends_with("remapped-content-length")
            || *value == *lower;
        if !free {
            one_header(name, value, headers)?;
        }
    }
    let too_many = headers.0.iter().find(|(name, _)| {
        !recorded.keys().any(|of| of.eq_ignore_ascii_case(name)) && !of_the_server(&name.to_ascii_lowercase())
    });
    too_many.map_or(Ok(()), |(name, _)| Err(format!("the header {name} is too many")))
}

/// A header's value; `name.split((';',))[1]` is a piece of it. Values of several lines are joined as clients do.
fn one_header(name: &str, wanted: &Value, headers: &Headers) -> Result<(), String> {
    let (header, piece) = piece(name);
    let joined = headers.all(header).collect::<Vec<_>>().join(", ");
    let actual = piece.map_or(Some(joined.as_str()), |piece| joined.split(';').nth(piece));
    match wanted.as_str() == actual {
        true => Ok(()),
        false => Err(format!("the header {name}: expected {wanted}, got {actual:?}")),
    }
}

/// `x.split((';',))[1]` is the header `x` and the piece 1.
fn piece(name: &str) -> (&str, Option<usize>) {
    match name.split_once(".split((';',))[") {
        Some((header, index)) => (header, index.trim_end_matches(']').parse().ok()),
        None => (name, None),
    }
}

fn contains(part: &Value, headers: &Headers) -> Result<(), String> {
    let place = part["in"].as_str().unwrap_or_default();
    let wanted = part["value"].as_str().unwrap_or_default();
    let found = match place.strip_prefix("headers|lowerkeys") {
        Some("") => headers.get(wanted).is_some(),
        Some(name) => headers.get(name.trim_start_matches('.')).is_some_and(|value| value.contains(wanted)),
        None => return Err(format!("the case looks into {place}, which this test cannot judge")),
    };
    let negated = part["negated"] == true;
    if found != negated { Ok(()) } else { Err(format!("{place} contains {wanted:?}: {found}")) }
}

/// `status_code != 403`, or `{path, op: "!=", value}`.
fn assert_unlike(assertion: &Value, response: &Response) -> Result<(), String> {
    if let Some(text) = assertion.as_str() {
        let status =
            text.strip_prefix("status_code != ").ok_or_else(|| format!("{text:?} cannot be judged"))?;
        return if status == response.status.to_string() { Err(text.to_owned()) } else { Ok(()) };
    }
    let path = assertion["path"].as_str().unwrap_or_default();
    match (path.strip_prefix("headers|lowerkeys."), assertion["op"].as_str()) {
        (Some(name), Some("!=")) => match one_header(name, &assertion["value"], &response.headers) {
            Ok(()) => Err(format!("{path} is {}", assertion["value"])),
            Err(_) => Ok(()),
        },
        _ => Err(format!("{assertion} cannot be judged")),
    }
}
