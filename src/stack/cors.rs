//! Cross-origin rules as API Gateway can carry them out.
//!
//! API Gateway's REST APIs know nothing of CORS; headers are set by what they do know:
//!
//! - **Preflight**: an `OPTIONS` method on the path, answered by API Gateway itself (`MOCK`).
//! - **Mapped answers** (integrations that are not proxies): headers on each integration response. A proxy's answer is the
//!   function's own, headers and all; nothing can be added to it here.
//! - **API Gateway's own errors** (401, 403, 429, 5xx): headers on the gateway responses `DEFAULT_4XX` and `DEFAULT_5XX` and on
//!   those the stack file customises. Without them a browser tells a page nothing but "network error".
//!
//! `Access-Control-Allow-Origin` holds one origin or `*`, so that a list of origins has to be compared with the request's
//! `Origin`:
//!
//! - Where a mapping template runs (preflight, mapped answers), it does that, and answers `Vary: Origin` for caches between. An
//!   origin that is not in the list is answered with the first of the list, which its browser refuses.
//! - An answer of an HTTP integration without a template is left without one (its body need not be JSON): it allows the first
//!   origin only.
//! - Gateway responses run no templates. They can copy the request's `Origin`, which would allow every origin, and with
//!   credentials that is the classic hole. So a list without credentials becomes `*`, which tells a stranger's page no more than any
//!   client without a browser can read: that the gateway refused. A list with credentials becomes its first origin: pages of the
//!   others cannot read such errors.

use std::collections::BTreeMap;

use crate::{
    kinds::rest_api::{
        GatewayResponse, Integration, IntegrationResponse, IntegrationType, Method, MethodResponse, Methods,
        Verb,
    },
    model::Text,
};

/// The gateway responses from which all others without settings of their own take their headers.
const DEFAULT_RESPONSES: [&str; 2] = ["DEFAULT_4XX", "DEFAULT_5XX"];
/// The content type of the templates, which is also API Gateway's where none is known.
const JSON: &str = "application/json";
/// The answer to a preflight request.
const PREFLIGHT_STATUS: u16 = 200;
/// The header that says who may read an answer.
const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";

/// The request headers allowed where the stack file names none: what AWS's console proposes.
const USUAL_HEADERS: [&str; 5] =
    ["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token"];

/// Which pages of other origins may call what, with everything known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Origins such as `https://video.example`, or `*` alone.
    pub origins: Vec<String>,
    /// Methods; where empty, those of the path and `OPTIONS`.
    pub methods: Vec<String>,
    /// Request headers a page may send; where empty, the usual ones.
    pub headers: Vec<String>,
    /// Response headers a page may read.
    pub expose_headers: Vec<String>,
    /// Pages may send cookies.
    pub credentials: bool,
    /// How long a browser may keep the answer to a preflight request, in seconds.
    pub max_age_seconds: Option<u32>,
}

impl Rules {
    /// The origins that can be said at all: one with a quote in it is none, and would end the text it stands in.
    fn origins(&self) -> Vec<&str> {
        let sayable = |origin: &&String| !origin.is_empty() && !origin.contains(['\'', '"', '\n', '\r']);
        let origins: Vec<&str> = self.origins.iter().filter(sayable).map(String::as_str).collect();
        if origins.contains(&"*") { vec!["*"] } else { origins }
    }

    /// The origin that is answered where no other can be told to fit.
    fn first_origin(&self) -> Option<&str> {
        self.origins().first().copied()
    }

    /// The request's origin decides the answer.
    fn has_choice(&self) -> bool {
        self.origins().len() > 1
    }

    /// What every answer to a page carries, its preflight's too.
    fn common_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        headers.extend(self.first_origin().map(|origin| (ALLOW_ORIGIN, origin.to_owned())));
        if self.credentials {
            headers.push(("Access-Control-Allow-Credentials", "true".to_owned()));
        }
        if self.has_choice() {
            headers.push(("Vary", "Origin".to_owned()));
        }
        headers
    }

    /// What an answer carries.
    fn answer_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = self.common_headers();
        headers.extend(listed("Access-Control-Expose-Headers", &self.expose_headers));
        headers
    }

    /// What the answer to a preflight request carries.
    fn preflight_headers(&self, verbs: impl Iterator<Item = Verb>) -> Vec<(&'static str, String)> {
        let mut headers = self.common_headers();
        let methods = if self.methods.is_empty() { methods_of(verbs) } else { self.methods.clone() };
        headers.extend(listed("Access-Control-Allow-Methods", &methods));
        let allowed = if self.headers.is_empty() {
            USUAL_HEADERS.map(str::to_owned).to_vec()
        } else {
            self.headers.clone()
        };
        headers.extend(listed("Access-Control-Allow-Headers", &allowed));
        headers.extend(self.max_age_seconds.map(|seconds| ("Access-Control-Max-Age", seconds.to_string())));
        headers
    }

    /// What an error of API Gateway itself carries.
    fn gateway_headers(&self) -> Vec<(&'static str, String)> {
        let mut headers = self.answer_headers();
        if self.has_choice() {
            headers.retain(|(name, _)| *name != "Vary");
            if !self.credentials {
                headers.retain(|(name, _)| *name != ALLOW_ORIGIN);
                headers.push((ALLOW_ORIGIN, "*".to_owned()));
            }
        }
        headers
    }

    /// The piece of a mapping template that answers the request's origin where it is in the list. Headers are looked up in both
    /// spellings that clients use: over HTTP/2 names are lower case.
    fn origin_template(&self) -> String {
        let fits: Vec<String> =
            self.origins().iter().map(|origin| format!("$origin == '{origin}'")).collect();
        format!(
            "#set($origin = $input.params().header.get('Origin'))\n\
             #if(!$origin || $origin == '')#set($origin = $input.params().header.get('origin'))#end\n\
             #if({})#set($context.responseOverride.header.{ALLOW_ORIGIN} = $origin)#end\n",
            fits.join(" || ")
        )
    }
}

fn listed(name: &'static str, values: &[String]) -> Option<(&'static str, String)> {
    (!values.is_empty()).then(|| (name, values.join(",")))
}

/// The verbs of a path as browsers ask for them, `OPTIONS` last.
fn methods_of(verbs: impl Iterator<Item = Verb>) -> Vec<String> {
    let mut verbs: Vec<Verb> = verbs.collect();
    if verbs.contains(&Verb::Any) {
        verbs = Verb::ALL.to_vec();
    }
    verbs.retain(|verb| !matches!(verb, Verb::Any | Verb::Options));
    verbs.push(Verb::Options);
    verbs.into_iter().map(|verb| verb.as_str().to_owned()).collect()
}

/// Lets pages call the methods of one path: a preflight method where there is no `OPTIONS` yet, headers on every mapped answer.
/// Headers that are set already stay as they are.
pub fn add_to_path(methods: &mut Methods<Text>, rules: &Rules) {
    for (_, method) in methods.iter_mut().filter(|(verb, _)| **verb != Verb::Options) {
        add_to_method(method, rules);
    }
    if !methods.contains_key(&Verb::Options) {
        let preflight = preflight(rules, methods.keys().copied());
        methods.insert(Verb::Options, preflight);
    }
}

/// Lets pages read API Gateway's own errors: headers on the defaults and on every response in `responses`. Headers that are set
/// already stay as they are.
pub fn add_gateway_responses(responses: &mut BTreeMap<String, GatewayResponse>, rules: &Rules) {
    for kind in DEFAULT_RESPONSES {
        responses.entry(kind.to_owned()).or_default();
    }
    for response in responses.values_mut() {
        for (name, value) in rules.gateway_headers() {
            add_header(&mut response.parameters, "gatewayresponse.header.", name, &value);
        }
    }
}

fn preflight(rules: &Rules, verbs: impl Iterator<Item = Verb>) -> Method<Text> {
    let mut response = IntegrationResponse::default();
    for (name, value) in rules.preflight_headers(verbs) {
        add_header(&mut response.parameters, RESPONSE_HEADER, name, &value);
    }
    if rules.has_choice() {
        response.templates.insert(JSON.to_owned(), rules.origin_template());
    }
    let declared = MethodResponse {
        parameters: response.parameters.keys().map(|name| (name.clone(), false)).collect(),
        models: BTreeMap::new(),
    };
    let request = format!(r#"{{"statusCode": {PREFLIGHT_STATUS}}}"#);
    Method {
        integration: Some(Integration {
            kind: IntegrationType::Mock,
            request_templates: BTreeMap::from([(JSON.to_owned(), request)]),
            responses: BTreeMap::from([(PREFLIGHT_STATUS, response)]),
            ..Integration::default()
        }),
        responses: BTreeMap::from([(PREFLIGHT_STATUS, declared)]),
        ..Method::default()
    }
}

/// What the names of mapped response headers start with.
const RESPONSE_HEADER: &str = "method.response.header.";

fn add_to_method(method: &mut Method<Text>, rules: &Rules) {
    let Some(integration) = &mut method.integration else { return };
    if matches!(integration.kind, IntegrationType::AwsProxy | IntegrationType::HttpProxy) {
        return;
    }
    for (status, response) in &mut integration.responses {
        let declared = method.responses.entry(*status).or_default();
        for (name, value) in rules.answer_headers() {
            let Some(parameter) = add_header(&mut response.parameters, RESPONSE_HEADER, name, &value) else {
                continue;
            };
            declared.parameters.entry(parameter).or_insert(false);
            if name == ALLOW_ORIGIN && rules.has_choice() {
                choose_origin(integration.kind, response, rules);
            }
        }
    }
}

/// Lets every template of `response` answer the request's origin. Where there is none, one that passes the body on as it is, if the
/// body is known to be JSON (Lambda and AWS services) or nothing (`MOCK`).
fn choose_origin(kind: IntegrationType, response: &mut IntegrationResponse, rules: &Rules) {
    let body = match kind {
        IntegrationType::Aws => Some("$input.json('$')"),
        IntegrationType::Mock => Some(""),
        _ => None,
    };
    if let (true, Some(body)) = (response.templates.is_empty(), body) {
        response.templates.insert(JSON.to_owned(), body.to_owned());
    }
    for template in response.templates.values_mut() {
        *template = format!("{}{template}", rules.origin_template());
    }
}

/// Sets the header `name` to the text `value` unless it is set already in any spelling. Answers the parameter that it set.
fn add_header(
    parameters: &mut BTreeMap<String, String>,
    prefix: &str,
    name: &str,
    value: &str,
) -> Option<String> {
    let parameter = format!("{prefix}{name}");
    if parameters.keys().any(|set| set.eq_ignore_ascii_case(&parameter)) {
        return None;
    }
    parameters.insert(parameter.clone(), format!("'{value}'"));
    Some(parameter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(origins: &[&str]) -> Rules {
        Rules {
            origins: origins.iter().map(|origin| (*origin).to_owned()).collect(),
            headers: vec!["Content-Type".into(), "Authorization".into()],
            ..Rules::default()
        }
    }

    fn method(kind: IntegrationType, templates: &[(&str, &str)]) -> Method<Text> {
        let templates =
            templates.iter().map(|(kind, text)| ((*kind).to_owned(), (*text).to_owned())).collect();
        let response = IntegrationResponse { templates, ..IntegrationResponse::default() };
        let responses = BTreeMap::from([(200, response)]);
        let integration = Integration { kind, responses, ..Integration::default() };
        Method { integration: Some(integration), ..Method::default() }
    }

    fn response(method: &Method<Text>) -> &IntegrationResponse {
        &method.integration.as_ref().expect("there").responses[&200]
    }

    fn header<'a>(parameters: &'a BTreeMap<String, String>, name: &str) -> Option<&'a str> {
        let end = format!(".header.{name}");
        parameters.iter().find(|(key, _)| key.ends_with(&end)).map(|(_, value)| value.as_str())
    }

    #[test]
    fn one_origin_is_said_without_a_template() {
        for origin in ["*", "https://video.example"] {
            let mut methods = Methods::from([
                (Verb::Get, method(IntegrationType::Aws, &[])),
                (Verb::Post, method(IntegrationType::AwsProxy, &[])),
            ]);
            add_to_path(&mut methods, &rules(&[origin]));
            let preflight = response(&methods[&Verb::Options]);
            let said = Some(format!("'{origin}'"));
            assert_eq!(header(&preflight.parameters, ALLOW_ORIGIN), said.as_deref());
            assert_eq!(
                header(&preflight.parameters, "Access-Control-Allow-Methods"),
                Some("'GET,POST,OPTIONS'")
            );
            assert_eq!(
                header(&preflight.parameters, "Access-Control-Allow-Headers"),
                Some("'Content-Type,Authorization'")
            );
            assert_eq!(header(&preflight.parameters, "Vary"), None);
            assert_eq!(header(&response(&methods[&Verb::Get]).parameters, ALLOW_ORIGIN), said.as_deref());
            assert!(methods.values().all(|method| response(method).templates.is_empty()));
        }
    }

    #[test]
    fn preflight_is_answered_by_api_gateway_alone_and_for_everyone() {
        let mut methods = Methods::from([(Verb::Any, method(IntegrationType::AwsProxy, &[]))]);
        add_to_path(
            &mut methods,
            &Rules { max_age_seconds: Some(600), credentials: true, ..rules(&["https://a"]) },
        );
        let preflight = &methods[&Verb::Options];
        let integration = preflight.integration.as_ref().expect("there");
        assert_eq!(integration.kind, IntegrationType::Mock);
        assert_eq!(integration.request_templates[JSON], r#"{"statusCode": 200}"#);
        assert_eq!(preflight.authorization, crate::kinds::rest_api::Authorization::None);
        let parameters = &response(preflight).parameters;
        assert_eq!(
            header(parameters, "Access-Control-Allow-Methods"),
            Some("'DELETE,GET,HEAD,PATCH,POST,PUT,OPTIONS'")
        );
        assert_eq!(header(parameters, "Access-Control-Max-Age"), Some("'600'"));
        assert_eq!(header(parameters, "Access-Control-Allow-Credentials"), Some("'true'"));
        // API Gateway refuses a mapping to a header that the method does not declare.
        assert!(parameters.keys().eq(preflight.responses[&200].parameters.keys()));
    }

    #[test]
    fn a_proxy_answers_for_itself() {
        for kind in [IntegrationType::AwsProxy, IntegrationType::HttpProxy] {
            let mut methods = Methods::from([(Verb::Get, method(kind, &[]))]);
            let before = methods.clone();
            add_to_path(&mut methods, &rules(&["*"]));
            assert_eq!(methods[&Verb::Get], before[&Verb::Get]);
        }
    }

    #[test]
    fn of_several_origins_the_requests_own_is_answered() {
        let templates = [("application/json", "{}"), ("text/html", "<p>")];
        let mut methods = Methods::from([
            (Verb::Get, method(IntegrationType::Aws, &templates)),
            (Verb::Post, method(IntegrationType::Aws, &[])),
            (Verb::Put, method(IntegrationType::Http, &[])),
        ]);
        add_to_path(&mut methods, &rules(&["https://a.example", "https://b.example"]));
        for (verb, method) in &methods {
            let response = response(method);
            assert_eq!(header(&response.parameters, ALLOW_ORIGIN), Some("'https://a.example'"), "{verb}");
            assert_eq!(header(&response.parameters, "Vary"), Some("'Origin'"), "{verb}");
            for template in response.templates.values() {
                assert!(
                    template.contains("$origin == 'https://a.example' || $origin == 'https://b.example'")
                );
            }
        }
        assert!(response(&methods[&Verb::Get]).templates["text/html"].ends_with("<p>"));
        assert!(response(&methods[&Verb::Post]).templates[JSON].ends_with("$input.json('$')"));
        assert!(response(&methods[&Verb::Put]).templates.is_empty(), "the body need not be JSON");
        assert_eq!(
            response(&methods[&Verb::Options]).templates[JSON],
            rules(&["https://a.example", "https://b.example"]).origin_template()
        );
    }

    #[test]
    fn what_the_stack_file_says_stays() {
        let mut own = method(IntegrationType::Aws, &[]);
        let parameters =
            &mut own.integration.as_mut().expect("there").responses.get_mut(&200).expect("there").parameters;
        parameters
            .insert("method.response.header.access-control-allow-origin".into(), "'https://mine'".into());
        let options = method(IntegrationType::AwsProxy, &[]);
        let mut methods = Methods::from([(Verb::Get, own), (Verb::Options, options.clone())]);
        add_to_path(&mut methods, &rules(&["https://a", "https://b"]));
        assert_eq!(methods[&Verb::Options], options);
        let kept = response(&methods[&Verb::Get]);
        assert_eq!(
            kept.parameters.keys().filter(|key| key.to_lowercase().contains("allow-origin")).count(),
            1
        );
        assert!(kept.templates.is_empty());

        let own = BTreeMap::from([(
            "gatewayresponse.header.Access-Control-Allow-Origin".into(),
            "'https://mine'".into(),
        )]);
        let unauthorized = GatewayResponse { parameters: own.clone(), ..GatewayResponse::default() };
        let mut responses = BTreeMap::from([
            ("UNAUTHORIZED".to_owned(), unauthorized),
            ("THROTTLED".to_owned(), GatewayResponse::default()),
        ]);
        add_gateway_responses(&mut responses, &rules(&["*"]));
        assert_eq!(responses["UNAUTHORIZED"].parameters, own);
        assert_eq!(header(&responses["THROTTLED"].parameters, ALLOW_ORIGIN), Some("'*'"));
    }

    #[test]
    fn errors_of_the_gateway_never_give_credentials_to_strangers() {
        for (origins, credentials, expected) in [
            (vec!["*"], false, "'*'"),
            (vec!["https://a"], true, "'https://a'"),
            (vec!["https://a", "https://b"], false, "'*'"),
            (vec!["https://a", "https://b"], true, "'https://a'"),
        ] {
            let mut responses = BTreeMap::new();
            let expose_headers = vec!["X-Request-Id".to_owned()];
            add_gateway_responses(&mut responses, &Rules { credentials, expose_headers, ..rules(&origins) });
            assert_eq!(responses.keys().collect::<Vec<_>>(), DEFAULT_RESPONSES.iter().collect::<Vec<_>>());
            for response in responses.values() {
                // A status on DEFAULT_4XX would turn every 4xx into that one.
                assert_eq!(response.status, None);
                assert_eq!(header(&response.parameters, ALLOW_ORIGIN), Some(expected));
                let allowed = header(&response.parameters, "Access-Control-Allow-Credentials");
                assert_eq!(allowed, credentials.then_some("'true'"));
                assert_eq!(
                    header(&response.parameters, "Access-Control-Expose-Headers"),
                    Some("'X-Request-Id'")
                );
                assert_eq!(header(&response.parameters, "Vary"), None);
            }
        }
    }

    #[test]
    fn the_usual_headers_are_allowed_where_none_are_named() {
        let mut methods = Methods::from([(Verb::Get, method(IntegrationType::AwsProxy, &[]))]);
        add_to_path(&mut methods, &Rules { headers: Vec::new(), ..rules(&["*"]) });
        let allowed = header(&response(&methods[&Verb::Options]).parameters, "Access-Control-Allow-Headers");
        assert_eq!(allowed, Some("'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token'"));
    }

    #[test]
    fn what_cannot_be_quoted_is_no_origin() {
        assert_eq!(rules(&["https://a'b", "https://c"]).origins(), ["https://c"]);
        assert_eq!(rules(&["https://a", "*"]).origins(), ["*"]);
    }
}
