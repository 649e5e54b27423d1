//! Request validators: whether a request has the parameters its method requires, and a body that fits its model.

mod message;
mod schema;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use async_trait::async_trait;
use jsonschema::Validator;
use serde_json::Value;

use super::{
    exchange::Step,
    gateway_response::GatewayResponseType as Kind,
    served::Served,
    stages::{Call, Check, Refused},
};
use schema::Schemas;

/// The content type of a body that names none.
const DEFAULT_CONTENT_TYPE: &str = "application/json";

/// The model for every content type without one of its own.
const ANY_CONTENT_TYPE: &str = "$default";

/// The check of request validators. It comes last: only a request that was let in is looked at.
pub struct Validators {
    /// Models by name; an error for one that cannot be compiled.
    models: BTreeMap<String, Result<Validator, String>>,
}

impl Validators {
    /// Compiles the models that methods with a validator of bodies use.
    pub fn new(served: &Served) -> Self {
        let schemas = Schemas::new(&served.definition.models);
        let mut models = BTreeMap::new();
        for (_, _, method) in served.definition.methods() {
            let validator =
                method.request_validator.as_ref().and_then(|name| served.definition.validators.get(name));
            if !validator.is_some_and(|validator| validator.body) {
                continue;
            }
            for name in method.request_models.values() {
                models.entry(name.clone()).or_insert_with(|| schemas.compile(name));
            }
        }
        Self { models }
    }

    /// Whether the body fits the model of its content type. Without such a model it does.
    fn body(&self, call: &Call<'_>) -> Result<(), Refused> {
        let Some(name) = model_name(call) else { return Ok(()) };
        let broken = |why: &str| Refused {
            step: Step::Validator,
            kind: Kind::ApiConfigurationError,
            message: Some("Internal server error".to_owned()),
            extra: BTreeMap::new(),
            reason: format!("model {name}: {why}"),
        };
        let model = self.models.get(name).ok_or_else(|| broken("there is no such model"))?;
        let model = model.as_ref().map_err(|why| broken(why))?;
        let body: &[u8] = if call.request.body.is_empty() { b"{}" } else { &call.request.body };
        let invalid = |why: Option<String>| Refused {
            step: Step::Validator,
            kind: Kind::BadRequestBody,
            message: Some("Invalid request body".to_owned()),
            reason: match &why {
                Some(_) => format!("the body does not fit model {name}"),
                None => format!("the body is not JSON, as model {name} needs it to be"),
            },
            extra: why.map(|why| ("validationErrorString".to_owned(), why)).into_iter().collect(),
        };
        let body: Value = serde_json::from_slice(body).map_err(|_| invalid(None))?;
        if model.is_valid(&body) {
            return Ok(());
        }
        Err(invalid(Some(message::of_all(model.iter_errors(&body)))))
    }
}

#[async_trait]
impl Check for Validators {
    async fn check(&self, call: &mut Call<'_>) -> Result<(), Refused> {
        let validators = &call.served.definition.validators;
        let Some(validator) = call.method.request_validator.as_ref().and_then(|name| validators.get(name))
        else {
            return Ok(());
        };
        if validator.parameters {
            parameters(call)?;
        }
        if validator.body { self.body(call) } else { Ok(()) }
    }
}

/// Whether every required parameter is there and not blank. The missing ones are listed as AWS lists them: headers, path, query.
fn parameters(call: &Call<'_>) -> Result<(), Refused> {
    let required = call.method.request_parameters.iter().filter(|(_, required)| **required);
    let missing: Vec<&str> = required.filter_map(|(name, _)| missing(call, name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let message = format!("Missing required request parameters: [{}]", missing.join(", "));
    Err(Refused {
        step: Step::Validator,
        kind: Kind::BadRequestParameters,
        reason: message.clone(),
        extra: BTreeMap::from([("validationErrorString".to_owned(), message.clone())]),
        message: Some(message),
    })
}

/// The parameter's own name, where the request lacks it.
fn missing<'n>(call: &Call<'_>, parameter: &'n str) -> Option<&'n str> {
    let (location, name) = parameter.strip_prefix("method.request.")?.split_once('.')?;
    let is_there = |value: &str| !value.trim().is_empty();
    let found = match location {
        "header" => call.request.headers.all(name).any(is_there),
        "querystring" => call.query.iter().any(|(of, value)| of == name && is_there(value)),
        "path" => call.path.get(name).is_some_and(|value| is_there(value)),
        // Other places, such as `multivalueheader`, are no parameters that a validator looks at.
        _ => true,
    };
    (!found).then_some(name)
}

/// The name of the model for the request's content type, whose parameters (`charset`) do not count.
fn model_name<'a>(call: &'a Call<'_>) -> Option<&'a str> {
    let sent = call.request.headers.get("Content-Type").unwrap_or_default();
    let media_type = sent.split(';').next().unwrap_or_default().trim();
    let media_type = if media_type.is_empty() { DEFAULT_CONTENT_TYPE } else { media_type };
    let models = &call.method.request_models;
    let named = models.iter().find(|(of, _)| of.eq_ignore_ascii_case(media_type)).map(|(_, name)| name);
    named.or_else(|| models.get(ANY_CONTENT_TYPE)).map(String::as_str)
}
