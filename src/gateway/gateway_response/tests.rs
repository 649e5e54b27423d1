use super::*;
use crate::gateway::testing::{request, served};

fn answer(kind: GatewayResponseType, message: Option<&str>, custom: &[(&str, GatewayResponse)]) -> Response {
    let mut served = served();
    served.definition.gateway_responses =
        custom.iter().map(|(kind, custom)| ((*kind).to_owned(), custom.clone())).collect();
    served.stage.variables.insert("color".to_owned(), "red".to_owned());
    let request = request("GET", "/a?q=1", &[("Origin", "https://a.example"), ("Accept", "text/plain")], b"");
    let fault = Fault::from(Refused {
        step: Step::Route,
        kind,
        message: message.map(str::to_owned),
        extra: BTreeMap::from([("validationErrorString".to_owned(), "[x]".to_owned())]),
        reason: "because".to_owned(),
    });
    let mut context = serde_json::json!({ "requestId": "r1" });
    describe(&fault, &mut context);
    respond(&fault, &Asked { served: &served, request: &request, path: None, context: &context })
}

fn text(response: &Response) -> &str {
    std::str::from_utf8(&response.body).unwrap()
}

#[test]
fn every_type_has_a_status_and_the_default_body() {
    for kind in GatewayResponseType::ALL {
        let response = answer(*kind, Some("No \"way\""), &[]);
        assert_eq!(Some(response.status), kind.default_status().or(Some(500)));
        let name = if *kind == GatewayResponseType::AccessDenied { "Message" } else { "message" };
        assert_eq!(text(&response), format!(r#"{{"{name}":"No \"way\""}}"#));
        assert_eq!(response.headers.get("x-amzn-errortype"), Some(kind.error_type()));
        assert_eq!(response.headers.get("content-type"), Some("application/json"));
    }
}

#[test]
fn no_message_is_null() {
    let response = answer(GatewayResponseType::AuthorizerConfigurationError, None, &[]);
    assert_eq!(text(&response), r#"{"message":null}"#);
    assert_eq!(response.headers.get("x-amzn-ErrorType"), Some("AuthorizerConfigurationException"));
}

#[test]
fn a_default_stands_in_with_its_status_headers_and_templates() {
    let default = GatewayResponse {
        status: Some(418),
        parameters: BTreeMap::from([
            ("gatewayresponse.header.Access-Control-Allow-Origin".to_owned(), "'*'".to_owned()),
            ("gatewayresponse.header.X-Asked".to_owned(), "method.request.header.Origin".to_owned()),
            ("gatewayresponse.header.X-None".to_owned(), "method.request.header.Nothing".to_owned()),
        ]),
        templates: BTreeMap::new(),
    };
    let response = answer(GatewayResponseType::Throttled, Some("slow"), &[("DEFAULT_4XX", default.clone())]);
    assert_eq!(response.status, 418);
    assert_eq!(response.headers.get("access-control-allow-origin"), Some("*"));
    assert_eq!(response.headers.get("x-asked"), Some("https://a.example"));
    assert_eq!(response.headers.get("x-none"), None);
    let other =
        answer(GatewayResponseType::IntegrationTimeout, Some("slow"), &[("DEFAULT_4XX", default.clone())]);
    assert_eq!(other.status, 504);
    let own = GatewayResponse { status: Some(430), ..GatewayResponse::default() };
    let both = [("DEFAULT_4XX", default), ("THROTTLED", own)];
    let response = answer(GatewayResponseType::Throttled, Some("slow"), &both);
    assert_eq!((response.status, response.headers.get("x-asked")), (430, None));
}

#[test]
fn templates_are_chosen_by_accept_and_filled_in_simply() {
    let template = "$context.error.message/$context.error.messageString/$context.error.validationErrorString/\
        $context.requestId/$stageVariables.color/$method.request.querystring.q/$method.request.header.Origin#if $x.$";
    let custom = GatewayResponse {
        templates: BTreeMap::from([
            ("application/json".to_owned(), "{}".to_owned()),
            ("text/plain".to_owned(), template.to_owned()),
        ]),
        ..GatewayResponse::default()
    };
    let response = answer(GatewayResponseType::BadRequestBody, Some("no"), &[("BAD_REQUEST_BODY", custom)]);
    assert_eq!(text(&response), "no/\"no\"/[x]/r1/red/1/https://a.example#if $x.$");
    assert_eq!(response.headers.get("content-type"), Some("text/plain"));
}
