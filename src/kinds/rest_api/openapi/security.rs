//! Authorization as security schemes and requirements, in the form in which API Gateway exports it.

use serde_json::{Map, Value as Json, json};

use crate::kinds::rest_api::definition::{Authorization, Authorizer, AuthorizerType, Definition, Method};

/// The scheme of API keys.
pub(super) const API_KEY: &str = "api_key";
/// The scheme of requests signed with AWS credentials.
pub(super) const SIGNED: &str = "sigv4";

pub(super) fn schemes(definition: &Definition<String>) -> Map<String, Json> {
    let mut schemes: Map<String, Json> =
        definition.authorizers.iter().map(|(name, authorizer)| (name.clone(), scheme(authorizer))).collect();
    let methods = || definition.methods().map(|(_, _, method)| method);
    if methods().any(|method| method.api_key_required) {
        schemes.insert(API_KEY.into(), json!({"type": "apiKey", "name": "x-api-key", "in": "header"}));
    }
    if methods().any(|method| method.authorization == Authorization::AwsIam) {
        let scheme = json!({
            "type": "apiKey", "name": "Authorization", "in": "header",
            "x-amazon-apigateway-authtype": "awsSigv4",
        });
        schemes.insert(SIGNED.into(), scheme);
    }
    schemes
}

fn scheme(authorizer: &Authorizer<String>) -> Json {
    let mut of = Map::new();
    let mut put = |name: &str, value: Json| of.insert(name.to_owned(), value);
    let (kind, authtype) = match authorizer.kind {
        AuthorizerType::Token => ("token", "custom"),
        AuthorizerType::Request => ("request", "custom"),
        AuthorizerType::CognitoUserPools => ("cognito_user_pools", "cognito_user_pools"),
    };
    put("type", kind.into());
    if let Some(uri) = &authorizer.uri {
        put("authorizerUri", uri.as_str().into());
    }
    if let Some(role) = &authorizer.credentials {
        put("authorizerCredentials", role.as_str().into());
    }
    if !authorizer.identity_sources.is_empty() {
        put("identitySource", authorizer.identity_sources.join(",").into());
    }
    if let Some(expression) = &authorizer.validation_expression {
        put("identityValidationExpression", expression.as_str().into());
    }
    put("authorizerResultTtlInSeconds", authorizer.ttl_seconds.into());
    if !authorizer.provider_arns.is_empty() {
        put("providerARNs", json!(authorizer.provider_arns));
    }
    json!({
        "type": "apiKey",
        "name": header(authorizer),
        "in": "header",
        "x-amazon-apigateway-authtype": authtype,
        "x-amazon-apigateway-authorizer": of,
    })
}

/// The header that carries the token; `REQUEST` authorizers say theirs in their identity sources only.
fn header(authorizer: &Authorizer<String>) -> &str {
    if authorizer.kind == AuthorizerType::Request {
        return "Unused";
    }
    let sources = authorizer.identity_sources.first();
    sources.and_then(|source| source.strip_prefix("method.request.header.")).unwrap_or("Authorization")
}

pub(super) fn requirements(method: &Method<String>) -> Vec<Json> {
    let mut requirements = Vec::new();
    match &method.authorization {
        Authorization::None => {}
        Authorization::AwsIam => requirements.push(json!({SIGNED: []})),
        Authorization::Custom { authorizer } => requirements.push(json!({authorizer.as_str(): []})),
        Authorization::CognitoUserPools { authorizer, scopes } => {
            requirements.push(json!({authorizer.as_str(): scopes}));
        }
    }
    if method.api_key_required {
        requirements.push(json!({API_KEY: []}));
    }
    requirements
}
