//! `x-amazon-apigateway-integration`.

use std::collections::BTreeMap;

use super::{
    Document,
    node::Node,
    notes::{Notes, clip},
    values::meant,
};
use crate::kinds::rest_api::definition::{
    ContentHandling, Integration, IntegrationResponse, IntegrationType, Method, Passthrough, TIMEOUT_MS, Verb,
};

/// Every key of an integration that a REST API knows, and those of HTTP APIs that many documents carry along.
const KEYS: [&str; 17] = [
    "type",
    "uri",
    "httpMethod",
    "credentials",
    "requestTemplates",
    "requestParameters",
    "passthroughBehavior",
    "contentHandling",
    "timeoutInMillis",
    "cacheNamespace",
    "cacheKeyParameters",
    "connectionType",
    "connectionId",
    "tlsConfig",
    "responses",
    "payloadFormatVersion",
    "$ref",
];
const RESPONSE_KEYS: [&str; 4] = ["statusCode", "responseParameters", "responseTemplates", "contentHandling"];
/// The least time an integration can be given, and the most, which a quota may raise for regional and private APIs.
const TIMEOUT_MS_RANGE: (u32, u32) = (50, 300_000);
const PASSTHROUGH: &str = "passthroughBehavior";

impl<'d> Document<'d> {
    /// The integration at `node`, which may be a reference; `method` is what it is for.
    pub(super) fn integration(
        &mut self,
        node: &Node<'d>,
        method: &Method<String>,
    ) -> Option<Integration<String>> {
        let node = self.resolved(node.clone()).filter(|node| self.notes.is_object(node))?;
        let notes = &mut self.notes;
        notes.known_keys(&node, &KEYS, "an integration");
        let Some(kind) = node.get("type") else {
            notes.problem(
                &node,
                "The integration has no `type`.",
                Some("`aws_proxy`, `aws`, `http_proxy`, `http` or `mock`".into()),
            );
            return None;
        };
        let mut integration = Integration {
            kind: notes.word(&kind, IntegrationType::ALL)?,
            uri: notes.text_of(&node, "uri"),
            http_method: http_method(&node, notes),
            credentials: notes.text_of(&node, "credentials"),
            request_templates: notes.text_map(&node, "requestTemplates"),
            request_parameters: request_parameters(&node, notes),
            passthrough_behavior: node
                .get(PASSTHROUGH)
                .and_then(|word| notes.word(&word, Passthrough::ALL))
                .unwrap_or_default(),
            content_handling: content_handling(&node, notes),
            timeout_ms: node
                .get("timeoutInMillis")
                .and_then(|timeout| notes.number(&timeout, TIMEOUT_MS_RANGE.0, TIMEOUT_MS_RANGE.1))
                .unwrap_or(TIMEOUT_MS),
            cache_key_parameters: notes.texts_of(&node, "cacheKeyParameters").into_iter().collect(),
            cache_namespace: notes.text_of(&node, "cacheNamespace"),
            vpc_link: vpc_link(&node, notes),
            insecure_skip_verification: node
                .get("tlsConfig")
                .is_some_and(|config| notes.flag_of(&config, "insecureSkipVerification")),
            responses: BTreeMap::new(),
        };
        target(&node, &mut integration, notes);
        integration.responses = responses(&node, method, notes);
        Some(integration)
    }
}

fn http_method(node: &Node<'_>, notes: &mut Notes) -> Option<Verb> {
    let at = node.get("httpMethod")?;
    let text = notes.text(&at).filter(|text| !text.is_empty())?;
    // The importer's older spelling of `ANY`.
    if text == "x-amazon-apigateway-any-method" { Some(Verb::Any) } else { notes.word(&at, Verb::ALL) }
}

fn content_handling(node: &Node<'_>, notes: &mut Notes) -> Option<ContentHandling> {
    let at = node.get("contentHandling")?;
    if at.plain_text().is_some_and(|text| text.is_empty()) {
        None
    } else {
        notes.word(&at, ContentHandling::ALL)
    }
}

fn vpc_link(node: &Node<'_>, notes: &mut Notes) -> Option<String> {
    let link = notes.text_of(node, "connectionId");
    let kind = node.get("connectionType");
    match kind.as_ref().and_then(|kind| notes.text(kind)).map(|kind| kind.to_ascii_uppercase()).as_deref() {
        Some("VPC_LINK") => {
            if link.is_none() {
                notes.problem(
                    node,
                    "The integration goes through a VPC link and does not say which.",
                    Some("give its `connectionId`".into()),
                );
            }
            link
        }
        None | Some("INTERNET") => {
            if let Some(id) = node.get("connectionId").filter(|_| link.is_some()) {
                notes.warning(&id, "`connectionId` counts with `connectionType: VPC_LINK` only.", None);
            }
            None
        }
        Some(other) => {
            if let Some(kind) = &kind {
                let detail = format!("`{}` is not a type of connection.", clip(other));
                notes.problem(kind, detail, Some("`INTERNET` or `VPC_LINK`".into()));
            }
            None
        }
    }
}

/// Values must be text: the importer drops those that are not (a `true` without quotes).
fn request_parameters(node: &Node<'_>, notes: &mut Notes) -> BTreeMap<String, String> {
    let mut parameters = BTreeMap::new();
    let Some(map) = node.get("requestParameters").filter(|map| notes.is_object(map)) else {
        return parameters;
    };
    for (name, value) in map.entries() {
        let places =
            ["integration.request.header.", "integration.request.path.", "integration.request.querystring."];
        let target = places.iter().any(|place| name.strip_prefix(place).is_some_and(|name| !name.is_empty()));
        if !target {
            let detail = format!("`{}` is not a parameter of the backend's request.", clip(name));
            let help = "`integration.request.header.X`, `….querystring.X` or `….path.X`";
            notes.problem(&value, detail, Some(help.into()));
        } else if let Some(text) = value.value().as_str() {
            parameters.insert(name.to_owned(), text.to_owned());
        } else {
            let detail = format!("The value of `{}` is not text; it is left out.", clip(name));
            notes.warning(&value, detail, Some("write a literal as `\"'true'\"`".into()));
        }
    }
    parameters
}

/// What only some types need.
fn target(node: &Node<'_>, integration: &mut Integration<String>, notes: &mut Notes) {
    if integration.kind == IntegrationType::Mock {
        integration.uri = None;
        integration.http_method = None;
        integration.credentials = None;
        return;
    }
    if integration.uri.is_none() {
        notes.problem(
            node,
            format!("An integration of type `{}` needs a `uri`.", integration.kind.as_str().to_lowercase()),
            None,
        );
    }
    let lambda = integration.uri.as_deref().is_some_and(|uri| uri.contains(":lambda:path/"));
    match integration.http_method {
        None => {
            let help = if lambda {
                "`POST`, whatever the client sends"
            } else {
                "the method by which the backend is called"
            };
            notes.problem(node, "The integration has no `httpMethod`.", Some(help.into()));
        }
        Some(verb) if lambda && verb != Verb::Post => {
            let at = node.get("httpMethod").unwrap_or_else(|| node.clone());
            let detail = format!("Lambda functions are invoked by POST; with {verb} every call answers 500.");
            notes.warning(&at, detail, None);
        }
        Some(_) => {}
    }
}

fn responses(
    node: &Node<'_>,
    method: &Method<String>,
    notes: &mut Notes,
) -> BTreeMap<u16, IntegrationResponse> {
    let mut responses: BTreeMap<u16, IntegrationResponse> = BTreeMap::new();
    let mut patterns: BTreeMap<u16, String> = BTreeMap::new();
    let Some(map) = node.get("responses").filter(|map| notes.is_object(map)) else { return responses };
    for (pattern, node) in map.entries() {
        if !notes.is_object(&node) {
            continue;
        }
        notes.known_keys(&node, &RESPONSE_KEYS, "a response of an integration");
        let Some(code) = node.get("statusCode") else {
            notes.problem(&node, "The response has no `statusCode`.", None);
            continue;
        };
        let status = notes.number(&code, 100, 599).and_then(|status| u16::try_from(status).ok());
        let Some(status) = status else { continue };
        if let Some(other) = patterns.insert(status, pattern.to_owned()) {
            let detail = format!(
                "`{}` and `{}` both answer {status}; API Gateway keeps one of them.",
                clip(&other),
                clip(pattern)
            );
            let help = format!("join the patterns: `{}|{}`", clip(&other), clip(pattern));
            notes.problem(&node, detail, Some(help).filter(|_| other != "default" && pattern != "default"));
            continue;
        }
        let parameters = notes.text_map(&node, "responseParameters");
        declared(&node, status, &parameters, method, notes);
        let response = IntegrationResponse {
            selection_pattern: Some(pattern.to_owned())
                .filter(|pattern| pattern != "default" && !pattern.is_empty()),
            parameters,
            templates: notes.text_map(&node, "responseTemplates"),
            content_handling: content_handling(&node, notes),
        };
        responses.insert(status, response);
    }
    let defaults = responses.iter().filter(|(_, response)| response.selection_pattern.is_none()).count();
    if defaults > 1 {
        notes.problem(
            &map,
            "The integration has two default responses.",
            Some("give one of them a pattern".into()),
        );
    }
    responses
}

/// A response needs one of the method's, with each header that it sets.
fn declared(
    node: &Node<'_>,
    status: u16,
    parameters: &BTreeMap<String, String>,
    method: &Method<String>,
    notes: &mut Notes,
) {
    let Some(response) = method.responses.get(&status) else {
        let known: Vec<String> = method.responses.keys().map(u16::to_string).collect();
        let help = if known.is_empty() {
            "declare it in the operation's `responses`".into()
        } else {
            format!("the operation's `responses` are {}", known.join(", "))
        };
        notes.problem(node, format!("The operation declares no response {status}."), Some(help));
        return;
    };
    for name in parameters.keys().filter(|name| !response.parameters.contains_key(*name)) {
        let at = node.at(&["responseParameters", name]).unwrap_or_else(|| node.clone());
        let detail = format!("The operation's response {status} declares no header for `{}`.", clip(name));
        let help = meant(name, response.parameters.keys().map(String::as_str))
            .unwrap_or_else(|| format!("declare it in the `headers` of the response {status}"));
        notes.problem(&at, detail, Some(help));
    }
}
