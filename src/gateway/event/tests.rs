use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::gateway::exchange::Request;
use crate::gateway::testing::{NoFunctions, request, served};
use crate::kinds::rest_api::Method;

/// The proxy and the authorizer event of a request to `/{proxy+}`.
fn events(
    request: &Request,
    change: impl FnOnce(&mut crate::gateway::served::Served, &mut Value),
) -> (Value, Value) {
    let mut served = served();
    let env = crate::model::Env::fixed(7);
    let path = IndexMap::from([("proxy".to_owned(), request.path.trim_matches('/').to_owned())]);
    let mut context = context::of_request(&served, request, None, &env);
    change(&mut served, &mut context);
    let query = crate::gateway::percent::query(&request.query);
    let call = Call {
        served: &served,
        request,
        resource: "/{proxy+}",
        method: &Method::default(),
        verb_key: "ANY",
        path: &path,
        query: &query,
        context: &mut context,
        functions: &NoFunctions,
    };
    (proxy_event(&call), request_event(&call, "arn:method"))
}

#[test]
fn what_is_not_there_is_null_for_integrations_and_empty_for_authorizers() {
    let mut plain = request("GET", "//a//b/", &[], b"");
    plain.path = "//a//b/".to_owned();
    let (event, authorizer) = events(&plain, |_, _| {});
    for name in ["queryStringParameters", "multiValueQueryStringParameters", "stageVariables", "body"] {
        assert_eq!(event[name], Value::Null, "{name}");
    }
    assert_eq!(event["path"], "/a//b/");
    assert_eq!(event["requestContext"]["path"], "/dev//a//b/");
    assert_eq!(event["isBase64Encoded"], false);
    assert_eq!(authorizer["queryStringParameters"], json!({}));
    assert_eq!(authorizer["stageVariables"], json!({}));
    assert_eq!(authorizer["type"], "REQUEST");
    assert_eq!(authorizer["methodArn"], "arn:method");
    assert_eq!(authorizer.get("body"), None);
}

#[test]
fn the_last_of_several_values_stands_for_all() {
    let mut doubled = request("GET", "/a", &[("X", "1"), ("x", "2")], b"");
    doubled.query = "a=1&b=x%2By&a=2+3".to_owned();
    let (event, _) = events(&doubled, |_, _| {});
    assert_eq!(event["queryStringParameters"], json!({ "a": "2 3", "b": "x+y" }));
    assert_eq!(event["multiValueQueryStringParameters"], json!({ "a": ["1", "2 3"], "b": ["x+y"] }));
    assert_eq!(event["headers"]["X"], "2");
    assert_eq!(event["multiValueHeaders"]["X"], json!(["1", "2"]));
}

#[test]
fn bytes_are_base64_where_the_api_says_so() {
    let png = request("POST", "/a", &[("content-type", "image/png; x=y")], &[0xff, 0]);
    let (text, _) = events(&png, |_, _| {});
    assert_eq!(text["body"], "\u{fffd}\u{0}");
    let (bytes, _) = events(&png, |served, _| {
        served.settings.binary_media_types.insert("image/png".to_owned());
    });
    assert_eq!((bytes["body"].as_str(), bytes["isBase64Encoded"].as_bool()), (Some("/wA="), Some(true)));
}

#[test]
fn an_authorizers_values_are_texts() {
    let (event, _) = events(&request("GET", "/a", &[], b""), |served, context| {
        served.stage.variables = BTreeMap::from([("v".to_owned(), "1".to_owned())]);
        context["authorizer"] = json!({ "principalId": "me", "n": 1, "b": true, "claims": { "sub": "x" } });
    });
    assert_eq!(
        event["requestContext"]["authorizer"],
        json!({ "principalId": "me", "n": "1", "b": "true", "claims": { "sub": "x" } })
    );
    assert_eq!(event["stageVariables"], json!({ "v": "1" }));
}

proptest! {
    #[test]
    fn any_request_is_survived(
        path in "\\PC{0,20}",
        query in "\\PC{0,30}",
        headers in prop::collection::vec(("\\PC{0,8}", "\\PC{0,12}"), 0..5),
        body in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let request = Request {
            path: format!("/{path}"),
            query,
            headers: Headers(headers),
            body: body.clone(),
            ..request("POST", "/", &[], b"")
        };
        let (event, _) = events(&request, |served, _| { served.settings.binary_media_types.insert("*/*".to_owned()); });
        let decoded = STANDARD.decode(event["body"].as_str().unwrap_or_default()).unwrap();
        prop_assert_eq!(decoded, body);
    }
}
