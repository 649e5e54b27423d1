//! Reads the roles of the scope's identity pools: one call for each pool that has or wants some.

use aws_sdk_cognitoidentity::types::{
    AmbiguousRoleResolutionType, MappingRule, MappingRuleMatchType, RoleMapping, RoleMappingType,
};

use super::{CognitoIdentityPoolRoles, Comparison, Live, Mapping, Roles, Rule};
use crate::{
    account::aws::Aws,
    kinds::{
        Ask, CognitoIdentityPool,
        cognito_identity_pool::{PARTS_TAG, ROLES_PART},
    },
    model::{CloudError, Found, Ownership, Text},
};

pub(super) async fn observe(
    aws: &Aws,
    ask: &Ask<'_, CognitoIdentityPoolRoles>,
) -> Result<Vec<Found<Live>>, CloudError> {
    let mut found = Vec::new();
    for (at, pool) in ask.seen.all::<CognitoIdentityPool>().filter(|(at, _)| at.scope == *ask.scope) {
        let address = ask.address(&at.key);
        let given = pool.tags.get(PARTS_TAG).is_some_and(|parts| parts == ROLES_PART);
        if !given && !ask.wanted.contains_key(&address) {
            continue;
        }
        let answer = aws
            .read_optional("cognito-identity", "GetIdentityPoolRoles", || {
                aws.identity_pools.get_identity_pool_roles().identity_pool_id(&pool.id).send()
            })
            .await?;
        let Some(answer) = answer else { continue };
        let mut arns = answer.roles.unwrap_or_default();
        let mappings = answer.role_mappings.unwrap_or_default();
        let roles = Roles {
            authenticated: arns.remove("authenticated").map(Text::from),
            unauthenticated: arns.remove("unauthenticated").map(Text::from),
            mappings: mappings.into_iter().map(|(provider, of)| mapping(provider, of)).collect(),
        };
        if !roles.is_empty() {
            let live = Live { pool_id: pool.id.clone(), roles };
            found.push(Found { address, live, ownership: Ownership::Ours, listed: true });
        }
    }
    Ok(found)
}

fn mapping(provider: String, of: RoleMapping) -> Mapping {
    let rules = of.rules_configuration.map(|configuration| configuration.rules).unwrap_or_default();
    Mapping {
        provider: provider.into(),
        rules: (of.r#type == RoleMappingType::Rules).then(|| rules.into_iter().map(rule).collect()),
        deny_otherwise: of.ambiguous_role_resolution == Some(AmbiguousRoleResolutionType::Deny),
    }
}

fn rule(of: MappingRule) -> Rule {
    let compare = match of.match_type {
        MappingRuleMatchType::NotEqual => Comparison::NotEqual,
        MappingRuleMatchType::StartsWith => Comparison::StartsWith,
        MappingRuleMatchType::Contains => Comparison::Contains,
        _ => Comparison::Equals,
    };
    Rule { claim: of.claim, compare, value: of.value, role: of.role_arn.into() }
}
