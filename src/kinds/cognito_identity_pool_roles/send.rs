//! One op, one SDK call.

use std::collections::HashMap;

use aws_sdk_cognitoidentity::{
    error::BuildError,
    types::{
        AmbiguousRoleResolutionType, MappingRule, MappingRuleMatchType, RoleMapping, RoleMappingType,
        RulesConfigurationType,
    },
};

use super::{Comparison, Live, Mapping, Op, Roles, Rule};
use crate::{
    account::aws::Aws,
    kinds::{Operation, Sent},
    model::{Class, CloudError},
};

pub(super) async fn send(aws: &Aws, op: &Op) -> Result<Sent<Live>, CloudError> {
    let (call, repeat) = (op.call(), op.repeat());
    let none = Roles::default();
    let (pool_id, roles) = match op {
        Op::Set { pool_id, roles } => (pool_id.settled(), roles),
        Op::Clear { pool_id } => (pool_id.as_str(), &none),
    };
    let named = [("authenticated", &roles.authenticated), ("unauthenticated", &roles.unauthenticated)];
    let arns = named.into_iter().filter_map(|(name, arn)| Some((name.to_owned(), arn.as_ref()?.settled().to_owned())));
    let arns: HashMap<String, String> = arns.collect();
    let mappings: Result<HashMap<String, RoleMapping>, BuildError> =
        roles.mappings.iter().map(|of| Ok((of.provider.settled().to_owned(), mapping(of)?))).collect();
    let mappings =
        mappings.map_err(|error| CloudError::new(call.clone(), Class::Invalid, error.to_string()))?;
    let sent = aws.call(&call, repeat, || {
        aws.identity_pools
            .set_identity_pool_roles()
            .identity_pool_id(pool_id)
            .set_roles(Some(arns.clone()))
            .set_role_mappings(Some(mappings.clone()))
            .send()
    });
    match (sent.await, op) {
        // Roles of a pool that is gone are gone.
        (Err(error), Op::Clear { .. }) if error.is_absent() => Ok(Sent::done()),
        (Err(error), _) => Err(error),
        (Ok(_), _) => Ok(Sent::done()),
    }
}

fn mapping(of: &Mapping) -> Result<RoleMapping, BuildError> {
    let otherwise = match of.deny_otherwise {
        true => AmbiguousRoleResolutionType::Deny,
        false => AmbiguousRoleResolutionType::AuthenticatedRole,
    };
    let builder = RoleMapping::builder().ambiguous_role_resolution(otherwise);
    match &of.rules {
        None => builder.r#type(RoleMappingType::Token).build(),
        Some(rules) => {
            let rules = rules.iter().map(rule).collect::<Result<Vec<_>, _>>()?;
            let rules = RulesConfigurationType::builder().set_rules(Some(rules)).build()?;
            builder.r#type(RoleMappingType::Rules).rules_configuration(rules).build()
        }
    }
}

fn rule(of: &Rule) -> Result<MappingRule, BuildError> {
    let compare = match of.compare {
        Comparison::Equals => MappingRuleMatchType::Equals,
        Comparison::NotEqual => MappingRuleMatchType::NotEqual,
        Comparison::StartsWith => MappingRuleMatchType::StartsWith,
        Comparison::Contains => MappingRuleMatchType::Contains,
    };
    let builder = MappingRule::builder().claim(&of.claim).match_type(compare).value(&of.value);
    builder.role_arn(of.role.settled()).build()
}
