//! Requests that reach no integration.

use std::collections::BTreeMap;

use super::*;
use crate::gateway::stages::{AnswerCache, Looked, Refused};
use crate::kinds::rest_api::GatewayResponse;

fn plain() -> Served {
    api(mock(r#"{"statusCode":200}"#, "ok"))
}

fn canned() -> Arc<Canned> {
    Canned::of(Err(NoAnswer::Throttled))
}

#[tokio::test]
async fn what_is_not_there_wants_a_token() {
    let mut served = plain();
    let any = served.definition.resources.get_mut("/a/{id}").unwrap().remove(&Verb::Any).unwrap();
    served.definition.resources.get_mut("/a/{id}").unwrap().insert(Verb::Get, any);
    let gateway = gateway(served, canned());
    for (verb, path) in [("GET", "/b"), ("OPTIONS", "/a/1"), ("GET", "/"), ("get", "/a/1")] {
        let response = gateway.answer(request(verb, path, &[], b"")).await;
        assert_eq!(
            (response.status, text(&response)),
            (403, r#"{"message":"Missing Authentication Token"}"#)
        );
        assert_eq!(response.headers.get("x-amzn-errortype"), Some("MissingAuthenticationTokenException"));
        assert_eq!(response.headers.get("x-amzn-requestid"), Some("6f1c-id"));
        assert_eq!(response.answered_by, Step::Route);
        assert!(response.reason.contains(path), "{}", response.reason);
    }
    let response = gateway.answer(request("GET", "/b", &[("Authorization", "Bearer secret")], b"")).await;
    assert_eq!(response.headers.get("x-amzn-errortype"), Some("IncompleteSignatureException"));
    assert!(response.status == 403 && text(&response).contains("hashed with SHA-256"), "{}", text(&response));
    assert!(!text(&response).contains("secret") && !response.reason.contains("secret"));
}

#[tokio::test]
async fn too_much_is_refused() {
    let gateway = gateway(plain(), canned());
    let large = vec![b'x'; PAYLOAD_MAX_BYTES + 1];
    let response = gateway.answer(request("POST", "/a/1", &[], &large)).await;
    assert_eq!((response.status, text(&response)), (413, r#"{"message":"Request Too Long"}"#));
    let just = gateway.answer(request("POST", "/a/1", &[], &large[1..])).await;
    assert_eq!(just.status, 200);
    let header = "x".repeat(HEADERS_MAX_BYTES);
    assert_eq!(gateway.answer(request("GET", "/a/1", &[("X", &header)], b"")).await.status, 413);
    let path = format!("/a/{}", "x".repeat(METHOD_ARN_MAX_BYTES));
    let response = gateway.answer(request("GET", &path, &[], b"")).await;
    assert_eq!((response.status, text(&response)), (414, r#"{"message":"Request URI too long"}"#));
}

struct Denies;

#[async_trait]
impl Check for Denies {
    async fn check(&self, call: &mut Call<'_>) -> Result<(), Refused> {
        context::member(call.context, "authorizer").insert("principalId".to_owned(), call.verb_key.into());
        if call.request.headers.get("X-Pass").is_some() {
            return Ok(());
        }
        Err(Refused {
            step: Step::Authorizer,
            kind: GatewayResponseType::AccessDenied,
            message: Some("User is not authorized to access this resource".to_owned()),
            extra: BTreeMap::new(),
            reason: "the policy denies".to_owned(),
        })
    }
}

#[tokio::test]
async fn checks_refuse_or_tell_the_context_something() {
    let functions = Canned::result(&json!({}));
    let mut served = api(function(IntegrationType::AwsProxy));
    served.stage.access_log_format =
        Some("$context.status $context.authorizer.principalId $context.error.responseType $context.integrationStatus".to_owned());
    let gateway = Gateway::new(served, vec![Box::new(Denies)], functions.clone(), Env::fixed(3));
    let denied = gateway.answer_logged(request("GET", "/a/1", &[], b"")).await;
    assert_eq!((denied.response.status, denied.response.answered_by), (403, Step::Authorizer));
    assert_eq!(text(&denied.response), r#"{"Message":"User is not authorized to access this resource"}"#);
    assert_eq!(denied.line.as_deref(), Some("403 ANY ACCESS_DENIED -"));
    assert!(functions.asked.lock().unwrap().is_empty());
    let passed = gateway.answer_logged(request("GET", "/a/1", &[("x-pass", "1")], b"")).await;
    assert_eq!(passed.line.as_deref(), Some("200 ANY - 200"));
    assert_eq!(functions.event()["requestContext"]["authorizer"], json!({ "principalId": "ANY" }));
}

#[tokio::test]
async fn gateway_responses_are_the_apis_own() {
    let mut served = plain();
    let own = GatewayResponse {
        status: Some(404),
        parameters: [("gatewayresponse.header.Access-Control-Allow-Origin".to_owned(), "'*'".to_owned())]
            .into(),
        templates: [("application/json".to_owned(), r#"{"error":$context.error.messageString}"#.to_owned())]
            .into(),
    };
    served.definition.gateway_responses.insert("MISSING_AUTHENTICATION_TOKEN".to_owned(), own);
    let response = gateway(served, canned()).answer(request("GET", "/b", &[], b"")).await;
    assert_eq!((response.status, text(&response)), (404, r#"{"error":"Missing Authentication Token"}"#));
    assert_eq!(response.headers.get("access-control-allow-origin"), Some("*"));
}

#[tokio::test]
async fn a_query_cannot_begin_a_header() {
    let mut served = plain();
    let name = "gatewayresponse.header.X-Asked".to_owned();
    let own = GatewayResponse {
        parameters: [(name, "method.request.querystring.q".to_owned())].into(),
        ..GatewayResponse::default()
    };
    served.definition.gateway_responses.insert("DEFAULT_4XX".to_owned(), own);
    let gateway = gateway(served, canned());
    let answer = async |query: &str| gateway.answer(request("GET", &format!("/b?q={query}"), &[], b"")).await;
    assert_eq!(answer("plain").await.headers.get("x-asked"), Some("plain"));
    assert_eq!(answer("x%0d%0aSet-Cookie:%20a=b").await.headers.get("x-asked"), None);
}

#[tokio::test]
async fn a_method_without_an_integration_is_an_error() {
    let mut served = served();
    served.definition.resources.entry("/".to_owned()).or_default().insert(Verb::Get, Method::default());
    assert_eq!(gateway(served, canned()).answer(request("GET", "/", &[], b"")).await.status, 500);
}

/// Keeps one answer for every request but those of `DELETE`, which may not use it.
#[derive(Default, Clone)]
struct OneAnswer(Arc<Mutex<Option<Response>>>);

impl AnswerCache for OneAnswer {
    fn look(&self, call: &Call<'_>) -> Result<Looked, Refused> {
        match call.request.method.as_str() {
            "DELETE" => Err(Refused {
                step: Step::Cache,
                kind: GatewayResponseType::AccessDenied,
                message: None,
                extra: BTreeMap::new(),
                reason: "no".to_owned(),
            }),
            "PUT" => Ok(Looked::NotCached),
            _ => Ok(match self.0.lock().unwrap().clone() {
                Some(kept) => Looked::Kept(kept),
                None => {
                    let place = Arc::clone(&self.0);
                    Looked::Nothing(Box::new(move |response| {
                        response.headers.set("Warning", "kept");
                        *place.lock().unwrap() = Some(response.clone());
                    }))
                }
            }),
        }
    }
}

#[tokio::test]
async fn a_cache_is_asked_before_the_integration() {
    let functions = Canned::result(&json!({ "statusCode": 404, "body": "x" }));
    let cache = OneAnswer::default();
    let gateway =
        gateway(api(function(IntegrationType::AwsProxy)), functions.clone()).with_cache(Box::new(cache));
    let answer = async |verb: &str| gateway.answer(request(verb, "/a/1", &[], b"")).await;
    let (first, second, other) = (answer("GET").await, answer("GET").await, answer("PUT").await);
    assert_eq!((first.answered_by, second.answered_by), (Step::Integration, Step::Cache));
    assert_eq!((first.status, &first.body), (second.status, &second.body));
    assert_eq!((second.headers.get("warning"), other.headers.get("warning")), (Some("kept"), None));
    assert_eq!(functions.asked.lock().unwrap().len(), 2);
    assert_eq!(answer("DELETE").await.status, 403);
}
