//! Nothing that comes from outside stops the gateway.

use proptest::prelude::*;

use super::*;

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn json_like() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,8}".prop_map(Value::from)
    ];
    let keys = "statusCode|headers|multiValueHeaders|body|isBase64Encoded|errorMessage|\\PC{0,3}";
    leaf.prop_recursive(3, 12, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::vec((keys, inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn any_request_is_answered(
        verb in "GET|POST|\\PC{0,5}",
        path in "/a/[^?]{0,20}|\\PC{0,20}",
        query in "\\PC{0,20}",
        headers in prop::collection::vec(("Content-Type|Accept|Content-Encoding|Accept-Encoding|Host|\\PC{0,5}", "\\PC{0,15}"), 0..6),
        body in prop::collection::vec(any::<u8>(), 0..60),
        compressing: bool,
    ) {
        let template = "{\"statusCode\":200,\"b\":$input.json('$'),\"p\":\"$input.params('q')\"}";
        let mut served = api(mock(template, "$input.path('$') $input.params() $context.identity"));
        served.settings.minimum_compression_bytes = compressing.then_some(0);
        served.settings.binary_media_types.insert("image/*".to_owned());
        let request = Request { path, query, headers: Headers(headers), ..request(&verb, "/", &[], &body) };
        let response = block_on(gateway(served, Canned::result(&json!({}))).answer(request));
        prop_assert!((100..1000).contains(&response.status));
    }

    #[test]
    fn any_result_of_a_function_is_answered(result in json_like(), failed: bool, proxy: bool) {
        let payload = result.to_string().into_bytes();
        let functions = Canned::of(Ok(Answer { payload, function_error: failed.then(|| "Unhandled".to_owned()) }));
        let kind = if proxy { IntegrationType::AwsProxy } else { IntegrationType::Aws };
        let response = block_on(gateway(api(function(kind)), functions).answer(request("GET", "/a/1", &[], b"")));
        prop_assert!((100..1000).contains(&response.status));
        for (name, value) in &response.headers.0 {
            prop_assert!(axum::http::HeaderName::from_bytes(name.as_bytes()).is_ok(), "{name:?}");
            prop_assert!(axum::http::HeaderValue::from_bytes(value.as_bytes()).is_ok(), "{value:?}");
        }
    }

    #[test]
    fn any_integration_is_answered(
        uri in "(arn:aws:apigateway:r:lambda:path/functions/|https?://|\\$\\{stageVariables.|\\{id\\}|\\PC){0,4}",
        source in "('|method.request.|body.|header.|\\$|\\PC){0,4}",
        pattern in "\\PC{0,8}",
        template in "(#set|#if|\\$input.|path|\\(|'|\\)|\\PC){0,8}",
    ) {
        let mut integration = function(IntegrationType::Aws);
        integration.uri = Some(uri);
        integration.request_parameters.insert("integration.request.header.X".to_owned(), source.clone());
        integration.request_templates.insert("application/json".to_owned(), template.clone());
        let response = integration.responses.get_mut(&200).unwrap();
        response.templates.insert("application/json".to_owned(), template);
        response.parameters.insert("method.response.header.X".to_owned(), source);
        integration.responses.insert(400, IntegrationResponse { selection_pattern: Some(pattern), ..IntegrationResponse::default() });
        let response = block_on(gateway(api(integration), Canned::error("x")).answer(request("POST", "/a/1", &[], b"{}")));
        prop_assert!((100..1000).contains(&response.status));
    }
}
