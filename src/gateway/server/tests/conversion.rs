//! Bytes and text: the documentation's two tables of conversions.

use super::{http::endpoint, *};
use crate::kinds::rest_api::ContentHandling;
use ContentHandling::{ConvertToBinary, ConvertToText};

/// An integration with an endpoint that returns its request's body, as the type the client asks for in `x-type`.
async fn answer(
    types: &[&str],
    request_handling: Option<ContentHandling>,
    response_handling: Option<ContentHandling>,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Response {
    let response =
        IntegrationResponse { content_handling: response_handling, ..IntegrationResponse::default() };
    let kind =
        ("integration.request.header.x-answer-type".to_owned(), "method.request.header.x-type".to_owned());
    let integration = Integration {
        kind: IntegrationType::Http,
        uri: Some(format!("{}/raw", endpoint().await)),
        http_method: Some(Verb::Post),
        content_handling: request_handling,
        request_parameters: [kind].into(),
        responses: [(200, response)].into(),
        ..Integration::default()
    };
    let mut served = api(integration);
    served.settings.binary_media_types = types.iter().map(|of| (*of).to_owned()).collect();
    gateway(served, Canned::of(Err(NoAnswer::Throttled))).answer(request("POST", "/a/1", headers, body)).await
}

const PNG: &[&str] = &["image/png"];

type Handling = Option<ContentHandling>;
/// Binary media types, the request's type, its conversion, the body, what the endpoint gets.
type RequestRow = (&'static [&'static str], &'static str, Handling, &'static [u8], Option<&'static [u8]>);
/// Binary media types, the answer's type, the accepted type, the conversion, the body, what the client gets.
type AnswerRow =
    (&'static [&'static str], &'static str, &'static str, Handling, &'static [u8], Option<&'static [u8]>);

#[tokio::test]
async fn requests_are_converted() {
    // `image/png` in both directions leaves the answer as it is, so that the body is the one the endpoint was sent.
    let rows: [RequestRow; 9] = [
        (&[], "image/png", None, &[b'a', 255], Some("a\u{fffd}".as_bytes())),
        (&[], "image/png", Some(ConvertToBinary), b"YWI=", Some(b"ab")),
        (&[], "image/png", Some(ConvertToBinary), b"no base64!", None),
        (&[], "image/png", Some(ConvertToText), &[b'a', 255], Some("a\u{fffd}".as_bytes())),
        (PNG, "text/plain", None, b"text", Some(b"text")),
        (PNG, "text/plain", Some(ConvertToBinary), b"YWI=", Some(b"ab")),
        (PNG, "image/png", None, &[b'a', 255], Some(&[b'a', 255])),
        (PNG, "image/png", Some(ConvertToBinary), &[b'a', 255], Some(&[b'a', 255])),
        (PNG, "image/png", Some(ConvertToText), &[0, 1, 255], Some(b"AAH/")),
    ];
    for (types, content_type, handling, body, expected) in rows {
        let headers = [("Content-Type", content_type), ("Accept", "image/png"), ("x-type", "image/png")];
        let response = answer(types, handling, None, &headers, body).await;
        match expected {
            Some(expected) => assert_eq!(response.body, expected, "{types:?} {content_type} {handling:?}"),
            None => assert_eq!(response.status, 500),
        }
    }
}

#[tokio::test]
async fn answers_are_converted() {
    const BYTES: &[u8] = &[0, 1, 255];
    let rows: [AnswerRow; 13] = [
        (&[], "image/png", "text/html", None, BYTES, Some("\u{0}\u{1}\u{fffd}".as_bytes())),
        (&[], "image/png", "text/html", Some(ConvertToBinary), b"AAH/", Some(BYTES)),
        (&[], "image/png", "text/html", Some(ConvertToText), b"AAH/", Some(b"AAH/")),
        (PNG, "text/html", "text/html", None, b"AAH/", Some(b"AAH/")),
        (PNG, "text/html", "text/html", Some(ConvertToBinary), b"AAH/", Some(BYTES)),
        (PNG, "text/html", "image/png", None, b"AAH/", Some(BYTES)),
        (PNG, "text/html", "image/png", Some(ConvertToText), b"AAH/", Some(b"AAH/")),
        (PNG, "text/html", "image/png", None, b"no base64!", None),
        (PNG, "image/png", "text/html", None, BYTES, Some(b"AAH/")),
        (PNG, "image/png", "text/html", Some(ConvertToBinary), BYTES, Some(BYTES)),
        (PNG, "image/png", "text/html", Some(ConvertToText), BYTES, Some(b"AAH/")),
        (PNG, "image/png", "image/png", None, BYTES, Some(BYTES)),
        (PNG, "image/png", "image/png", Some(ConvertToText), BYTES, Some(b"AAH/")),
    ];
    for (types, kind, accept, handling, body, expected) in rows {
        // The request is `image/png` as well, so that the endpoint gets bytes where the API has them.
        let content_type = if types.is_empty() { "text/plain" } else { "image/png" };
        let headers = [("Content-Type", content_type), ("Accept", accept), ("x-type", kind)];
        let response = answer(types, None, handling, &headers, body).await;
        match expected {
            Some(expected) => assert_eq!(response.body, expected, "{types:?} {kind} {accept} {handling:?}"),
            None => assert_eq!(response.status, 500),
        }
    }
}

#[tokio::test]
async fn templates_cannot_read_bytes() {
    let mut served = api(mock(r#"{"statusCode":200}"#, "ok"));
    served.settings.binary_media_types.insert("*/*".to_owned());
    let canned = || Canned::of(Err(NoAnswer::Throttled));
    let response = gateway(served.clone(), canned()).answer(request("OPTIONS", "/a/1", &[], b"")).await;
    assert_eq!(response.status, 500);
    assert!(response.reason.contains("CONVERT_TO_TEXT"), "{}", response.reason);
    for methods in served.definition.resources.values_mut() {
        for integration in methods.values_mut().filter_map(|method| method.integration.as_mut()) {
            integration.content_handling = Some(ConvertToText);
            integration.responses.values_mut().for_each(|of| of.content_handling = Some(ConvertToText));
        }
    }
    let response = gateway(served, canned()).answer(request("OPTIONS", "/a/1", &[], b"")).await;
    assert_eq!((response.status, text(&response)), (200, "ok"));
}

#[tokio::test]
async fn compression_is_both_ways() {
    let mut served = api(function(IntegrationType::AwsProxy));
    served.settings.minimum_compression_bytes = Some(4);
    let functions = Canned::result(&json!({ "body": "a long body" }));
    let gateway = gateway(served, functions.clone());
    let mut packed = Response { body: b"hello".to_vec(), ..Response::default() };
    coding::compress(&mut packed, &Headers(vec![("accept-encoding".to_owned(), "gzip".to_owned())]), 0);
    let headers = [("Content-Encoding", "gzip"), ("Accept-Encoding", "deflate")];
    let response = gateway.answer(request("POST", "/a/1", &headers, &packed.body)).await;
    assert_eq!(functions.event()["body"], "hello");
    assert_eq!(response.headers.get("content-encoding"), Some("deflate"));
    assert_eq!(coding::decoded(&response.body, "deflate", 100), Ok(b"a long body".to_vec()));
    let broken = gateway.answer(request("POST", "/a/1", &[("Content-Encoding", "gzip")], b"no gzip")).await;
    assert_eq!(broken.status, 400);
    let unknown = gateway.answer(request("POST", "/a/1", &[("Content-Encoding", "br")], b"x")).await;
    assert_eq!(unknown.status, 415);
}
