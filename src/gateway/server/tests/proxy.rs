//! Functions behind proxy integrations.

use super::*;

async fn answer_to(result: Value, accept: &str, binary: &[&str]) -> Response {
    let mut served = api(function(IntegrationType::AwsProxy));
    served.settings.binary_media_types = binary.iter().map(|of| (*of).to_owned()).collect();
    gateway(served, Canned::result(&result)).answer(request("GET", "/a/1", &[("Accept", accept)], b"")).await
}

#[tokio::test]
async fn what_a_function_may_answer() {
    let cases = [
        (json!({}), 200, ""),
        (json!({ "statusCode": 201, "body": "x" }), 201, "x"),
        (json!({ "statusCode": "404", "body": null }), 404, ""),
        (json!({ "statusCode": 200.0, "body": 7 }), 200, "7"),
        (
            json!({ "body": true, "isBase64Encoded": "false", "headers": null, "multiValueHeaders": null }),
            200,
            "true",
        ),
    ];
    for (result, status, body) in cases {
        let response = answer_to(result.clone(), "*/*", &[]).await;
        assert_eq!((response.status, text(&response)), (status, body), "{result}");
        assert_eq!(response.headers.get("content-type"), Some("application/json"));
        assert!(response.headers.get("x-amzn-trace-id").is_some_and(|trace| trace.contains(";Parent=")));
        assert_eq!(response.headers.get("x-amzn-requestid"), Some("6f1c-id"));
    }
}

#[tokio::test]
async fn what_it_may_not() {
    let cases = [
        json!(null),
        json!("text"),
        json!([]),
        json!({ "statusCode": 200, "other": 1 }),
        json!({ "statusCode": "x" }),
        json!({ "statusCode": 99 }),
        json!({ "statusCode": 70_000 }),
        json!({ "statusCode": -1 }),
        json!({ "statusCode": true }),
        json!({ "body": {} }),
        json!({ "headers": [] }),
        json!({ "headers": { "a": {} } }),
        json!({ "multiValueHeaders": { "a": "b" } }),
        json!({ "isBase64Encoded": 1 }),
    ];
    for result in cases {
        let response = answer_to(result.clone(), "*/*", &[]).await;
        assert_eq!(
            (response.status, text(&response)),
            (502, r#"{"message": "Internal server error"}"#),
            "{result}"
        );
        assert_eq!(response.headers.get("x-amzn-errortype"), Some("InternalServerErrorException"));
        assert!(response.reason.contains("malformed"), "{}", response.reason);
    }
}

#[tokio::test]
async fn both_sorts_of_headers_are_merged() {
    let result = json!({
        "headers": { "X-A": "1", "x-b": "same", "Date": "d", "Content-Length": 5, "Transfer-Encoding": "chunked", "bad name": "x", "c": "x\r\ny" },
        "multiValueHeaders": { "x-a": ["0", 2], "X-B": ["same"] },
    });
    let response = answer_to(result, "*/*", &[]).await;
    assert_eq!(response.headers.all("x-a").collect::<Vec<_>>(), ["0", "2", "1"]);
    assert_eq!(response.headers.all("x-b").collect::<Vec<_>>(), ["same"]);
    assert_eq!(response.headers.get("x-amzn-remapped-date"), Some("d"));
    assert_eq!(response.headers.get("x-amzn-remapped-content-length"), Some("5"));
    for gone in ["Date", "Content-Length", "Transfer-Encoding", "bad name", "c"] {
        assert_eq!(response.headers.get(gone), None, "{gone}");
    }
}

#[tokio::test]
async fn base64_is_decoded_for_who_asks_for_bytes_first() {
    let result = json!({ "body": "AAH/", "isBase64Encoded": true });
    let types = ["image/png"];
    assert_eq!(answer_to(result.clone(), "image/png,*/*", &types).await.body, [0, 1, 255]);
    assert_eq!(answer_to(result.clone(), "*/*, image/png", &types).await.body, b"AAH/");
    assert_eq!(answer_to(result.clone(), "text/html", &["*/*"]).await.body, [0, 1, 255]);
    let broken = answer_to(json!({ "body": "?", "isBase64Encoded": true }), "image/png", &types).await;
    assert_eq!(broken.status, 500);
}

#[tokio::test]
async fn failures_of_the_function_and_of_the_way_to_it() {
    let cases = [
        (Canned::error("boom"), 502, INTERNAL_BODY),
        (Canned::of(Err(NoAnswer::NotFound("arn".to_owned()))), 500, INTERNAL_BODY),
        (Canned::of(Err(NoAnswer::Throttled)), 500, INTERNAL_BODY),
        (Canned::of(Err(NoAnswer::TooLarge(7))), 413, r#"{"message":"Request Too Long"}"#),
    ];
    for (functions, status, body) in cases {
        let gateway = gateway(api(function(IntegrationType::AwsProxy)), functions);
        let response = gateway.answer(request("GET", "/a/1", &[], b"")).await;
        assert_eq!((response.status, text(&response)), (status, body));
        assert!(!response.reason.is_empty());
    }
}

const INTERNAL_BODY: &str = r#"{"message": "Internal server error"}"#;

#[tokio::test]
async fn only_post_invokes_functions() {
    let integration = Integration { http_method: Some(Verb::Get), ..function(IntegrationType::AwsProxy) };
    let response =
        gateway(api(integration), Canned::result(&json!({}))).answer(request("GET", "/a/1", &[], b"")).await;
    assert_eq!((response.status, text(&response)), (500, INTERNAL_BODY));
}

#[tokio::test]
async fn the_event_has_the_matched_resource() {
    let functions = Canned::result(&json!({}));
    let gateway = gateway(api(function(IntegrationType::AwsProxy)), functions.clone());
    gateway.answer(request("PUT", "/a/x%20y?q=%41", &[("Host", "h.example")], b"hi")).await;
    let event = functions.event();
    assert_eq!(event["resource"], "/a/{id}");
    assert_eq!(event["pathParameters"], json!({ "id": "x%20y" }));
    assert_eq!(event["queryStringParameters"], json!({ "q": "A" }));
    assert_eq!(event["httpMethod"], "PUT");
    assert_eq!(event["body"], "hi");
    assert_eq!(event["requestContext"]["resourceId"], "res1");
    assert_eq!(event["requestContext"]["resourcePath"], "/a/{id}");
}

#[tokio::test(start_paused = true)]
async fn a_function_that_takes_too_long() {
    struct Sleeper;
    #[async_trait]
    impl Functions for Sleeper {
        async fn invoke(&self, _: &str, _: Vec<u8>) -> Result<Answer, NoAnswer> {
            tokio::time::sleep(std::time::Duration::from_secs(60)).await;
            Err(NoAnswer::Throttled)
        }
        async fn send(&self, _: &str, _: Vec<u8>) -> Result<(), NoAnswer> {
            Ok(())
        }
    }
    let served = api(function(IntegrationType::AwsProxy));
    let gateway = Gateway::new(served, Vec::new(), Arc::new(Sleeper), Env::fixed(3));
    let response = gateway.answer(request("GET", "/a/1", &[], b"")).await;
    assert_eq!((response.status, text(&response)), (504, r#"{"message": "Endpoint request timed out"}"#));
}
