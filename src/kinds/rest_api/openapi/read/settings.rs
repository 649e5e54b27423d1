//! What holds for the API as a whole.

use serde_json::Value as Json;

use super::{Document, Version, node::Node, notes::Notes};
use crate::kinds::rest_api::definition::{ApiKeySource, EndpointType, Settings};

/// The largest body from which on answers may be compressed, in bytes.
const COMPRESSION_BYTES_MAX: u32 = 10_485_760;

/// Keys at the root that mean something, or that nobody expects to mean something.
const SWAGGER_KEYS: [&str; 15] = [
    "swagger",
    "info",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "paths",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
    "security",
    "tags",
    "externalDocs",
];
const OPENAPI_KEYS: [&str; 8] =
    ["openapi", "info", "servers", "paths", "components", "security", "tags", "externalDocs"];

impl Document<'_> {
    /// The API's name and settings.
    pub(super) fn settings(&mut self) -> (String, Settings) {
        let root = self.root.clone();
        let known: &[&str] = match self.version {
            Version::Swagger2 => &SWAGGER_KEYS,
            Version::OpenApi3 => &OPENAPI_KEYS,
        };
        self.notes.known_keys(&root, known, "an OpenAPI document");
        let notes = &mut self.notes;
        let mut settings = Settings::default();
        let mut name = None;
        if let Some(info) = root.get("info").filter(|info| notes.is_object(info)) {
            name = notes.text_of(&info, "title");
            settings.description = notes.text_of(&info, "description");
        }
        if name.is_none() {
            let at = root.get("info").unwrap_or_else(|| root.clone());
            notes.problem(&at, "The API has no name.", Some("say `info: { title: … }`".into()));
        }
        if let Some(source) = root.get("x-amazon-apigateway-api-key-source") {
            settings.api_key_source = notes.word(&source, ApiKeySource::ALL).unwrap_or_default();
        }
        settings.binary_media_types =
            notes.texts_of(&root, "x-amazon-apigateway-binary-media-types").into_iter().collect();
        if let Some(size) = root.get("x-amazon-apigateway-minimum-compression-size") {
            settings.minimum_compression_bytes = notes.number(&size, 0, COMPRESSION_BYTES_MAX);
        }
        settings.policy =
            root.get("x-amazon-apigateway-policy").and_then(|policy| policy_text(&policy, notes));
        endpoint(&root, &mut settings, notes);
        (name.unwrap_or_default(), settings)
    }
}

/// The policy as JSON text: an object, or such text already.
fn policy_text(policy: &Node<'_>, notes: &mut Notes) -> Option<String> {
    if let Json::String(text) = policy.value() {
        if serde_json::from_str::<Json>(text).is_ok_and(|policy| policy.is_object()) {
            return Some(text.clone());
        }
        notes.problem(policy, "The resource policy is not a JSON object.", None);
        return None;
    }
    notes.is_object(policy).then(|| policy.value().to_string())
}

/// How clients reach it. A document cannot say of itself that it is for edge locations; ours can, see `own`.
fn endpoint(root: &Node<'_>, settings: &mut Settings, notes: &mut Notes) {
    const KEY: &str = "x-amazon-apigateway-endpoint-configuration";
    let servers = root.get("servers").into_iter().flat_map(|servers| servers.items());
    let places = std::iter::once(root.clone()).chain(servers);
    let mut chosen = None;
    for node in places.filter_map(|place| place.get(KEY)) {
        if !notes.is_object(&node) {
            continue;
        }
        let known = ["disableExecuteApiEndpoint", "vpcEndpointIds", "types", "ipAddressType"];
        notes.known_keys(&node, &known, &format!("`{KEY}`"));
        settings.disable_execute_api_endpoint |= notes.flag_of(&node, "disableExecuteApiEndpoint");
        settings.vpc_endpoint_ids.extend(notes.texts_of(&node, "vpcEndpointIds"));
        for kind in node.get("types").into_iter().flat_map(|types| types.items()) {
            chosen = notes.word(&kind, EndpointType::ALL).or(chosen);
        }
        if let Some(kind) = node.get("ipAddressType") {
            notes.warning(&kind, "The type of IP addresses is not managed; this is left out.", None);
        }
    }
    let own = root.at(&[super::own::KEY, "endpoint"]);
    chosen = own.and_then(|kind| notes.word(&kind, EndpointType::ALL)).or(chosen);
    let private = !settings.vpc_endpoint_ids.is_empty();
    settings.endpoint =
        chosen.unwrap_or(if private { EndpointType::Private } else { EndpointType::default() });
    if private && settings.endpoint != EndpointType::Private {
        notes.problem(root, "Only private APIs are reached through VPC endpoints.", None);
        settings.vpc_endpoint_ids.clear();
    }
}
