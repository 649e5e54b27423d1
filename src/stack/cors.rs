//! `cors:` in terms of API Gateway: a preflight method, headers on mapped answers, headers on the gateway's own answers.
//!
//! One origin (or `*`) is a constant. With several, the answer must name the one that asks: the preflight and the mapped answers choose it in
//! their response templates; gateway responses cannot compute, and echo the caller's `Origin` without ever allowing credentials,
//! so that a page can read why it was refused and nothing more.

use std::collections::{BTreeMap, BTreeSet};

use crate::{
    kinds::rest_api::{
        GatewayResponse, Integration, IntegrationResponse, IntegrationType, Method, MethodResponse, Passthrough, Verb,
        definition::Methods,
    },
    model::Text,
};

/// What `cors:` asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rules {
    /// Origins, or `*`.
    pub origins: Vec<String>,
    /// Allowed methods; those of the path where empty.
    pub methods: Vec<String>,
    /// Allowed request headers; the usual ones where empty.
    pub headers: Vec<String>,
    /// Response headers that pages may read.
    pub expose_headers: Vec<String>,
    /// Cookies and HTTP authentication are allowed.
    pub credentials: bool,
    /// How long a browser may remember the preflight's answer, in seconds.
    pub max_age_seconds: Option<u32>,
}

/// The request headers allowed where the stack file names none: what AWS's own console proposes.
const HEADERS: [&str; 5] = ["Content-Type", "X-Amz-Date", "Authorization", "X-Api-Key", "X-Amz-Security-Token"];
const JSON: &str = "application/json";
const ALLOW_ORIGIN: &str = "Access-Control-Allow-Origin";

impl Rules {
    /// The one origin, where there is but one.
    fn only_origin(&self) -> Option<&str> {
        if self.origins.iter().any(|origin| origin == "*") {
            return Some("*");
        }
        match self.origins.as_slice() {
            [origin] => Some(origin),
            _ => None,
        }
    }

    /// Headers that every answer carries, as constants. Without the origin where it has to be chosen.
    fn answer_headers(&self) -> BTreeMap<String, String> {
        let mut headers = BTreeMap::new();
        match self.only_origin() {
            Some(origin) => {
                headers.insert(ALLOW_ORIGIN.to_owned(), constant(origin));
            }
            None => {
                headers.insert("Vary".to_owned(), constant("Origin"));
            }
        }
        if self.credentials {
            headers.insert("Access-Control-Allow-Credentials".to_owned(), constant("true"));
        }
        if !self.expose_headers.is_empty() {
            headers.insert("Access-Control-Expose-Headers".to_owned(), constant(&self.expose_headers.join(",")));
        }
        headers
    }

    /// The part of a template that names the origin that asks, if it is allowed. Empty where the origin is a constant.
    fn choice(&self) -> String {
        if self.only_origin().is_some() {
            return String::new();
        }
        let list = self.origins.iter().map(|origin| format!("\"{origin}\"")).collect::<Vec<_>>().join(", ");
        format!(
            "#set($allowedOrigins = [{list}])\
             #set($origin = $input.params().header.get(\"Origin\"))\
             #if(!$origin || $origin == \"\")#set($origin = $input.params().header.get(\"origin\"))#end\
             #if($allowedOrigins.contains($origin))\
             #set($context.responseOverride.header.{ALLOW_ORIGIN} = $origin)#end\n"
        )
    }
}

/// A constant of a parameter mapping.
fn constant(text: &str) -> String {
    format!("'{text}'")
}

/// Adds the preflight to a path, unless it has an `OPTIONS` of its own, and the headers to its mapped answers.
pub fn add_to_path(methods: &mut Methods<Text>, rules: &Rules) {
    let verbs: BTreeSet<Verb> = methods.keys().copied().collect();
    for (verb, method) in methods.iter_mut() {
        if *verb != Verb::Options {
            add_to_answers(method, rules);
        }
    }
    if !verbs.contains(&Verb::Options) {
        methods.insert(Verb::Options, preflight(&verbs, rules));
    }
}

/// Adds the headers to every answer that a custom integration maps. The answers of proxy integrations are the function's own.
fn add_to_answers(method: &mut Method<Text>, rules: &Rules) {
    let Some(integration) = &mut method.integration else { return };
    if matches!(integration.kind, IntegrationType::AwsProxy | IntegrationType::HttpProxy) {
        return;
    }
    let choice = rules.choice();
    for (status, response) in &mut integration.responses {
        let declared = method.responses.entry(*status).or_default();
        for (name, value) in rules.answer_headers() {
            let name = format!("method.response.header.{name}");
            declared.parameters.entry(name.clone()).or_insert(false);
            response.parameters.entry(name).or_insert(value);
        }
        if !choice.is_empty() {
            add_choice(response, declared, &choice);
        }
    }
}

/// The origin is chosen by a template; an answer without one gets one that hands the body on.
fn add_choice(response: &mut IntegrationResponse, declared: &mut MethodResponse, choice: &str) {
    declared.parameters.entry(format!("method.response.header.{ALLOW_ORIGIN}")).or_insert(false);
    if response.templates.is_empty() {
        response.templates.insert(JSON.to_owned(), "$input.json('$')".to_owned());
    }
    for template in response.templates.values_mut() {
        *template = format!("{choice}{template}");
    }
}

/// `OPTIONS`: a MOCK that answers 200 with what is allowed.
fn preflight(verbs: &BTreeSet<Verb>, rules: &Rules) -> Method<Text> {
    let mut headers = rules.answer_headers();
    headers.insert("Access-Control-Allow-Methods".to_owned(), constant(&allowed_methods(verbs, rules)));
    let allowed = if rules.headers.is_empty() { HEADERS.join(",") } else { rules.headers.join(",") };
    headers.insert("Access-Control-Allow-Headers".to_owned(), constant(&allowed));
    if let Some(seconds) = rules.max_age_seconds {
        headers.insert("Access-Control-Max-Age".to_owned(), constant(&seconds.to_string()));
    }
    let named = |name: &String| format!("method.response.header.{name}");
    let mut declared: BTreeMap<String, bool> = headers.keys().map(|name| (named(name), false)).collect();
    let choice = rules.choice();
    if !choice.is_empty() {
        declared.insert(format!("method.response.header.{ALLOW_ORIGIN}"), false);
    }
    let response = IntegrationResponse {
        parameters: headers.iter().map(|(name, value)| (named(name), value.clone())).collect(),
        templates: if choice.is_empty() { BTreeMap::new() } else { BTreeMap::from([(JSON.to_owned(), choice)]) },
        ..IntegrationResponse::default()
    };
    let integration = Integration {
        kind: IntegrationType::Mock,
        request_templates: BTreeMap::from([(JSON.to_owned(), r#"{"statusCode": 200}"#.to_owned())]),
        passthrough_behavior: Passthrough::WhenNoMatch,
        responses: BTreeMap::from([(200, response)]),
        ..Integration::default()
    };
    Method {
        responses: BTreeMap::from([(200, MethodResponse { parameters: declared, models: BTreeMap::new() })]),
        integration: Some(integration),
        ..Method::default()
    }
}

fn allowed_methods(verbs: &BTreeSet<Verb>, rules: &Rules) -> String {
    if !rules.methods.is_empty() {
        return rules.methods.join(",");
    }
    if verbs.contains(&Verb::Any) {
        return "DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT".to_owned();
    }
    let own = verbs.iter().map(|verb| verb.as_str()).filter(|verb| *verb != "OPTIONS");
    own.chain(["OPTIONS"]).collect::<Vec<_>>().join(",")
}

/// Adds the headers to the answers that the gateway gives by itself. Statuses stay as they are: a status on `DEFAULT_4XX` would rewrite
/// every 4xx.
pub fn add_gateway_responses(responses: &mut BTreeMap<String, GatewayResponse>, rules: &Rules) {
    for kind in ["DEFAULT_4XX", "DEFAULT_5XX"] {
        let response = responses.entry(kind.to_owned()).or_default();
        for (name, value) in gateway_headers(rules) {
            response.parameters.entry(format!("gatewayresponse.header.{name}")).or_insert(value);
        }
    }
}

fn gateway_headers(rules: &Rules) -> BTreeMap<String, String> {
    let Some(origin) = rules.only_origin() else {
        return BTreeMap::from([
            (ALLOW_ORIGIN.to_owned(), "method.request.header.Origin".to_owned()),
            ("Vary".to_owned(), constant("Origin")),
        ]);
    };
    let mut headers = BTreeMap::from([(ALLOW_ORIGIN.to_owned(), constant(origin))]);
    if rules.credentials {
        headers.insert("Access-Control-Allow-Credentials".to_owned(), constant("true"));
    }
    headers
}
