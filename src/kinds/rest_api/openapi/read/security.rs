//! Security schemes become authorizers, security requirements become the authorization of methods.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Document, Version,
    node::Node,
    notes::{Notes, clip},
    values::meant,
};
use crate::kinds::rest_api::definition::{Authorization, Authorizer, AuthorizerType, TTL_SECONDS};

const TTL_SECONDS_MAX: u32 = 3600;
const KEYS: [&str; 7] = [
    "type",
    "authorizerUri",
    "authorizerCredentials",
    "identitySource",
    "identityValidationExpression",
    "authorizerResultTtlInSeconds",
    "providerARNs",
];

/// What a security scheme is to API Gateway.
enum Scheme {
    /// A usage plan's key.
    ApiKey,
    /// Requests signed with AWS credentials.
    Signed,
    /// One of the authorizers.
    Authorizer,
    /// It has no meaning there.
    Unknown,
    /// An authorizer that could not be read; that was told.
    Wrong,
}

/// The schemes of the document.
#[derive(Default)]
pub(super) struct Schemes {
    by_name: BTreeMap<String, Scheme>,
    authorizers: BTreeMap<String, Authorizer<String>>,
}

impl Schemes {
    pub(super) fn into_authorizers(self) -> BTreeMap<String, Authorizer<String>> {
        self.authorizers
    }
}

impl<'d> Document<'d> {
    /// Reads every scheme, used or not: the importer makes an authorizer of each.
    pub(super) fn read_schemes(&mut self) {
        let place: &[&str] = match self.version {
            Version::Swagger2 => &["securityDefinitions"],
            Version::OpenApi3 => &["components", "securitySchemes"],
        };
        let Some(map) = self.root.at(place).filter(|map| self.notes.is_object(map)) else { return };
        for (name, node) in map.entries() {
            let Some(node) = self.resolved(node).filter(|node| self.notes.is_object(node)) else { continue };
            let scheme = self.scheme(name, &node);
            self.schemes.by_name.insert(name.to_owned(), scheme);
        }
    }

    fn scheme(&mut self, name: &str, node: &Node<'d>) -> Scheme {
        if let Some(authorizer) = node.get("x-amazon-apigateway-authorizer") {
            let Some(authorizer) = self.resolved(authorizer).filter(|node| self.notes.is_object(node)) else {
                return Scheme::Wrong;
            };
            let Some(authorizer) = authorizer_of(node, &authorizer, &mut self.notes) else {
                return Scheme::Wrong;
            };
            self.schemes.authorizers.insert(name.to_owned(), authorizer);
            return Scheme::Authorizer;
        }
        let text = |key: &str| {
            node.get(key).and_then(|node| node.plain_text()).unwrap_or_default().to_ascii_lowercase()
        };
        if text("x-amazon-apigateway-authtype") == "awssigv4" {
            return Scheme::Signed;
        }
        if text("type") == "apikey" && text("in") == "header" && text("name") == "x-api-key" {
            return Scheme::ApiKey;
        }
        Scheme::Unknown
    }

    /// Who may call the operation, and whether a usage plan's key is needed. As API Gateway was seen to do, against its own list of
    /// known issues, the document's `security` counts where an operation has none: dropping it would open the operation to all.
    pub(super) fn authorization(&mut self, operation: &Node<'d>) -> (Authorization, bool) {
        let mut key_required = false;
        let mut chosen: Option<(Authorization, String)> = None;
        let requirements = operation.get("security").or_else(|| self.root.get("security"));
        let requirements = requirements.filter(|list| self.notes.is_list(list));
        for requirement in requirements.into_iter().flat_map(|list| list.items()) {
            if !self.notes.is_object(&requirement) {
                continue;
            }
            for (name, scopes) in requirement.entries() {
                match self.schemes.by_name.get(name) {
                    Some(Scheme::ApiKey) => key_required = true,
                    Some(Scheme::Wrong) => {}
                    Some(Scheme::Signed) => self.choose(&mut chosen, Authorization::AwsIam, name, &scopes),
                    Some(Scheme::Authorizer) => {
                        let authorization = self.by_authorizer(name, &scopes);
                        self.choose(&mut chosen, authorization, name, &scopes);
                    }
                    Some(Scheme::Unknown) => {
                        let detail =
                            format!("API Gateway cannot check `{}`: everyone would be let in.", clip(name));
                        let help = "give the scheme an `x-amazon-apigateway-authorizer`, or take the requirement away";
                        self.notes.problem(&scopes, detail, Some(help.into()));
                    }
                    None => {
                        let detail = format!("The document has no security scheme `{}`.", clip(name));
                        let help = meant(name, self.schemes.by_name.keys().map(String::as_str));
                        self.notes.problem(&scopes, detail, help);
                    }
                }
            }
        }
        if let Some(auth) = operation.get("x-amazon-apigateway-auth") {
            self.plain_authorization(&auth, &mut chosen);
        }
        (chosen.map(|(authorization, _)| authorization).unwrap_or_default(), key_required)
    }

    fn by_authorizer(&mut self, name: &str, scopes: &Node<'d>) -> Authorization {
        let authorizer = name.to_owned();
        let kind = self.schemes.authorizers.get(name).map(|authorizer| authorizer.kind);
        let scopes_given: BTreeSet<String> = self.notes.texts(scopes).into_iter().collect();
        if kind == Some(AuthorizerType::CognitoUserPools) {
            return Authorization::CognitoUserPools { authorizer, scopes: scopes_given };
        }
        if !scopes_given.is_empty() {
            let detail = "Scopes are looked at for Cognito user pools only; these are ignored.";
            self.notes.warning(scopes, detail, Some("check the scope in the function".into()));
        }
        Authorization::Custom { authorizer }
    }

    /// A method has one way of authorization.
    fn choose(
        &mut self,
        chosen: &mut Option<(Authorization, String)>,
        wish: Authorization,
        name: &str,
        at: &Node<'d>,
    ) {
        match chosen {
            Some((_, other)) if other != name => {
                let detail = format!(
                    "A method has one authorizer; `{}` and `{}` cannot both be asked.",
                    clip(other),
                    clip(name)
                );
                self.notes.problem(at, detail, None);
            }
            _ => *chosen = Some((wish, name.to_owned())),
        }
    }

    /// `x-amazon-apigateway-auth`: the two ways that need no scheme.
    fn plain_authorization(&mut self, auth: &Node<'d>, chosen: &mut Option<(Authorization, String)>) {
        let Some(kind) = auth.get("type") else {
            self.notes.problem(
                auth,
                "`x-amazon-apigateway-auth` has no `type`.",
                Some("`NONE` or `AWS_IAM`".into()),
            );
            return;
        };
        match self.notes.text(&kind).map(|kind| kind.to_ascii_uppercase()).as_deref() {
            Some("NONE") => *chosen = None,
            Some("AWS_IAM") => *chosen = Some((Authorization::AwsIam, String::new())),
            Some(other) => {
                let detail = format!("`{}` is not a type of `x-amazon-apigateway-auth`.", clip(other));
                self.notes.problem(
                    &kind,
                    detail,
                    Some("`NONE` or `AWS_IAM`; authorizers are named in `security`".into()),
                );
            }
            None => {}
        }
    }
}

fn authorizer_of(scheme: &Node<'_>, node: &Node<'_>, notes: &mut Notes) -> Option<Authorizer<String>> {
    notes.known_keys(node, &KEYS, "an authorizer");
    let Some(kind) = node.get("type") else {
        notes.problem(
            node,
            "The authorizer has no `type`.",
            Some("`token`, `request` or `cognito_user_pools`".into()),
        );
        return None;
    };
    let kind = notes.word(&kind, AuthorizerType::ALL)?;
    let cognito = kind == AuthorizerType::CognitoUserPools;
    let ttl = node.get("authorizerResultTtlInSeconds");
    let authorizer = Authorizer {
        kind,
        uri: notes.text_of(node, "authorizerUri"),
        identity_sources: identity_sources(scheme, node, kind, notes),
        validation_expression: notes.text_of(node, "identityValidationExpression"),
        ttl_seconds: ttl.and_then(|ttl| notes.number(&ttl, 0, TTL_SECONDS_MAX)).unwrap_or(TTL_SECONDS),
        credentials: notes.text_of(node, "authorizerCredentials"),
        provider_arns: notes.texts_of(node, "providerARNs"),
    };
    if cognito && authorizer.provider_arns.is_empty() {
        notes.problem(
            node,
            "The authorizer names no user pool.",
            Some("list their ARNs in `providerARNs`".into()),
        );
    } else if !cognito && authorizer.uri.is_none() {
        notes.problem(node, "The authorizer names no function.", Some("give its `authorizerUri`".into()));
    }
    Some(authorizer)
}

/// What the authorizer looks at; of one that takes a token, the header of its scheme where nothing else is said.
fn identity_sources(
    scheme: &Node<'_>,
    node: &Node<'_>,
    kind: AuthorizerType,
    notes: &mut Notes,
) -> Vec<String> {
    let given = notes.texts_of(node, "identitySource");
    let given = given.iter().flat_map(|text| text.split(',')).map(|source| source.trim().to_owned());
    let sources: Vec<String> = given.filter(|source| !source.is_empty()).collect();
    if !sources.is_empty() || kind == AuthorizerType::Request {
        return sources;
    }
    let header = notes.text_of(scheme, "name").unwrap_or_else(|| "Authorization".to_owned());
    vec![format!("method.request.header.{header}")]
}
