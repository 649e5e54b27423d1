//! Integrations and integration responses.

use std::collections::BTreeMap;

use super::{
    method::{at, member},
    refusal::{absent, bad, exists, invalid_path, no_integration, no_response},
};
use crate::{
    kinds::rest_api::{
        definition::{Integration, IntegrationResponse, IntegrationType},
        live::Live,
        op::Place,
        patch::{Action, Patch, Value},
    },
    model::{Refusal, Text},
};

/// An existing integration's responses go when another is put over it.
pub(super) fn put(live: &mut Live, place: &Place, integration: &Integration<Text>) -> Result<(), Refusal> {
    let method = at(live, place)?;
    let integration =
        Integration { responses: BTreeMap::new(), ..integration.map(&|text| text.settled().to_owned()) };
    check(&integration)?;
    method.integration = Some(integration);
    Ok(())
}

fn check(integration: &Integration<String>) -> Result<(), Refusal> {
    use IntegrationType::{Aws, AwsProxy, Http, HttpProxy, Mock};
    if integration.kind == Mock {
        return timeout(integration.timeout_ms);
    }
    if integration.http_method.is_none() {
        return Err(bad("Enumeration value for HttpMethod must be non-empty"));
    }
    let uri = integration.uri.as_deref().unwrap_or_default();
    // An ARN's sixth piece says how the service is called.
    let action = uri.split(':').nth(5).unwrap_or_default();
    match integration.kind {
        Http | HttpProxy if !(uri.starts_with("http://") || uri.starts_with("https://") || uri.starts_with("${")) => {
            return Err(bad("Invalid HTTP endpoint specified for URI"));
        }
        Aws | AwsProxy if !uri.starts_with("arn:") => return Err(bad("Invalid ARN specified in the request")),
        Aws | AwsProxy if !(action.starts_with("path/") || action.starts_with("action/")) => {
            return Err(bad("AWS ARN for integration must contain path or action"));
        }
        AwsProxy if !(uri.contains(":lambda:path/") || uri.contains(":firehose:")) => {
            return Err(bad(
                "Integrations of type 'AWS_PROXY' currently only supports Lambda function and Firehose stream invocations.",
            ));
        }
        _ => {}
    }
    timeout(integration.timeout_ms)
}

fn timeout(ms: u32) -> Result<(), Refusal> {
    if ms < 50 {
        return Err(bad("Timeout should be between 50 ms and 29000 ms"));
    }
    Ok(())
}

pub(super) fn update(live: &mut Live, place: &Place, patches: &[Patch]) -> Result<(), Refusal> {
    let method = at(live, place)?;
    let mut integration = method.integration.clone().ok_or_else(no_integration)?;
    for patch in patches {
        apply(&mut integration, patch)?;
    }
    check(&integration)?;
    method.integration = Some(integration);
    Ok(())
}

fn apply(integration: &mut Integration<String>, patch: &Patch) -> Result<(), Refusal> {
    let pieces = patch.pieces();
    let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
    let text = patch.text();
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    match (patch.action, pieces.as_slice()) {
        (_, ["requestTemplates", kind]) => {
            let templates = &mut integration.request_templates;
            member(templates, kind, patch, "Content-Type specified was not found", str::to_owned)?;
        }
        (_, ["requestParameters", name]) => {
            let parameters = &mut integration.request_parameters;
            member(parameters, name, patch, "Invalid parameter name specified", str::to_owned)?;
        }
        (Action::Add, ["cacheKeyParameters", name]) => {
            integration.cache_key_parameters.insert((*name).to_owned());
        }
        (Action::Remove, ["cacheKeyParameters", name]) => {
            integration.cache_key_parameters.remove(*name);
        }
        (Action::Replace, ["uri"]) => integration.uri = some(text),
        (Action::Replace, ["cacheNamespace"]) => {
            integration.cache_namespace = match &patch.value {
                Some(Value::OwnResource) | None => None,
                Some(_) => some(text),
            };
        }
        (Action::Replace, ["contentHandling"]) => {
            let wrong = |_| bad("Invalid content handling strategy specified");
            integration.content_handling = some(text).map(|text| text.parse().map_err(wrong)).transpose()?;
        }
        (Action::Replace, ["timeoutInMillis"]) => {
            let wrong = |_| bad("Timeout should be between 50 ms and 29000 ms");
            integration.timeout_ms = text.parse().map_err(wrong)?;
        }
        (Action::Replace, ["connectionType"]) => {
            if text == "INTERNET" {
                integration.vpc_link = None;
            }
        }
        (Action::Replace, ["connectionId"]) => integration.vpc_link = some(text),
        (Action::Replace, ["tlsConfig", "insecureSkipVerification"]) => {
            integration.insecure_skip_verification = text == "true";
        }
        _ => return Err(invalid_path(patch)),
    }
    Ok(())
}

pub(super) fn delete(live: &mut Live, place: &Place) -> Result<(), Refusal> {
    at(live, place)?.integration.take().map(|_| ()).ok_or_else(no_integration)
}

pub(super) fn put_response(
    live: &mut Live,
    place: &Place,
    status: u16,
    response: &IntegrationResponse,
) -> Result<(), Refusal> {
    let method = at(live, place)?;
    let declared = method.responses.get(&status).cloned();
    let integration =
        method.integration.as_mut().ok_or_else(|| absent("No integration defined for method"))?;
    let Some(declared) = declared else {
        return Err(expression("No method response exists for method."));
    };
    if let Some(header) = response.parameters.keys().find(|header| !declared.parameters.contains_key(*header)) {
        return Err(expression(&format!("Invalid mapping expression parameter specified: {header}")));
    }
    let default = |response: &IntegrationResponse| response.selection_pattern.is_none();
    let taken = integration.responses.iter().any(|(other, of)| *other != status && default(of));
    if default(response) && taken {
        return Err(exists("Integration response with selection pattern default already exists"));
    }
    integration.responses.insert(status, response.clone());
    Ok(())
}

fn expression(error: &str) -> Refusal {
    bad(format!(
        "Invalid mapping expression specified: Validation Result: warnings : [], errors : [{error}]"
    ))
}

pub(super) fn delete_response(live: &mut Live, place: &Place, status: u16) -> Result<(), Refusal> {
    let integration = at(live, place)?.integration.as_mut().ok_or_else(no_integration)?;
    integration.responses.remove(&status).map(|_| ()).ok_or_else(no_response)
}
