//! One op, one SDK call; before an update a read, for `UpdateUserPoolClient` resets what is not given.

use std::collections::BTreeSet;

use aws_sdk_cognitoidentityprovider::types::{
    ExplicitAuthFlowsType, OAuthFlowType, PreventUserExistenceErrorTypes, TimeUnitsType, TokenValidityUnitsType,
};

use super::{Live, Op, Settings, observe};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError, Text},
};

pub(super) async fn send(aws: &Aws, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
    let call = op.call();
    if let Op::Create { .. } = op {
        return create(aws, op).await;
    }
    let live = live.ok_or_else(|| CloudError::new(call.clone(), Class::Absent, "the client is gone"))?;
    match op {
        Op::Create { .. } => {}
        Op::Update { name, settings } => update(aws, op, live, name, settings).await?,
        Op::Delete { .. } => {
            let sent = aws
                .call(&call, op.repeat(), || {
                    aws.user_pools.delete_user_pool_client().user_pool_id(&live.pool_id).client_id(&live.id).send()
                })
                .await;
            if let Err(error) = sent
                && !error.is_absent()
            {
                return Err(error);
            }
        }
    }
    Ok(Sent::done())
}

async fn create(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let Op::Create { pool_id, name, settings, secret } = op else { return Ok(Sent::done()) };
    let wire = Wire::of(settings);
    let made = aws
        .call(&op.call(), op.repeat(), || {
            aws.user_pools
                .create_user_pool_client()
                .user_pool_id(pool_id.settled())
                .client_name(name)
                .generate_secret(*secret)
                .access_token_validity(settings.access_token_seconds)
                .id_token_validity(settings.id_token_seconds)
                .refresh_token_validity(settings.refresh_token_seconds)
                .token_validity_units(wire.units.clone())
                .set_explicit_auth_flows(Some(wire.auth_flows.clone()))
                .prevent_user_existence_errors(wire.existence.clone())
                .enable_token_revocation(settings.token_revocation)
                .set_callback_urls(Some(wire.callback_urls.clone()))
                .set_logout_urls(Some(wire.logout_urls.clone()))
                .allowed_o_auth_flows_user_pool_client(!settings.oauth_flows.is_empty())
                .set_allowed_o_auth_flows(Some(wire.oauth_flows.clone()))
                .set_allowed_o_auth_scopes(Some(wire.oauth_scopes.clone()))
                .set_supported_identity_providers(Some(wire.identity_providers.clone()))
                .send()
        })
        .await?;
    let id = made.user_pool_client.and_then(|client| client.client_id);
    Ok(Sent::made(id.unwrap_or_default()))
}

async fn update(aws: &Aws, op: &Op, live: &Live, name: &str, settings: &Settings) -> Result<(), CloudError> {
    let call = op.call();
    let before = observe::describe(aws, &live.pool_id, &live.id).await?;
    let before = before.ok_or_else(|| CloudError::new(call.clone(), Class::Absent, "the client is gone"))?;
    let wire = Wire::of(settings);
    let attributes = |list: &Option<Vec<String>>| list.clone().filter(|list| !list.is_empty());
    let redirect = before.default_redirect_uri.clone().filter(|url| wire.callback_urls.contains(url));
    aws.call(&call, op.repeat(), || {
        aws.user_pools
            .update_user_pool_client()
            .user_pool_id(&live.pool_id)
            .client_id(&live.id)
            .client_name(name)
            .access_token_validity(settings.access_token_seconds)
            .id_token_validity(settings.id_token_seconds)
            .refresh_token_validity(settings.refresh_token_seconds)
            .token_validity_units(wire.units.clone())
            .set_explicit_auth_flows(Some(wire.auth_flows.clone()))
            .prevent_user_existence_errors(wire.existence.clone())
            .enable_token_revocation(settings.token_revocation)
            .set_callback_urls(Some(wire.callback_urls.clone()))
            .set_logout_urls(Some(wire.logout_urls.clone()))
            .allowed_o_auth_flows_user_pool_client(!settings.oauth_flows.is_empty())
            .set_allowed_o_auth_flows(Some(wire.oauth_flows.clone()))
            .set_allowed_o_auth_scopes(Some(wire.oauth_scopes.clone()))
            .set_supported_identity_providers(Some(wire.identity_providers.clone()))
            .set_read_attributes(attributes(&before.read_attributes))
            .set_write_attributes(attributes(&before.write_attributes))
            .set_default_redirect_uri(redirect.clone())
            .set_analytics_configuration(before.analytics_configuration.clone())
            .set_auth_session_validity(before.auth_session_validity)
            .set_refresh_token_rotation(before.refresh_token_rotation.clone())
            .set_enable_propagate_additional_user_context_data(before.enable_propagate_additional_user_context_data)
            .send()
    })
    .await?;
    Ok(())
}

/// Settings in the SDK's types.
struct Wire {
    units: TokenValidityUnitsType,
    auth_flows: Vec<ExplicitAuthFlowsType>,
    existence: PreventUserExistenceErrorTypes,
    callback_urls: Vec<String>,
    logout_urls: Vec<String>,
    oauth_flows: Vec<OAuthFlowType>,
    oauth_scopes: Vec<String>,
    identity_providers: Vec<String>,
}

impl Wire {
    fn of(settings: &Settings) -> Self {
        let seconds = TimeUnitsType::Seconds;
        let units = TokenValidityUnitsType::builder()
            .access_token(seconds.clone())
            .id_token(seconds.clone())
            .refresh_token(seconds);
        let texts = |set: &BTreeSet<Text>| set.iter().map(|text| text.settled().to_owned()).collect();
        Self {
            units: units.build(),
            auth_flows: settings.auth_flows.iter().map(|flow| ExplicitAuthFlowsType::from(flow.wire())).collect(),
            existence: match settings.hide_user_existence {
                true => PreventUserExistenceErrorTypes::Enabled,
                false => PreventUserExistenceErrorTypes::Legacy,
            },
            callback_urls: texts(&settings.callback_urls),
            logout_urls: texts(&settings.logout_urls),
            oauth_flows: settings.oauth_flows.iter().map(|flow| OAuthFlowType::from(flow.wire())).collect(),
            oauth_scopes: settings.oauth_scopes.iter().cloned().collect(),
            identity_providers: settings.identity_providers.iter().cloned().collect(),
        }
    }
}
