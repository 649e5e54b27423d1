//! Reads clients: one listing for each user pool of the scope, and one read for each client with our name.

use std::time::Duration;

use aws_sdk_cognitoidentityprovider::types::{PreventUserExistenceErrorTypes, TimeUnitsType, UserPoolClientType};

use super::{AuthFlow, CognitoUserPoolClient, Live, OAuthFlow, Settings};
use crate::{
    account::aws::Aws,
    kinds::{Ask, CognitoUserPool},
    model::{CloudError, Found, Hint, Ownership, Text},
};

/// The most that one page holds.
const PAGE: i32 = 60;

/// How often a client whose creation is in doubt is looked for, at the polling interval: about ten seconds.
const LOOKS: usize = 33;

pub(super) async fn observe(
    aws: &Aws,
    ask: &Ask<'_, CognitoUserPoolClient>,
) -> Result<Vec<Found<Live>>, CloudError> {
    let mut found = Vec::new();
    for (at, pool) in ask.seen.all::<CognitoUserPool>().filter(|(at, _)| at.scope == *ask.scope) {
        let address = ask.address(&at.key);
        // A second pool of one address carries its id behind the key.
        let name = ask.scope.name(at.key.split('#').next().unwrap_or_default());
        let hint = ask.hint(&address).cloned().unwrap_or_default();
        let mut clients = look(aws, &pool.id, &name, &hint).await?;
        clients.sort_by_key(|(live, _)| (hint.id.as_ref() != Some(&live.id), live.id.clone()));
        found.extend(clients.into_iter().map(|(live, listed)| {
            let address = address.clone();
            Found { address, live, ownership: Ownership::Ours, listed }
        }));
    }
    Ok(found)
}

/// The clients called `name`, each with whether the listing has it.
async fn look(aws: &Aws, pool_id: &str, name: &str, hint: &Hint) -> Result<Vec<(Live, bool)>, CloudError> {
    let mut ids = list(aws, pool_id, name).await?;
    if hint.open && hint.id.is_none() {
        for _ in 0..LOOKS {
            if !ids.is_empty() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(aws.patience.poll_ms)).await;
            ids = list(aws, pool_id, name).await?;
        }
    }
    let unlisted = hint.id.iter().filter(|id| !ids.contains(id)).cloned();
    let all: Vec<(String, bool)> =
        ids.iter().cloned().map(|id| (id, true)).chain(unlisted.map(|id| (id, false))).collect();
    let mut clients = Vec::new();
    for (id, listed) in all {
        clients.extend(describe(aws, pool_id, &id).await?.map(|client| (live(pool_id, client), listed)));
    }
    Ok(clients)
}

async fn list(aws: &Aws, pool_id: &str, name: &str) -> Result<Vec<String>, CloudError> {
    let mut ids = Vec::new();
    let mut token = None;
    loop {
        let page = aws
            .read_optional("cognito-idp", "ListUserPoolClients", || {
                let request = aws.user_pools.list_user_pool_clients().user_pool_id(pool_id).max_results(PAGE);
                request.set_next_token(token.clone()).send()
            })
            .await?;
        let Some(page) = page else { return Ok(ids) };
        let clients = page.user_pool_clients.unwrap_or_default().into_iter();
        ids.extend(clients.filter(|of| of.client_name.as_deref() == Some(name)).filter_map(|of| of.client_id));
        token = page.next_token.filter(|token| !token.is_empty());
        if token.is_none() {
            return Ok(ids);
        }
    }
}

/// The client as AWS answers it.
pub(super) async fn describe(aws: &Aws, pool_id: &str, id: &str) -> Result<Option<UserPoolClientType>, CloudError> {
    let answer = aws
        .read_optional("cognito-idp", "DescribeUserPoolClient", || {
            aws.user_pools.describe_user_pool_client().user_pool_id(pool_id).client_id(id).send()
        })
        .await?;
    Ok(answer.and_then(|answer| answer.user_pool_client))
}

fn live(pool_id: &str, of: UserPoolClientType) -> Live {
    let units = of.token_validity_units.as_ref();
    // Tokens count in hours and refresh tokens in days where no unit is given; what is not given at all is AWS's default.
    let hours = Some(TimeUnitsType::Hours);
    let access = units.and_then(|units| units.access_token.clone()).or(hours.clone());
    let id = units.and_then(|units| units.id_token.clone()).or(hours);
    let refresh = units.and_then(|units| units.refresh_token.clone()).or(Some(TimeUnitsType::Days));
    let flows = of.explicit_auth_flows.unwrap_or_default();
    let oauth_flows = of.allowed_o_auth_flows.unwrap_or_default();
    let used = of.allowed_o_auth_flows_user_pool_client.unwrap_or_default();
    let texts = |urls: Option<Vec<String>>| urls.unwrap_or_default().into_iter().map(Text::from).collect();
    Live {
        id: of.client_id.unwrap_or_default(),
        pool_id: pool_id.to_owned(),
        name: of.client_name.unwrap_or_default(),
        settings: Settings {
            auth_flows: flows.iter().filter_map(|flow| AuthFlow::of_wire(flow.as_str())).collect(),
            access_token_seconds: of.access_token_validity.filter(|n| *n > 0).map_or(3600, |n| seconds(n, access)),
            id_token_seconds: of.id_token_validity.filter(|n| *n > 0).map_or(3600, |n| seconds(n, id)),
            refresh_token_seconds: match of.refresh_token_validity {
                0 => 30 * 86_400,
                n => seconds(n, refresh),
            },
            hide_user_existence: of.prevent_user_existence_errors == Some(PreventUserExistenceErrorTypes::Enabled),
            token_revocation: of.enable_token_revocation.unwrap_or_default(),
            callback_urls: texts(of.callback_urls),
            logout_urls: texts(of.logout_urls),
            oauth_flows: oauth_flows
                .iter()
                .filter(|_| used)
                .filter_map(|flow| OAuthFlow::of_wire(flow.as_str()))
                .collect(),
            oauth_scopes: of.allowed_o_auth_scopes.unwrap_or_default().into_iter().collect(),
            identity_providers: of.supported_identity_providers.unwrap_or_default().into_iter().collect(),
        },
        // The secret itself goes no further.
        secret: of.client_secret.is_some_and(|secret| !secret.is_empty()),
    }
}

fn seconds(count: i32, unit: Option<TimeUnitsType>) -> i32 {
    count.saturating_mul(match unit {
        Some(TimeUnitsType::Days) => 86_400,
        Some(TimeUnitsType::Hours) => 3600,
        Some(TimeUnitsType::Minutes) => 60,
        _ => 1,
    })
}
