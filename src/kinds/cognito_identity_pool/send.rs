//! One op, one SDK call.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_cognitoidentity::types::CognitoIdentityProvider;

use super::{Live, Op, Settings};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Call, Class, CloudError, Text},
};

pub(super) async fn send(aws: &Aws, op: &Op, live: Option<&Live>) -> Result<Sent<Live>, CloudError> {
    let (call, repeat, pools) = (op.call(), op.repeat(), &aws.identity_pools);
    match op {
        Op::Create { name, settings, tags } => {
            let wire = Wire::of(settings);
            let tags: HashMap<String, String> = tags.clone().into_iter().collect();
            let made = aws
                .call(&call, repeat, || {
                    pools
                        .create_identity_pool()
                        .identity_pool_name(name)
                        .allow_unauthenticated_identities(settings.allow_unauthenticated)
                        .allow_classic_flow(settings.classic_flow)
                        .set_developer_provider_name(settings.developer_provider.clone())
                        .set_cognito_identity_providers(Some(wire.user_pools.clone()))
                        .set_open_id_connect_provider_arns(Some(wire.openid_connect_arns.clone()))
                        .set_saml_provider_arns(Some(wire.saml_arns.clone()))
                        .set_supported_login_providers(Some(wire.login_providers.clone()))
                        .set_identity_pool_tags(Some(tags.clone()))
                        .send()
                })
                .await?;
            Ok(Sent::made(made.identity_pool_id))
        }
        Op::Update { name, settings, tags } => {
            let id = id(&call, live)?;
            let wire = Wire::of(settings);
            let tags: HashMap<String, String> = tags.clone().into_iter().collect();
            aws.call(&call, repeat, || {
                pools
                    .update_identity_pool()
                    .identity_pool_id(id)
                    .identity_pool_name(name)
                    .allow_unauthenticated_identities(settings.allow_unauthenticated)
                    .allow_classic_flow(settings.classic_flow)
                    .set_developer_provider_name(settings.developer_provider.clone())
                    .set_cognito_identity_providers(Some(wire.user_pools.clone()))
                    .set_open_id_connect_provider_arns(Some(wire.openid_connect_arns.clone()))
                    .set_saml_provider_arns(Some(wire.saml_arns.clone()))
                    .set_supported_login_providers(Some(wire.login_providers.clone()))
                    .set_identity_pool_tags(Some(tags.clone()))
                    .send()
            })
            .await?;
            Ok(Sent::done())
        }
        Op::Delete { .. } => {
            let id = id(&call, live)?;
            match aws.call(&call, repeat, || pools.delete_identity_pool().identity_pool_id(id).send()).await {
                Err(error) if !error.is_absent() => Err(error),
                _ => Ok(Sent::done()),
            }
        }
    }
}

fn id<'a>(call: &Call, live: Option<&'a Live>) -> Result<&'a str, CloudError> {
    live.map(|live| live.id.as_str())
        .ok_or_else(|| CloudError::new(call.clone(), Class::Absent, "the identity pool is gone"))
}

/// Settings in the SDK's types.
struct Wire {
    user_pools: Vec<CognitoIdentityProvider>,
    openid_connect_arns: Vec<String>,
    saml_arns: Vec<String>,
    login_providers: HashMap<String, String>,
}

impl Wire {
    fn of(settings: &Settings) -> Self {
        let texts = |set: &BTreeSet<Text>| set.iter().map(|text| text.settled().to_owned()).collect();
        let user_pools = settings.user_pools.iter().map(|provider| {
            CognitoIdentityProvider::builder()
                .provider_name(provider.provider.settled())
                .client_id(provider.client_id.settled())
                .server_side_token_check(provider.server_side_token_check)
                .build()
        });
        let logins =
            settings.login_providers.iter().map(|(name, id)| (name.clone(), id.settled().to_owned())).collect();
        Self {
            user_pools: user_pools.collect(),
            openid_connect_arns: texts(&settings.openid_connect_arns),
            saml_arns: texts(&settings.saml_arns),
            login_providers: logins,
        }
    }
}
