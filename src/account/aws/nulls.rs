//! API Gateway answers an empty mapping template as `null` inside a map of strings. The SDK's maps cannot hold that and it fails
//! the whole answer, even that of a write which was done. Such nulls become the empty text they stand for before the SDK reads them.

use aws_smithy_runtime_api::client::{
    http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector, http_client_fn,
    },
    orchestrator::{HttpRequest, HttpResponse},
    result::ConnectorError,
    runtime_components::RuntimeComponents,
};
use aws_smithy_types::{body::SdkBody, byte_stream::ByteStream};
use serde_json::Value as Json;

/// The same client, whose answers hold no null template.
pub(super) fn readable(client: SharedHttpClient) -> SharedHttpClient {
    http_client_fn(move |settings: &HttpConnectorSettings, components: &RuntimeComponents| {
        SharedHttpConnector::new(Readable { inner: client.http_connector(settings, components) })
    })
}

#[derive(Debug)]
struct Readable {
    inner: SharedHttpConnector,
}

impl HttpConnector for Readable {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let inner = self.inner.clone();
        HttpConnectorFuture::new(async move { rewrite(inner.call(request).await?).await })
    }
}

async fn rewrite(mut response: HttpResponse) -> Result<HttpResponse, ConnectorError> {
    if !response.status().is_success() || response.status().as_u16() == NO_CONTENT {
        return Ok(response);
    }
    let body = std::mem::replace(response.body_mut(), SdkBody::empty());
    let read = ByteStream::new(body).collect().await;
    let bytes = read.map_err(|error| ConnectorError::io(error.into()))?.into_bytes();
    let filled = filled(&bytes);
    if let Some(filled) = &filled {
        response.headers_mut().insert("content-length", filled.len().to_string());
    }
    *response.body_mut() = filled.map_or_else(|| SdkBody::from(bytes), SdkBody::from);
    Ok(response)
}

/// The answer of deletions.
const NO_CONTENT: u16 = 204;

/// The body with its null templates filled in; `None` where there are none.
fn filled(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?;
    if !text.contains("Templates") || !text.contains("null") {
        return None;
    }
    let mut body: Json = serde_json::from_str(text).ok()?;
    fill(&mut body);
    Some(body.to_string())
}

fn fill(value: &mut Json) {
    match value {
        Json::Object(members) => {
            for (key, member) in members {
                match member {
                    Json::Object(templates)
                        if matches!(key.as_str(), "requestTemplates" | "responseTemplates") =>
                    {
                        let empty = templates.values_mut().filter(|template| template.is_null());
                        empty.for_each(|template| *template = Json::from(""));
                    }
                    member => fill(member),
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(fill),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_templates_are_empty_texts_at_any_depth() {
        let body = r#"{"item":[{"resourceMethods":{"GET":{"methodIntegration":{"requestTemplates":{"application/json":null},
            "integrationResponses":{"200":{"responseTemplates":{"a/b":null,"c/d":"x"},"selectionPattern":null}}}}}}]}"#;
        let filled: Json = serde_json::from_str(&filled(body.as_bytes()).unwrap()).unwrap();
        let integration = &filled["item"][0]["resourceMethods"]["GET"]["methodIntegration"];
        assert_eq!(integration["requestTemplates"], serde_json::json!({"application/json": ""}));
        let response = &integration["integrationResponses"]["200"];
        assert_eq!(response["responseTemplates"], serde_json::json!({"a/b": "", "c/d": "x"}));
        assert!(response["selectionPattern"].is_null());
    }

    #[test]
    fn other_bodies_are_left_alone() {
        assert_eq!(filled(br#"{"responseTemplates":{"a/b":"x"}}"#), None);
        assert_eq!(filled(b"\xff null Templates"), None);
        assert_eq!(filled(br#"{"description":null}"#), None);
    }
}
