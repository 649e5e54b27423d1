//! What a call makes of a client, with Cognito's refusals.

use super::{Live, OAuthFlow, Op, Settings};
use crate::{
    kinds::{CognitoUserPool, World},
    model::{Class, Refusal},
};

/// How long access and id tokens may hold, in seconds (API reference of `CreateUserPoolClient`).
const TOKEN_SECONDS: std::ops::RangeInclusive<i32> = 300..=86_400;
/// How long refresh tokens may hold, in seconds: an hour to ten years.
const REFRESH_SECONDS: std::ops::RangeInclusive<i32> = 3600..=315_360_000;
/// How many URLs of one sort a client takes ("Quotas in Amazon Cognito").
const URLS: usize = 100;

pub(super) fn simulate(op: &Op, live: Option<Live>, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    let strict = world.objects.is_some();
    match (op, live) {
        (Op::Create { .. }, Some(_)) => {
            // AWS would make a second client; nothing we do ever asks for that.
            Err(Refusal::new(Class::Exists, 400, "InvalidParameterException", "this client is there already"))
        }
        (Op::Create { pool_id, name, settings, secret }, None) => {
            let pool_id = pool_id.settled();
            if !world.has::<CognitoUserPool>(|_, pool| pool.id == pool_id) {
                return Err(absent(&format!("User pool {pool_id} does not exist.")));
            }
            refuse(settings, *secret)?;
            let (id, pool_id) = (world.id(26), pool_id.to_owned());
            Ok(Some(Live { id, pool_id, name: name.clone(), settings: settings.clone(), secret: *secret }))
        }
        (Op::Update { name, settings }, Some(live)) => {
            refuse(settings, live.secret)?;
            Ok(Some(Live { name: name.clone(), settings: settings.clone(), ..live }))
        }
        (Op::Delete { .. }, Some(_)) => Ok(None),
        (Op::Delete { .. }, None) if !strict => Ok(None),
        (Op::Update { name, .. } | Op::Delete { name }, None) => {
            Err(absent(&format!("User pool client {name} does not exist.")))
        }
    }
}

fn refuse(settings: &Settings, secret: bool) -> Result<(), Refusal> {
    let tokens = [settings.access_token_seconds, settings.id_token_seconds];
    let in_range = tokens.iter().all(|seconds| TOKEN_SECONDS.contains(seconds))
        && REFRESH_SECONDS.contains(&settings.refresh_token_seconds);
    if !in_range {
        return Err(invalid("Invalid range for token validity."));
    }
    if settings.callback_urls.len() > URLS || settings.logout_urls.len() > URLS {
        return Err(invalid("1 validation error detected: Member must have length less than or equal to 100"));
    }
    let alone = settings.oauth_flows.contains(&OAuthFlow::ClientCredentials);
    if alone && settings.oauth_flows.len() > 1 {
        let message = "client_credentials flow can not be selected along with code flow or implicit flow.";
        return Err(Refusal::new(Class::Invalid, 400, "InvalidOAuthFlowException", message));
    }
    if alone && !secret {
        let message = "client_credentials flow can not be selected if client does not have a client secret.";
        return Err(Refusal::new(Class::Invalid, 400, "InvalidOAuthFlowException", message));
    }
    if !settings.oauth_flows.is_empty() && settings.oauth_scopes.is_empty() {
        return Err(invalid("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows."));
    }
    Ok(())
}

fn invalid(message: &str) -> Refusal {
    Refusal::new(Class::Invalid, 400, "InvalidParameterException", message)
}

fn absent(message: &str) -> Refusal {
    Refusal::new(Class::Absent, 400, "ResourceNotFoundException", message)
}
