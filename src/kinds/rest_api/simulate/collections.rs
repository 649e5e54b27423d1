//! Models, request validators, authorizers, gateway responses.

use super::{
    PART_ID,
    refusal::{absent, bad, exists, in_use, replace_only, unknown_path},
};
use crate::{
    kinds::{
        World,
        rest_api::{
            definition::{Authorization, Authorizer, AuthorizerType, Model, Validator},
            live::Live,
            op::Op,
            patch::{Action, Patch},
        },
    },
    model::Refusal,
};

pub(super) fn change(op: &Op, live: &mut Live, world: &World<'_>) -> Result<(), Refusal> {
    match op {
        Op::CreateModel { name, model } => create_model(live, name, model),
        Op::UpdateModel { name, patches } => update_model(live, name, patches),
        Op::DeleteModel { name } => delete_model(live, name),
        Op::CreateRequestValidator { name, validator } => {
            live.validator_ids.insert(name.clone(), world.id(PART_ID));
            live.definition.validators.insert(name.clone(), *validator);
            Ok(())
        }
        Op::UpdateRequestValidator { name, patches } => update_validator(live, name, patches),
        Op::DeleteRequestValidator { stray: Some(id), .. } => {
            live.strays.validators.remove(id);
            Ok(())
        }
        Op::DeleteRequestValidator { name, stray: None } => delete_validator(live, name),
        Op::CreateAuthorizer { name, authorizer } => {
            create_authorizer(live, name, authorizer.map(&|text| text.settled().to_owned()), world)
        }
        Op::UpdateAuthorizer { name, patches } => update_authorizer(live, name, patches),
        Op::DeleteAuthorizer { stray: Some(id), .. } => {
            live.strays.authorizers.remove(id);
            Ok(())
        }
        Op::DeleteAuthorizer { name, stray: None } => delete_authorizer(live, name),
        Op::PutGatewayResponse { kind, response } => {
            live.definition.gateway_responses.insert(kind.clone(), response.clone());
            Ok(())
        }
        Op::DeleteGatewayResponse { kind } => {
            let gone = live.definition.gateway_responses.remove(kind);
            gone.map(|_| ()).ok_or_else(|| absent("Gateway response type not defined on api"))
        }
        _ => Ok(()),
    }
}

fn create_model(live: &mut Live, name: &str, model: &Model) -> Result<(), Refusal> {
    if name.is_empty() {
        return Err(bad("Model name must be non-empty"));
    }
    if live.definition.models.contains_key(name) {
        return Err(exists("Model name already exists for this REST API"));
    }
    check_schema(&model.schema)?;
    live.definition.models.insert(name.to_owned(), model.clone());
    Ok(())
}

fn check_schema(schema: &str) -> Result<(), Refusal> {
    if schema.is_empty() {
        return Err(bad("Model schema must have at least 1 property or array items defined"));
    }
    if serde_json::from_str::<serde_json::Value>(schema).is_err() {
        return Err(bad("Invalid model specified: Validation Result: warnings : [], errors : [Invalid model schema specified]"));
    }
    Ok(())
}

fn update_model(live: &mut Live, name: &str, patches: &[Patch]) -> Result<(), Refusal> {
    let model = live.definition.models.get_mut(name);
    let model = model.ok_or_else(|| absent(format!("Invalid model name specified: {name}")))?;
    let mut after = model.clone();
    for patch in patches {
        match (patch.action, patch.path.as_str()) {
            (Action::Replace, "/schema") => {
                check_schema(patch.text())?;
                after.schema = patch.text().to_owned();
            }
            (Action::Replace, "/description") => {
                after.description = (!patch.text().is_empty()).then(|| patch.text().to_owned());
            }
            _ => return Err(unknown_path(patch, &["/description", "/schema"])),
        }
    }
    *model = after;
    Ok(())
}

fn delete_model(live: &mut Live, name: &str) -> Result<(), Refusal> {
    if !live.definition.models.contains_key(name) {
        return Err(absent(format!("Invalid model name specified: {name}")));
    }
    for (path, verb, method) in live.definition.methods() {
        let place = format!("{}/{verb}", if path == "/" { "/" } else { path });
        if method.request_models.values().any(|model| model == name) {
            return Err(in_use(format!("Cannot delete model '{name}', is referenced in method request: {place}")));
        }
        if method.responses.values().any(|response| response.models.values().any(|model| model == name)) {
            return Err(in_use(format!("Cannot delete model '{name}', is referenced in method response: {place}")));
        }
    }
    let mut others = live.definition.models.iter().filter(|(other, _)| *other != name);
    if let Some((other, _)) = others.find(|(_, model)| model.refers_to(name)) {
        return Err(in_use(format!("Cannot delete model '{name}', is referenced in model: {other}")));
    }
    live.definition.models.remove(name);
    Ok(())
}

fn update_validator(live: &mut Live, name: &str, patches: &[Patch]) -> Result<(), Refusal> {
    let validator = live.definition.validators.get_mut(name).ok_or_else(no_validator)?;
    let Validator { mut body, mut parameters } = *validator;
    for patch in patches {
        match (patch.action, patch.path.as_str()) {
            (Action::Replace, "/validateRequestBody") => body = patch.text() == "true",
            (Action::Replace, "/validateRequestParameters") => parameters = patch.text() == "true",
            _ => {
                let known = ["/name", "/validateRequestParameters", "/validateRequestBody"];
                return Err(unknown_path(patch, &known));
            }
        }
    }
    *validator = Validator { body, parameters };
    Ok(())
}

fn no_validator() -> Refusal {
    absent("Invalid Request Validator identifier specified")
}

fn delete_validator(live: &mut Live, name: &str) -> Result<(), Refusal> {
    let used = |(_, _, method): &(&str, _, &crate::kinds::rest_api::Method<String>)| {
        method.request_validator.as_deref() == Some(name)
    };
    if let Some((path, verb, _)) = live.definition.methods().find(used) {
        let message = format!("Cannot delete request validator '{name}', is referenced in method: {verb}/{path}");
        return Err(in_use(message));
    }
    live.validator_ids.remove(name);
    live.definition.validators.remove(name).map(|_| ()).ok_or_else(no_validator)
}

fn create_authorizer(
    live: &mut Live,
    name: &str,
    authorizer: Authorizer<String>,
    world: &World<'_>,
) -> Result<(), Refusal> {
    if live.definition.authorizers.contains_key(name) {
        return Err(exists("Authorizer name must be unique. Authorizer with this name already exists"));
    }
    check_authorizer(&authorizer)?;
    live.authorizer_ids.insert(name.to_owned(), world.id(PART_ID));
    live.definition.authorizers.insert(name.to_owned(), authorizer);
    Ok(())
}

fn check_authorizer(authorizer: &Authorizer<String>) -> Result<(), Refusal> {
    if authorizer.ttl_seconds > 3600 {
        return Err(bad("Authorizer result TTL must be between 0 and 3600 seconds"));
    }
    if authorizer.kind == AuthorizerType::CognitoUserPools && authorizer.provider_arns.is_empty() {
        return Err(bad("Authorizer provider ARNs must not be empty"));
    }
    Ok(())
}

fn no_authorizer() -> Refusal {
    absent("Invalid Authorizer identifier specified")
}

fn update_authorizer(live: &mut Live, name: &str, patches: &[Patch]) -> Result<(), Refusal> {
    let mut authorizer = live.definition.authorizers.get(name).ok_or_else(no_authorizer)?.clone();
    let mut renamed = None;
    for patch in patches {
        match (patch.action, patch.path.as_str()) {
            (Action::Replace, "/name") => renamed = Some(patch.text().to_owned()),
            _ => apply(&mut authorizer, patch)?,
        }
    }
    check_authorizer(&authorizer)?;
    live.definition.authorizers.insert(name.to_owned(), authorizer);
    match renamed {
        Some(to) if to != name => rename(live, name, &to),
        _ => Ok(()),
    }
}

fn apply(authorizer: &mut Authorizer<String>, patch: &Patch) -> Result<(), Refusal> {
    let text = patch.text();
    let some = || (!text.is_empty()).then(|| text.to_owned());
    match (patch.action, patch.path.as_str()) {
        (Action::Add, "/providerARNs") => authorizer.provider_arns.push(text.to_owned()),
        (Action::Remove, "/providerARNs") => authorizer.provider_arns.retain(|arn| arn != text),
        (Action::Replace, "/type") => {
            let kind: AuthorizerType = text.parse().map_err(|_| bad("Invalid authorizer type specified"))?;
            let cognito = AuthorizerType::CognitoUserPools;
            if (kind == cognito) != (authorizer.kind == cognito) {
                return Err(bad("Cannot change the authorizer type to or from COGNITO_USER_POOLS"));
            }
            authorizer.kind = kind;
        }
        (Action::Replace, "/authorizerUri") => authorizer.uri = some(),
        (Action::Replace, "/identitySource") => {
            let sources = text.split(',').filter(|source| !source.is_empty());
            authorizer.identity_sources = sources.map(str::to_owned).collect();
        }
        (Action::Replace, "/identityValidationExpression") => authorizer.validation_expression = some(),
        (Action::Replace, "/authorizerCredentials") => authorizer.credentials = some(),
        (Action::Replace, "/authorizerResultTtlInSeconds") => {
            let wrong = |_| bad("Authorizer result TTL must be between 0 and 3600 seconds");
            authorizer.ttl_seconds = text.parse().map_err(wrong)?;
        }
        (Action::Replace, _) => return Err(crate::kinds::rest_api::simulate::refusal::invalid_path(patch)),
        _ => return Err(replace_only()),
    }
    Ok(())
}

fn rename(live: &mut Live, from: &str, to: &str) -> Result<(), Refusal> {
    if live.definition.authorizers.contains_key(to) {
        return Err(exists("Authorizer name must be unique. Authorizer with this name already exists"));
    }
    if let Some(authorizer) = live.definition.authorizers.remove(from) {
        live.definition.authorizers.insert(to.to_owned(), authorizer);
    }
    if let Some(id) = live.authorizer_ids.remove(from) {
        live.authorizer_ids.insert(to.to_owned(), id);
    }
    for method in live.definition.resources.values_mut().flat_map(|methods| methods.values_mut()) {
        match &mut method.authorization {
            Authorization::Custom { authorizer } | Authorization::CognitoUserPools { authorizer, .. }
                if authorizer == from =>
            {
                *authorizer = to.to_owned();
            }
            _ => {}
        }
    }
    Ok(())
}

fn delete_authorizer(live: &mut Live, name: &str) -> Result<(), Refusal> {
    let mut methods = live.definition.methods();
    if let Some((path, verb, _)) = methods.find(|(_, _, method)| method.authorization.authorizer() == Some(name)) {
        let message = format!("Cannot delete authorizer '{name}', is referenced in method: {verb}/{path}");
        return Err(in_use(message));
    }
    drop(methods);
    live.authorizer_ids.remove(name);
    live.definition.authorizers.remove(name).map(|_| ()).ok_or_else(no_authorizer)
}
