//! Methods and method responses.

use std::collections::{BTreeMap, BTreeSet};

use super::refusal::{absent, bad, exists, invalid_path, no_method, no_resource, no_response, replace_only};
use crate::{
    kinds::rest_api::{
        definition::{Authorization, AuthorizerType, Method, MethodResponse, is_own_model},
        live::Live,
        op::Place,
        patch::{Action, Patch, Value},
    },
    model::{Refusal, Text},
};

/// The method at `place`, or AWS's word for what is missing.
pub(super) fn at<'a>(live: &'a mut Live, place: &Place) -> Result<&'a mut Method<String>, Refusal> {
    if !live.resource_ids.contains_key(&place.path) {
        return Err(no_resource());
    }
    let methods = live.definition.resources.get_mut(&place.path);
    methods.and_then(|methods| methods.get_mut(&place.verb)).ok_or_else(no_method)
}

pub(super) fn put(live: &mut Live, place: &Place, method: &Method<Text>) -> Result<(), Refusal> {
    if !live.resource_ids.contains_key(&place.path) {
        return Err(no_resource());
    }
    if live.definition.method(&place.path, place.verb).is_some() {
        return Err(exists("Method already exists for this resource"));
    }
    let method = Method { responses: BTreeMap::new(), integration: None, ..method.map(&|text| text.settled().to_owned()) };
    check(live, &method)?;
    live.definition.resources.entry(place.path.clone()).or_default().insert(place.verb, method);
    Ok(())
}

pub(super) fn delete(live: &mut Live, place: &Place) -> Result<(), Refusal> {
    at(live, place)?;
    if let Some(methods) = live.definition.resources.get_mut(&place.path) {
        methods.remove(&place.verb);
    }
    live.definition.resources.retain(|_, methods| !methods.is_empty());
    Ok(())
}

/// What a method refers to must be there, and its parameters must differ in more than where they are.
fn check(live: &Live, method: &Method<String>) -> Result<(), Refusal> {
    let wrong = "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.";
    let kind = method.authorization.authorizer().map(|name| live.definition.authorizers.get(name).map(|of| of.kind));
    match (&method.authorization, kind) {
        (Authorization::Custom { .. }, Some(Some(kind))) if kind != AuthorizerType::CognitoUserPools => {}
        (Authorization::CognitoUserPools { .. }, Some(Some(AuthorizerType::CognitoUserPools))) => {}
        (Authorization::None | Authorization::AwsIam, _) => {}
        _ => return Err(bad(wrong)),
    }
    if let Some(name) = &method.request_validator
        && !live.definition.validators.contains_key(name)
    {
        return Err(bad("Invalid Request Validator identifier specified"));
    }
    models(live, &method.request_models)?;
    let mut names = BTreeSet::new();
    for parameter in method.request_parameters.keys() {
        let name = parameter.splitn(4, '.').nth(3);
        let (Some(name), true) = (name, parameter.starts_with("method.request.")) else {
            return Err(mapping(parameter));
        };
        if !names.insert(name) {
            return Err(bad("Parameter names must be unique across querystring, header and path"));
        }
    }
    Ok(())
}

/// API Gateway's own models count as there.
fn models(live: &Live, used: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let known = |name: &str| is_own_model(name) || live.definition.models.contains_key(name);
    match used.values().find(|name| !known(name)) {
        Some(name) => Err(bad(format!("Invalid model identifier specified: {name}"))),
        None => Ok(()),
    }
}

/// A mapping that names what is not declared, or that is none.
pub(super) fn mapping(expression: &str) -> Refusal {
    bad(format!(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: {expression}]"
    ))
}

pub(super) fn update(live: &mut Live, place: &Place, patches: &[Patch]) -> Result<(), Refusal> {
    let mut draft = Draft::of(at(live, place)?.clone());
    for patch in patches {
        draft.apply(patch)?;
    }
    let method = draft.finish()?;
    check(live, &method)?;
    *at(live, place)? = method;
    Ok(())
}

/// A method whose type and authorizer may not fit together until the whole patch is applied.
struct Draft {
    method: Method<String>,
    kind: String,
    authorizer: Option<String>,
    scopes: BTreeSet<String>,
}

impl Draft {
    fn of(method: Method<String>) -> Self {
        let kind = method.authorization.word().to_owned();
        let authorizer = method.authorization.authorizer().map(str::to_owned);
        let scopes = method.authorization.scopes();
        Self { method, kind, authorizer, scopes }
    }

    fn apply(&mut self, patch: &Patch) -> Result<(), Refusal> {
        let pieces = patch.pieces();
        let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
        let text = patch.text();
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        match (patch.action, pieces.as_slice()) {
            (_, ["requestParameters", name]) => {
                member(&mut self.method.request_parameters, name, patch, "Invalid parameter name specified", |text| {
                    text == "true"
                })?;
            }
            (_, ["requestModels", kind]) => {
                member(&mut self.method.request_models, kind, patch, "Content-Type specified was not found", str::to_owned)?;
            }
            (Action::Add, ["authorizationScopes"]) => {
                self.scopes.insert(text.to_owned());
            }
            (Action::Remove, ["authorizationScopes"]) => {
                self.scopes.remove(text);
            }
            (Action::Replace, ["authorizationType"]) => self.kind = text.to_owned(),
            (Action::Replace, ["authorizerId"]) => {
                self.authorizer = match &patch.value {
                    Some(Value::Authorizer(name)) => Some(name.clone()),
                    _ => None,
                };
            }
            (Action::Replace, ["requestValidatorId"]) => {
                self.method.request_validator = match &patch.value {
                    Some(Value::Validator(name)) => Some(name.clone()),
                    _ => None,
                };
            }
            (Action::Replace, ["apiKeyRequired"]) => self.method.api_key_required = text == "true",
            (Action::Replace, ["operationName"]) => self.method.operation_name = some(text),
            (
                _,
                ["authorizationType" | "authorizerId" | "requestValidatorId" | "apiKeyRequired" | "operationName"],
            ) => return Err(replace_only()),
            _ => return Err(invalid_path(patch)),
        }
        Ok(())
    }

    fn finish(self) -> Result<Method<String>, Refusal> {
        let Self { mut method, kind, authorizer, scopes } = self;
        let authorizer = authorizer.unwrap_or_default();
        method.authorization = match kind.as_str() {
            "NONE" => Authorization::None,
            "AWS_IAM" => Authorization::AwsIam,
            "CUSTOM" => Authorization::Custom { authorizer },
            "COGNITO_USER_POOLS" => Authorization::CognitoUserPools { authorizer, scopes },
            _ => return Err(bad("Invalid authorization type specified")),
        };
        Ok(method)
    }
}

/// Adds, replaces or removes a member of a map.
pub(super) fn member<T>(
    map: &mut BTreeMap<String, T>,
    name: &str,
    patch: &Patch,
    missing: &str,
    value: impl Fn(&str) -> T,
) -> Result<(), Refusal> {
    let is_there = map.contains_key(name);
    match patch.action {
        Action::Add => {
            map.insert(name.to_owned(), value(patch.text()));
        }
        Action::Replace | Action::Remove if !is_there => return Err(absent(missing)),
        Action::Replace => {
            map.insert(name.to_owned(), value(patch.text()));
        }
        Action::Remove => {
            map.remove(name);
        }
    }
    Ok(())
}

pub(super) fn put_response(
    live: &mut Live,
    place: &Place,
    status: u16,
    response: &MethodResponse,
) -> Result<(), Refusal> {
    models(live, &response.models)?;
    let method = at(live, place)?;
    if method.responses.contains_key(&status) {
        return Err(exists("Response already exists for this resource"));
    }
    method.responses.insert(status, response.clone());
    Ok(())
}

pub(super) fn update_response(
    live: &mut Live,
    place: &Place,
    status: u16,
    patches: &[Patch],
) -> Result<(), Refusal> {
    let mut response = at(live, place)?.responses.get(&status).ok_or_else(no_response)?.clone();
    for patch in patches {
        let pieces = patch.pieces();
        match pieces.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["responseParameters", name] => {
                member(&mut response.parameters, name, patch, "Invalid parameter name specified", |text| text == "true")?;
            }
            ["responseModels", kind] => {
                member(&mut response.models, kind, patch, "Content-Type specified was not found", str::to_owned)?;
            }
            _ => return Err(invalid_path(patch)),
        }
    }
    models(live, &response.models)?;
    at(live, place)?.responses.insert(status, response);
    Ok(())
}

pub(super) fn delete_response(live: &mut Live, place: &Place, status: u16) -> Result<(), Refusal> {
    at(live, place)?.responses.remove(&status).map(|_| ()).ok_or_else(no_response)
}
