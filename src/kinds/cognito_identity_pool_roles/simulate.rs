//! What the call makes of a pool's roles, with Cognito's refusals.

use super::{Live, Op, Roles};
use crate::{
    kinds::{CognitoIdentityPool, IamRole, World},
    model::{Class, Refusal},
};

/// How many rules a provider takes (API reference of `RulesConfigurationType`).
const RULES: usize = 25;

pub(super) fn simulate(op: &Op, world: &World<'_>) -> Result<Option<Live>, Refusal> {
    let pool_id = match op {
        Op::Set { pool_id, .. } => pool_id.settled(),
        Op::Clear { pool_id } => pool_id.as_str(),
    };
    let pool = world.all::<CognitoIdentityPool>().map(|mut all| all.find(|(_, pool)| pool.id == pool_id));
    if let Some(None) = pool {
        let message = format!("IdentityPool '{pool_id}' not found.");
        return Err(Refusal::new(Class::Absent, 400, "ResourceNotFoundException", message));
    }
    let Op::Set { roles, .. } = op else { return Ok(None) };
    refuse_roles(roles, world)?;
    if let Some(Some((_, pool))) = pool {
        refuse_mappings(roles, &pool.settings)?;
    }
    Ok((!roles.is_empty()).then(|| Live { pool_id: pool_id.to_owned(), roles: roles.clone() }))
}

/// A role that is not there, or not known yet, is worded as a lack of permission (reported in boto/boto3#73).
fn refuse_roles(roles: &Roles, world: &World<'_>) -> Result<(), Refusal> {
    let identity = world.identity;
    let own = format!("arn:{}:iam::{}:role/", identity.partition, identity.account_id);
    for arn in roles.arns().map(|arn| arn.settled()) {
        let known = !arn.starts_with(&own)
            || world.has::<IamRole>(|_, role| identity.role_arn(&role.path, &role.name) == arn);
        if !known {
            let message = format!("Access to Role '{arn}' is forbidden.");
            return Err(Refusal::new(Class::Propagating, 400, "NotAuthorizedException", message));
        }
    }
    Ok(())
}

/// Roles can be mapped for providers that the pool has (the message is reported in aws/aws-cdk#22951).
fn refuse_mappings(
    roles: &Roles,
    pool: &crate::kinds::cognito_identity_pool::Settings,
) -> Result<(), Refusal> {
    let invalid = |message: String| Refusal::new(Class::Invalid, 400, "InvalidParameterException", message);
    for mapping in &roles.mappings {
        let provider = mapping.provider.settled();
        let clients = pool.user_pools.iter();
        let mut clients = clients.map(|of| format!("{}:{}", of.provider.settled(), of.client_id.settled()));
        let configured = clients.any(|client| client == provider)
            || pool.login_providers.contains_key(provider)
            || pool.openid_connect_arns.iter().chain(&pool.saml_arns).any(|arn| arn.settled() == provider);
        if !configured {
            let message =
                format!("{provider} is not a valid RoleMapping ProviderName or is not a configured provider.");
            return Err(invalid(message));
        }
        if mapping.rules.as_ref().is_some_and(|rules| rules.is_empty() || rules.len() > RULES) {
            let message = format!("Rules of {provider} must have length between 1 and {RULES}");
            return Err(invalid(message));
        }
    }
    Ok(())
}
