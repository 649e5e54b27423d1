//! Non-proxy integrations: templates, mappings, overrides, selection.

use std::collections::BTreeMap;

use super::*;
use crate::kinds::rest_api::Passthrough;

async fn answer(integration: Integration<String>, functions: Arc<Canned>, request: Request) -> Response {
    gateway(api(integration), functions).answer(request).await
}

fn none() -> Arc<Canned> {
    Canned::of(Err(NoAnswer::Throttled))
}

#[tokio::test]
async fn a_mock_answers_by_its_own_request() {
    let cases = [
        (r#"{"statusCode": 200}"#, 200),
        ("{statusCode: 200}", 200),
        (r#"{"statusCode": "200"}"#, 200),
        ("{}", 500),
        ("", 500),
        ("[", 500),
        (r#"{"statusCode": 99999999}"#, 500),
    ];
    for (template, status) in cases {
        let response = answer(mock(template, "ok"), none(), request("GET", "/a/1", &[], b"")).await;
        assert_eq!(response.status, status, "{template}");
        assert_eq!(response.headers.get("x-amzn-trace-id"), None);
    }
}

#[tokio::test]
async fn overrides_of_both_templates_hold() {
    let first = "#set($context.responseOverride.status = 444)#set($context.responseOverride.header.X-A = \"1\"){\"statusCode\":200}";
    let second = "#set($context.responseOverride.header.X-B = \"2\")$input.params('id') $context.responseOverride.status";
    let response = answer(mock(first, second), none(), request("GET", "/a/x%20y", &[], b"")).await;
    assert_eq!((response.status, text(&response)), (444, "x%20y 444"));
    assert_eq!((response.headers.get("x-a"), response.headers.get("x-b")), (Some("1"), Some("2")));
    let broken = "#set($context.responseOverride.status = \"x\"){\"statusCode\":200}";
    assert_eq!(answer(mock(broken, ""), none(), request("GET", "/a/1", &[], b"")).await.status, 500);
}

/// The two tables of the documentation on pass-through, and the row without any template.
#[tokio::test]
async fn bodies_without_a_template_pass_or_do_not() {
    use Passthrough::{Never, WhenNoMatch, WhenNoTemplates};
    const JSON: Option<&str> = Some("application/json");
    const XML: Option<&str> = Some("application/xml");
    let rows = [
        (JSON, None, [200, 200, 200]),
        (JSON, JSON, [200, 200, 200]),
        (JSON, XML, [0, 415, 415]),
        (XML, None, [0, 415, 415]),
        (XML, JSON, [0, 415, 415]),
        (XML, Some("Application/XML; charset=utf-8"), [200, 200, 200]),
        (Some("$default"), XML, [200, 200, 200]),
        (None, XML, [0, 0, 415]),
    ];
    for (template, content_type, expected) in rows {
        for (behavior, expected) in [WhenNoMatch, WhenNoTemplates, Never].into_iter().zip(expected) {
            let functions = Canned::result(&json!("x"));
            let templates = template.map(|of| (of.to_owned(), r#"{"templated":true}"#.to_owned()));
            let integration = Integration {
                request_templates: templates.into_iter().collect(),
                passthrough_behavior: behavior,
                ..function(IntegrationType::Aws)
            };
            let headers: Vec<_> = content_type.map(|of| ("Content-Type", of)).into_iter().collect();
            let response =
                answer(integration, functions.clone(), request("POST", "/a/1", &headers, b"[1]")).await;
            let place = format!("{template:?} {content_type:?} {behavior:?}");
            match expected {
                0 => assert_eq!(functions.event(), json!([1]), "{place}"),
                200 => assert_eq!(functions.event(), json!({ "templated": true }), "{place}"),
                status => {
                    assert_eq!(
                        (response.status, text(&response)),
                        (status, r#"{"message": "Unsupported Media Type"}"#)
                    );
                    assert!(functions.asked.lock().unwrap().is_empty());
                }
            }
        }
    }
}

#[tokio::test]
async fn templates_see_the_request_and_broken_ones_are_errors() {
    let template = r#"{"b":$input.json('$.x'),"q":"$input.params('q')","h":"$input.params('X-H')","p":"$context.resourcePath","v":"$stageVariables.v"}"#;
    let with = |text: &str| Integration {
        request_templates: [("application/json".to_owned(), text.to_owned())].into(),
        ..function(IntegrationType::Aws)
    };
    let functions = Canned::result(&json!("x"));
    let mut served = api(with(template));
    served.stage.variables.insert("v".to_owned(), "red".to_owned());
    gateway(served, functions.clone())
        .answer(request("POST", "/a/1?q=1", &[("x-h", "2")], br#"{"x":[3]}"#))
        .await;
    assert_eq!(functions.event(), json!({ "b": [3], "q": "1", "h": "2", "p": "/a/{id}", "v": "red" }));
    let status = async |text: &str, body: &[u8]| {
        answer(with(text), Canned::result(&json!("x")), request("POST", "/a/1", &[], body)).await.status
    };
    assert_eq!(status("#if(", b"").await, 500);
    assert_eq!(status("not json", b"").await, 400);
    assert_eq!(status("$input.json('$.x')", b"{a").await, 400);
    assert_eq!(status("", b"").await, 200);
}

#[tokio::test]
async fn an_event_invocation_does_not_wait() {
    let functions = none();
    let integration = Integration {
        request_parameters: [(
            "integration.request.header.X-Amz-Invocation-Type".to_owned(),
            "'Event'".to_owned(),
        )]
        .into(),
        ..function(IntegrationType::Aws)
    };
    let response = answer(integration, functions.clone(), request("POST", "/a/1", &[], b"{\"a\":1}")).await;
    assert_eq!((response.status, text(&response)), (200, ""));
    assert_eq!(*functions.sent.lock().unwrap(), [b"{\"a\":1}".to_vec()]);
}

fn selecting(patterns: &[(u16, Option<&str>)]) -> Integration<String> {
    let response = |pattern: Option<&str>| IntegrationResponse {
        selection_pattern: pattern.map(str::to_owned),
        ..IntegrationResponse::default()
    };
    let responses = patterns.iter().map(|(status, pattern)| (*status, response(*pattern)));
    Integration { responses: responses.collect(), ..function(IntegrationType::Aws) }
}

#[tokio::test]
async fn patterns_match_a_whole_error_message() {
    let patterns =
        selecting(&[(200, None), (404, Some("not found.*")), (409, Some("found")), (500, Some("(?s).+"))]);
    let status =
        async |functions| answer(patterns.clone(), functions, request("GET", "/a/1", &[], b"")).await.status;
    assert_eq!(status(Canned::error("not found: it")).await, 404);
    assert_eq!(status(Canned::error("it was found\nhere")).await, 500);
    assert_eq!(status(Canned::error("found")).await, 409);
    assert_eq!(status(Canned::result(&json!({ "errorMessage": "found" }))).await, 200);
    let none_fits =
        answer(selecting(&[(404, Some("x"))]), Canned::result(&json!(1)), request("GET", "/a/1", &[], b""))
            .await;
    assert_eq!(none_fits.status, 500);
    assert!(none_fits.reason.contains("no integration response"), "{}", none_fits.reason);
    let broken = answer(
        selecting(&[(200, None), (404, Some("("))]),
        Canned::error("x"),
        request("GET", "/a/1", &[], b""),
    )
    .await;
    assert_eq!(broken.status, 500);
}

#[tokio::test]
async fn responses_have_templates_by_accept_and_mapped_headers() {
    let response = IntegrationResponse {
        templates: BTreeMap::from([
            ("application/json".to_owned(), "json $input.path('$.a')".to_owned()),
            ("text/html".to_owned(), "html".to_owned()),
        ]),
        parameters: [
            ("X-Literal", "'*'"),
            ("X-Body", "integration.response.body.b[0]"),
            ("X-Missing", "integration.response.header.nothing"),
            ("X-Stage", "context.stage"),
            ("Server", "'mine'"),
            ("Transfer-Encoding", "'gone'"),
        ]
        .map(|(name, source)| (format!("method.response.header.{name}"), source.to_owned()))
        .into(),
        ..IntegrationResponse::default()
    };
    let integration = Integration { responses: [(201, response)].into(), ..function(IntegrationType::Aws) };
    let result = Canned::result(&json!({ "a": 1, "b": ["x"] }));
    let with = async |accept: &str| {
        answer(integration.clone(), result.clone(), request("GET", "/a/1", &[("Accept", accept)], b"")).await
    };
    let html = with("image/png, text/html").await;
    assert_eq!(
        (html.status, text(&html), html.headers.get("content-type")),
        (201, "html", Some("text/html"))
    );
    let first = with("*/*").await;
    assert_eq!((text(&first), first.headers.get("content-type")), ("json 1", Some("application/json")));
    let headers = |name: &str| first.headers.get(name).map(str::to_owned);
    assert_eq!(headers("x-literal").as_deref(), Some("*"));
    assert_eq!(headers("x-body").as_deref(), Some("x"));
    assert_eq!(headers("x-stage").as_deref(), Some("dev"));
    assert_eq!(headers("x-amzn-remapped-server").as_deref(), Some("mine"));
    assert_eq!(headers("x-missing").or(headers("server")).or(headers("transfer-encoding")), None);
}

#[tokio::test]
async fn other_services_are_not_called() {
    let uri = "arn:aws:apigateway:eu-central-1:sqs:path/123456789012/queue".to_owned();
    let integration = Integration { uri: Some(uri), ..function(IntegrationType::Aws) };
    let response = answer(integration, none(), request("POST", "/a/1", &[], b"{}")).await;
    assert_eq!(response.status, 500);
    assert!(response.reason.contains("`sqs`"), "{}", response.reason);
}
