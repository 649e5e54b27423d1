//! Parameter mappings: where the value of a header, a path or query parameter comes from.

use indexmap::IndexMap;
use serde_json::Value;

use super::{
    context,
    exchange::Headers,
    gateway_response::Asked,
    jsonpath::{self, JsonPath, Style},
    percent,
    served::Served,
};

/// The right side of a mapping, read once.
#[derive(Clone, Debug)]
pub enum Source {
    /// `'text'`.
    Literal(String),
    /// `method.request.header.X`, `integration.response.header.X`.
    Header(String),
    /// `method.request.multivalueheader.X`, `integration.response.multivalueheader.X`.
    Headers(String),
    /// `method.request.querystring.x`.
    Query(String),
    /// `method.request.multivaluequerystring.x`.
    Queries(String),
    /// `method.request.path.x`.
    Path(String),
    /// `method.request.body`, `integration.response.body`.
    Body,
    /// `method.request.body.JSONPath`, `integration.response.body.JSONPath`.
    BodyPath(JsonPath),
    /// `context.x`.
    Context(String),
    /// `stageVariables.x`.
    StageVariable(String),
}

/// A request, as mappings see it.
#[derive(Clone, Copy, Debug)]
pub struct RequestView<'a> {
    /// The stage's variables are used.
    pub served: &'a Served,
    /// The headers.
    pub headers: &'a Headers,
    /// Path parameters, percent-encoded.
    pub path: Option<&'a IndexMap<String, String>>,
    /// Query parameters, decoded; read from the request where `None`.
    pub query: Option<&'a [(String, String)]>,
    /// The query as sent.
    pub raw_query: &'a str,
    /// The body.
    pub body: &'a [u8],
    /// `$context`.
    pub context: &'a Value,
}

impl<'a> RequestView<'a> {
    /// The view of a request that is answered by a gateway response.
    pub fn of(asked: &Asked<'a>) -> Self {
        Self {
            served: asked.served,
            headers: &asked.request.headers,
            path: asked.path,
            query: None,
            raw_query: &asked.request.query,
            body: &asked.request.body,
            context: asked.context,
        }
    }

    fn queries(&self, name: &str) -> Vec<String> {
        let of_name = |(of, value): &(String, String)| (of == name).then(|| value.clone());
        match self.query {
            Some(query) => query.iter().filter_map(of_name).collect(),
            None => percent::query(self.raw_query).iter().filter_map(of_name).collect(),
        }
    }
}

impl Source {
    /// Reads a mapping; `None` for what is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(literal) = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
            return Some(Self::Literal(literal.to_owned()));
        }
        if let Some(name) = text.strip_prefix("context.") {
            return Some(Self::Context(name.to_owned()));
        }
        if let Some(name) = text.strip_prefix("stageVariables.") {
            return Some(Self::StageVariable(name.to_owned()));
        }
        let rest =
            text.strip_prefix("method.request.").or_else(|| text.strip_prefix("integration.response."))?;
        if rest == "body" {
            return Some(Self::Body);
        }
        let (place, name) = rest.split_once('.')?;
        let owned = name.to_owned();
        match place {
            "header" => Some(Self::Header(owned)),
            "multivalueheader" => Some(Self::Headers(owned)),
            "querystring" => Some(Self::Query(owned)),
            "multivaluequerystring" => Some(Self::Queries(owned)),
            "path" => Some(Self::Path(owned)),
            "body" => JsonPath::compile(name).ok().map(Self::BodyPath),
            _ => None,
        }
    }

    /// The values in a request; none where there is nothing, or nothing but an empty text.
    pub fn from_request(&self, request: &RequestView<'_>) -> Vec<String> {
        let values = match self {
            Self::Query(name) => request.queries(name).pop().into_iter().collect(),
            Self::Queries(name) => request.queries(name),
            Self::Path(name) => request.path.and_then(|path| path.get(name).cloned()).into_iter().collect(),
            other => other.anywhere(request.headers, request.body, request.context, request.served),
        };
        values.into_iter().filter(|value| !value.is_empty()).collect()
    }

    /// The values in an integration's answer, of whose headers and body the client's request has none.
    pub fn from_response(
        &self,
        headers: &Headers,
        body: &[u8],
        context: &Value,
        served: &Served,
    ) -> Vec<String> {
        self.anywhere(headers, body, context, served)
    }

    fn anywhere(&self, headers: &Headers, body: &[u8], context: &Value, served: &Served) -> Vec<String> {
        let one = |value: Option<String>| value.into_iter().collect();
        match self {
            Self::Literal(text) => vec![text.clone()],
            Self::Header(name) => one(headers.get(name).map(str::to_owned)),
            Self::Headers(name) => headers.all(name).map(str::to_owned).collect(),
            Self::Body => one(Some(String::from_utf8_lossy(body).into_owned())),
            Self::BodyPath(path) => one(in_body(path, body)),
            Self::Context(name) => one(context::text(context, name)),
            Self::StageVariable(name) => one(served.stage.variables.get(name).cloned()),
            Self::Query(_) | Self::Queries(_) | Self::Path(_) => Vec::new(),
        }
    }
}

fn in_body(path: &JsonPath, body: &[u8]) -> Option<String> {
    let document = jsonpath::parse_lenient(&String::from_utf8_lossy(body)).ok()?;
    match path.read(&document).ok()?? {
        Value::Null => None,
        Value::String(text) => Some(text),
        other => Some(jsonpath::to_json(&other, Style::Plain)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::gateway::testing::{request, served};

    fn value(source: &str) -> Vec<String> {
        let mut served = served();
        served.stage.variables.insert("color".to_owned(), "red".to_owned());
        let request =
            request("POST", "/a?q=1&q=2&e=", &[("X", "h1"), ("x", "h2")], br#"{"a": {"b": [1, "two"]}}"#);
        let path = IndexMap::from([("id".to_owned(), "a%2Fb".to_owned())]);
        let context = json!({ "identity": { "sourceIp": "127.0.0.1", "user": null } });
        let asked = Asked { served: &served, request: &request, path: Some(&path), context: &context };
        Source::parse(source).unwrap().from_request(&RequestView::of(&asked))
    }

    #[test]
    fn every_source_of_a_request_is_read() {
        let cases: [(&str, &[&str]); 14] = [
            ("'it''s'", &["it''s"]),
            ("method.request.header.x", &["h2"]),
            ("method.request.multivalueheader.x", &["h1", "h2"]),
            ("method.request.querystring.q", &["2"]),
            ("method.request.multivaluequerystring.q", &["1", "2"]),
            ("method.request.querystring.e", &[]),
            ("method.request.path.id", &["a%2Fb"]),
            ("method.request.body.a.b[1]", &["two"]),
            ("method.request.body.$.a.b", &["[1,\"two\"]"]),
            ("method.request.body.nothing", &[]),
            ("context.identity.sourceIp", &["127.0.0.1"]),
            ("context.identity.user", &[]),
            ("stageVariables.color", &["red"]),
            ("method.request.body", &[r#"{"a": {"b": [1, "two"]}}"#]),
        ];
        for (source, expected) in cases {
            assert_eq!(value(source), expected, "{source}");
        }
    }

    #[test]
    fn what_is_no_source_is_none() {
        for text in [
            "",
            "true",
            "method.request",
            "method.request.cookie.x",
            "somewhere.else",
            "'",
            "method.request.body.a[",
        ] {
            assert!(Source::parse(text).is_none(), "{text}");
        }
    }
}
